"""The form of a ticket: to create one, and to edit what it is. Its billing has a panel of its own (spec, section 2)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from nicegui import ui

from domain.actions.tickets.edit import create_ticket
from domain.actions.tickets.links import TicketData
from domain.errors import InvalidInput, Refused, Stale
from domain.model.tickets import OWNER_LENGTH, TITLE_LENGTH
from domain.rules.calendar import firm_date
from domain.vocabulary import TicketStatus
from storage.queries.contracts.detail import contract_balances
from storage.queries.records.choices import Choice, companies, contacts, contracts_of, customer_of_contact, plannings_of
from storage.queries.tickets.detail import TicketDetail
from ui.i18n import Translator
from ui.kit.contract_labels import contract_option
from ui.kit.dialog import Dialog
from ui.kit.fields import Choose, Field, Reference, Text
from ui.kit.form import Form
from ui.kit.page import PageContext
from ui.ticket.remove_from_proposal import holder_named_by, offer

Edit = Callable[[int, TicketData], Awaitable[None]]
"""Saves what a ticket is, given the version that was seen. Raises Refused."""

ReadAgain = Callable[[], Awaitable[TicketDetail]]

_NOTHING: Final = ""


def _statuses(text: Translator) -> dict[Any, str]:
    return {status: text.t(f"ticket_status.{status}") for status in TicketStatus}


def _kinds(text: Translator) -> dict[Any, str]:
    return {kind: text.t(f"ticket.{kind}") for kind in ("company", "contact")}


_FIELDS: Final[tuple[Field, ...]] = (
    Text("title", length=TITLE_LENGTH, focus=True),
    Choose("status", 6, _statuses),
    Text("owner", 6, length=OWNER_LENGTH),
    Choose("kind", 4, _kinds, label="ticket.customer", buttons=True),
    Reference("company_id", 8, lambda text: lambda session: companies(session, text), label="ticket.company_search"),
    Reference("contact_id", 8, lambda text: lambda session: contacts(session, text), label="ticket.contact_search"),
    Choose("coverage", label="ticket.coverage"),
)


async def new_ticket_dialog(page: PageContext) -> int | None:
    """Create a ticket: its id, or None where the person thought better of it. Going there is the caller's."""
    dialog = Dialog[int](page, page.t("ticket.new"), page.t("ticket.create"), marker="ticket-form", wide=True)
    with dialog.body:
        form = dialog.attach(TicketForm(page, None), guard=True)

    async def create() -> int:
        data = form.data()
        return await page.act(lambda session, actor: create_ticket(session, data, actor=actor).id or 0)

    created = await dialog.ask(create)
    if created is not None:
        page.done(page.t("ticket.created"))
    return created


async def edit_ticket_dialog(page: PageContext, detail: TicketDetail, edit: Edit, read_again: ReadAgain) -> bool:
    """Edit a ticket, shown as `detail`: whether it was saved."""
    title = page.t("ticket.edit", number=detail.number)
    dialog = Dialog[bool](page, title, page.t("action.save"), marker="ticket-form", wide=True)
    with dialog.body:
        form = dialog.attach(TicketForm(page, detail), guard=True)
        # The form opens with what the ticket has; what else its customer has comes right after.
        ui.timer(0, form.load_coverages, once=True)

    async def save() -> bool:
        try:
            await edit(form.version, form.data())
        except Stale:
            form.show(await read_again())
            raise
        return True

    async def off() -> None:
        form.show(await read_again())
        dialog.forgive()

    def remedy(refused: Refused) -> None:
        holder = holder_named_by(refused)
        if holder:
            offer(page, holder, detail.id, off)

    dialog.refusal.remedy = remedy
    return bool(await dialog.ask(save))


