"""What proposal lines hold, letting go of it, and the ticket states that follow (spec, section 5)."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col
from sqlmodel import select as select_model

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.actions.tickets.billing import Move, move
from domain.errors import NotFound, Refused, Stale
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import REASON_LENGTH, Ticket, TimeEntry
from domain.reads.billable_tickets import lock_tickets
from domain.rules.billing_status import LineView, status_from_lines
from domain.rules.text import clean_text
from domain.vocabulary import UNDER_WAY, AuditAction, BillingEvent, BillingStatus, LineState, ProposalStatus


class ActiveLine(NamedTuple):
    """A line that holds entries of a ticket, and the proposal it is on."""

    id: int
    ticket_id: int
    proposal_id: int
    proposal_number: str
    proposal_status: ProposalStatus
    state: LineState
    reason: str

    @property
    def view(self) -> LineView:
        """What the rules need of it."""
        return LineView(self.state, self.proposal_status is ProposalStatus.INVOICED)


def open_draft(session: Session, actor: Actor, proposal_id: int, seen_version: int | None) -> Proposal:
    """The proposal, locked, as somebody saw it and still under review; marked as changed by `actor`.

    Raises NotFound, Stale (saying who changed it and when), Refused `not_draft`. None as `seen_version` takes it as it is.
    """
    proposal = lock_proposal(session, proposal_id)
    refuse_stale(proposal, seen_version)
    if proposal.status is not ProposalStatus.DRAFT:
        raise Refused("not_draft", number=proposal.number, proposal_status=proposal.status.value)
    touch(proposal, actor)
    return proposal


def refuse_stale(proposal: Proposal, seen_version: int | None) -> None:
    """Raises Stale where the proposal is no more what somebody saw, saying who changed it and when."""
    if seen_version is not None and proposal.version != seen_version:
        raise Stale("proposal_changed", number=proposal.number, by=proposal.changed_by, at=proposal.changed_at.isoformat())


def refuse_under_way(number: str, status: ProposalStatus) -> None:
    """Raises Refused `on_proposal` where a proposal is past review: what it holds can't change under those who approve it."""
    if status in UNDER_WAY:
        raise Refused("on_proposal", number=number, proposal_status=status.value)


def touch(proposal: Proposal, actor: Actor) -> None:
    """Mark a proposal as changed by `actor`: its version moves on, also when the same person acts twice in one instant."""
    proposal.changed_at, proposal.changed_by = actor.now, actor.name
    flag_modified(proposal, "changed_at")


def lock_proposal(session: Session, proposal_id: int) -> Proposal:
    """The proposal, locked until the transaction ends. Proposals are locked before tickets, everywhere. Raises NotFound.

    Its key stays free to be referred to: a ticket that is moved to another proposal must not wait for who reviews that.
    """
    statement = select_model(Proposal).where(col(Proposal.id) == proposal_id).with_for_update(key_share=True)
    proposal = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if proposal is None:
        raise NotFound("unknown_proposal", number=str(proposal_id))
    return proposal


def lock_proposals(session: Session, proposal_ids: Collection[int]) -> list[Proposal]:
    """Many proposals, locked in id order as `lock_proposal` does. Raises NotFound."""
    statement = select_model(Proposal).where(among(table_of(Proposal).c.id, proposal_ids)).order_by(col(Proposal.id))
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    proposals = list(session.exec(locked))
    missing = sorted(set(proposal_ids) - {proposal.id for proposal in proposals})
    if missing:
        raise NotFound("unknown_proposal", number=str(missing[0]))
    return proposals


