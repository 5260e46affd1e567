"""*Stato Fatturazione* and *Tariffa* by hand, from the ticket's panel (spec, sections 2 and 3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session

from domain.actions.contracts.draw import redraw
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.lines import (
    ActiveLine,
    active_lines,
    lock_proposals,
    record_by_proposal,
    refuse_under_way,
    required_reason,
    touch,
)
from domain.actions.proposals.states import decide_lines, free_lines
from domain.actions.tickets.billing import Move, move
from domain.actions.tickets.edit import open_ticket
from domain.errors import InvalidInput, Refused, Stale
from domain.model.base import among, table_of
from domain.model.proposals import Proposal
from domain.model.tickets import REASON_LENGTH, Ticket
from domain.money import MAX_CENTS
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed, replaced_decisions
from domain.rules.proposal_states import LineEvent
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
    """Save the panel *Fatturazione Avanzata*. On a DRAFT proposal a new state applies to the ticket's lines.

    Raises PermissionDenied, NotFound, Stale, InvalidInput, Refused (`on_proposal`, `rate_on_proposal`, `reason_required`,
    `reason_of_other_state`, `only_a_proposal_proposes`).
    """
    authorise(session, actor, Permission.SET_BILLING)
    drafts = lock_drafts(session, [command.ticket_id])
    ticket = open_ticket(session, command.ticket_id, command.seen_version)
    lines = active_lines(session, [command.ticket_id]).get(command.ticket_id, [])
    refuse_moved(lines, drafts)
    if command.rate != ticket.hourly_rate:
        refuse_rate(command.rate, lines)
        write_rate(session, actor, {command.ticket_id: ticket.hourly_rate}, command.rate)
    tidy = clean_text(" ".join(command.reason.split()), "reason", REASON_LENGTH, required=False)
    if (command.status, tidy) == (ticket.billing_status, ticket.cancellation_reason):
        return
    refuse_status(ticket.billing_status, command.status, lines)
    reason = _reason_of(command.status, tidy, ticket) if command.status in REASON_REQUIRED else tidy
    write_status(session, actor, {command.ticket_id: ticket.billing_status}, command.status, reason, lines)
    for proposal in drafts:
        touch(proposal, actor)


def _reason_of(status: Status, reason: str, ticket: Ticket) -> str:
    """The reason for a state: not the one that was given for the state before. Raises Refused."""
    if reason and reason == ticket.cancellation_reason and status is not ticket.billing_status:
        raise Refused("reason_of_other_state", before=ticket.billing_status, after=status)
    return required_reason(reason)


def lock_drafts(session: Session, ticket_ids: Collection[int]) -> list[Proposal]:
    """The drafts that hold work of these tickets. Proposals come before tickets in the order of locks."""
    held = active_lines(session, ticket_ids).values()
    ids = {line.proposal_id for lines in held for line in lines if line.proposal_status is ProposalStatus.DRAFT}
    return lock_proposals(session, sorted(ids))


def refuse_moved(lines: Collection[ActiveLine], drafts: Collection[Proposal]) -> None:
    """Raises Stale where a ticket came onto a draft before it was locked."""
    locked = {proposal.id for proposal in drafts}
    if any(line.proposal_status is ProposalStatus.DRAFT and line.proposal_id not in locked for line in lines):
        raise Stale("ticket_moved")


def refuse_rate(rate: int, lines: Collection[ActiveLine]) -> None:
    """Raises InvalidInput for a rate that is none, Refused `rate_on_proposal` while lines of the ticket are priced by another."""
    if not 0 <= rate <= MAX_CENTS:
        raise InvalidInput("rate_out_of_range", field="hourly_rate")
    priced = [line for line in lines if line.proposal_status not in _ENDED]
    if priced:
        raise Refused("rate_on_proposal", number=priced[0].proposal_number)


def write_rate(session: Session, actor: Actor, before: Mapping[int, int], rate: int) -> None:
    """Give tickets, locked and by their id with the rate that they had, another one: a person's, not their contract's."""
    table = table_of(Ticket)
    values = {"hourly_rate": rate, "rate_from_contract": False, "version": table.c.version + 1}
    session.execute(update(table).where(among(table.c.id, before)).values(values))
    for ticket_id, old in before.items():
        before_, after = {"hourly_rate": old}, {"hourly_rate": rate}
        record(session, actor, AuditAction.CHANGED, "ticket", ticket_id, before=before_, after=after)


def refuse_status(before: Status, after: Status, lines: Collection[ActiveLine]) -> None:
    """Raises Refused where a person can't change the state: `on_proposal`, `only_a_proposal_proposes`."""
    for line in lines:
        refuse_under_way(line.proposal_number, line.proposal_status)
    if not allowed(BillingEvent.SET_BY_HAND, before, after):
        raise Refused("only_a_proposal_proposes")


def write_status(
    session: Session, actor: Actor, before: Mapping[int, Status], status: Status, reason: str, lines: Collection[ActiveLine]
) -> None:
    """What is asked for is what the tickets get, `before` by their ids; their lines that are on no invoice follow.

    Raises ContractRefuses where a contract does not take their work.
    """
    open_lines = [line for line in lines if not (line.state is LineState.BILL and line.view.invoiced)]
    decision = _BY_LINES.get(status) if status else None
    if decision:
        _decide(
            session, [line for line in open_lines if _gives_way(line, before[line.ticket_id], status)], decision, reason, actor
        )
    else:
        free_lines(session, [line.id for line in open_lines])
        record_by_proposal(session, actor, AuditAction.TAKEN_OFF, open_lines, reason=reason)
    covered = [ticket_id for ticket_id, was in before.items() if was is BillingStatus.SERVICE_CONTRACT]
    if covered:
        # What its contract had drawn goes back before anything is decided about that work.
        redraw(session, actor, covered, give_back=True)
    stays = open_lines if decision else [line for line in lines if line not in open_lines]
    holder: dict[int, tuple[int, str]] = {}
    for line in stays:
        holder.setdefault(line.ticket_id, (line.proposal_id, line.proposal_number))
    moves = [Move(id_, was, status, reason, *holder.get(id_, (None, ""))) for id_, was in before.items()]
    move(session, actor, BillingEvent.SET_BY_HAND, moves)
    if status is BillingStatus.SERVICE_CONTRACT:
        redraw(session, actor, list(before), past_the_last=True)


def _gives_way(line: ActiveLine, before: Status, after: Status) -> bool:
    replaced = {_BY_LINES[old] for old in replaced_decisions(before, after) if old in _BY_LINES}
    return line.state in {LineState.BILL, *replaced}


def _decide(session: Session, lines: list[ActiveLine], decision: LineState, reason: str, actor: Actor) -> None:
    decide_lines(session, LineEvent.SET_BY_HAND, decision, [line.id for line in lines], reason, actor)
    after = {"state": decision.value}
    record_by_proposal(session, actor, AuditAction.LINES_REVIEWED, lines, after=after, reason=reason)
