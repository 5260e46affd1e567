"""What a press in the pre-flight does about each cause, and how it is taken back: actions of the domain, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.actions.mend import (
    EntryField,
    EntryMend,
    RateMend,
    StatusMend,
    bill_again,
    link_company,
    link_contact,
    mend_entries,
    set_rates,
    set_ticket_status,
)
from domain.actions.resume import resume
from domain.actions.set_billing import set_billing
from domain.vocabulary import BillingStatus, Permission, Refusal, TicketStatus
from storage.queries.preflight import Cause, TicketLine
from ui.components.preflight_board import Board, Item
from ui.gateway import Action

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
class Mend:
    """`action` mends `count` things; `back`, given its result, is the action that takes it back, or None where nothing does."""

    action: Action[Any]
    count: int
    back: Callable[[Any], Action[Any] | None]


def needed(cause: Cause) -> Permission:
    """What somebody must be allowed to do to mend a cause."""
    return _NEEDS.get(cause.code, Permission.EDIT_TICKETS)


def mend_items(board: Board, cause: Cause, items: Sequence[Item], value: Any = None) -> Mend:
    """Mend one or many: `value` is a service's id, an instant, minutes, or cents per hour, as the cause asks for."""
    code, tickets = cause.code, list(dict.fromkeys(item.ticket_id for item in items))
    if code is Refusal.NOT_CLOSED:
        return _close([StatusMend(id_, board.version(id_), TicketStatus.CLOSED) for id_ in tickets])
    if code is Refusal.NO_RATE:
        return _rates([RateMend(id_, board.version(id_), value) for id_ in tickets])
    if code is Refusal.NOT_TO_BILL and cause.state == BillingStatus.SUSPENDED:
        return Mend(lambda session, actor: resume(session, tickets, actor=actor), len(tickets), _nothing)
    return mend_times(cause, [EntryMend(item.entry_id, None, value) for item in items])


def mend_times(cause: Cause, mends: Sequence[EntryMend]) -> Mend:
    """Set the field that the cause is about on entries, each to a value of its own."""
    field = ENTRY_FIELDS[cause.code]

    def back(undo: list[EntryMend]) -> Action[Any]:
        return lambda session, actor: mend_entries(session, field, undo, actor=actor)

    return Mend(lambda session, actor: mend_entries(session, field, mends, actor=actor), len(mends), back)


def mend_state(board: Board, ticket_id: int) -> Mend:
    """Send a ticket that is not to be billed back to be billed."""
    version = board.version(ticket_id)

    def back(before: Any) -> Action[Any] | None:
        return (lambda session, actor: set_billing(session, before, actor=actor)) if before else None

    return Mend(lambda session, actor: bill_again(session, ticket_id, version, actor=actor), 1, back)


def mend_company(board: Board, ticket: TicketLine, company_id: int) -> Mend:
    """Say of which company a ticket is: through its contact, which then is there for all its tickets, or by itself."""
    contact_id = ticket.contact_id
    if contact_id is not None:
        return Mend(
            lambda session, actor: link_contact(session, contact_id, None, company_id, actor=actor),
            1,
            lambda _: lambda session, actor: link_contact(session, contact_id, company_id, None, actor=actor),
        )
    id_, version = ticket.id, board.version(ticket.id)

    def back(now: int) -> Action[Any]:
        return lambda session, actor: link_company(session, id_, now, None, actor=actor)

    return Mend(lambda session, actor: link_company(session, id_, version, company_id, actor=actor), 1, back)


def known_times(lines: Sequence[Any]) -> list[EntryMend]:
    """To bill what was worked, of those entries where that is known."""
    return [EntryMend(line.id, None, line.worked_minutes) for line in lines if line.worked_minutes is not None]


def _close(mends: list[StatusMend]) -> Mend:
    def back(undo: list[StatusMend]) -> Action[Any]:
        return lambda session, actor: set_ticket_status(session, undo, actor=actor)

    return Mend(lambda session, actor: set_ticket_status(session, mends, actor=actor), len(mends), back)


def _rates(mends: list[RateMend]) -> Mend:
    def back(undo: list[RateMend]) -> Action[Any]:
        return lambda session, actor: set_rates(session, undo, actor=actor)

    return Mend(lambda session, actor: set_rates(session, mends, actor=actor), len(mends), back)


def _nothing(_: Any) -> None:
    return None