def required_reason(reason: str) -> str:
    """The reason, tidied. Raises Refused `reason_required` or `reason_too_long`, InvalidInput `control_character`."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("reason_required")
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", maximum=REASON_LENGTH)
    return clean_text(reason, "reason", REASON_LENGTH)


def active_lines(session: Session, ticket_ids: Collection[int]) -> dict[int, list[ActiveLine]]:
    """Lines that hold entries of these tickets, by ticket, the one decided last first."""
    line, proposal = table_of(ProposalLine).c, table_of(Proposal).c
    rows: list[Row[Any]] = list(
        session.execute(
            select(line.id, line.ticket_id, proposal.id, proposal.number, proposal.status, line.state, line.reason)
            .join_from(table_of(ProposalLine), table_of(Proposal), line.proposal_id == proposal.id)
            .where(among(line.ticket_id, ticket_ids), line.state != LineState.RELEASED)
            .order_by(line.decided_at.is_(None), line.decided_at.desc(), line.id.desc())
        )
    )
    found: dict[int, list[ActiveLine]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(ActiveLine._make(row))
    return found


def record_by_proposal(
    session: Session,
    actor: Actor,
    action: AuditAction,
    lines: Collection[ActiveLine],
    *,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Tell in the history of each proposal what happened to these lines of it."""
    for proposal_id in sorted({line.proposal_id for line in lines}):
        its = [line for line in lines if line.proposal_id == proposal_id]
        before = {"lines": {str(line.id): line.state.value for line in its}, "tickets": sorted({line.ticket_id for line in its})}
        record(session, actor, action, "proposal", proposal_id, before=before, after=after, reason=reason)


def follow_lines(session: Session, actor: Actor, event: BillingEvent, ticket_ids: Collection[int]) -> None:
    """Bring the state, reason and proposal of these tickets in line with what holds their entries.

    The tickets are locked before anything is read of them: work that is being added meanwhile must be seen.
    """
    lock_tickets(session, ticket_ids)
    ticket, entry = table_of(Ticket).c, table_of(TimeEntry).c
    lines = active_lines(session, ticket_ids)
    unlined = session.execute(
        select(entry.ticket_id, entry.manual_decision, entry.decision_reason)
        .where(among(entry.ticket_id, ticket_ids), entry.line_id.is_(None), sql.has_open_work(table_of(TimeEntry)))
        .distinct()
    ).all()
    with_free_work = {row.ticket_id for row in unlined if row.manual_decision is None}
    decided: dict[int, list[tuple[LineView, str]]] = defaultdict(list)
    for row in unlined:
        if row.manual_decision is not None:
            decided[row.ticket_id].append((_AS_LINES[row.manual_decision], row.decision_reason))
    rows = session.execute(
        select(ticket.id, ticket.billing_status, ticket.cancellation_reason, ticket.proposal_id)
        .where(among(ticket.id, ticket_ids))
        .order_by(ticket.id)
    ).all()
    moves = []
    for row in rows:
        by_hand = decided.get(row.id, [])
        wanted = _move(row.id, row.billing_status, lines.get(row.id, []), by_hand, free_work=row.id in with_free_work)
        if (wanted.before, wanted.reason, wanted.proposal_id) != (wanted.after, row.cancellation_reason, row.proposal_id):
            moves.append(wanted)
    move(session, actor, event, moves)


_AS_LINES = {
    BillingStatus.SUSPENDED: LineView(LineState.SUSPENDED, invoiced=False),
    BillingStatus.NOT_BILLED: LineView(LineState.NOT_BILLED, invoiced=False),
    BillingStatus.BILLED: LineView(LineState.BILL, invoiced=True),
}
"""What was decided by hand about work on no line counts like a line of that state."""

_DECIDING = {
    BillingStatus.PROPOSED: LineState.BILL,
    BillingStatus.BILLED: LineState.BILL,
    BillingStatus.SUSPENDED: LineState.SUSPENDED,
    BillingStatus.NOT_BILLED: LineState.NOT_BILLED,
}


def _move(
    ticket_id: int, before: BillingStatus | None, lines: list[ActiveLine], by_hand: list[tuple[LineView, str]], *, free_work: bool
) -> Move:
    after = status_from_lines([*(line.view for line in lines), *(view for view, _ in by_hand)], free_work=free_work)
    invoiced = after is BillingStatus.BILLED
    state = _DECIDING.get(after)
    deciding = [line for line in lines if line.state is state and (state is not LineState.BILL or line.view.invoiced is invoiced)]
    if not deciding:
        reason = next((why for view, why in by_hand if view.state is state), "")
        return Move(ticket_id, before, after, reason, None)
    return Move(ticket_id, before, after, deciding[0].reason, deciding[0].proposal_id, deciding[0].proposal_number)
