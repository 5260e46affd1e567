"""A new firm creates its master data on screen, from an empty database (spec, section 2)."""

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
from tests.browser.conftest import PASSWORD
from tests.support.server import AppServer
from ui.server.passwords import hash_password


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[AppServer]:
    """The app on a migrated database with one person in it."""
    path = tmp_path / "new.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        person = AddUser("giulia", Role.BILLING_MANAGER, hash_password(PASSWORD))
        add_user(session, person, actor=Actor("system", datetime.now(UTC)))
    database.dispose()
    with AppServer(f"sqlite:///{path}", tmp_path / "server.log") as server:
        yield server


def test_every_kind_of_record_is_created_from_nothing(page: Page, empty: AppServer) -> None:
    page.goto(f"{empty.url}/login?next=/companies")
    page.locator("input[name=name]").fill("giulia")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    create(page, empty, "companies", {"Nome": "Officine Rossi S.r.l."})
    create(page, empty, "contacts", {"Nome": "Anna", "Cognome": "Verdi"}, shown="Anna Verdi")
    create(page, empty, "services", {"Nome": "Assistenza remota", "Tariffa oraria (€)": "65,00"})
    create(page, empty, "contracts", {"Nome": "Pacchetto ore", "Unità comprese": "40"}, company="Officine Rossi S.r.l.")
    create(page, empty, "plannings", {"Nome": "Nuovo server"}, company="Officine Rossi S.r.l.")


def create(page: Page, server: AppServer, table: str, values: dict[str, str], *, company: str = "", shown: str = "") -> None:
    """*Nuovo* in the list of a table: fill the form, save it, and find the record in the list."""
    page.goto(f"{server.url}/{table}")
    page.locator(".content").get_by_role("button", name="Nuov").first.click()
    form = page.get_by_role("dialog")
    for label, value in values.items():
        form.get_by_label(label, exact=True).fill(value)
    if company:
        form.get_by_label("Azienda").click()
        form.get_by_label("Azienda").press_sequentially(company[:6], delay=30)
        page.get_by_role("option", name=company).click()
    form.get_by_role("button", name="Crea").click()
    expect(form).to_be_hidden()
    page.goto(f"{server.url}/{table}")
    expect(page.get_by_role("row", name=shown or values["Nome"])).to_be_visible()
