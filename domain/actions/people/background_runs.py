"""Long work of a person: noted before it begins and forgotten in the transaction that it ends with (spec, section 4).

So a note that nobody works on any more is of work that wrote nothing, however the server came to stop.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.errors import PermissionDenied
from domain.model.base import table_of
from domain.model.people import User
from domain.model.screens import Preference

PREFIX: Final = "run:"


@dataclass(frozen=True, slots=True)
class RunNote:
    """Work of a `kind` on `count` things; `again` is the address where it can be begun anew."""

    id: str
    kind: str
    count: int
    again: str
    started_at: datetime


def note_run(session: Session, note: RunNote, *, actor: Actor) -> None:
    """Record the start of the actor's background run. Raises PermissionDenied."""
    value = {**asdict(note), "started_at": note.started_at.isoformat()}
    session.add(Preference(user_id=_user_id(session, actor), name=PREFIX + note.id, value=json.dumps(value)))


def forget_run(session: Session, run_id: str, *, actor: Actor) -> None:
    """Record the end of a background run, or that the actor has seen it. Raises PermissionDenied."""
    preference = table_of(Preference)
    its = (preference.c.user_id == _user_id(session, actor)) & (preference.c.name == PREFIX + run_id)
    session.execute(delete(preference).where(its))


def note_of(value: str) -> RunNote:
    """A note as it was kept."""
    kept = json.loads(value)
    return RunNote(**{**kept, "started_at": datetime.fromisoformat(kept["started_at"])})


def _user_id(session: Session, actor: Actor) -> int:
    user = table_of(User).c
    found = session.execute(select(user.id).where(user.name == actor.name)).scalar_one_or_none()
    if found is None:
        raise PermissionDenied("unknown_user", user=actor.name)
    return int(found)
