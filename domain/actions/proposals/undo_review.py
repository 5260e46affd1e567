"""Taking back what one just did to the lines of a draft, several steps (spec, section 5)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.adjust import Adjust, adjust
from domain.actions.proposals.lines import follow_lines, open_draft
from domain.actions.proposals.review import as_decided
from domain.actions.proposals.states import decide_lines
from domain.errors import Refused, Stale
from domain.model.audit import AuditEntry
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.reads.billable_tickets import lock_tickets
from domain.rules.proposal_states import LineEvent
from domain.vocabulary import AuditAction, BillingEvent, LineState, Permission

UNDO_WITHIN: Final = timedelta(hours=12)
"""What is older was decided on another day; who wants it otherwise decides anew."""

STEPS: Final = 50

_entry, _line = table_of(AuditEntry), table_of(ProposalLine)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and of how many lines; the version of the proposal after it."""

    action: AuditAction
    lines: int
    version: int


def undo_review(session: Session, proposal_id: int, *, actor: Actor) -> Undone:
    """Undo the actor's last decision or adjustment on this draft.

    Called again it takes back the one before. Raises PermissionDenied, NotFound, Refused (`not_draft`, `nothing_to_undo`), and
    Stale (`undo_moved`, saying who) where a line is no more as that act left it.
    """
    authorise(session, actor, Permission.REVIEW)
    proposal = open_draft(session, actor, proposal_id, None)
    act = next(_own_acts(session, proposal_id, actor), None)
    if act is None:
        raise Refused("nothing_to_undo", number=proposal.number)
    put_back = _put_back_values if act.action is AuditAction.ADJUSTED else _put_back_states
    lines = put_back(session, proposal, act, actor)
    session.flush()
    return Undone(act.action, lines, proposal.version)


def _own_acts(session: Session, proposal_id: int, actor: Actor) -> Iterator[Row[Any]]:
    """What `actor` did of late and did not take back yet, newest first, as far as it can be taken back."""
    entry = _entry.c
    its = (entry.subject == "proposal") & (entry.subject_id == proposal_id) & (entry.actor == actor.name)
    recent = its & (entry.at >= actor.now - UNDO_WITHIN)
    undone: set[int] = set()
    for row in session.execute(select(_entry).where(recent).order_by(entry.id.desc()).limit(STEPS)):
        if "undoes" in row.after:
            undone.add(row.after["undoes"])
        elif row.id in undone:
            continue
        elif row.action is AuditAction.ADJUSTED or "reasons" in row.before:
            yield row
        else:
            # Beyond what can't be taken back nothing is as it was.
            return


def _put_back_states(session: Session, proposal: Proposal, act: Row[Any], actor: Actor) -> int:
    before = {int(id_): LineState(state) for id_, state in act.before["lines"].items()}
    names = ("id", "ticket_id", "state", "reason", "net")
    lines = session.execute(
        select(*(_line.c[name] for name in names)).where(among(_line.c.id, before)).order_by(_line.c.id)
    ).all()
    left = (act.after["state"], act.reason)
    if len(lines) != len(before) or any((line.state.value, line.reason) != left for line in lines):
        raise _moved(session, proposal, act)
    lock_tickets(session, {line.ticket_id for line in lines})
    wanted: dict[tuple[LineState, str], list[int]] = defaultdict(list)
    for id_, state in before.items():
        wanted[state, act.before["reasons"].get(str(id_), "")].append(id_)
    for (state, reason), ids in wanted.items():
        decide_lines(session, LineEvent.REVIEWED, state, ids, reason, actor)
    after = {"undoes": act.id, "net": sum(line.net for line in lines)}
    record(session, actor, AuditAction.LINES_REVIEWED, "proposal", act.subject_id, before=as_decided(lines), after=after)
    session.flush()
    follow_lines(session, actor, BillingEvent.REVIEWED, {line.ticket_id for line in lines})
    return len(lines)


def _put_back_values(session: Session, proposal: Proposal, act: Row[Any], actor: Actor) -> int:
    names = ("minutes", "rate", "description")
    line = session.execute(select(*(_line.c[name] for name in names)).where(_line.c.id == act.after["line"])).one_or_none()
    if line is None or any(act.after[name] != value for name, value in line._asdict().items()):
        raise _moved(session, proposal, act)
    reason = act.before.get("reason") or act.reason
    values = {name: act.before[name] for name in names}
    adjust(session, Adjust(act.subject_id, None, act.after["line"], **values, reason=reason, undoes=act.id), actor=actor)
    return 1


def _moved(session: Session, proposal: Proposal, act: Row[Any]) -> Stale:
    """Who came after, as far as the history tells."""
    entry = _entry.c
    later = (entry.subject == "proposal") & (entry.subject_id == act.subject_id) & (entry.id > act.id)
    last = session.execute(select(entry.actor, entry.at).where(later).order_by(entry.id.desc()).limit(1)).one_or_none()
    by, at = (last.actor, last.at) if last else (act.actor, act.at)
    return Stale("undo_moved", number=proposal.number, by=by, at=at.isoformat())
