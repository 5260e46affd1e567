"""Background runs of a user: unfinished ones, and the results of *Genera Proposte Fattura*."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.people.background_runs import PREFIX, RunNote, note_of
from domain.model.base import table_of
from domain.model.proposals import Generation
from domain.model.screens import Preference

MOST = 6


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """A finished generation; `net` in cents."""

    id: int
    created_at: datetime
    tickets: int
    proposals: int
    net: int


def noted_runs(session: Session, user_id: int) -> list[RunNote]:
    """What a person began and has not ended, newest first; whether somebody still works on it the caller knows."""
    preference = table_of(Preference).c
    its = (preference.user_id == user_id) & preference.name.startswith(PREFIX, autoescape=True)
    notes = [note_of(value) for value in session.execute(select(preference.value).where(its)).scalars()]
    return sorted(notes, key=lambda note: note.started_at, reverse=True)


def recent_generations(session: Session, name: str, since: datetime) -> list[GenerationRow]:
    """The newest generations of a user."""
    generation = table_of(Generation).c
    numbers = [generation.result[key].as_integer() for key in ("tickets", "proposals", "net_cents")]
    rows = session.execute(
        select(generation.id, generation.created_at, *numbers)
        .where(generation.created_by == name, generation.created_at > since)
        .order_by(generation.id.desc())
        .limit(MOST)
    )
    return [GenerationRow(*row) for row in rows]
