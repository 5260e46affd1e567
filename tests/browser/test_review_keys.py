"""Every action of the review done with the keyboard alone, in a real browser (spec, section 5)."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.actions.core.acting import Actor
from domain.actions.proposals.comments import AddComment, add_comment
from domain.actions.proposals.visits import remember_visit
from domain.vocabulary import LineState
from storage.database import Database
from tests.builders import LEAD, MANAGER, World
from tests.support.server import AppServer
from ui.server.sessions import COOKIE, Sessions


@dataclass(frozen=True, slots=True)
class Bench:
    """A proposal of four lines, one of which deserves a second look, open in mario's browser; and the world behind it."""

    world: World
    page: Page
    number: str

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def give_reason(self, key: str, reason: str) -> None:
        self.press(key)
        expect(self.dialog.get_by_label("Motivo", exact=True)).to_be_focused()
        self.page.keyboard.type(reason)
        expect(self.dialog.locator(".sheet__foot .q-btn").last).to_be_enabled()
        self.press("Enter")

    def lines(self, state: LineState) -> int:
        return sum(line.state is state for line in self.world.proposal(self.number).lines)

    @property
    def current(self) -> Locator:
        return self.page.locator(".rv-row--current")

    @property
    def dialog(self) -> Locator:
        return self.page.locator(".q-dialog .sheet")


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("keys") / "consuntivo.sqlite"
    shutil.copy(sqlite_template, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def running(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, AppServer]]:
    world = World(database)
    with AppServer(database.url, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield world, server


@pytest.fixture
def bench(running: tuple[World, AppServer], page: Page) -> Bench:
    world, server = running
    today = datetime.now(UTC).date()
    tickets = []
    for title, *minutes in (
        ("Posta che non parte", 30, 45),
        ("Centralino muto", 60),
        ("Stampante ferma", 60),
        ("Router nuovo", 15),
    ):
        tickets.append(world.ticket(title=title))
        for each in minutes:
            old = title == "Centralino muto"
            world.entry(tickets[-1], each, on=date(2025, 6, 1) if old else today, description="ok" if old else "Pezzo sostituito")
    detail = world.proposal_of(*tickets, group_entries=True)
    newest = world.rows("SELECT max(id) FROM audit_entry")[0][0]
    world.act(lambda session: remember_visit(session, detail.id, newest, actor=MANAGER))
    later = Actor(LEAD.name, datetime.now(UTC))
    said = AddComment(detail.id, "Chi ha chiamato?", detail.lines[2].id)
    world.act(lambda session: add_comment(session, said, actor=later))
    page.context.add_cookies([{"name": COOKIE, "value": Sessions(world.database).open("mario"), "url": server.url}])
    page.goto(f"{server.url}/proposals/{detail.id}")
    expect(page.locator(".rv-flag").first).to_be_visible()
    return Bench(world, page, detail.number)


def test_moving_folding_finding_and_what_deserves_a_second_look(bench: Bench) -> None:
    page, current = bench.page, bench.current
    bench.press("j")
    expect(current).to_contain_text("lavori eseguiti")
    bench.press("J", "J", "K")
    expect(current).to_contain_text("Centralino muto")
    bench.press("ArrowLeft")
    expect(page.locator(".rv-row[data-key^=l]")).to_have_count(3)
    bench.press("g")
    expect(current.locator(".rv-flag").first).to_contain_text("Oltre 90 giorni")
    expect(page.locator(".rv-row[data-key^=l]")).to_have_count(4)
    expect(current.locator(".rv-flag").first).to_have_attribute("aria-label", re.compile("è del 01/06/2025"))
    bench.press("Tab")
    bench.press("o")
    expect(page.locator(".rv-row[data-key]")).to_have_count(2)
    bench.press("o", "/")
    expect(page.get_by_label("Trova in questa proposta")).to_be_focused()
    page.keyboard.type("stamp")
    expect(current).to_contain_text("Stampante ferma")
    expect(page.locator(".rv-found")).to_have_text("1 di 1")
    bench.press("Escape", "f")
    expect(page.locator(".rv-row[data-key^=l]")).to_have_count(0)
    bench.press("Home", "Enter", "Control+f")
    expect(page.get_by_label("Trova in questa proposta")).to_be_focused()
    bench.press("Escape", "?")
    expect(page.locator(".rv-keys")).to_contain_text("perché questo prezzo")


def test_deciding_with_a_reason_by_number_restoring_and_undoing_step_by_step(bench: Bench) -> None:
    page = bench.page
    bench.press("j")
    bench.give_reason("s", "1")
    expect(bench.current.locator(".chip--suspended")).to_be_visible()
    expect(bench.dialog).to_have_count(0)
    assert bench.lines(LineState.SUSPENDED) == 1
    bench.press("a")
    bench.give_reason("n", "omaggio")
    expect(page.locator(".rv-row[data-key^=l] .chip--not_billed")).to_have_count(4)
    expect(bench.dialog).to_have_count(0)
    expect(page.locator(".done-note")).to_contain_text("Annulla")
    bench.press("u")
    expect(bench.current.locator(".chip--suspended")).to_be_visible()
    expect(page.locator(".done-note")).to_contain_text("com’erano")
    bench.press("Control+z")
    expect(page.locator(".rv-row[data-key^=l] .chip--to_bill")).to_have_count(4)
    assert bench.lines(LineState.BILL) == 4
    bench.press("x")
    bench.give_reason("s", "2")
    expect(bench.current.locator(".chip--suspended")).to_be_visible()
    expect(bench.dialog).to_have_count(0)
    bench.press("r")
    expect(bench.current.locator(".chip--to_bill")).to_be_visible()


def test_looking_into_a_line_adjusting_commenting_taking_off_and_submitting(bench: Bench) -> None:
    page = bench.page
    expect(page.locator(".rv-news")).to_contain_text("1 modifica dalla tua ultima visita")
    expect(page.locator(".rv-fresh")).to_have_count(1)
    bench.press("v")
    expect(page.locator(".rv-news__item")).to_contain_text("Chi ha chiamato?")
    bench.press("Escape")
    expect(page.locator(".rv-news__item")).to_have_count(0)
    bench.press("j", "w")
    expect(bench.dialog).to_contain_text("listino del servizio")
    bench.press("Escape")
    expect(bench.dialog).to_have_count(0)
    bench.press("d")
    expect(bench.dialog).to_contain_text("0:30")
    bench.press("Escape")
    expect(bench.dialog).to_have_count(0)
    bench.press("c")
    expect(page.locator(".rv-talk textarea")).to_be_focused()
    page.keyboard.type("Confermate al telefono")
    bench.press("Control+Enter")
    expect(page.locator(".rv-entry--said").first).to_contain_text("Confermate al telefono")
    bench.press("e")
    expect(bench.dialog).to_be_visible()
    bench.press("Escape")
    expect(bench.dialog).to_have_count(0)
    bench.press("End", "t")
    expect(bench.dialog).to_contain_text("Togliere il ticket")
    while not page.evaluate(
        "document.activeElement.closest('.sheet__foot') && document.activeElement.innerText.startsWith('Togli')"
    ):
        bench.press("Tab")
    bench.press("Enter")
    expect(page.locator(".rv-row--released")).to_have_count(2)
    expect(bench.dialog).to_have_count(0)
    bench.press("i")
    expect(page.get_by_role("button", name="Invia in approvazione")).to_be_focused()
    bench.press("Enter")
    expect(page.locator(".rv-badge")).to_contain_text("In approvazione")


_AT_ONCE = """keys => keys.forEach(key => (document.activeElement ?? document.body).dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})))"""


def test_what_is_typed_before_the_dialog_is_there_is_its_reason_or_the_lists_again(bench: Bench) -> None:
    page = bench.page
    bench.press("j")
    page.evaluate(_AT_ONCE, ["s", "2", "Enter"])
    expect(bench.current.locator(".chip--suspended")).to_be_visible()
    expect(bench.dialog).to_have_count(0)
    assert bench.lines(LineState.SUSPENDED) == 1
    bench.press("i")
    expect(page.get_by_role("button", name="Invia in approvazione")).to_be_focused()
    bench.press("Enter")
    expect(page.locator(".rv-badge")).to_contain_text("In approvazione")
    was = bench.current.get_attribute("data-key") or ""
    page.locator(".rv-list").focus()
    page.evaluate(_AT_ONCE, ["s", "j"])
    expect(page.locator(f".rv-row--current:not([data-key={was}])")).to_be_visible()
    expect(bench.dialog).to_have_count(0)
