"""*Riprendi*: suspended work goes back to be billed, billed work stays billed (spec, section 5)."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.lines import ActiveLine, active_lines, follow_lines, lock_proposals, record_by_proposal, touch
from domain.actions.proposals.states import free_lines
from domain.actions.tickets.billing import NO_MANUAL_DECISION
from domain.errors import NotFound, Refused, Stale
from domain.model.base import among, table_of
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_tickets import lock_tickets
from domain.vocabulary import UNDER_WAY, AuditAction, BillingEvent, BillingStatus, LineState, Permission


def resume(session: Session, ticket_ids: Collection[int], *, actor: Actor) -> None:
    """Resume the suspended work of tickets, also if late work has changed their status.

    Raises PermissionDenied, NotFound, Stale `ticket_moved`, Refused (`not_suspended`, `resume_on_proposal` where a proposal
    under approval holds the work of a ticket; `params` name both).
    """
    authorise(session, actor, Permission.SET_BILLING)
    holders = {line.proposal_id: line.ticket_id for line in _suspended(session, ticket_ids)}
    for proposal in lock_proposals(session, holders):
        if proposal.status in UNDER_WAY:
            number = session.get_one(Ticket, holders[proposal.id or 0]).number
            status = proposal.status.value
            raise Refused("resume_on_proposal", ticket=number, number=proposal.number, proposal_status=status)
        touch(proposal, actor)
    lock_tickets(session, ticket_ids)
    lines = _suspended(session, ticket_ids)
    if {line.proposal_id for line in lines} - holders.keys():
        raise Stale("ticket_moved")
    hidden = _hidden(session, ticket_ids, {line.ticket_id for line in lines})
    free_lines(session, [line.id for line in lines])
    entry = table_of(TimeEntry)
    by_hand = among(entry.c.ticket_id, ticket_ids) & (entry.c.manual_decision == BillingStatus.SUSPENDED)
    session.execute(update(entry).where(by_hand).values(NO_MANUAL_DECISION))
    record_by_proposal(session, actor, AuditAction.RESUMED, lines)
    # The others' states move, which their histories tell.
    for ticket_id in hidden:
        record(session, actor, AuditAction.RESUMED, "ticket", ticket_id)
    ticket = table_of(Ticket)
    session.execute(update(ticket).where(among(ticket.c.id, ticket_ids)).values(review_on=None))
    session.flush()
    follow_lines(session, actor, BillingEvent.RESUMED, ticket_ids)


def _suspended(session: Session, ticket_ids: Collection[int]) -> list[ActiveLine]:
    held = active_lines(session, ticket_ids).values()
    return [line for lines in held for line in lines if line.state is LineState.SUSPENDED]


def _hidden(session: Session, ticket_ids: Collection[int], by_line: set[int]) -> list[int]:
    """The tickets whose own state does not show that they have suspended work. Raises NotFound, Refused `not_suspended`."""
    ticket, entry = table_of(Ticket).c, table_of(TimeEntry).c
    suspended = entry.manual_decision == BillingStatus.SUSPENDED
    by_hand = set(session.execute(select(entry.ticket_id).where(among(entry.ticket_id, ticket_ids), suspended)).scalars())
    rows = session.execute(select(ticket.id, ticket.number, ticket.billing_status).where(among(ticket.id, ticket_ids))).all()
    if len(rows) != len(set(ticket_ids)):
        raise NotFound("unknown_ticket", numbers="", count=len(set(ticket_ids)) - len(rows))
    hidden = [row for row in rows if row.billing_status is not BillingStatus.SUSPENDED]
    for row in hidden:
        if row.id not in by_line | by_hand:
            raise Refused("not_suspended", number=row.number)
    return sorted(row.id for row in hidden)
