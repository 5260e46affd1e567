"""Input survives a restart of the server, for the same lines."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.actions.core.acting import Actor
from domain.actions.people.people import AddUser, add_user
from domain.vocabulary import Role
from storage.database import Database
from tests.builders import World
from tests.support.server import AppServer
from ui.server.sessions import COOKIE, Sessions

REASON = "in attesa di conferma delle ore dal cliente"


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'consuntivo.sqlite')}")
    yield opened
    opened.dispose()


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[AppServer]:
    with database.write() as session:
        add_user(session, AddUser("giulia", Role.BILLING_MANAGER), actor=Actor("system", datetime.now(UTC)))
    with AppServer(f"sqlite:///{tmp_path / 'consuntivo.sqlite'}", tmp_path / "server.log") as started:
        yield started


def test_a_reason_that_is_being_typed_outlives_a_restart_of_the_server_and_is_asked_again_for_its_line(
    page: Page, server: AppServer, database: Database
) -> None:
    world = World(database)
    proposal_id = world.proposal_of(world.ticket(60), world.ticket(30)).id
    page.context.add_cookies([{"name": COOKIE, "value": Sessions(database).open("giulia"), "url": server.url}])
    page.goto(f"{server.url}/proposals/{proposal_id}")
    expect(page.locator(".rv-row[data-key]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    reason = page.get_by_role("dialog").get_by_role("textbox")
    expect(reason).to_be_focused()
    reason.press_sequentially(REASON[:20])
    server.kill()
    expect(page.get_by_text("I valori inseriti restano qui")).to_be_visible()
    reason.press_sequentially(REASON[20:])
    server.start()
    expect(page.get_by_text("I valori inseriti restano qui")).to_be_hidden()
    expect(reason).to_have_value(REASON)
    page.get_by_role("dialog").get_by_role("button", name="Sospendi").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(REASON).first).to_be_visible()
    open_anew(page)
    page.keyboard.press("s")
    reason.fill("un ripensamento")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    open_anew(page)


def open_anew(page: Page) -> None:
    """Reload: what was confirmed or discarded is not asked again."""
    page.reload()
    expect(page.locator(".rv-row[data-key]").first).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
