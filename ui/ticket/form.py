"""The form of a ticket: to create one, and to edit what it is. Its billing has a panel of its own (spec, section 2)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.edit import create_ticket
from domain.actions.tickets.links import TicketData
from domain.errors import InvalidInput, Refused, Stale
from domain.model.tickets import TITLE_LENGTH
from domain.vocabulary import TicketStatus
from storage.queries.contracts.detail import Balance, contract_balances
from storage.queries.records.choices import Choice, companies, contacts, contracts_of, customer_of_contact, plannings_of
from storage.queries.tickets.detail import TicketDetail
from ui.kit.contract_labels import residual_text
from ui.kit.dialog import Dialog
from ui.kit.drafts import keep_draft
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect
from ui.ticket.remove_from_proposal import holder_named_by, offer

Edit = Callable[[int, TicketData], Awaitable[None]]
"""Saves what a ticket is, given the version that was seen. Raises Refused."""

ReadAgain = Callable[[], Awaitable[TicketDetail]]

_COMPANY: Final = "company"
_CONTACT: Final = "contact"
_NOTHING: Final = ""
_CONTRACT: Final = "contract"
_PLANNING: Final = "planning"
_OWNER_LENGTH: Final = 100


async def new_ticket_dialog(page: PageContext) -> int | None:
    """Create a ticket: its id, or None where the person thought better of it. Going there is the caller's."""
    sheet = Dialog[int](page, page.t("ticket.new"), page.t("ticket.create"), marker="ticket-form", wide=True)
    form = TicketForm(page, sheet, None)

    async def create() -> int:
        data = form.data()
        return await page.act(lambda session, actor: create_ticket(session, data, actor=actor).id or 0)

    created = await sheet.ask(create)
    if created is not None:
        page.done(page.t("ticket.created"))
    return created


async def edit_ticket_dialog(page: PageContext, detail: TicketDetail, edit: Edit, read_again: ReadAgain) -> bool:
    """Edit a ticket, shown as `detail`: whether it was saved."""
    title = page.t("ticket.edit", number=detail.number)
    sheet = Dialog[bool](page, title, page.t("action.save"), marker="ticket-form", wide=True)
    form = TicketForm(page, sheet, detail)

    async def save() -> bool:
        try:
            await edit(form.version, form.data())
        except Stale:
            form.follow(await read_again())
            raise
        return True

    async def off() -> None:
        form.follow(await read_again())
        sheet.forgive()

    def remedy(refused: Refused) -> None:
        holder = holder_named_by(refused)
        if holder:
            with sheet.remedies:
                offer(page, holder, detail.id, off)

    sheet.remedy = remedy
    with sheet.body:
        # The form opens with what the ticket has; what else its customer has comes right after.
        ui.timer(0, form.load_coverages, once=True)
    return bool(await sheet.ask(save))


