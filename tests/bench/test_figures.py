"""The number behind a link is the number on it, and the rows of its list add up to it: every figure of every page."""

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from domain.actions.core.acting import Actor
from domain.actions.proposals.generate import Generate, generate
from domain.model.people import SYSTEM_USER
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from domain.vocabulary import LineState, Role
from storage.database import Database, open_database
from storage.demo import build_demo
from storage.importers.run import import_paths
from tests.builders import MANAGER, NOW, World
from tests.support.busy import adjust_line, adjusted_firm, busy_firm
from tests.support.figures import every_figure

PEOPLE: Final = {
    Role.OPERATOR: "olga",
    Role.BILLING_MANAGER: "mario",
    Role.TEAM_LEAD: "luca",
    Role.ADMINISTRATOR: "anna",
}


def wrong(database: Database, people: Mapping[Role, str], today: date, *, step: int = 1) -> list[str]:
    """What does not agree, as sentences."""
    with database.read() as session:
        found = list(every_figure(session, people, today, step=step))
    assert len({one.name for one in found}) > 100
    return [f"{one.name}: {one.says}, behind it {one.behind}" for one in found if one.says != one.behind]


def test_every_figure_of_a_firm_with_something_of_everything(world: World) -> None:
    busy_firm(world)
    adjusted_firm(world)
    # Compiling statements takes most of the time: what SQLite shows in full, PostgreSQL shows in part.
    step = 1 if world.database.url.startswith("sqlite") else 4
    assert wrong(world.database, PEOPLE, NOW.date(), step=step) == []


def test_every_figure_of_the_demonstration(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    now = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    build_demo(database, now=now)
    assert wrong(database, PEOPLE, now.date(), step=11) == []
    database.dispose()


def test_every_figure_of_a_real_help_desk_after_a_billing_story(sqlite_template: Path, tmp_path: Path, helpdesk: Path) -> None:
    database = open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'helpdesk.sqlite')}")
    assert import_paths(database, [helpdesk], actor=Actor(SYSTEM_USER, NOW)).error_count == 0
    world = World(database)
    everything = Generate(Selection(filter=TicketFilter()), Options(by_customer=True, group_entries=True), "story")
    world.act(lambda session: generate(session, everything, actor=MANAGER))
    numbers = [row[0] for row in world.rows("SELECT number FROM proposal ORDER BY id LIMIT 12")]
    for place, number in enumerate(numbers):
        first, second, *_ = (line.id for line in world.proposal(number).lines)
        world.decide(number, LineState.SUSPENDED if place % 2 else LineState.NOT_BILLED, f"motivo {place % 3}", line_ids={second})
        adjust_line(world, number, 0, 7 if place % 3 else 5000, 5000 + place, "accordo")
        assert first
        for step in (world.submit, world.approve, world.issue)[: place % 4]:
            step(number)
    world.credit(str(world.rows("SELECT min(number) FROM invoice")[0][0]))
    world.cancel(numbers[0])
    assert wrong(database, PEOPLE, NOW.date(), step=97) == []
    database.dispose()
