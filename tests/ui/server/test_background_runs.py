"""Background runs continue without their page, are visible on every page, and report their result (spec, section 4)."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User
from sqlalchemy import text

from domain.actions.core.acting import Actor
from domain.actions.people.background_runs import RunNote, note_run
from domain.errors import Refused
from domain.vocabulary import Role
from storage.database import Database
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.kit.page import Page, PageContext
from ui.server import background_runs as long_work
from ui.server.background_runs import RunState, Work, begin, carry_out
from ui.server.run_watch import GONE_SECONDS
from ui.server.sessions import COOKIE

Opener = Callable[..., Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


class Gate:
    """Lets work through step by step: each `open` is one step."""

    def __init__(self) -> None:
        self._steps = threading.Semaphore(0)
        self.bad: Exception | None = None

    def open(self) -> None:
        self._steps.release()

    def wait(self) -> None:
        assert self._steps.acquire(timeout=10)


@pytest.fixture
def gate() -> Iterator[Gate]:
    long_work._runs.clear()  # noqa: SLF001 - people of other tests had the same ids
    long_work.elsewhere.clear()
    made = Gate()
    yield made
    for _ in range(5):
        made.open()


@pytest.fixture
async def opened(world: World, gate: Gate) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []

    async def working(page: PageContext) -> None:
        page.heading("Working")

        async def work() -> None:
            run = begin(page.visitor, Work("generation", 7, "/preflight?tickets=7"))

            def action(_: object, __: Actor) -> int:
                run.progress(1, 4)
                gate.wait()
                run.progress(2, 4)
                if gate.bad:
                    raise gate.bad
                return 42

            await carry_out(page.gateway, page.visitor, run, action, path=lambda id_: f"/generations/{id_}")

        ui.button("work", on_click=work).mark("begin")

    async with running(world.database, working=Page(working)) as sessions:

        async def open_at(path: str = "/tickets", role: Role = Role.BILLING_MANAGER) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            return user

        yield open_at
    for client in clients:
        await client.aclose()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(100):
        if condition():
            return
        await asyncio.sleep(0.03)
    pytest.fail("it never came")


def notes(world: World) -> int:
    return world.count("background_run")


async def test_a_run_goes_on_when_its_page_closes_and_is_found_from_another_browser(
    opened: Opener, world: World, gate: Gate
) -> None:
    first = await opened("/working")
    first.find(marker="begin").click()
    second = await opened()
    await second.should_see(marker="work-running")
    await until(lambda: notes(world) == 1)
    assert first.client is not None
    first.client.delete()
    second.find(marker="work-tray").click()
    await second.should_see("1 / 4")
    gate.open()
    await second.should_see(marker="work-done")
    with second:
        [link] = second.find(marker="work-link").elements
    assert link.props["href"] == "/generations/42"
    assert notes(world) == 0


async def test_a_stop_from_another_page_writes_nothing_and_says_so(opened: Opener, world: World, gate: Gate) -> None:
    first, second = await opened("/working"), await opened()
    first.find(marker="begin").click()
    await second.should_see(marker="work-stop")
    second.find(marker="work-stop").click()
    await asyncio.sleep(0.1)
    gate.open()
    await second.should_see(marker="work-stopped")
    assert notes(world) == 0


async def test_what_is_refused_says_why_and_where_to_begin_again(opened: Opener, gate: Gate) -> None:
    gate.bad = Refused("entry_locked", entry="L-1", number="PF-2026-000001")
    first = await opened("/working")
    first.find(marker="begin").click()
    gate.open()
    await first.should_see(marker="work-refused")
    with first:
        [said] = first.find(marker="work-said").elements
        [link] = first.find(marker="work-link").elements
    assert "PF-2026-000001" in said.text  # type: ignore[attr-defined]
    assert link.props["href"] == "/preflight?tickets=7"


def note_elsewhere(world: World, *, age: float) -> str:
    """A run of another server, which showed a heartbeat `age` seconds ago and was a quarter through."""
    actor = Actor(NAMES[Role.BILLING_MANAGER], datetime.now(UTC))
    note = RunNote("abc", "generation", 12, "/preflight?tickets=1", actor.now, "another", "server-2 · 4711")
    signals = world.database.run_signals
    signals.beat({note.id: (3, 12)})
    with signals._engine.begin() as connection:  # noqa: SLF001 - a clock that is turned
        connection.execute(text("UPDATE run_signal SET beat = beat - :age"), {"age": age})
    world.act(lambda session: note_run(session, note, actor=actor))
    return note.id


async def test_what_another_server_works_on_is_running_with_its_place_and_how_far_it_is(opened: Opener, world: World) -> None:
    note_elsewhere(world, age=2)
    user = await opened()
    await user.should_see(marker="work-elsewhere", retries=30)
    await user.should_see("3 / 12")
    await user.should_see("server-2")
    await user.should_not_see(marker="work-dismiss")


async def test_a_stop_here_reaches_the_server_that_works_on_it(opened: Opener, world: World) -> None:
    run_id = note_elsewhere(world, age=0)
    user = await opened()
    await user.should_see(marker="work-stop", retries=30)
    with world.database.write() as session:
        # Its own transaction is open, on SQLite with the lock of the writer.
        session.execute(text("UPDATE series SET start = start"))
        user.find(marker="work-stop").click()
        await until(lambda: world.database.run_signals.beat({run_id: (4, 12)}) == {run_id})


async def test_the_heartbeat_that_asks_to_stop_stops_a_run_of_ours(opened: Opener, world: World, gate: Gate) -> None:
    user = await opened("/working")
    user.find(marker="begin").click()
    await until(lambda: notes(world) == 1)
    [[run]] = long_work._runs.values()  # noqa: SLF001
    world.database.run_signals.stop(run.note.id)
    await asyncio.sleep(1.2)
    gate.open()
    await until(lambda: run.state is RunState.STOPPED)
    await until(lambda: (notes(world), world.database.run_signals.seen()) == (0, {}))


async def test_what_ran_on_a_server_that_is_gone_is_interrupted_until_it_is_dismissed(opened: Opener, world: World) -> None:
    note_elsewhere(world, age=GONE_SECONDS + 1)
    user = await opened()
    await user.should_see(marker="work-interrupted", retries=30)
    user.find(marker="work-dismiss").click()
    await user.should_not_see(marker="work-interrupted")
    await until(lambda: (notes(world), world.database.run_signals.seen()) == (0, {}))


async def test_nobody_is_shown_the_work_of_somebody_else(opened: Opener, world: World, gate: Gate) -> None:
    first, other = await opened("/working"), await opened(role=Role.TEAM_LEAD)
    first.find(marker="begin").click()
    await until(lambda: notes(world) == 1)
    gate.open()
    await until(lambda: any(run.state is RunState.DONE for runs in long_work._runs.values() for run in runs))  # noqa: SLF001
    await other.should_not_see(marker="work-done")
    await other.should_not_see(marker="work-tray")


async def test_yesterdays_and_todays_generations_are_found_after_a_restart(opened: Opener, world: World) -> None:
    result = world.generate(world.ticket(60), actor=Actor(NAMES[Role.BILLING_MANAGER], datetime.now(UTC)))
    user = await opened()
    await user.should_see(marker="work-done")
    with user:
        [link] = user.find(marker="work-link").elements
    assert link.props["href"] == f"/generations/{result.id}"
