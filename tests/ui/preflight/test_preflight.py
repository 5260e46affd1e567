"""The page *Da sistemare*: why tickets are blocked, and fixing them in place (spec, section 4)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.testing import User

from domain.actions.tickets.fix import StatusFix, set_ticket_status
from domain.reads.selection import Selection, TicketFilter
from domain.vocabulary import BillingStatus, Role, TicketStatus
from storage.database import Database
from tests.builders import OPERATOR, World
from tests.ui.conftest import NAMES, new_client, running
from ui.generation.dialog import GenerationDialog
from ui.kit.addresses.tickets import CHIPS, REASONS, View
from ui.kit.billing_issues_link import preflight_address
from ui.kit.page import Page, PageContext
from ui.preflight.page import preflight
from ui.server.sessions import COOKIE
from ui.server.stored_selections import store_selection

Opener = Callable[..., Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


asked: list[Selection] = []
answered: list[str] = []


async def asking(page: PageContext) -> None:
    """Stands in for whoever leads to the pre-flight."""
    page.heading("Asking")
    answered[:] = [preflight_address(page, selection) for selection in asked]
    answered.append(f"/preflight?kept={store_selection(page.visitor, Selection(frozenset({1})))}")
    dialog = GenerationDialog(page, asked[0] if asked else Selection(), "")
    ui.button("asked", on_click=dialog.open).mark("asked")


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []
    async with running(world.database, preflight=Page(preflight), asking=Page(asking)) as sessions:

        async def open_at(path: str = "/preflight", role: Role = Role.BILLING_MANAGER, marker: str = "count-open") -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            await user.should_see(marker=marker)
            return user

        yield open_at
    for client in clients:
        await client.aclose()


def element(user: User, marker: str) -> Any:
    with user:
        [found] = user.find(marker=marker).elements
    return found


async def eventually(user: User, *counts: str) -> None:
    """Wait until the three counts are these: to mend, billable, left out."""
    seen: list[str] = []
    for _ in range(60):
        seen = [element(user, f"count-{name}").text for name in ("open", "billable", "left_out")]
        if seen == list(counts):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{seen} instead of {counts}")


async def test_reasons_are_counted_and_closing_takes_one_away_and_gives_it_back(opened: Opener, world: World) -> None:
    ids = [world.ticket(60, status=TicketStatus.OPEN, closed_at=None) for _ in range(2)]
    world.ticket(60)
    world.ticket(60, billing_status=BillingStatus.SERVICE_CONTRACT, status=TicketStatus.OPEN, closed_at=None)
    user = await opened()
    await eventually(user, "2", "1", "1")
    assert element(user, "cause-count-NOT_TO_BILLservice_contract").text == "1"
    assert element(user, "cause-count-NOT_CLOSED").text == "2"
    user.find(marker=f"mend-{ids[0]}").click()
    await eventually(user, "1", "2", "1")
    user.find(marker="undo").click()
    await eventually(user, "2", "1", "1")


async def test_one_service_for_all_entries_without_one_leaves_nothing_to_fix(opened: Opener, world: World) -> None:
    for _ in range(3):
        world.entry(world.ticket(), service_id=None)
    user = await opened()
    await eventually(user, "3", "0", "0")
    field = element(user, "many-value")
    field.set_value(world.service_id)
    user.find(marker="many-go").click()
    await eventually(user, "0", "3", "0")
    await user.should_see(marker="ready")


async def test_of_many_only_the_chosen_ones_are_closed(opened: Opener, world: World) -> None:
    ids = [world.ticket(60, status=TicketStatus.OPEN, closed_at=None) for _ in range(3)]
    user = await opened(f"/preflight?tickets={','.join(map(str, ids))},99999,x")
    element(user, f"choose-{ids[1]}").set_value(True)
    user.find(marker="many-go").click()
    await eventually(user, "2", "1", "0")
    assert world.rows("SELECT id FROM ticket WHERE status = 'closed'") == [(ids[1],)]


async def test_a_fix_by_a_colleague_lowers_the_count_here(opened: Opener, world: World) -> None:
    ticket = world.ticket(60, status=TicketStatus.OPEN, closed_at=None)
    user = await opened()
    await eventually(user, "1", "0", "0")
    mends = [StatusFix(ticket, 1, TicketStatus.CLOSED)]
    world.act(lambda session: set_ticket_status(session, mends, actor=OPERATOR))
    await eventually(user, "0", "1", "0")


async def test_minutes_are_typed_in_hours_and_what_is_none_is_said_in_the_field(opened: Opener, world: World) -> None:
    entry = world.entries_of(world.ticket(None))[0]
    user = await opened()
    field = element(user, f"mend-{entry}")
    field.set_value("90")
    user.find(marker=f"mend-{entry}-go").click()
    for _ in range(40):
        await asyncio.sleep(0.02)
        if field.error:
            break
    assert field.error
    field.set_value("1:30")
    user.find(marker=f"mend-{entry}-go").click()
    await eventually(user, "0", "1", "0")
    assert world.rows("SELECT billable_minutes FROM time_entry") == [(90,)]


async def test_an_invented_company_fixes_nothing(opened: Opener, world: World) -> None:
    ticket = world.ticket(60, company_id=None)
    user = await opened()
    field = element(user, f"mend-{ticket}")
    assert isinstance(field, ValueElement)
    field.set_value(None)
    field._handle_value_change(999_999)  # noqa: SLF001 - as a forged event would
    await asyncio.sleep(0.2)
    await eventually(user, "1", "0", "0")
    assert world.rows("SELECT company_id FROM ticket") == [(None,)]


async def test_decided_tickets_are_not_counted_as_to_fix_but_can_be_resumed(opened: Opener, world: World) -> None:
    ticket = world.ticket(60, billing_status=BillingStatus.NOT_BILLED)
    user = await opened()
    await eventually(user, "0", "0", "1")
    user.find(marker="cause-NOT_TO_BILLnot_billed").click()
    await user.should_see(marker=f"mend-{ticket}")
    user.find(marker=f"mend-{ticket}").click()
    await eventually(user, "0", "1", "0")


async def test_an_operator_sees_that_billing_decisions_are_not_theirs(opened: Opener, world: World) -> None:
    ticket = world.ticket(60, billing_status=BillingStatus.NOT_BILLED)
    user = await opened(role=Role.OPERATOR)
    user.find(marker="cause-NOT_TO_BILLnot_billed").click()
    await user.should_see(marker=f"row-{ticket}")
    await user.should_not_see(marker=f"mend-{ticket}")
    await user.should_not_see(marker="generate")


async def test_a_view_goes_by_its_filter_a_few_tickets_by_their_ids_and_the_rest_is_kept(opened: Opener, world: World) -> None:
    views = [View(show=chip.name, search="rossi", company=str(world.company_id), closed_from="2026-02-01") for chip in CHIPS]
    views += [View(show="refused", why=why, owner="olga") for why in REASONS if why]
    asked[:] = [*(Selection(filter=view.filter()) for view in views), Selection(frozenset({3, 1}))]
    asked.append(Selection(frozenset({1}), TicketFilter()))
    await opened("/asking", marker="asked")
    assert answered[: len(views)] == [view.address.replace("/tickets", "/preflight") for view in views]
    assert answered[len(views)] == "/preflight?tickets=1,3"
    assert answered[len(views) + 1].startswith("/preflight?kept=")


async def test_the_dialog_of_the_generation_leads_to_what_it_leaves_out(opened: Opener, world: World) -> None:
    world.ticket(60)
    asked[:] = [Selection(frozenset({world.ticket(60, company_id=None)}))]
    user = await opened("/asking", marker="asked")
    user.find(marker="asked").click()
    await user.should_see(marker="see-refused")
    user.find(marker="see-refused").click()
    await user.should_see(marker="count-open")
    await eventually(user, "1", "0", "0")


async def test_a_kept_selection_opens_for_nobody_else(opened: Opener, world: World) -> None:
    asked[:] = []
    await opened("/asking", marker="asked")
    await opened(answered[-1], Role.TEAM_LEAD, "gone")
    assert world.count("ticket") == 0
