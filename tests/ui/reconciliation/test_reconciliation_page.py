"""The reconciliation page: the proof, the matrix, and the tickets behind each figure (spec, promise 2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket, Permission, Role
from storage.database import Database
from storage.queries.check.check import _RULES
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.i18n import translator
from ui.kit.addresses.tickets import View
from ui.kit.page import Page
from ui.reconciliation.page import View as ReconciliationView
from ui.reconciliation.page import reconciliation
from ui.server.sessions import COOKIE
from ui.tickets.page import tickets

Opener = Callable[[Role, str], Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []
    async with running(world.database, reconciliation=Page(reconciliation, Permission.REVIEW), list=Page(tickets)) as sessions:

        async def sign_in(role: Role, path: str) -> User:
            clients.append(client := new_client())
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            return user

        yield sign_in
    for client in clients:
        await client.aclose()


async def eventually(user: User, marker: str, text: str) -> None:
    await user.should_see(marker=marker, retries=20)
    said = ""
    for _ in range(60):
        [element] = user.find(marker=marker).elements
        said = str(getattr(element, "text", ""))
        if text in said:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{marker} says {said!r}, not {text!r}")


async def test_the_page_proves_the_sums_and_each_figure_leads_to_its_tickets(world: World, opened: Opener) -> None:
    world.ticket(60)
    world.ticket(30, billing_status="suspended")
    user = await opened(Role.BILLING_MANAGER, "/reconciliation")
    await eventually(user, "proof", "Tutto quadra: 1:30\u00a0h e 90,00\u00a0€ in 9 voci")
    await eventually(user, "hours-suspended", "0:30\u00a0h")
    [table] = user.find(kind=ui.table).elements
    total, february = table.rows
    assert (total["total"]["text"], february["label"]["text"]) == ("1:30\u00a0h", "febbraio 2026")
    assert february["suspended"]["path"] == "/tickets?month=2026-02&work=suspended"
    user.find(marker="unit-money").click()
    user.find(marker="by-customer").click()
    for _ in range(60):
        if table.rows[-1]["label"]["text"] == "Rossi S.p.A.":
            break
        await asyncio.sleep(0.05)
    assert table.rows[-1]["total"]["text"] == "90,00\u00a0€"
    assert table.rows[-1]["to_bill"]["path"] == f"/tickets?customer={world.company_id}&work=to_bill"


async def test_the_whole_check_says_what_is_wrong_in_words(world: World, opened: Opener) -> None:
    world.proposal_of(world.ticket(60))
    user = await opened(Role.TEAM_LEAD, "/reconciliation")
    await user.should_see(marker="check", retries=20)
    user.find(marker="check").click()
    await eventually(user, "check-result", "nulla è fatturato due volte")
    world.execute("UPDATE ticket SET billing_status = 'billed'")
    user.find(marker="check").click()
    await eventually(user, "check-result", "1 differenza")
    [found] = user.find(marker="violations").elements
    [sentence] = [each.text for each in found.descendants() if isinstance(each, ui.label)]
    assert sentence.startswith("Ticket in proposta senza righe da fatturare, o con righe ma non in proposta: T-")


async def test_the_page_without_work_says_what_it_is_for_and_an_operator_does_not_see_it(opened: Opener) -> None:
    empty = await opened(Role.BILLING_MANAGER, "/reconciliation")
    await empty.should_see(marker="empty-state", retries=20)
    operator = await opened(Role.OPERATOR, "/reconciliation")
    await operator.should_see(marker="page-refused", retries=20)


async def test_the_list_shows_its_work_filters_until_they_are_cleared(world: World, opened: Opener) -> None:
    world.ticket(60)
    world.ticket(30, billing_status="suspended")
    address = f"/list?work=suspended&month=2026-02&customer={world.company_id}"
    user = await opened(Role.BILLING_MANAGER, address)
    await eventually(user, "work-words", "Sospeso · febbraio 2026 · Rossi S.p.A.")
    await eventually(user, "range", "1–1 di 1")
    user.find(marker="work-drop").click()
    await eventually(user, "range", "1–2 di 2")
    await user.should_not_see(marker="work-chip")


@pytest.mark.parametrize("operator", ["", "-", "--x", "Ada", "a&b=c"])
def test_work_survives_its_address(operator: str) -> None:
    work = WorkFilter(Bucket.CONTRACT, "2026-02", date(2026, 2, 3), date(2026, 2, 9), 0, operator, 7)
    query = dict(httpx.QueryParams(View.of_work(work).address.split("?")[1]))
    assert View.of_query(query).filter().work == work


@pytest.mark.parametrize("query", [{"work": "'; DROP"}, {"work": "TO_BILL"}, {"month": "2026-02"}, {"work": "", "customer": "1"}])
def test_an_address_without_a_bucket_that_exists_narrows_to_no_work(query: dict[str, str]) -> None:
    assert View.of_query(query).filter().work is None


@pytest.mark.parametrize("query", [{"month": "2026-13"}, {"customer": "x"}, {"worked_from": "ieri"}, {"service": "-1"}])
def test_what_is_no_month_date_or_id_is_left_out(query: dict[str, str]) -> None:
    assert View.of_query({"work": "all", **query}).filter().work == WorkFilter()
    assert ReconciliationView.of_query({**query, "by": "__class__", "sort": "x", "page": "²"}).narrowed_work() == WorkFilter()


def test_every_rule_of_the_check_has_an_italian_sentence() -> None:
    it = translator("it")
    keys = ["violation." + "_".join("".join(c if c.isalpha() else " " for c in rule.lower()).split()) for rule, _ in _RULES]
    assert [key for key in keys if not it.knows(key)] == []


async def test_the_former_address_redirects_with_its_filters(opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER, "/reconciliation")
    answer = await user.http_client.get("/control?by=customer&unit=money", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/reconciliation?by=customer&unit=money")
