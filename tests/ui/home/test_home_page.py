"""The home page of each role, and the lists that its cards and bars open (screens)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket, InvoiceKind, LineState, MissingField, ProposalStatus, Refusal, Role
from storage.change_feed import EVERYTHING
from storage.database import Database
from storage.queries.home.charts import Chart
from storage.queries.home.figures import Opens
from storage.queries.invoices.table import InvoiceFilter
from storage.queries.proposals.table import ProposalFilter
from storage.queries.suspended.table import SuspendedFilter
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.home.labels import address
from ui.home.page import home
from ui.home.panel import OWN, PANELS
from ui.i18n import translator
from ui.kit.addresses.invoices import View as InvoiceView
from ui.kit.addresses.proposals import View as ProposalView
from ui.kit.addresses.suspended import View as SuspendedView
from ui.kit.addresses.tickets import View as TicketView
from ui.kit.page import Page, PageContext
from ui.proposals.page import proposals
from ui.server import live
from ui.server.sessions import COOKIE
from ui.suspended.page import suspended
from ui.tickets.page import tickets

TODAY = date(2026, 2, 20)
Opener = Callable[..., Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


async def where(page: PageContext) -> None:
    """Stands in for the list of tickets: says which one was asked for."""
    page.heading("List")
    ui.label(str(sorted(page.query.items()))).mark("asked-for")


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []
    lists = {"list": Page(tickets), "proposals": Page(proposals), "suspended": Page(suspended), "tickets": Page(where)}
    async with running(world.database, **{"": Page(home), **lists}) as sessions:

        async def sign_in(role: Role, path: str = "/") -> User:
            clients.append(client := new_client())
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            return user

        yield sign_in
    for client in clients:
        await client.aclose()


def only(user: User, marker: str) -> Any:
    [element] = user.find(marker=marker).elements
    return element


async def eventually(user: User, marker: str, text: str) -> None:
    await user.should_see(marker=marker, retries=20)
    for _ in range(60):
        if text in str(getattr(only(user, marker), "text", "")):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{marker} says {only(user, marker).text!r}, not {text!r}")


async def test_a_billing_manager_sees_what_is_to_bill_and_a_bar_opens_its_tickets(world: World, opened: Opener) -> None:
    world.ticket(60, company_id=world.company("Bianchi"))
    world.ticket(90)
    user = await opened(Role.BILLING_MANAGER)
    await eventually(user, "card-count-to_bill", "2")
    assert only(user, "card-worth-to_bill").text == "2:30\u00a0h · 150,00\u00a0€"
    assert only(user, "card-to_bill").props["href"] == "/tickets?work=to_bill"
    chart = only(user, "chart-to_bill_customer")
    assert chart.options["yAxis"]["data"] == ["Rossi S.p.A.", "Bianchi"]
    assert chart.props["aria-label"].endswith("Rossi S.p.A.: 90,00\u00a0€, 1 ticket; Bianchi: 60,00\u00a0€, 1 ticket")
    user.find(marker="figures-to_bill_customer").click()
    rows = only(user, "table-to_bill_customer").rows
    assert rows[0] == {
        "path": f"/tickets?customer={world.company_id}&work=to_bill",
        "name": "Rossi S.p.A.",
        "count": "1",
        "hours": "1:30\u00a0h",
        "worth": "90,00\u00a0€",
    }
    user.find(marker="chart-to_bill_customer").trigger("componentClick", {"dataIndex": 0})
    await eventually(user, "asked-for", f"[('customer', '{world.company_id}'), ('work', 'to_bill')]")


@pytest.mark.parametrize("forged", [{"dataIndex": 9}, {"dataIndex": -1}, {"dataIndex": "0"}, {"dataIndex": True}, {}, [], None])
async def test_a_click_on_a_bar_that_is_not_there_opens_nothing(world: World, opened: Opener, forged: Any) -> None:
    world.ticket(60)
    user = await opened(Role.BILLING_MANAGER)
    await eventually(user, "card-count-to_bill", "1")
    user.find(marker="chart-to_bill_customer").trigger("componentClick", forged)
    await asyncio.sleep(0.05)
    await user.should_see(marker="home")


async def test_figures_unfold_and_their_dimension_is_chosen(world: World, opened: Opener) -> None:
    draft = world.proposal_of(ticket_id := world.ticket(60))
    world.decide(draft.number, LineState.SUSPENDED, "ordine", ticket_ids={ticket_id})
    user = await opened(Role.TEAM_LEAD)
    await user.should_see(marker="choose-suspended_age", retries=20)
    await eventually(user, "card-count-to_approve", "0")
    toggle = only(user, "figures-suspended_reason")
    assert toggle.props["aria-expanded"] == "false"
    await user.should_not_see(marker="table-suspended_reason")
    user.find(marker="figures-suspended_reason").click()
    table = only(user, "table-suspended_reason")
    assert (toggle.props["aria-expanded"], [row["name"] for row in table.rows]) == ("true", ["ordine"])
    user.find(marker="choose-suspended_age").click()
    assert [row["count"] for row in table.rows] == ["1"]
    assert "since" in table.rows[0]["path"]


async def test_what_changes_elsewhere_shows_without_a_reload(world: World, opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER)
    await eventually(user, "card-note-to_bill", "Niente da fatturare")
    for _ in range(3):
        world.ticket(60)
        live.changed.emit({live.TICKETS: EVERYTHING})
    await eventually(user, "card-count-to_bill", "3")
    await eventually(user, "card-note-to_bill", "ticket chiusi")


async def test_a_window_that_is_away_reads_nothing_and_catches_up_when_it_is_back(world: World, opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER)
    await eventually(user, "card-note-to_bill", "Niente da fatturare")
    assert user.client is not None
    tab, user.client.tab_id = user.client.tab_id, None
    world.ticket(60)
    live.changed.emit({live.TICKETS: EVERYTHING})
    await asyncio.sleep(0.3)
    assert only(user, "card-note-to_bill").text.startswith("Niente da fatturare")
    user.client.tab_id = tab
    for handler in user.client.connect_handlers:
        user.client.safe_invoke(handler)
    await eventually(user, "card-count-to_bill", "1")


async def test_each_role_sees_its_own_cards_and_an_empty_page_explains_itself(opened: Opener) -> None:
    lead = await opened(Role.TEAM_LEAD)
    await eventually(lead, "card-note-to_approve", "Nessuna proposta da approvare")
    assert only(lead, "card-to_approve").props["href"] == "/approvals"
    await lead.should_not_see(marker="card-proof")
    await lead.should_see("Nessun lavoro sospeso. Le righe sospese in revisione compariranno qui, con il motivo.")
    administrator = await opened(Role.ADMINISTRATOR)
    await eventually(administrator, "card-count-proof", "Tutto quadra")
    operator = await opened(Role.OPERATOR)
    await eventually(operator, "card-note-not_closed", "Tutti i ticket sono chiusi")
    await eventually(operator, "whose", "qui vedi quelli di tutti")
    await operator.should_not_see(marker="card-to_bill")


async def test_lists_show_the_filters_of_their_address_until_cleared(world: World, opened: Opener) -> None:
    world.ticket(60, owner="olga")
    world.ticket(60, owner="ugo")
    user = await opened(Role.BILLING_MANAGER, "/list?owner=olga")
    await eventually(user, "filter_notice-words", "Operatore: olga")
    await eventually(user, "range", "1–1 di 1")
    user.find(marker="filter_notice-drop").click()
    await eventually(user, "range", "1–2 di 2")
    worth = await opened(Role.BILLING_MANAGER, "/list?work=to_bill")
    await eventually(worth, "work-worth", "2:00\u00a0h · 120,00\u00a0€")


async def test_the_lists_of_proposals_and_of_suspended_work_say_it_too(world: World, opened: Opener) -> None:
    draft = world.proposal_of(ticket_id := world.ticket(60))
    world.decide(draft.number, LineState.SUSPENDED, "ordine", ticket_ids={ticket_id})
    user = await opened(Role.BILLING_MANAGER, "/suspended?reason=altro&since_to=2026-01-31")
    await eventually(user, "filter_notice-words", "Motivo: altro · sospesi fino al 31/01/2026")
    await user.should_see(marker="suspended.none", retries=20)
    user.find(marker="filter_notice-drop").click()
    await eventually(user, "sums", "1 ticket")
    user = await opened(Role.BILLING_MANAGER, "/proposals?status=draft&back=1")
    await eventually(user, "filter_notice-words", "Respinte")
    await user.should_see(marker="proposals.none", retries=20)
    user.find(marker="filter_notice-drop").click()
    await user.should_not_see(marker="proposals.none", retries=20)


OPENED: list[Opens] = [
    TicketFilter(refusal=Refusal.NOT_CLOSED, owner="Ada & C."),
    TicketFilter(lacks=MissingField.CUSTOMER),
    TicketFilter(work=WorkFilter(Bucket.NOT_BILLED, worked_from=TODAY, reason="-" + "x" * 499)),
    TicketFilter(work=WorkFilter(Bucket.NOT_BILLED, reason="")),
    TicketFilter(work=WorkFilter(Bucket.CONTRACT, contract_id=3, month="2026-02")),
    TicketFilter(work=WorkFilter(Bucket.TO_BILL, undated=True)),
    TicketFilter(work=WorkFilter(Bucket.TO_BILL), closed_from=TODAY - timedelta(days=60), closed_to=TODAY),
    SuspendedFilter(due_by=TODAY),
    SuspendedFilter(reason="ordine", since_from=TODAY, since_to=TODAY),
    ProposalFilter(statuses=frozenset({ProposalStatus.DRAFT}), rejected=True),
    InvoiceFilter(kind=InvoiceKind.CREDIT_NOTE, issued_from=TODAY),
]


@pytest.mark.parametrize("opens", OPENED)
def test_what_is_opened_survives_its_address(opens: Opens) -> None:
    path, _, query = address(opens).partition("?")
    asked = dict(httpx.QueryParams(query))
    read: dict[str, Callable[[], Opens]] = {
        "/tickets": lambda: TicketView.of_query(asked).filter(),
        "/suspended": lambda: SuspendedView.of_query(asked).filter(TODAY),
        "/proposals": lambda: ProposalView.of_query(asked).filter(),
        "/invoices": lambda: InvoiceView.of_query(asked).filter,
    }
    assert read[path]() == opens


def test_every_chart_is_in_one_panel_under_a_title_of_its_own() -> None:
    charts = [chart for panel in (*PANELS, *OWN) for chart in panel]
    assert sorted(charts) == sorted(Chart)
    for language in ("it", "en"):
        titles = [translator(language, strict=True).t(f"home.chart.{chart}") for chart in charts]
        assert len(set(titles)) == len(titles)
        assert [title for title in titles if title.endswith(("?", "."))] == []
