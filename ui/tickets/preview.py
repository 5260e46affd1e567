"""A ticket at the side of the list, to look at without leaving it: why it is in its state, what it is worth, its work."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from domain.actions.tickets.resume import resume
from domain.errors import NotFound
from domain.rules.eligibility import Objection
from storage.queries.tickets.detail import EntryRow, TicketDetail, ticket_detail
from ui.kit.badges import billing_badge, ticket_badge
from ui.kit.billing_labels import entry_value
from ui.kit.billing_state import BillingState
from ui.kit.page import PageContext
from ui.kit.widgets import icon_button

_MOST_ENTRIES = 100


class TicketPanel:
    """Shows one ticket or stays away. `on_step` asks for the one before (-1) or after (1) in the list, `on_close` was told."""

    def __init__(self, page: PageContext, *, on_step: Callable[[int], Awaitable[None]], on_close: Callable[[], None]) -> None:
        self._page = page
        self._t = page.translator
        self._on_step = on_step
        self._on_close = on_close
        self.ticket_id: int | None = None

    def build(self) -> None:
        """Place it, out of sight."""
        t = self._t.t
        with ui.element("aside").classes("peek").props('tabindex="-1"').mark("peek") as self._root:
            with ui.element("div").classes("line peek__head"):
                self._link = ui.link("", "/tickets").classes("strong").mark("peek-number")
                with ui.element("div").classes("line line--tight pushed"):
                    for step, icon, key in ((-1, "keyboard_arrow_up", "previous"), (1, "keyboard_arrow_down", "next")):
                        icon_button(icon, t(f"grid.peek_{key}"), partial(self._on_step, step)).mark(f"peek-{key}")
                    icon_button("close", t("grid.peek_close"), self.close, tip="Esc").mark("peek-close")
            with ui.element("div").classes("peek__body"):
                self._head = ui.element("div").classes("stack peek__what")
                self._state = BillingState(self._page, self._fix, self._resume)
                self._entries = ui.element("div").classes("stack peek__entries")
        self._root.props["aria-label"] = t("grid.peek")
        self._root.on("keydown.escape", self.close)
        self._root.set_visibility(False)

    async def show(self, ticket_id: int) -> None:
        """Show a ticket; one that is gone closes the panel."""
        self.ticket_id = ticket_id
        try:
            detail = await self._page.read(lambda session: ticket_detail(session, ticket_id))
        except NotFound:
            self.close()
            raise
        if self.ticket_id != ticket_id or self._root.is_deleted:
            return
        self._root.set_visibility(True)
        self._link.set_text(detail.number)
        self._link.props["href"] = f"/tickets/{ticket_id}"
        self._link.update()
        self._show_head(detail)
        self._state.update(detail)
        self._show_entries(detail)

    def close(self) -> None:
        """Put it away."""
        if self.ticket_id is not None:
            self.ticket_id = None
            self._root.set_visibility(False)
            self._on_close()

    def _show_head(self, detail: TicketDetail) -> None:
        t = self._t
        self._head.clear()
        with self._head:
            ui.label(detail.title).classes("peek__title wrap").props("role=heading aria-level=2").mark("peek-title")
            with ui.element("div").classes("line line--tight"):
                ticket_badge(t, detail.status)
                billing_badge(t, detail.billing_status, reason=detail.cancellation_reason)
            customer = " · ".join(filter(None, (detail.company, detail.contact))) or t.t("ticket.no_customer")
            facts = [("ticket.fact.customer", customer), ("ticket.fact.owner", detail.owner or "—")]
            if detail.contract or detail.planning:
                facts.append(("ticket.fact.coverage", detail.contract or detail.planning))
            if detail.closed_at:
                facts.append(("ticket.fact.closed_at", t.instant(detail.closed_at)))
            with ui.element("dl").classes("peek__facts"):
                for key, value in facts:
                    with ui.element("dt").classes("muted small"):
                        ui.label(t.t(key))
                    with ui.element("dd"):
                        ui.label(value).classes("wrap")
            if detail.proposal_id is not None:
                ui.link(t.t("ticket.open_proposal", number=detail.proposal_number), f"/proposals/{detail.proposal_id}")

    def _show_entries(self, detail: TicketDetail) -> None:
        t, entries = self._t, detail.entries
        self._entries.clear()
        with self._entries:
            title = t.n("ticket.entries_count", len(entries)) if entries else t.t("ticket.entries")
            ui.label(title).classes("strong").props("role=heading aria-level=3")
            for entry in entries[:_MOST_ENTRIES]:
                self._entry(detail, entry)
            if len(entries) > _MOST_ENTRIES:
                ui.link(t.t("grid.peek_whole"), f"/tickets/{detail.id}")

    def _entry(self, detail: TicketDetail, entry: EntryRow) -> None:
        t = self._t
        with ui.element("div").classes("peek__entry").mark(f"peek-entry-{entry.id}"):
            with ui.element("div").classes("line line--apart"):
                about = (t.date(entry.worked_on) if entry.worked_on else "—", entry.operator, entry.service_name)
                ui.label(" · ".join(filter(None, about))).classes("muted small")
                minutes, value = entry.billable_minutes, entry_value(detail, entry)
                hours = t.hours(minutes) if minutes is not None else t.t("ticket.entry.unknown")
                ui.label(f"{hours} · {t.money(value)}" if value is not None and minutes else hours).classes("num small")
            ui.label(entry.description).classes("wrap")

    async def _fix(self, _: Objection) -> None:
        """The mend is made on the ticket's own page, which has every field."""
        self._page.go(f"/tickets/{self.ticket_id}")

    async def _resume(self) -> None:
        ticket_id = self.ticket_id
        if ticket_id is not None:
            await self._page.act(lambda session, actor: resume(session, [ticket_id], actor=actor))
            self._page.done(self._t.t("ticket.resumed"))
