"""A database that goes away under open pages: they say so in the person's language, and come back by themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from domain.actions.core.acting import Actor
from domain.actions.people.people import AddUser, add_user
from domain.vocabulary import Role
from storage.database import Database
from tests.support.postgres import PostgresServer
from tests.support.server import AppServer
from tests.support.site import settle
from ui.server.sessions import COOKIE, Sessions


@pytest.fixture
def url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    with postgres_server.database(template=postgres_template) as made:
        yield made


def test_pages_say_that_the_database_is_away_and_come_back(
    page: Page, postgres_server: PostgresServer, url: str, tmp_path: Path
) -> None:
    database = Database(url)
    with database.write() as session:
        add_user(session, AddUser("giulia", Role.BILLING_MANAGER), actor=Actor("system", datetime.now(UTC)))
    with AppServer(url, tmp_path / "server.log") as server:
        with database.write() as session:
            session.connection().execute(text("UPDATE user_account SET language = 'en'"))
        page.context.add_cookies([{"name": COOKIE, "value": Sessions(database).open("giulia"), "url": server.url}])
        database.dispose()
        page.goto(f"{server.url}/invoices")
        settle(page)
        with postgres_server.away(url):
            page.locator("nav.rail a[href='/proposals']").click()
            expect(page.get_by_text("The database is not responding").first).to_be_visible()
            expect(page.get_by_text("nothing was lost").first).to_be_visible()
            answer = page.goto(f"{server.url}/invoices?kind=invoice")
            assert answer is not None
            assert answer.status == 503
            expect(page.get_by_role("heading", name="The database is not responding")).to_be_visible()
            assert answer.headers["refresh"] == "5; url=/invoices?kind=invoice"
        expect(page.locator("header.bar")).to_be_visible()
        expect(page).to_have_url(f"{server.url}/invoices?kind=invoice")
    assert "Traceback" not in (tmp_path / "server.log").read_text()
