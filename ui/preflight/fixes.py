"""What a press in the pre-flight does about each cause, and how it is taken back: actions of the domain, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.actions.tickets.fix import (
    EntryField,
    EntryFix,
    RateFix,
    StatusFix,
    bill_again,
    fix_entries,
    link_company,
    link_contact,
    set_rates,
    set_ticket_status,
)
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import set_billing
from domain.vocabulary import BillingStatus, Permission, Refusal, TicketStatus
from storage.queries.tickets.billing_issues import BillingIssue, TicketLine
from ui.preflight.board import Board, Item
from ui.server.gateway import Action

ENTRY_FIELDS: Final[dict[Refusal, EntryField]] = {
    Refusal.ENTRY_WITHOUT_SERVICE: "service_id",
    Refusal.ENTRY_WITHOUT_DATE: "started_at",
    Refusal.ENTRY_WITHOUT_TIME: "billable_minutes",
}
_NEEDS: Final = {
    Refusal.NOT_TO_BILL: Permission.SET_BILLING,
    Refusal.NO_RATE: Permission.SET_BILLING,
    Refusal.CONTACT_WITHOUT_COMPANY: Permission.MANAGE_MASTER_DATA,
}


@dataclass(frozen=True, slots=True)
class Fix:
    """`action` mends `count` things; `back`, given its result, is the action that takes it back, or None where nothing does."""

    action: Action[Any]
    count: int
    back: Callable[[Any], Action[Any] | None]


def needed(cause: BillingIssue) -> Permission:
    """What somebody must be allowed to do to mend a cause."""
    return _NEEDS.get(cause.code, Permission.EDIT_TICKETS)


def fix_items(board: Board, cause: BillingIssue, items: Sequence[Item], value: Any = None) -> Fix:
    """Fix one or many: `value` is a service's id, an instant, minutes, or cents per hour, as the cause asks for."""
    code, tickets = cause.code, list(dict.fromkeys(item.ticket_id for item in items))
    if code is Refusal.NOT_CLOSED:
        return _close([StatusFix(id_, board.version(id_), TicketStatus.CLOSED) for id_ in tickets])
    if code is Refusal.NO_RATE:
        return _rates([RateFix(id_, board.version(id_), value) for id_ in tickets])
    if code is Refusal.NOT_TO_BILL and cause.state == BillingStatus.SUSPENDED:
        return Fix(lambda session, actor: resume(session, tickets, actor=actor), len(tickets), _nothing)
    return fix_times(cause, [EntryFix(item.entry_id, None, value) for item in items])


def fix_times(cause: BillingIssue, mends: Sequence[EntryFix]) -> Fix:
    """Set the field that the cause is about on entries, each to a value of its own."""
    field = ENTRY_FIELDS[cause.code]

    def back(undo: list[EntryFix]) -> Action[Any]:
        return lambda session, actor: fix_entries(session, field, undo, actor=actor)

    return Fix(lambda session, actor: fix_entries(session, field, mends, actor=actor), len(mends), back)


def fix_state(board: Board, ticket_id: int) -> Fix:
    """Send a ticket that is not to be billed back to be billed."""
    version = board.version(ticket_id)

    def back(before: Any) -> Action[Any] | None:
        return (lambda session, actor: set_billing(session, before, actor=actor)) if before else None

    return Fix(lambda session, actor: bill_again(session, ticket_id, version, actor=actor), 1, back)


def fix_company(board: Board, ticket: TicketLine, company_id: int) -> Fix:
    """Say of which company a ticket is: through its contact, which then is there for all its tickets, or by itself."""
    contact_id = ticket.contact_id
    if contact_id is not None:
        return Fix(
            lambda session, actor: link_contact(session, contact_id, None, company_id, actor=actor),
            1,
            lambda _: lambda session, actor: link_contact(session, contact_id, company_id, None, actor=actor),
        )
    id_, version = ticket.id, board.version(ticket.id)

    def back(now: int) -> Action[Any]:
        return lambda session, actor: link_company(session, id_, now, None, actor=actor)

    return Fix(lambda session, actor: link_company(session, id_, version, company_id, actor=actor), 1, back)


def known_times(lines: Sequence[Any]) -> list[EntryFix]:
    """To bill what was worked, of those entries where that is known."""
    return [EntryFix(line.id, None, line.worked_minutes) for line in lines if line.worked_minutes is not None]


def _close(mends: list[StatusFix]) -> Fix:
    def back(undo: list[StatusFix]) -> Action[Any]:
        return lambda session, actor: set_ticket_status(session, undo, actor=actor)

    return Fix(lambda session, actor: set_ticket_status(session, mends, actor=actor), len(mends), back)


def _rates(mends: list[RateFix]) -> Fix:
    def back(undo: list[RateFix]) -> Action[Any]:
        return lambda session, actor: set_rates(session, undo, actor=actor)

    return Fix(lambda session, actor: set_rates(session, mends, actor=actor), len(mends), back)


def _nothing(_: Any) -> None:
    return None
