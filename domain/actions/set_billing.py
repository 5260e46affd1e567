"""*Stato Fatturazione* and *Tariffa* by hand, from the ticket's panel (spec, sections 2 and 3)."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session

from domain.actions.acting import Actor, authorise
from domain.actions.audit import record
from domain.actions.billing import Move, move
from domain.actions.contracts import redraw
from domain.actions.edit_ticket import open_ticket
from domain.actions.lines import (
    HeldLine,
    held_lines,
    lock_proposals,
    record_by_proposal,
    refuse_under_way,
    release,
    required_reason,
    touch,
)
from domain.errors import InvalidInput, Refused, Stale
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import REASON_LENGTH, Ticket
from domain.money import MAX_CENTS
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed, replaced_decisions
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, BillingEvent, BillingStatus, LineState, Permission, ProposalStatus

_ENDED = (ProposalStatus.CANCELLED, ProposalStatus.INVOICED)
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

    Raises PermissionDenied, NotFound, Stale, InvalidInput, Refused (`on_proposal`, `rate_on_proposal`, `reason_required`,
    `only_a_proposal_proposes`).
    """
    authorise(session, actor, Permission.SET_BILLING)
    drafts = _lock_drafts(session, command.ticket_id)
    ticket = open_ticket(session, command.ticket_id, command.seen_version)
    lines = held_lines(session, [command.ticket_id]).get(command.ticket_id, [])
    locked = {proposal.id for proposal in drafts}
    if any(line.proposal_status is ProposalStatus.DRAFT and line.proposal_id not in locked for line in lines):
        raise Stale("ticket_moved")
    _set_rate(session, ticket, command.rate, lines, actor)
    session.flush()
    tidy = clean_text(" ".join(command.reason.split()), "reason", REASON_LENGTH, required=False)
    if (command.status, tidy) == (ticket.billing_status, ticket.cancellation_reason):
        return
    for line in lines:
        refuse_under_way(line.proposal_number, line.proposal_status)
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
    return lock_proposals(session, ids)


def _set_rate(session: Session, ticket: Ticket, rate: int, lines: list[HeldLine], actor: Actor) -> None:
    if rate == ticket.hourly_rate:
        return
    if not 0 <= rate <= MAX_CENTS:
        raise InvalidInput("rate_out_of_range", field="hourly_rate")
    priced = [line for line in lines if line.proposal_status not in _ENDED]
    if priced:
        raise Refused("rate_on_proposal", number=priced[0].proposal_number)
    record(
        session,
        actor,
        AuditAction.CHANGED,
        "ticket",
        ticket.id or 0,
        before={"hourly_rate": ticket.hourly_rate},
        after={"hourly_rate": rate},
    )
    ticket.hourly_rate, ticket.rate_from_contract = rate, False


def _set_status(session: Session, ticket: Ticket, status: Status, reason: str, lines: list[HeldLine], actor: Actor) -> None:
    """What is asked for is what the ticket gets; its lines that are on no invoice follow."""
    invoiced = [line for line in lines if line.state is LineState.BILL and line.view.invoiced]
    open_lines = [line for line in lines if line not in invoiced]
    decision = _BY_LINES.get(status) if status else None
    if decision:
        replaced = {_BY_LINES[old] for old in replaced_decisions(ticket.billing_status, status) if old in _BY_LINES}
        _decide(session, [line for line in open_lines if line.state in {LineState.BILL, *replaced}], decision, reason, actor)
    else:
        release(session, [line.id for line in open_lines])
        record_by_proposal(session, actor, AuditAction.TAKEN_OFF, open_lines, reason=reason)
    if ticket.billing_status is BillingStatus.SERVICE_CONTRACT:
        # What its contract had drawn goes back before anything is decided about that work.
        redraw(session, actor, [ticket.id or 0], give_back=True)
    held = open_lines if decision else invoiced
    proposal = (held[0].proposal_id, held[0].proposal_number) if held else (None, "")
    change = Move(ticket.id or 0, ticket.billing_status, status, reason, *proposal)
    move(session, actor, BillingEvent.SET_BY_HAND, [change])
    if status is BillingStatus.SERVICE_CONTRACT:
        redraw(session, actor, [ticket.id or 0], past_the_last=True)


def _decide(session: Session, lines: list[HeldLine], decision: LineState, reason: str, actor: Actor) -> None:
    table = table_of(ProposalLine)
    values = {"state": decision, "reason": reason, "decided_by": actor.name, "decided_at": actor.now}
    session.execute(update(table).where(among(table.c.id, [line.id for line in lines])).values(values))
    after = {"state": decision.value}
    record_by_proposal(session, actor, AuditAction.LINES_REVIEWED, lines, after=after, reason=reason)