class TicketForm(Form):
    """The fields of a ticket. `version` is the one that they show."""

    aliases: ClassVar = {"contract_id": "coverage", "planning_id": "coverage"}

    def __init__(self, page: PageContext, detail: TicketDetail | None) -> None:
        base = _values(detail) if detail else _new(page.visitor.name)
        super().__init__(page, base, labels="ticket.field", marker="field", drafts="ticket")
        self.row(*_FIELDS)
        self._read(detail)
        self._show_kind()
        for name in ("kind", "company_id", "contact_id"):
            self.elements[name].on_value_change(self.load_coverages)

    def _read(self, detail: TicketDetail | None) -> None:
        today = firm_date(datetime.now(UTC))
        self.version = detail.version if detail else 0
        self._linked = (detail.contract_id, detail.planning_id) if detail else (None, None)
        self._days = detail.days or (today,) if detail else (today,)
        self._offer(_coverage_of(self.page, detail, self._days), self.base["coverage"])

    def _show_kind(self) -> None:
        for kind in ("company", "contact"):
            self.boxes[f"{kind}_id"].set_visibility(self["kind"] == kind)

    async def load_coverages(self) -> None:
        """Offer the contracts and plannings of the customer who is chosen now."""
        self._show_kind()
        company, contact = self._chosen()
        text, (contract_id, planning_id), days = self.page.translator, self._linked, self._days

        def find(session: Any) -> dict[str, str]:
            customer = company or (customer_of_contact(session, contact) if contact else None)
            if customer is None:
                return {}
            contracts = contracts_of(session, customer, current=contract_id)
            balances = contract_balances(session, [c.id for c in contracts])
            found = {
                f"contract:{c.id}": contract_option(text, c.label, balances.get(c.id), c.starts_on, c.ends_on, days)
                for c in contracts
            }
            plannings = plannings_of(session, customer, current=planning_id)
            return found | {f"planning:{c.id}": f"{text.t('ticket.planning')} · {c.label}" for c in plannings}

        offered = await self.page.read(find)
        if not self.elements["coverage"].is_deleted and (company, contact) == self._chosen():
            self._offer(offered, self["coverage"])

    def _offer(self, offered: dict[str, str], chosen: Any) -> None:
        self._offered = offered
        self.offer("coverage", {_NOTHING: self.page.t("ticket.coverage_none")} | offered, chosen)

    def _chosen(self) -> tuple[int | None, int | None]:
        return (self["company_id"], None) if self["kind"] == "company" else (None, self["contact_id"])

    def data(self) -> TicketData:
        """What the fields say. Raises InvalidInput."""
        values = self.values()
        if not values["title"]:
            raise InvalidInput("missing", field="title")
        kind, _, id_ = (values["coverage"] or _NOTHING).partition(":")
        return TicketData(
            values["title"], values["status"], *self._chosen(), int(id_) if kind == "contract" else None,
            int(id_) if kind == "planning" else None, values["owner"],
        )  # fmt: skip

    def show(self, detail: TicketDetail) -> None:
        """Show what somebody else saved, except where something else was typed; from now on this version is the seen one."""
        typed = any(map(self.touched, ("kind", "company_id", "contact_id", "coverage")))
        offered, chosen = self._offered, self["coverage"]
        self.follow(_values(detail))
        self._read(detail)
        if typed:
            self._offer(offered, chosen)


def _new(owner: str) -> dict[str, Any]:
    return {"title": "", "status": TicketStatus.OPEN, "owner": owner, "kind": "company", "coverage": _NOTHING}


def _values(detail: TicketDetail) -> dict[str, Any]:
    contract = f"contract:{detail.contract_id}" if detail.contract_id else _NOTHING
    contact = f"{detail.contact} · {detail.company}" if detail.company else detail.contact
    return {
        "title": detail.title,
        "status": detail.status,
        "owner": detail.owner,
        "kind": "contact" if detail.contact_id else "company",
        "company_id": Choice(detail.company_id, detail.company) if detail.company_id else None,
        "contact_id": Choice(detail.contact_id, contact) if detail.contact_id else None,
        "coverage": f"planning:{detail.planning_id}" if detail.planning_id else contract,
    }


def _coverage_of(page: PageContext, detail: TicketDetail | None, days: tuple[date, ...]) -> dict[str, str]:
    """What the ticket has, until the rest is read."""
    if detail and detail.contract_id:
        starts_on, ends_on = detail.contract_starts_on, detail.contract_ends_on
        label = contract_option(page.translator, detail.contract, detail.balance, starts_on, ends_on, days)
        return {f"contract:{detail.contract_id}": label}
    if detail and detail.planning_id:
        return {f"planning:{detail.planning_id}": f"{page.t('ticket.planning')} · {detail.planning}"}
    return {}
