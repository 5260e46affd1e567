"""Fixtures of the whole suite: migrated databases, a browser, the help desk's export."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from storage.database import Database, migrate
from tests.support.browser import running_chromium
from tests.support.postgres import PostgresServer, running_server

ROOT = Path(__file__).resolve().parents[1]
BROWSER_TESTS = ROOT / "tests" / "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: from the first one on, sync Playwright keeps a loop running in this thread, and no
    asynchronous test could start its own ("Runner.run() cannot be called from a running event loop")."""
    items.sort(key=_needs_browser)


def _needs_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ()) or item.path.is_relative_to(BROWSER_TESTS)


@pytest.fixture(scope="module", autouse=True)
def settled_memory() -> None:
    """What is there before a module stays to the end: a collection of garbage, of which NiceGUI's simulation does two a
    test, need not go through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, found or downloaded."""
    with running_chromium() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with Italian settings; an uncaught error in it fails the test."""
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", viewport={"width": 1440, "height": 900})
    errors: list[Error] = []
    # On the context, so that windows which the page opens are heard too.
    context.on("weberror", lambda web_error: errors.append(web_error.error))
    yield context.new_page()
    context.close()
    if errors:
        pytest.fail("Uncaught in the page:\n" + "\n".join(error.stack or error.message for error in errors))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL; `database()` on it gives an empty database."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a migrated PostgreSQL database without connections."""
    with postgres_server.template(migrate) as name:
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that is not open."""
    path = tmp_path_factory.mktemp("template") / "consuntivo.sqlite"
    migrate(f"sqlite:///{path}")
    journal = path.with_name(path.name + "-wal")
    # With a journal left over the file alone isn't the whole database, and a copy of it would lack tables.
    assert not journal.exists(), "migrate() left its connection open"
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database for the test, once on each engine."""
    if request.param == "sqlite":
        # Asked for by name, so that a run on SQLite alone starts no PostgreSQL.
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "consuntivo.sqlite")
        yield f"sqlite:///{copy}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(template=request.getfixturevalue("postgres_template")) as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The product's database object on `database_url`."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def helpdesk() -> Path:
    """The folder of a help desk's real export, which is not part of the repository."""
    chosen = os.environ.get("CONSUNTIVO_HELPDESK_DATA")
    folder = Path(chosen) if chosen else ROOT.parent / "shared" / "data" / "helpdesk"
    if not folder.is_dir():
        pytest.skip(f"The helpdesk's export is not at {folder}; CONSUNTIVO_HELPDESK_DATA may name another folder.")
    return folder
