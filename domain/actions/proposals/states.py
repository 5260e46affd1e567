"""The only place that assigns the status of proposals and the state of their lines."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.proposals.lines import touch
from domain.errors import Refused
from domain.model.base import among, table_of
from domain.model.proposals import Claim, Proposal, ProposalLine
from domain.model.tickets import TimeEntry
from domain.rules.proposal_states import LINE_TRANSITIONS, PROPOSAL_TRANSITIONS, LineEvent
from domain.vocabulary import LineState, ProposalStatus

_proposal, _line = table_of(Proposal), table_of(ProposalLine)

NEW_PROPOSAL: Final[dict[str, Any]] = {"status": ProposalStatus.DRAFT}
NEW_LINE: Final[dict[str, Any]] = {"state": LineState.BILL}


def move_proposal(proposal: Proposal, after: ProposalStatus, actor: Actor) -> ProposalStatus:
    """Give a locked proposal its next status; returns the one before. Raises Refused `proposal_transition`."""
    before = proposal.status
    if after not in PROPOSAL_TRANSITIONS[before]:
        raise Refused("proposal_transition", number=proposal.number, proposal_status=before.value, proposal_after=after.value)
    proposal.status = after
    touch(proposal, actor)
    return before


def decide_lines(
    session: Session, event: LineEvent, after: LineState, line_ids: Collection[int], reason: str, actor: Actor
) -> None:
    """Give lines another state, with who decided it and why. Raises Refused `line_transition`."""
    _move_lines(session, event, after, line_ids, reason=reason, decided_by=actor.name, decided_at=actor.now)


def free_lines(session: Session, line_ids: Collection[int]) -> None:
    """Let go of all entries of these lines: they are free for a new proposal, the lines stay readable.

    Raises Refused `line_transition`.
    """
    claim, entry = table_of(Claim), table_of(TimeEntry)
    session.execute(update(entry).where(among(entry.c.line_id, line_ids)).values(line_id=None))
    session.execute(update(claim).where(among(claim.c.line_id, line_ids)).values(live=False))
    _move_lines(session, LineEvent.FREED, LineState.RELEASED, line_ids)


def _move_lines(session: Session, event: LineEvent, after: LineState, line_ids: Collection[int], **decision: Any) -> None:
    sources, targets = LINE_TRANSITIONS[event]
    if after not in targets:
        raise _refused(event, after, after)
    its = among(_line.c.id, line_ids)
    of_proposals = {
        status: _line.c.proposal_id.in_(select(_proposal.c.id).where(_proposal.c.status == status)) for status, _ in sources
    }
    may_move = or_(*(and_(_line.c.state == state, of_proposals[status]) for status, state in sources))
    moved = session.connection().execute(update(_line).where(its, may_move).values(state=after, **decision)).rowcount
    if moved != len(set(line_ids)):
        # What was updated is what it should be now; anything else was not where the event may find it.
        found = session.execute(select(_line.c.state).where(its, _line.c.state != after).limit(1)).scalar_one_or_none()
        raise _refused(event, found or after, after)


def _refused(event: LineEvent, before: LineState, after: LineState) -> Refused:
    return Refused("line_transition", line_event=event.value, line_state=before.value, line_after=after.value)