class TicketForm:
    """The fields of a ticket in a sheet. `version` is the one that they show."""

    def __init__(self, page: PageContext, sheet: Dialog[Any], detail: TicketDetail | None) -> None:
        self._page = page
        self._sheet = sheet
        self.version = detail.version if detail else 0
        self._linked = (detail.contract_id, detail.planning_id) if detail else (None, None)
        start = _values(detail)
        with sheet.body:
            self._title = self._input("title", start["title"], TITLE_LENGTH).props("autofocus")
            with ui.element("div").classes("fields"):
                words = {status.value: page.t(f"ticket_status.{status}") for status in TicketStatus}
                self._status = ui.select(words, label=page.t("ticket.field.status"), value=start["status"]).mark("field-status")
                self._owner = self._input("owner", start["owner"] if detail else page.visitor.name, _OWNER_LENGTH)
            self._customer(detail, start)
            self._coverage = ui.select({_NOTHING: ""}, label=page.t("ticket.coverage"), value=_NOTHING).classes("full")
            self._coverage.mark("field-coverage")
        self._set_coverages(_coverages_of(page, detail), start["coverage"])
        sheet.fields |= {"title": self._title, "owner": self._owner, "company_id": self._company.element}
        sheet.fields |= {"contact_id": self._contact.element, "contract_id": self._coverage, "planning_id": self._coverage}
        self._base = self._now()

    def _input(self, name: str, value: str, longest: int) -> ui.input:
        field = ui.input(self._page.t(f"ticket.field.{name}"), value=value).mark(f"field-{name}").classes("full")
        keep_draft(field, f"ticket-{name}")
        return field.props(f"maxlength={longest} autocomplete=off").on("keydown.enter", self._sheet.confirm)

    def _customer(self, detail: TicketDetail | None, start: dict[str, Any]) -> None:
        t = self._page.t
        with ui.element("div").classes("fields fields--customer"):
            kinds = {_COMPANY: t("ticket.company"), _CONTACT: t("ticket.contact")}
            self._kind = ui.toggle(kinds, value=start["kind"], on_change=self._kind_changed).mark("field-kind")
            self._kind.props(f'aria-label="{t("ticket.customer")}" unelevated').classes("segments")
            self._company = SearchSelect(
                self._page, t("ticket.company_search"), lambda text: lambda session: companies(session, text),
                chosen=_company_of(detail), on_change=self.load_coverages,
            )  # fmt: skip
            self._contact = SearchSelect(
                self._page, t("ticket.contact_search"), lambda text: lambda session: contacts(session, text),
                chosen=_contact_of(detail), on_change=self.load_coverages,
            )  # fmt: skip
        self._company.element.mark("field-company")
        self._contact.element.mark("field-contact")
        self._show_kind()

    def _show_kind(self) -> None:
        self._company.element.set_visibility(self._kind.value == _COMPANY)
        self._contact.element.set_visibility(self._kind.value == _CONTACT)

    async def _kind_changed(self) -> None:
        self._show_kind()
        await self.load_coverages()

    async def load_coverages(self) -> None:
        """Offer the contracts and plannings of the customer who is chosen now."""
        company, contact = self._chosen()

        def find(session: Any) -> dict[str, str]:
            customer = company or (customer_of_contact(session, contact) if contact else None)
            if customer is None:
                return {}
            t = self._page.t
            contracts = contracts_of(session, customer, current=self._linked[0])
            plannings = plannings_of(session, customer, current=self._linked[1])
            balances = contract_balances(session, [c.id for c in contracts])
            found = {f"{_CONTRACT}:{c.id}": _contract_label(self._page, c.label, balances.get(c.id)) for c in contracts}
            return found | {f"{_PLANNING}:{c.id}": f"{t('ticket.planning')} · {c.label}" for c in plannings}

        offered = await self._page.read(find)
        if not self._coverage.is_deleted and (company, contact) == self._chosen():
            self._set_coverages(offered, self._coverage.value)

    def _set_coverages(self, offered: dict[str, str], chosen: str) -> None:
        options = {_NOTHING: self._page.t("ticket.coverage_none")} | offered
        self._coverage.set_options(options, value=chosen if chosen in options else _NOTHING)

    def _chosen(self) -> tuple[int | None, int | None]:
        by_company = self._kind.value == _COMPANY
        return (self._company.value, None) if by_company else (None, self._contact.value)

    def data(self) -> TicketData:
        """What the fields say. Raises InvalidInput."""
        title = (self._title.value or "").strip()
        if not title:
            raise InvalidInput("missing", field="title")
        company, contact = self._chosen()
        kind, _, id_ = (self._coverage.value or _NOTHING).partition(":")
        return TicketData(
            title=title,
            status=TicketStatus(self._status.value),
            company_id=company,
            contact_id=contact,
            contract_id=int(id_) if kind == _CONTRACT else None,
            planning_id=int(id_) if kind == _PLANNING else None,
            owner=self._owner.value or "",
        )

    def follow(self, detail: TicketDetail) -> None:
        """Show what somebody else saved, except where something else was typed; from now on this version is the seen one."""
        now, fresh = self._now(), _values(detail)
        untouched = {name for name in fresh if now[name] == self._base[name]}
        self.version, self._base = detail.version, fresh
        self._linked = (detail.contract_id, detail.planning_id)
        for name, field in (("title", self._title), ("status", self._status), ("owner", self._owner)):
            if name in untouched:
                field.set_value(fresh[name])
        if {"kind", "company", "contact"} <= untouched:
            self._company.choose(_company_of(detail))
            self._contact.choose(_contact_of(detail))
            self._kind.set_value(fresh["kind"])
            if "coverage" in untouched:
                self._set_coverages(_coverages_of(self._page, detail), fresh["coverage"])

    def _now(self) -> dict[str, Any]:
        return {
            "title": self._title.value,
            "status": self._status.value,
            "owner": self._owner.value,
            "kind": self._kind.value,
            "company": self._company.value,
            "contact": self._contact.value,
            "coverage": self._coverage.value,
        }


def _values(detail: TicketDetail | None) -> dict[str, Any]:
    if detail is None:
        empty = dict.fromkeys(("title", "owner", "coverage"), "")
        return {**empty, "status": TicketStatus.OPEN.value, "kind": _COMPANY, "company": None, "contact": None}
    coverage = f"{_CONTRACT}:{detail.contract_id}" if detail.contract_id else _NOTHING
    return {
        "title": detail.title,
        "status": detail.status.value,
        "owner": detail.owner,
        "kind": _CONTACT if detail.contact_id else _COMPANY,
        "company": detail.company_id,
        "contact": detail.contact_id,
        "coverage": f"{_PLANNING}:{detail.planning_id}" if detail.planning_id else coverage,
    }


def _company_of(detail: TicketDetail | None) -> Choice | None:
    return Choice(detail.company_id, detail.company) if detail and detail.company_id else None


def _contact_of(detail: TicketDetail | None) -> Choice | None:
    if detail is None or detail.contact_id is None:
        return None
    return Choice(detail.contact_id, f"{detail.contact} · {detail.company}" if detail.company else detail.contact)


def _contract_label(page: PageContext, name: str, balance: Balance | None) -> str:
    """What it is called, and what is left in it."""
    left = f" · {residual_text(page.translator, balance)}" if balance else ""
    return f"{page.t('ticket.contract')} · {name}{left}"


def _coverages_of(page: PageContext, detail: TicketDetail | None) -> dict[str, str]:
    if detail and detail.contract_id:
        return {f"{_CONTRACT}:{detail.contract_id}": _contract_label(page, detail.contract, detail.balance)}
    if detail and detail.planning_id:
        return {f"{_PLANNING}:{detail.planning_id}": f"{page.t('ticket.planning')} · {detail.planning}"}
    return {}
