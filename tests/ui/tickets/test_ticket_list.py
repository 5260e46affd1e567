"""The ticket list: rows, selection, and the dialog that generates (spec, section 4)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.reads.selection import TicketFilter
from domain.vocabulary import Role
from storage.database import Database
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.kit.addresses.tickets import View
from ui.kit.page import Page, PageContext
from ui.kit.selection import ListSelection
from ui.server.sessions import COOKIE, Sessions
from ui.tickets.page import tickets

Opener = Callable[[Role, str], Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


async def result_page(page: PageContext, generation_id: int) -> None:
    """Stands in for the page that follows a generation."""
    page.heading("Result")
    ui.label(str(generation_id)).mark("generation-id")


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []
    async with running(world.database, list=Page(tickets), **{"generations/{generation_id}": Page(result_page)}) as sessions:

        async def sign_in(role: Role, path: str = "/list") -> User:
            return await _open(sessions, clients, role, path)

        yield sign_in
    for client in clients:
        await client.aclose()


async def _open(sessions: Sessions, clients: list[httpx.AsyncClient], role: Role, path: str) -> User:
    client = new_client()
    clients.append(client)
    client.cookies.set(COOKIE, sessions.open(NAMES[role]))
    user = User(client)
    await user.open(path)
    await user.should_see(marker="chip-all")
    # The chips count once the rows are there, also where there are none.
    for _ in range(200):
        if text_of(user, "count-all"):
            break
        await asyncio.sleep(0.02)
    return user


def text_of(user: User, marker: str) -> str:
    [element] = user.find(marker=marker).elements
    assert isinstance(element, ui.label | ui.button)
    return str(element.text)


async def eventually(user: User, marker: str, text: str) -> None:
    """Wait until the element says `text`."""
    await user.should_see(marker=marker)
    for _ in range(60):
        if text in text_of(user, marker):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{marker} says {text_of(user, marker)!r}, not {text!r}")


def tick(user: User, ids: list[Any], page: int = 1) -> None:
    user.find(marker="ticket-grid").trigger("ticked", {"page": page, "ids": ids})


async def test_the_selection_says_what_it_is_worth(opened: Opener, world: World) -> None:
    ids = [world.ticket(60), world.ticket(30), world.ticket(90)]
    user = await opened(Role.BILLING_MANAGER, "/list")
    tick(user, ids[:2])
    await eventually(user, "selection-summary", "2 ticket · 1 cliente · 1:30\u00a0h · 90,00\u00a0€")


async def test_an_invented_id_is_not_selected(opened: Opener, world: World) -> None:
    ticket = world.ticket(60)
    user = await opened(Role.BILLING_MANAGER, "/list")
    tick(user, [ticket, 999_999, "x", None])
    await eventually(user, "selection-summary", "1 ticket")


async def test_everything_that_matches_is_selected_less_what_is_taken_out(opened: Opener, world: World) -> None:
    ids = [world.ticket(60) for _ in range(3)]
    user = await opened(Role.BILLING_MANAGER, "/list")
    tick(user, ids)
    await eventually(user, "select-matching", "Seleziona tutti i 3")
    user.find(marker="select-matching").click()
    await eventually(user, "selection-summary", "3 ticket")
    tick(user, ids[1:])
    await eventually(user, "selection-summary", "2 ticket")


async def test_the_dialog_says_what_it_will_do_and_does_it(opened: Opener, world: World) -> None:
    ids = [world.ticket(10, 10, 10, hourly_rate=6500), world.ticket(60)]
    user = await opened(Role.BILLING_MANAGER, "/list")
    tick(user, ids)
    user.find(marker="generate").click()
    await user.should_see(marker="figure-proposals")
    await eventually(user, "figure-proposals", "2")
    user.find(marker="by_customer").click()
    await eventually(user, "generation-go", "Genera 1 proposta")
    user.find(marker="group_entries").click()
    await eventually(user, "generation-go", "Genera 1 proposta · 92,50\u00a0€")
    await eventually(user, "group_entries-effect", "2 invece di 4 (+0,01\u00a0€ di arrotondamento)")
    await eventually(user, "rounding-because", "3 × 10,83\u00a0€ = 32,49\u00a0€")
    user.find(marker="generation-go").click()
    await user.should_see(marker="generation-id")


async def test_tickets_that_move_while_the_dialog_is_open_are_shown_again_and_nothing_is_written(
    opened: Opener, world: World
) -> None:
    taken, left = world.ticket(60), world.ticket(30)
    user = await opened(Role.BILLING_MANAGER, "/list")
    tick(user, [taken, left])
    user.find(marker="generate").click()
    await user.should_see(marker="figure-proposals")
    await eventually(user, "generation-go", "Genera 2 proposte")
    world.generate(taken)
    user.find(marker="generation-go").click()
    await eventually(user, "generation-go", "Genera 1 proposta")
    await eventually(user, "plan-changed", "anteprima")
    assert world.billing(left) == "to_bill"


async def test_an_operator_sees_no_way_to_generate(opened: Opener, world: World) -> None:
    ticket = world.ticket(60)
    user = await opened(Role.OPERATOR, "/list")
    tick(user, [ticket])
    await eventually(user, "selection-summary", "1 ticket")
    await user.should_not_see(marker="generate")
    await user.should_not_see(marker="generate-selected")


async def test_the_address_narrows_the_list(opened: Opener, world: World) -> None:
    world.ticket(60, title="Stampante <img src=x onerror=alert(1)>")
    world.ticket(60, title="VPN")
    user = await opened(Role.BILLING_MANAGER, "/list?search=onerror&show=to_bill")
    await eventually(user, "range", "1–1 di 1")


def test_a_view_survives_its_address() -> None:
    view = View(show="suspended", search="a&b=c", company="7", closed_from="2026-01-31", sort="company", order="asc", page="3")
    query = httpx.QueryParams(view.address.split("?")[1])
    assert View.of_query(dict(query)) == view


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999", "²", ""])
def test_a_page_number_that_is_none_is_the_first(page: str) -> None:
    assert View(page=page).page_number == 1


@pytest.mark.parametrize("query", [{"show": "'; DROP"}, {"closed_from": "31/02/2026"}, {"company": "1 OR 1"}])
def test_an_address_with_nonsense_shows_everything(query: dict[str, str]) -> None:
    assert View.of_query(query).filter() == TicketFilter()


def test_a_selection_of_everything_keeps_its_exclusions_on_other_pages() -> None:
    narrowed = TicketFilter(search="x")
    selection: ListSelection[TicketFilter] = ListSelection()
    selection.choose_matching(narrowed)
    selection.choose_on_page([1, 2, 3], [1, 3])
    selection.choose_on_page([4, 5], [4, 5, 2])
    assert (selection.ids, selection.matching) == ({2}, narrowed)
    assert [selection.has(id_) for id_ in (1, 2, 4)] == [True, False, True]
