"""Long work of a person: noted before it begins and forgotten in the transaction that it ends with (spec, section 4).

So a note whose owner is gone is of work that wrote nothing, however the owner came to stop.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.errors import NotFound, PermissionDenied
from domain.model.background_runs import BackgroundRun
from domain.model.base import table_of
from domain.model.people import User

_run = table_of(BackgroundRun)


@dataclass(frozen=True, slots=True)
class RunNote:
    """A `BackgroundRun` without its person."""

    id: str
    kind: str
    count: int
    again: str
    started_at: datetime
    owner: str
    place: str


def note_run(session: Session, note: RunNote, *, actor: Actor) -> None:
    """Note that the actor's work begins. Never commits. Raises PermissionDenied."""
    session.add(BackgroundRun(user_id=_user_id(session, actor), **asdict(note)))


def forget_run(session: Session, run_id: str, *, actor: Actor) -> bool:
    """Take the note of the actor's run back; whether there was one. Never commits. Raises PermissionDenied.

    Where there is none when a run ends, the person was told that it was interrupted and took that for granted.
    """
    its = (_run.c.user_id == _user_id(session, actor)) & (_run.c.id == run_id)
    return bool(session.connection().execute(delete(_run).where(its)).rowcount)


def own_run(session: Session, run_id: str, *, actor: Actor) -> None:
    """Raises NotFound `page_missing` unless a run of the actor is under way, PermissionDenied."""
    its = (_run.c.user_id == _user_id(session, actor)) & (_run.c.id == run_id)
    if session.execute(select(_run.c.id).where(its)).first() is None:
        raise NotFound("page_missing")


def _user_id(session: Session, actor: Actor) -> int:
    user = table_of(User).c
    found = session.execute(select(user.id).where(user.name == actor.name)).scalar_one_or_none()
    if found is None:
        raise PermissionDenied("unknown_user", user=actor.name)
    return int(found)
