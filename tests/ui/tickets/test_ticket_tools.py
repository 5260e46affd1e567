"""Tools of the ticket list: reasons, views, columns, preview, export (screens)."""

import asyncio

import pytest
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.actions.people.views import SaveView, save_view
from domain.vocabulary import Role, TicketStatus
from storage.database import Database
from storage.queries.people.preferences import preference
from storage.queries.tickets.views import views_of
from tests.builders import NOW, World
from tests.ui.conftest import NAMES
from tests.ui.tickets.test_ticket_list import Opener, eventually, opened
from ui.i18n import translator
from ui.kit.addresses.tickets import View
from ui.tickets.columns import COLUMNS, DEFAULT, known_columns
from ui.tickets.export import exported

__all__ = ["opened"]

MANAGER = NAMES[Role.BILLING_MANAGER]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


def user_id(world: World) -> int:
    return int(world.rows("SELECT id FROM user_account WHERE name = :name", name=MANAGER)[0][0])


async def until(user: User, marker: str) -> None:
    await user.should_see(marker=marker, retries=40)


async def test_the_reasons_are_counted_and_each_is_a_filter(opened: Opener, world: World) -> None:
    world.ticket(60)
    world.ticket(60, status=TicketStatus.OPEN, company_id=None)
    user = await opened(Role.BILLING_MANAGER, "/list")
    await eventually(user, "count-to_bill", "1")
    await eventually(user, "count-refused", "1")
    user.find(marker="why-menu").click()
    user.find(marker="why-NO_COMPANY").click()
    await eventually(user, "range", "1–1 di 1")
    user.find(marker="chip-to_bill").click()
    await eventually(user, "range", "1–1 di 1")


def test_a_reason_is_read_from_an_address_and_nonsense_is_left_out() -> None:
    assert View.of_query({"show": "refused", "why": "NO_COMPANY"}).why == "NO_COMPANY"
    assert View.of_query({"show": "refused", "why": "to_fix"}).filter() == View(show="refused").filter()
    assert not View.of_query({"show": "refused", "why": "'; DROP"}).why
    assert not View.of_query({"show": "all", "why": "NO_COMPANY"}).why


def test_columns_are_known_ones_each_once() -> None:
    assert known_columns(["value", "number", "value", "__proto__", 7]) == ("value", "number")
    assert known_columns([]) == known_columns(["x"]) == DEFAULT
    assert set(DEFAULT) < set(COLUMNS)


async def test_columns_are_moved_hidden_and_remembered(opened: Opener, world: World) -> None:
    world.ticket(60)
    user = await opened(Role.BILLING_MANAGER, "/list")
    user.find(marker="columns-open").click()
    await until(user, "columns-go")
    user.find(marker="column-title-up").click()
    user.find(marker="column-owner").click()
    await eventually(user, "columns-go", "Mostra 9 colonne")
    user.find(marker="columns-go").click()
    expected = ["title", "number", *(name for name in DEFAULT[2:] if name != "owner")]
    for _ in range(60):
        if world.read(lambda session: preference(session, user_id(world), "tickets.columns")) == expected:
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the columns were not kept")


async def test_a_view_is_saved_with_its_filters_and_columns_and_opens_again(opened: Opener, world: World) -> None:
    world.ticket(60, title="uno")
    world.ticket(60, title="due")
    user = await opened(Role.BILLING_MANAGER, "/list?search=uno")
    user.find(marker="views").click()
    user.find(marker="view-save").click()
    await until(user, "view-go")
    user.find(marker="view-view_name").type("Solo uno")
    user.find(marker="view-go").click()
    await eventually(user, "views", "Solo uno")
    [view] = world.read(lambda session: views_of(session, "tickets", user_id(world)))
    assert view.address == f"search=uno&columns={'%2C'.join(DEFAULT)}"


async def test_a_shared_view_of_somebody_else_can_be_opened_and_not_managed(opened: Opener, world: World) -> None:
    shared = SaveView("tickets", "Di tutti", "search=x", shared=True)
    view = world.act(lambda session: save_view(session, shared, actor=Actor(MANAGER, NOW)))
    user = await opened(Role.TEAM_LEAD, "/list")
    await until(user, f"view-{view}")
    await user.should_not_see(marker="views-manage")


def test_every_column_can_be_exported(world: World) -> None:
    world.ticket(60, title="Router")
    words = translator("it")
    content = world.read(lambda session: exported(session, words, View(), COLUMNS, "csv")).decode("utf-8-sig")
    head, row = content.splitlines()
    assert head.split(";") == [words.t(f"tickets.column.{name}") for name in COLUMNS]
    assert row.count(";") == head.count(";")


async def test_a_view_that_was_deleted_comes_back_as_it_was(opened: Opener, world: World) -> None:
    mine = SaveView("tickets", "Da dire", "search=x", shared=True)
    view = world.act(lambda session: save_view(session, mine, actor=Actor(MANAGER, NOW)))
    user = await opened(Role.BILLING_MANAGER, "/list")
    await until(user, f"view-{view}")
    user.find(marker="views-manage").click()
    await until(user, f"forget-{view}")
    user.find(marker=f"forget-{view}").click()
    await until(user, f"bring-back-{view}")
    await user.should_see("Vista Da dire eliminata")
    assert world.read(lambda session: views_of(session, "tickets", user_id(world))) == []
    user.find(marker=f"bring-back-{view}").click()
    await user.should_not_see("Vista Da dire eliminata", retries=40)
    [back] = world.read(lambda session: views_of(session, "tickets", user_id(world)))
    assert (back.name, back.address, back.shared) == ("Da dire", "search=x", True)


async def test_a_ticket_is_shown_at_the_side_and_the_next_one_after_it(opened: Opener, world: World) -> None:
    world.ticket(30, title="vecchio", number="A-1")
    first = world.ticket(60, title="<b>nuovo</b>", number="A-2")
    user = await opened(Role.OPERATOR, "/list?sort=number")
    grid = user.find(marker="ticket-grid")
    grid.trigger("peeked", 999_999)
    grid.trigger("peeked", first)
    await until(user, "peek-title")
    await eventually(user, "peek-title", "<b>nuovo</b>")
    await eventually(user, "billing-value", "60,00")
    user.find(marker="peek-next").click()
    await eventually(user, "peek-title", "vecchio")
    grid.trigger("left")
    await user.should_not_see(marker="peek-title", retries=40)


async def test_the_list_is_exported_as_it_is_shown_with_no_formula_in_it(opened: Opener, world: World) -> None:
    world.ticket(90, title="=HYPERLINK(1)", number="A-1")
    world.ticket(60, title="altro", number="A-2")
    user = await opened(Role.OPERATOR, "/list?search=hyper&columns=value,title,hours")
    user.find(marker="export").click()
    user.find(marker="export-csv").click()
    response = await user.download.next()
    assert response.content.decode("utf-8-sig").splitlines() == ["Valore;Titolo;Ore", "90,00;'=HYPERLINK(1);1:30"]
