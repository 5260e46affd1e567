"""Background runs of a user: unfinished ones, and the results of *Genera Proposte Fattura*."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.people.background_runs import RunNote
from domain.model.background_runs import BackgroundRun
from domain.model.base import table_of
from domain.model.proposals import Generation

MOST = 6


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """A finished generation; `net` in cents."""

    id: int
    created_at: datetime
    tickets: int
    proposals: int
    net: int


def runs_elsewhere(session: Session, owner: str) -> dict[int, list[RunNote]]:
    """Runs of all servers but `owner`, by person: they are under way, or their owner is gone."""
    run = table_of(BackgroundRun).c
    columns = (run[field.name] for field in fields(RunNote))
    found: dict[int, list[RunNote]] = defaultdict(list)
    for user_id, *note in session.execute(select(run.user_id, *columns).where(run.owner != owner).order_by(run.started_at)):
        found[user_id].append(RunNote(*note))
    return found


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
