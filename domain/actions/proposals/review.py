"""*Sospendi*, *Non fatturare*, *Ripristina*: on lines or on whole tickets of a proposal under review (spec, section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.lines import follow_lines, open_draft, required_reason
from domain.actions.proposals.states import decide_lines, free_lines
from domain.errors import NotFound, Refused
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket
from domain.reads.billable_tickets import lock_tickets
from domain.rules.proposal_states import LineEvent
from domain.vocabulary import AuditAction, BillingEvent, LineState, Permission


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Lines of one proposal, by id or by ticket, as `seen_version` of the proposal showed them; None takes it as it is."""

    proposal_id: int
    seen_version: int | None
    line_ids: frozenset[int] = frozenset()
    ticket_ids: frozenset[int] = frozenset()

    def condition(self) -> ColumnElement[bool]:
        """The chosen lines that still hold entries, in SQL."""
        line = table_of(ProposalLine).c
        chosen = among(line.id, self.line_ids) | among(line.ticket_id, self.ticket_ids)
        return (line.proposal_id == self.proposal_id) & (line.state != LineState.RELEASED) & chosen


@dataclass(frozen=True, slots=True)
class Decide:
    """BILL restores, SUSPENDED and NOT_BILLED need a reason."""

    lines: LineChoice
    state: LineState
    reason: str = ""


def decide(session: Session, command: Decide, *, actor: Actor) -> Proposal:
    """Set the state of the chosen lines; their tickets follow.

    Raises PermissionDenied, NotFound, Stale, Refused (`not_draft`, `reason_required`, `no_lines`).
    """
    authorise(session, actor, Permission.REVIEW)
    if command.state is LineState.RELEASED:
        raise Refused("no_lines")
    reason = "" if command.state is LineState.BILL else required_reason(command.reason)
    proposal = open_draft(session, actor, command.lines.proposal_id, command.lines.seen_version)
    chosen = _chosen(session, command.lines)
    lock_tickets(session, {row.ticket_id for row in chosen})
    decide_lines(session, LineEvent.REVIEWED, command.state, [row.id for row in chosen], reason, actor)
    record(
        session,
        actor,
        AuditAction.LINES_REVIEWED,
        "proposal",
        command.lines.proposal_id,
        before=as_decided(chosen),
        after={"state": command.state.value, "net": sum(row.net for row in chosen)},
        reason=reason,
    )
    session.flush()
    follow_lines(session, actor, BillingEvent.REVIEWED, {row.ticket_id for row in chosen})
    return proposal


def as_decided(lines: Sequence[Row[Any]]) -> dict[str, Any]:
    """What was decided on lines, as the history keeps it and `undo_review` needs it to put it back."""
    reasons = {str(row.id): row.reason for row in lines if row.reason}
    return {"lines": {str(row.id): row.state.value for row in lines}, "reasons": reasons}


def remove_from_proposal(session: Session, lines: LineChoice, *, actor: Actor) -> Proposal:
    """Take tickets off a draft, whole even where one line was chosen: their entries are free again. Raises as `decide` does."""
    authorise(session, actor, Permission.REVIEW)
    proposal = open_draft(session, actor, lines.proposal_id, lines.seen_version)
    tickets = sorted({row.ticket_id for row in _chosen(session, lines)})
    chosen = _chosen(session, LineChoice(lines.proposal_id, None, ticket_ids=frozenset(tickets)))
    lock_tickets(session, tickets)
    free_lines(session, [row.id for row in chosen])
    record(
        session,
        actor,
        AuditAction.TAKEN_OFF,
        "proposal",
        lines.proposal_id,
        before={"tickets": tickets, "net": sum(row.net for row in chosen)},
    )
    session.flush()
    follow_lines(session, actor, BillingEvent.TAKEN_OFF, tickets)
    return proposal


def _chosen(session: Session, lines: LineChoice) -> list[Row[Any]]:
    line = table_of(ProposalLine)
    rows = session.execute(
        select(line.c.id, line.c.ticket_id, line.c.state, line.c.reason, line.c.net).where(lines.condition()).order_by(line.c.id)
    ).all()
    missing = lines.ticket_ids - {row.ticket_id for row in rows}
    if missing:
        ticket = table_of(Ticket).c
        numbers = session.execute(select(ticket.number).where(among(ticket.id, missing)).order_by(ticket.id).limit(10)).scalars()
        raise NotFound("tickets_not_on_proposal", numbers=", ".join(numbers))
    if not rows or lines.line_ids - {row.id for row in rows}:
        raise NotFound("no_lines")
    return list(rows)
