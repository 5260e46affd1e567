"""The journeys of the README in a real browser, with every click counted."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.actions.core.acting import Actor
from domain.actions.people.people import AddUser, add_user
from domain.model import Ticket
from domain.vocabulary import BillingStatus, Role, TicketStatus
from storage.database import Database
from tests.browser.conftest import PEOPLE
from tests.builders import World
from tests.support.server import ROOT, AppServer
from ui.server.sessions import COOKIE, Sessions

COUNTER = """addEventListener('pointerdown', (event) => event.isTrusted &&
  sessionStorage.setItem('presses', Number(sessionStorage.getItem('presses') || 0) + 1), true)"""
FIRM = (
    "name = 'Ditta', vat_number = '50000010285', address = 'Via Roma 1', postal_code = '35100', city = 'Padova', province = 'PD'"
)
JOURNEYS = {"generate": 3, "submit": 3, "approve": 3, "invoice": 3, "work": 4}


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'consuntivo.sqlite')}")
    world = World(opened)
    world.execute(f"UPDATE firm SET {FIRM}")  # noqa: S608 - our own words
    for company in [world.company(name) for name in ("Bianchi", "Verdi", "Neri")]:
        for minutes in (30, 60):
            world.ticket(minutes, company_id=company)
    world.add(
        Ticket(
            number="TT-00042",
            title="Rete lenta",
            status=TicketStatus.OPEN,
            company_id=world.company_id,
            billing_status=BillingStatus.TO_BILL,
        )
    )
    with opened.write() as session:
        for name, role in PEOPLE.items():
            add_user(session, AddUser(name, Role(role)), actor=Actor("system", datetime.now(UTC)))
    yield opened
    opened.dispose()


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[AppServer]:  # noqa: ARG001 - what it serves
    with AppServer(f"sqlite:///{tmp_path / 'consuntivo.sqlite'}", tmp_path / "server.log") as started:
        yield started


class Person:
    """At a browser, counting."""

    def __init__(self, page: Page, server: AppServer, database: Database) -> None:
        self.page, self._server, self._database = page, server, database
        page.add_init_script(COUNTER)

    def arrive(self, name: str) -> None:
        """As somebody, at the first page, with nothing pressed yet."""
        value = Sessions(self._database).open(name)
        self.page.context.add_cookies([{"name": COOKIE, "value": value, "url": self._server.url}])
        self.page.goto(self._server.url)
        expect(self.page.locator(".rail")).to_be_visible()
        self.page.evaluate("sessionStorage.removeItem('presses')")

    def rail(self, name: str) -> None:
        self.page.locator(".rail").get_by_role("link", name=re.compile(f"^{name}")).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=re.compile(name)).last.click()

    def presses(self) -> int:
        return int(self.page.evaluate("sessionStorage.getItem('presses')"))


def test_every_role_does_its_part_in_as_many_presses_as_the_readme_says(
    page: Page, server: AppServer, database: Database
) -> None:
    person = Person(page, server, database)
    counted = {}
    for name, who, journey in (
        ("generate", "giulia", generate), ("submit", "giulia", submit), ("approve", "marco", approve),
        ("invoice", "giulia", invoice), ("work", "paolo", work),
    ):  # fmt: skip
        person.arrive(who)
        journey(person)
        counted[name] = person.presses()
    assert counted == JOURNEYS
    told = re.findall(r"^\| .* \| \*\*(\d+)\*\*", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in told] == list(JOURNEYS.values())


def generate(person: Person) -> None:
    """Everything that can be billed becomes proposals."""
    person.rail("Assistenze")
    person.press("^Genera Proposte Fattura")
    person.press(r"^Genera \d+ proposte")
    expect(person.page).to_have_url(re.compile("/generations/"))


def submit(person: Person) -> None:
    """All drafts go to be approved."""
    person.rail("Proposte")
    person.page.locator("thead .q-checkbox").click()
    person.press(r"^Invia \d+ proposte")
    expect(person.page.get_by_text("In approvazione", exact=True).first).to_be_visible()


def approve(person: Person) -> None:
    """The whole inbox."""
    person.rail("Approvazioni")
    person.page.locator(".rv-tick").first.click()
    person.press(r"^Approva \d+ proposte")
    expect(person.page.locator(".empty")).to_be_visible()


def invoice(person: Person) -> None:
    """Everything that is approved becomes invoices."""
    person.rail("Fatture")
    person.press(r"^Emetti \d+ fatture…")
    person.press(r"^Emetti \d+ fatture ·")
    expect(person.page.get_by_text(re.compile(r"^FT-\d{4}-000001$")).first).to_be_visible()


def work(person: Person) -> None:
    """A ticket found by its digits gets its work and is closed."""
    page = person.page
    page.keyboard.press("Control+k")
    page.keyboard.type("42")
    expect(page.locator(".pal__name").first).to_have_text("TT-00042")
    page.keyboard.press("Enter")
    person.press("^Aggiungi lavoro")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Lavorato").fill("1:30")
    dialog.get_by_label("Servizio").click()
    page.get_by_role("option").first.click()
    dialog.get_by_label("Descrizione").fill("Sostituito lo switch")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    person.press("^Chiudi")
    expect(page.get_by_role("button", name="Riapri")).to_be_visible()
