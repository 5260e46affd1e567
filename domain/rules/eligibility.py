"""Whether a ticket can be billed, and every reason why not (spec, section 4)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from domain.rules.pricing import unit_price
from domain.vocabulary import BillingStatus, Refusal, TicketStatus


class ServiceView(NamedTuple):
    """A service for billing: `rate` in cents per hour, `vat_rate` in hundredths of a percent."""

    id: int
    name: str
    rate: int
    vat_rate: int
    vat_nature: str


class EntryView(NamedTuple):
    """A time entry for billing: `minutes` to bill, without those that a contract has `covered`.

    `held`: a line or a manual decision holds it; `invoiced`: that line is on an invoice.
    """

    id: int
    code: str
    service: ServiceView | None
    worked_on: date | None
    minutes: int | None
    covered: int
    description: str
    held: bool
    invoiced: bool


class BillableView(NamedTuple):
    """A ticket for billing: `proposal_*` name the proposal that holds it, `rate` is its rate in cents per hour."""

    id: int
    number: str
    title: str
    status: TicketStatus
    billing_status: BillingStatus | None
    company_id: int | None
    contact_id: int | None
    contact_name: str
    contact_company_id: int | None
    rate: int
    proposal_id: int | None
    proposal_number: str
    proposal_by: str
    entries: Sequence[EntryView]

    @property
    def customer_id(self) -> int | None:
        """The ticket's company, else its contact's."""
        return self.company_id or self.contact_company_id


class Objection(NamedTuple):
    """A reason why a ticket can't be billed, with the parameters of its sentence and of the link to its fix."""

    code: Refusal
    params: dict[str, str | int]


def billable_entries(ticket: BillableView) -> list[EntryView]:
    """The entries that a proposal takes: free, not at zero minutes, not covered. Their minutes may be unknown."""
    return [entry for entry in ticket.entries if entry.minutes != 0 and not entry.held]


def objections(ticket: BillableView) -> tuple[Objection, ...]:
    """Every reason why `ticket` can't be billed, in rule order; empty means billable (spec, section 4)."""
    entries = billable_entries(ticket)
    return tuple(found for rule in RULES for found in rule(ticket, entries))


Entries = Sequence[EntryView]
"""The entries of a ticket that a proposal takes; the rules check these only."""


def _not_closed(ticket: BillableView, _: Entries) -> Iterable[Objection]:
    if ticket.status is TicketStatus.CLOSED:
        return ()
    return (Objection(Refusal.NOT_CLOSED, {"status": ticket.status.value}),)


def _not_to_bill(ticket: BillableView, _: Entries) -> Iterable[Objection]:
    if ticket.billing_status is BillingStatus.TO_BILL:
        return ()
    if ticket.billing_status is not BillingStatus.PROPOSED:
        return (Objection(Refusal.NOT_TO_BILL, {"billing_status": ticket.billing_status or ""}),)
    holder: dict[str, str | int] = {"proposal": ticket.proposal_number, "by": ticket.proposal_by}
    if ticket.proposal_id is not None:
        holder["proposal_id"] = ticket.proposal_id
    return (Objection(Refusal.ALREADY_PROPOSED, holder),)


def _no_time_entries(ticket: BillableView, entries: Entries) -> Iterable[Objection]:
    # A proposed or suspended ticket is not empty only because its entries are held.
    explained = ticket.billing_status is not BillingStatus.TO_BILL and any(
        (entry.minutes != 0 or entry.covered) and not entry.invoiced for entry in ticket.entries
    )
    if entries or explained:
        return ()
    return (Objection(Refusal.NO_TIME_ENTRIES, {"entries": len(ticket.entries)}),)


def _for_entries(code: Refusal, fails: Callable[[BillableView, EntryView], bool]) -> "Rule":
    def rule(ticket: BillableView, entries: Entries) -> Iterable[Objection]:
        return [Objection(code, _about(entry)) for entry in entries if fails(ticket, entry)]

    return rule


def _about(entry: EntryView) -> dict[str, str | int]:
    service = entry.service
    about: dict[str, str | int] = {"entry": entry.code, "service": service.name if service else ""}
    return about | {"service_id": service.id} if service else about


def _no_rate(ticket: BillableView, entry: EntryView) -> bool:
    return entry.service is not None and unit_price(ticket.rate, entry.service.rate) is None


def _no_company(ticket: BillableView, _: Entries) -> Iterable[Objection]:
    return (Objection(Refusal.NO_COMPANY, {}),) if ticket.company_id is None and ticket.contact_id is None else ()


def _contact_without_company(ticket: BillableView, _: Entries) -> Iterable[Objection]:
    if ticket.contact_id is None or ticket.customer_id is not None:
        return ()
    return (Objection(Refusal.CONTACT_WITHOUT_COMPANY, {"contact": ticket.contact_name, "contact_id": ticket.contact_id}),)


Rule = Callable[[BillableView, Entries], Iterable[Objection]]

RULES: tuple[Rule, ...] = (
    _not_closed,
    _not_to_bill,
    _no_time_entries,
    _for_entries(Refusal.ENTRY_WITHOUT_SERVICE, lambda _, entry: entry.service is None),
    _for_entries(Refusal.ENTRY_WITHOUT_DATE, lambda _, entry: entry.worked_on is None),
    _for_entries(Refusal.ENTRY_WITHOUT_TIME, lambda _, entry: entry.minutes is None),
    _for_entries(Refusal.NO_RATE, _no_rate),
    _no_company,
    _contact_without_company,
)
