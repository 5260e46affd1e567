"""Cancelling a proposal: what was still to bill goes back, what was decided stays decided (spec, section 5)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.people.notices import withdraw
from domain.actions.proposals.lines import follow_lines, lock_proposal, refuse_stale, required_reason
from domain.actions.proposals.states import free_lines, move_proposal
from domain.errors import Refused
from domain.model.base import table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.reads.billable_tickets import lock_tickets
from domain.rules.proposal_states import CANCELLABLE
from domain.vocabulary import AuditAction, BillingEvent, LineState, Permission, ProposalStatus


@dataclass(frozen=True, slots=True)
class Cancel:
    """Which proposal, in the version that was seen (None: as it is), and why."""

    proposal_id: int
    seen_version: int | None
    reason: str


def cancel(session: Session, command: Cancel, *, actor: Actor) -> Proposal:
    """Cancel a proposal.

    Raises PermissionDenied, NotFound, Stale, Refused (`not_cancellable`, `reason_required`).
    """
    authorise(session, actor, Permission.CANCEL_PROPOSAL)
    reason = required_reason(command.reason)
    proposal = lock_proposal(session, command.proposal_id)
    refuse_stale(proposal, command.seen_version)
    if proposal.status not in CANCELLABLE:
        raise Refused("not_cancellable", number=proposal.number, proposal_status=proposal.status.value)
    before, proposal.cancellation_reason = move_proposal(proposal, ProposalStatus.CANCELLED, actor), reason
    session.flush()
    withdraw(session, actor, [command.proposal_id])
    line = table_of(ProposalLine).c
    given_back = session.execute(
        select(line.id, line.ticket_id).where(line.proposal_id == command.proposal_id, line.state == LineState.BILL)
    ).all()
    tickets = {row.ticket_id for row in given_back}
    lock_tickets(session, tickets)
    free_lines(session, [row.id for row in given_back])
    follow_lines(session, actor, BillingEvent.PROPOSAL_CANCELLED, tickets)
    record(
        session,
        actor,
        AuditAction.CANCELLED,
        "proposal",
        command.proposal_id,
        before={"status": before.value},
        after={"status": proposal.status.value, "tickets_given_back": len(tickets)},
        reason=reason,
    )
    return proposal
