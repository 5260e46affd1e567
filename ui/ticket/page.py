"""One ticket: what it is, its work, its billing and its history (spec, section 2; screens, Ticket)."""

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry, delete_entry, edit_entry
from domain.errors import NotFound, Refused, Stale
from domain.rules.eligibility import Objection
from domain.vocabulary import Refusal, TicketStatus
from storage.queries.proposals.table import usual_reasons
from storage.queries.records.choices import Choice, services
from storage.queries.records.names import names_of
from storage.queries.tickets.detail import EntryRow, TicketDetail, ticket_detail
from ui.kit.billing_state import BillingState
from ui.kit.dialog import confirm
from ui.kit.history import History, Names, latest_change, references
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_lines, skeleton_table
from ui.server import live
from ui.server.gateway import Action
from ui.ticket.billing_panel import BillingPanel
from ui.ticket.documents import TicketDocuments
from ui.ticket.entries_table import EntriesTable
from ui.ticket.entry_form import entry_dialog
from ui.ticket.form import edit_ticket_dialog
from ui.ticket.header import TicketHeader
from ui.ticket.remove_from_proposal import can_remove_from_proposal, holder_named_by, remove_ticket_from_proposal

_RATE_FIELD: Final = "hourly_rate"


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as read, with the names that its history refers to."""

    detail: TicketDetail
    names: Names


async def ticket(page: PageContext, ticket_id: int) -> None:
    """The route."""
    page.heading("…", trail=[("/tickets", page.t("nav.tickets"))])
    with ui.element("div").classes("ticket") as waiting:
        with ui.element("div").classes("stack"):
            skeleton_lines(4)
            skeleton_table(6)
        skeleton_lines(8)
    seen, reasons = await page.read(lambda session: (_seen(session, ticket_id), usual_reasons(session)))
    waiting.delete()
    TicketPage(page, seen, reasons)


def _seen(session: Any, ticket_id: int) -> Seen:
    detail = ticket_detail(session, ticket_id)
    return Seen(detail, names_of(session, references(detail.history)))


class TicketPage:
    """The open page of one ticket. What changes, here or elsewhere, is read again and shown in place."""

    def __init__(self, page: PageContext, seen: Seen, reasons: list[str]) -> None:
        self._page = page
        self._seen = seen
        with ui.element("div").classes("ticket").mark("ticket") as self._root:
            with ui.element("div").classes("stack ticket__left"):
                self._header = TicketHeader(
                    page.translator,
                    on_edit=self._edit,
                    on_close=partial(self._set_status, TicketStatus.CLOSED),
                    on_reopen=partial(self._set_status, TicketStatus.OPEN),
                )
                self._entries = EntriesTable(
                    page.translator,
                    on_add=self._add_entry,
                    on_edit=self._edit_entry,
                    on_remove=self._remove_entry,
                    on_proposal=self._open_proposal,
                )
                self._history = History(page.translator)
            with ui.element("aside").classes("stack ticket__right"):
                with ui.element("div").classes("panel"):
                    self._state = BillingState(page, self._fix, self._resume)
                self._panel = BillingPanel(page, seen.detail, reasons, self._save_billing)
                self._documents = TicketDocuments(page.translator)
        self._show()
        self._refresh = LiveRefresh(self._root, self._load)
        self._refresh.follow(live.TICKETS, having=lambda ids: self._detail.id in ids)
        self._refresh.follow(*live.RECORDS)
        self._refresh.follow(live.PROPOSALS, having=self._on_one_of)

    @property
    def _detail(self) -> TicketDetail:
        return self._seen.detail

    def _show(self) -> None:
        detail = self._detail
        self._page.heading(detail.number, trail=[("/tickets", self._page.t("nav.tickets"))])
        self._header.update(detail)
        self._entries.update(detail)
        self._state.update(detail)
        self._panel.update(detail)
        self._documents.update(detail.documents)
        self._history.update(detail.history, self._seen.names)

    def _on_one_of(self, proposal_ids: Container[int]) -> bool:
        return any(entry.proposal_id in proposal_ids for entry in self._detail.entries if entry.proposal_id is not None)

    async def _load(self) -> None:
        self._seen = await self._page.read(lambda session: _seen(session, self._detail.id))
        if not self._root.is_deleted:
            self._show()

    async def _read_again(self) -> TicketDetail:
        """The ticket as it is now, shown."""
        await self._refresh()
        return self._detail

    async def _act(self, action: Action[object]) -> None:
        """Act, then show what came of it. A refusal for being stale says who changed what."""
        try:
            await self._page.act(action)
        except Stale:
            await self._read_again()
            raise Stale("ticket_changed_by", **latest_change(self._page.translator, self._detail)) from None
        await self._read_again()

    # ---- what the ticket is ----

    async def _save_ticket(self, version: int, data: TicketData) -> None:
        ticket_id = self._detail.id
        await self._act(lambda session, actor: edit_ticket(session, ticket_id, version, data, actor=actor))

    async def _edit(self) -> None:
        if await edit_ticket_dialog(self._page, self._detail, self._save_ticket, self._read_again):
            self._page.done(self._page.t("ticket.saved"))

    async def _set_status(self, status: TicketStatus) -> None:
        try:
            await self._save_status(status)
        except Refused as refused:
            holder = holder_named_by(refused)
            if holder is None or not can_remove_from_proposal(self._page, holder):
                raise
            await self._reopen_off_proposal(refused, status)

    async def _save_status(self, status: TicketStatus) -> None:
        detail = self._detail
        data = TicketData(
            detail.title, status, detail.company_id, detail.contact_id, detail.contract_id, detail.planning_id, detail.owner
        )
        await self._save_ticket(detail.version, data)
        self._page.done(self._page.t(f"ticket.{'closed' if status is TicketStatus.CLOSED else 'reopened'}"))

    async def _reopen_off_proposal(self, refused: Refused, status: TicketStatus) -> None:
        """The ticket is locked by a draft: offer to take it off and to go on."""
        page, holder = self._page, holder_named_by(refused)
        if holder is None:
            return
        go = page.t("ticket.take_off_and_reopen", number=holder.number)
        title = page.t("ticket.locked_title", number=self._detail.number)

        async def take_off_and_reopen() -> None:
            await remove_ticket_from_proposal(page, holder, self._detail.id)
            await self._read_again()
            await self._save_status(status)

        await confirm(
            page, title, go, page.translator.refusal(refused), take_off_and_reopen, marker="locked",
            more=lambda: ui.link(page.t("ticket.open_proposal", number=holder.number), holder.path),
        )  # fmt: skip

    # ---- its work ----

    def _entry(self, entry_id: int) -> EntryRow:
        """Raises NotFound: the id comes from a browser."""
        found = next((entry for entry in self._detail.entries if entry.id == entry_id), None)
        if found is None:
            raise NotFound("unknown_entry", entry=str(entry_id))
        return found

    async def _entry_form(self, entry: EntryRow | None, save: Callable[[EntryData], Awaitable[None]]) -> bool:
        current = entry.service_id if entry else None
        offered: list[Choice] = await self._page.read(lambda session: services(session, current=current))
        return await entry_dialog(self._page, entry, offered, save, now=datetime.now(UTC))

    async def _add_entry(self) -> None:
        ticket_id = self._detail.id

        async def save(data: EntryData) -> None:
            await self._act(lambda session, actor: add_entry(session, ticket_id, data, actor=actor))

        if await self._entry_form(None, save):
            self._page.done(self._page.t("ticket.entry.added"))

    async def _edit_entry(self, entry_id: int) -> None:
        entry = self._entry(entry_id)
        seen = entry.data

        async def save(data: EntryData) -> None:
            nonlocal seen
            try:
                await self._act(lambda session, actor: edit_entry(session, entry_id, seen, data, actor=actor))
            except Stale:
                # What was changed has been said and is shown now: saving again is meant.
                seen = self._entry(entry_id).data
                raise

        if await self._entry_form(entry, save):
            self._page.done(self._page.t("ticket.entry.saved"))

    async def _remove_entry(self, entry_id: int) -> None:
        page, entry = self._page, self._entry(entry_id)
        hours = page.translator.hours(entry.billable_minutes) if entry.billable_minutes is not None else "—"
        title, go = page.t("ticket.entry.delete", entry=entry.code), page.t("ticket.entry.delete_go", hours=hours)

        async def remove() -> None:
            await self._act(lambda session, actor: delete_entry(session, entry_id, entry.data, actor=actor))

        if await confirm(
            page, title, go, page.t("ticket.entry.delete_why", hours=hours), remove, marker="delete-entry",
            more=entry.description, danger=True,
        ):  # fmt: skip
            page.done(page.t("ticket.entry.deleted"))

    async def _open_proposal(self, entry_id: int) -> None:
        entry = self._entry(entry_id)
        if entry.proposal_id is not None:
            self._page.go(f"/proposals/{entry.proposal_id}")

    # ---- its billing ----

    async def _save_billing(self, command: SetBilling) -> None:
        await self._act(lambda session, actor: set_billing(session, command, actor=actor))

    async def _resume(self) -> None:
        ticket_id = self._detail.id
        await self._act(lambda session, actor: resume(session, [ticket_id], actor=actor))
        self._page.done(self._page.t("ticket.resumed"))

    async def _fix(self, objection: Objection) -> None:
        """Lead to where what stands in the way can be mended."""
        code, params = objection.code, objection.params
        if code is Refusal.NOT_CLOSED:
            await self._set_status(TicketStatus.CLOSED)
        elif code is Refusal.NOT_TO_BILL:
            self._panel.point_at("status")
        elif code is Refusal.NO_RATE:
            self._panel.point_at(_RATE_FIELD)
        elif code is Refusal.NO_TIME_ENTRIES:
            await self._add_entry()
        elif "entry" in params:
            await self._edit_entry(next((entry.id for entry in self._detail.entries if entry.code == params["entry"]), 0))
        else:
            await self._edit()
