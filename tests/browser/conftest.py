"""The app as a process on a real help desk, and users who sign in with a browser."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.actions.core.acting import Actor
from domain.actions.people.people import AddUser, add_user
from domain.vocabulary import Role
from storage.database import Database
from tests.support.server import ROOT, AppServer, clean_environment
from tests.support.site import Site, demo_site
from ui.server.passwords import hash_password

PASSWORD = "una password lunga"  # noqa: S105 - of the tests' own people
PEOPLE = {"giulia": "billing_manager", "marco": "team_lead", "paolo": "operator"}

SignIn = Callable[[Page, str], None]


@pytest.fixture(autouse=True, scope="session")
def _patience() -> None:
    """Two cores, a server, a browser and sometimes other tests beside them."""
    expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def imported(helpdesk: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole help desk in it, imported by the command, and a person of each role."""
    path = tmp_path_factory.mktemp("imported") / "consuntivo.sqlite"
    shutil.copy(sqlite_template, path)
    run(path, "import", str(helpdesk))
    database, password = Database(f"sqlite:///{path}"), hash_password(PASSWORD)
    with database.write() as session:
        for name, role in PEOPLE.items():
            add_user(session, AddUser(name, Role(role), password), actor=Actor("system", datetime.now(UTC)))
    database.dispose()
    return path


def run(database: Path, *arguments: str) -> str:
    """What a command prints."""
    environment = {**clean_environment(), "CONSUNTIVO_DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "main.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def help_desk(imported: Path, tmp_path: Path) -> Path:
    """The test's own copy of the imported help desk."""
    copy = tmp_path / "consuntivo.sqlite"
    for suffix in ("", "-wal", "-shm"):
        source = imported.with_name(imported.name + suffix)
        if source.exists():
            shutil.copy(source, copy.with_name(copy.name + suffix))
    return copy


@pytest.fixture
def server(help_desk: Path, tmp_path: Path) -> Iterator[AppServer]:
    """The app on the help desk."""
    with AppServer(f"sqlite:///{help_desk}", tmp_path / "server.log") as started:
        yield started


@pytest.fixture
def second_page(browser: Browser) -> Iterator[Page]:
    """Another person's browser."""
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def sign_in(page: Page, server: AppServer, name: str) -> None:
    """Sign in and open the list of tickets."""
    page.goto(f"{server.url}/login?next=/tickets")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    expect(page.locator(".ag-row").first).to_be_visible()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration's data, served; nobody changes it."""
    with demo_site(tmp_path_factory.mktemp("site")) as served:
        yield served
