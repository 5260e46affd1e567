"""*Stato Fatturazione* and *Tariffa* by hand, from the ticket's panel (spec, sections 2 and 3)."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session

from domain.actions.acting import Actor, authorise
from domain.actions.audit import record
from domain.actions.billing import Move, move
from domain.actions.edit_ticket import open_ticket
from domain.actions.lines import HeldLine, follow_lines, held_lines, lock_proposal, release, required_reason, touch
from domain.errors import InvalidInput, Refused
from domain.model.base import table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import REASON_LENGTH, Ticket
from domain.money import MAX_CENTS
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, BillingEvent, BillingStatus, LineState, Permission, ProposalStatus

_UNDER_WAY = (ProposalStatus.SUBMITTED, ProposalStatus.APPROVED)
_BY_LINES = {BillingStatus.SUSPENDED: LineState.SUSPENDED, BillingStatus.NOT_BILLED: LineState.NOT_BILLED}


@dataclass(frozen=True, slots=True)
class SetBilling:
    """The panel as saved: the ticket in the version that was seen, its state, rate (cents per hour, 0 = none) and reason."""

    ticket_id: int
    seen_version: int
    status: Status
    rate: int
    reason: str = ""


def set_billing(session: Session, command: SetBilling, *, actor: Actor) -> None:
    """Save the panel. On a DRAFT proposal a new state acts on the ticket's lines. Never commits.

    Raises PermissionDenied, NotFound, Stale, InvalidInput, Refused (`on_proposal`, `reason_required`, `billing_transition`).
    """
    authorise(session, actor, Permission.SET_BILLING)
    drafts = _lock_drafts(session, command.ticket_id)
    ticket = open_ticket(session, command.ticket_id, command.seen_version)
    lines = held_lines(session, [command.ticket_id]).get(command.ticket_id, [])
    _set_rate(session, ticket, command.rate, lines, actor)
    session.flush()
    tidy = clean_text(" ".join(command.reason.split()), "reason", REASON_LENGTH, required=False)
    if (command.status, tidy) == (ticket.billing_status, ticket.cancellation_reason):
        return
    under_way = [line for line in lines if line.proposal_status in _UNDER_WAY]
    if under_way:
        raise Refused("on_proposal", number=under_way[0].proposal_number, proposal_status=under_way[0].proposal_status.value)
    if not allowed(BillingEvent.SET_BY_HAND, ticket.billing_status, command.status):
        raise Refused("only_a_proposal_proposes")
    reason = required_reason(tidy) if command.status in REASON_REQUIRED else tidy
    _set_status(session, ticket, command.status, reason, lines, actor)
    for proposal in drafts:
        touch(proposal, actor)


def _lock_drafts(session: Session, ticket_id: int) -> list[Proposal]:
    """Proposals come before tickets in the order of locks."""
    lines = held_lines(session, [ticket_id]).get(ticket_id, [])
    ids = sorted({line.proposal_id for line in lines if line.proposal_status is ProposalStatus.DRAFT})
    return [lock_proposal(session, id_) for id_ in ids]


def _set_rate(session: Session, ticket: Ticket, rate: int, lines: list[HeldLine], actor: Actor) -> None:
    if rate == ticket.hourly_rate:
        return
    if not 0 <= rate <= MAX_CENTS:
        raise InvalidInput("rate_out_of_range", field="hourly_rate")
    proposed = [line for line in lines if line.state is LineState.BILL and not line.view.invoiced]
    if proposed:
        raise Refused("rate_on_proposal", number=proposed[0].proposal_number)
    record(
        session,
        actor,
        AuditAction.CHANGED,
        "ticket",
        ticket.id or 0,
        before={"hourly_rate": ticket.hourly_rate},
        after={"hourly_rate": rate},
    )
    ticket.hourly_rate = rate


def _set_status(session: Session, ticket: Ticket, status: Status, reason: str, lines: list[HeldLine], actor: Actor) -> None:
    ticket_id = ticket.id or 0
    on_draft = [line.id for line in lines if line.proposal_status is ProposalStatus.DRAFT]
    decision = _BY_LINES.get(status) if status else None
    if on_draft and decision:
        line = table_of(ProposalLine)
        values = {"state": decision, "reason": reason, "decided_by": actor.name, "decided_at": actor.now}
        session.execute(update(line).where(line.c.id.in_(on_draft)).values(values))
        return follow_lines(session, actor, BillingEvent.REVIEWED, [ticket_id])
    # Whatever is not on an invoice is let go: back to bill, or covered by what the new state says.
    release(session, [line.id for line in lines if line.state is not LineState.BILL or not line.view.invoiced])
    kept = ticket.proposal_id if any(line.view.invoiced and line.state is LineState.BILL for line in lines) else None
    change = Move(ticket_id, ticket.billing_status, status, reason, kept)
    return move(session, actor, BillingEvent.SET_BY_HAND, [change])
