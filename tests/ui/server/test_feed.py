"""An open page follows the history: what anybody commits, what concerns it alone, and once for its own act."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from nicegui import ui
from nicegui.testing import User
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.vocabulary import AuditAction, Role
from storage import change_feed
from storage.change_feed import ChangeReader
from storage.database import Database
from tests.ui.conftest import NAMES, new_client, running
from ui.kit.page import Page, PageContext
from ui.kit.refresh import LiveRefresh
from ui.server import live
from ui.server.sessions import COOKIE

_MINE = 7


def rename(session: object, actor: Actor, subject: str = live.TICKETS, id_: int = _MINE) -> None:
    record(session, actor, AuditAction.CHANGED, subject, id_)  # type: ignore[arg-type]


def change(database: Database, subject: str = live.TICKETS, id_: int = _MINE) -> None:
    """What another process does: not through the gateway."""
    with database.write() as session:
        rename(session, Actor(NAMES[Role.OPERATOR], datetime.now(UTC)), subject, id_)


@pytest.fixture
def loads() -> list[int]:
    """Grows whenever the page reads."""
    return []


@pytest.fixture
async def follower(database: Database, people: dict[Role, str], loads: list[int]) -> AsyncIterator[User]:
    """A page that shows one ticket."""
    assert people

    async def following(page: PageContext) -> None:
        page.heading("Following")
        with ui.element("div") as root:

            async def load() -> None:
                await page.read(lambda _: None)
                loads.append(1)

            refresh = LiveRefresh(root, load)
            refresh.follow(live.TICKETS, having=lambda ids: _MINE in ids)

            async def act() -> None:
                await page.act(rename)
                await refresh()

            ui.button("act", on_click=act).mark("act")

    async with running(database, following=Page(following)) as sessions, new_client() as client:
        client.cookies.set(COOKIE, sessions.open(NAMES[Role.OPERATOR]))
        user = User(client)
        await user.open("/following")
        await user.should_see(marker="act")
        loads.clear()
        yield user


async def settled(loads: list[int], seconds: float = 0.6) -> int:
    await asyncio.sleep(seconds)
    return len(loads)


@pytest.mark.usefixtures("follower")
async def test_what_another_process_commits_is_read_within_a_second(database: Database, loads: list[int]) -> None:
    change(database)
    assert await settled(loads) == 1


@pytest.mark.usefixtures("follower")
async def test_what_does_not_concern_the_page_is_not_read(database: Database, loads: list[int]) -> None:
    change(database, id_=8)
    change(database, live.PROPOSALS)
    assert await settled(loads) == 0


async def test_an_act_of_the_page_itself_is_read_once(follower: User, loads: list[int]) -> None:
    follower.find(marker="act").click()
    assert await settled(loads) == 1


async def test_a_history_that_cannot_be_read_is_read_later(
    follower: User, loads: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([True, True])
    take = ChangeReader.take

    def failing(reader: ChangeReader) -> object:
        if next(failures, False):
            raise SQLAlchemyError("gone")
        return take(reader)

    monkeypatch.setattr(ChangeReader, "take", failing)
    with caplog.at_level(logging.CRITICAL):
        follower.find(marker="act").click()
        assert await settled(loads, 2) == len(["for the act", "once the history could be read"])


async def test_however_many_pages_follow_the_history_is_read_once(
    follower: User, database: Database, loads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    between = change_feed._between  # noqa: SLF001 - the only place that reads entries

    def counted(session: Session, after: int, upto: int) -> change_feed.Changes:
        reads.append(upto)
        return between(session, after, upto)

    monkeypatch.setattr(change_feed, "_between", counted)
    others = [User(follower.http_client) for _ in range(9)]
    for other in others:
        await other.open("/following")
    await settled(loads)
    loads.clear()
    reads.clear()
    change(database)
    assert (await settled(loads, 1), len(reads)) == (10, 1)
