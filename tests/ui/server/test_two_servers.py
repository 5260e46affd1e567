"""Two servers on one database: the long work of one is seen by the other, and missed once it is gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from domain.actions.people.background_runs import RunNote, forget_run, note_run, own_run
from domain.errors import NotFound
from storage.database import Database
from tests.builders import LEAD, MANAGER, NOW, World
from tests.support.server import AppServer
from tests.support.working_server import WORKING, written
from ui.server import background_runs, run_watch
from ui.server.background_runs import Run, RunState
from ui.server.run_watch import RunWatch

_GONE_SECONDS = 2.0
NOTE = RunNote("abc", "generation", 12, "/preflight?tickets=1", NOW, "another", "server-2 · 4711")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Both databases: the signals of runs go different ways on them."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
async def watching(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """This process is the other server."""
    monkeypatch.setattr(run_watch, "GONE_SECONDS", _GONE_SECONDS)
    background_runs.elsewhere.clear()
    watch = RunWatch(world.database)
    watch.start()
    yield
    await watch.stop()
    background_runs.elsewhere.clear()


async def until(condition: Callable[[], bool], seconds: float = 15) -> float:
    """How long it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it never came"
        await asyncio.sleep(0.05)
    return time.monotonic() - started


def seen() -> list[Run]:
    return [run for runs in background_runs.elsewhere.values() for run in runs]


@pytest.mark.usefixtures("watching")
async def test_a_server_that_is_killed_is_missed_and_has_written_nothing(world: World, tmp_path: Path) -> None:
    with AppServer(world.database.url, tmp_path / "server.log", argv=(*WORKING, "60")) as server:
        await until(lambda: any(run.progress.done > 0 for run in seen()))
        await asyncio.sleep(_GONE_SECONDS + 1)
        assert [run.state for run in seen()] == [RunState.RUNNING], "it lives for as long as it works"
        server.kill()
        await until(lambda: [run.state for run in seen()] == [RunState.INTERRUPTED], _GONE_SECONDS + 3)
    assert (written(world), world.count("background_run")) == (0, 1)


def test_work_that_was_taken_for_interrupted_finds_that_its_note_is_gone(world: World) -> None:
    world.act(lambda session: note_run(session, NOTE, actor=MANAGER))
    assert world.act(lambda session: forget_run(session, NOTE.id, actor=MANAGER))
    assert not world.act(lambda session: forget_run(session, NOTE.id, actor=MANAGER))


def test_a_run_belongs_to_one_person(world: World) -> None:
    world.act(lambda session: note_run(session, NOTE, actor=MANAGER))
    world.read(lambda session: own_run(session, NOTE.id, actor=MANAGER))
    with pytest.raises(NotFound):
        world.read(lambda session: own_run(session, NOTE.id, actor=LEAD))
    assert not world.act(lambda session: forget_run(session, NOTE.id, actor=LEAD))
