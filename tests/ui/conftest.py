"""Screens without a browser: NiceGUI's simulated user on the app, with a migrated SQLite database per test."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from nicegui import Client, core, ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals, prepare_simulation

from domain.model.people import User as Person
from domain.vocabulary import Role
from storage.database import Database
from storage.queries.proposals.table import ProposalDetail
from storage.settings import Settings
from tests.builders import World
from ui.app import create_app
from ui.kit.page import Page, PageContext
from ui.routes import ROUTES
from ui.server import passwords
from ui.server.feed import Feed
from ui.server.sessions import COOKIE, Sessions

Opener = Callable[[Role, str], Awaitable[User]]
ORIGIN = "http://test"
PASSWORD = "una password lunga"  # noqa: S105 - of people who are made up
NAMES = {Role.OPERATOR: "sara", Role.BILLING_MANAGER: "giulia", Role.TEAM_LEAD: "marco", Role.ADMINISTRATOR: "anna"}

SignedIn = Callable[[Role], Awaitable[User]]


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """SQLite alone: what a screen shows does not depend on the database."""
    copy = shutil.copy(sqlite_template, tmp_path / "consuntivo.sqlite")
    opened = Database(f"sqlite:///{copy}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of PASSWORD; hashing is slow on purpose."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def people(database: Database, password_hash: str) -> dict[Role, str]:
    """One person of each role, by name; the password of all of them is PASSWORD."""
    with database.write() as session:
        session.add_all(Person(name=name, role=role, password_hash=password_hash) for role, name in NAMES.items())
    return NAMES


async def sample_page(page: PageContext) -> None:
    """A page of the tests' own: says who is there."""
    page.heading("Sample")
    ui.label(page.visitor.name).mark("visitor-name")


@asynccontextmanager
async def running(database: Database, demo: bool = False, /, **pages: Page) -> AsyncIterator[Sessions]:
    """Our app, started and stopped, with `/tickets` and further sample pages for tests that need no real one."""
    os.environ["NICEGUI_USER_SIMULATION"] = "true"
    try:
        with nicegui_reset_globals():
            prepare_simulation()
            routes = {"/tickets": Page(sample_page), **{f"/{name}": page for name, page in pages.items()}}
            sessions = create_app(database, Settings(), demo=demo, routes=routes)
            async with core.app.router.lifespan_context(core.app):
                yield sessions
                for client in list(Client.instances.values()):
                    client.delete()
            # Else NiceGUI throws `ui` out of sys.modules, to import it again for the next test.
            Client.page_routes.clear()
    finally:
        os.environ.pop("NICEGUI_USER_SIMULATION", None)
        ui.navigate, ui.notify, ui.download = Navigate(), notify, download


@pytest.fixture
async def sessions(database: Database, people: dict[Role, str]) -> AsyncIterator[Sessions]:  # noqa: ARG001 - who is there
    """Our app, running, with a sample page at `/tickets`."""
    async with running(database) as started:
        yield started


@pytest.fixture
async def browser_less(sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001 - what answers
    """Plain requests to the app, with our own origin, without a sign-in; redirects are not followed."""
    async with new_client() as client:
        yield client


@pytest.fixture
async def signed_in(sessions: Sessions) -> AsyncIterator[SignedIn]:
    """A simulated user in a browser of their own, signed in as the person of a role."""
    clients: list[httpx.AsyncClient] = []

    async def sign_in(role: Role) -> User:
        client = new_client()
        clients.append(client)
        client.cookies.set(COOKIE, sessions.open(NAMES[role]))
        return User(client)

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    """A small firm with a person of each role."""
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    """Opens an address of the real pages as the person of a role; `/tickets` is the sample page."""
    clients: list[httpx.AsyncClient] = []
    pages = {path.strip("/"): page for path, page in ROUTES.items() if path != "/tickets"}
    async with running(world.database, **pages) as sessions:

        async def open_path(role: Role, path: str) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            return user

        yield open_path
    for client in clients:
        await client.aclose()


@pytest.fixture
def drafted(world: World) -> ProposalDetail:
    """Two tickets, with two lines and one."""
    return world.proposal_of(world.ticket(60, 30), world.ticket(90))


@pytest.fixture
def stale_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages learn of nothing but acts of their own server: what the test does behind them leaves them as they were."""
    monkeypatch.setattr(Feed, "_follow", lambda feed: feed._stopped.wait())  # noqa: SLF001 - as if nobody else committed


def new_client() -> httpx.AsyncClient:
    """A browser as far as HTTP goes."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(core.app), base_url=ORIGIN, headers={"Origin": ORIGIN})
