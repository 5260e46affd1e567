"""The page of a contract, and contracts on the page of a ticket (spec, section 6)."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage, Role, TicketStatus
from storage.database import Database
from storage.queries.contracts.detail import Balance, MonthDraw
from tests.builders import World
from tests.support.contracts import add, close, closed, reopen, under, units
from tests.ui.conftest import NAMES
from tests.ui.ticket_screen import EVIL, Opener, click, detail, only, put, rows, ticket_screens, until
from ui.contracts.burn_down import points
from ui.i18n import translator
from ui.kit.contract_labels import coverage_sentence, units_text

TEXT = translator("it", strict=True)


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(database: Database, world: World) -> AsyncIterator[Opener]:  # noqa: ARG001 - who is there
    async with ticket_screens(database) as opener:
        yield opener


async def contract_page(opened: Opener, contract_id: int) -> User:
    return await opened.path(f"/contracts/{contract_id}", "contract-tickets", Role.OPERATOR)


def table(user: User, marker: str) -> list[dict[str, Any]]:
    element = only(user, marker)
    assert isinstance(element, ui.table)
    return element.rows


async def test_the_page_says_what_is_left_and_follows_what_tickets_draw(opened: Opener, world: World) -> None:
    contract = units(world, 300, name=EVIL)
    ticket = closed(world, contract, 60)
    user = await contract_page(opened, contract)
    assert only(user, "contract-name").text == EVIL
    assert [only(user, f"units-{name}").text for name in ("total", "used", "left")] == ["5:00\xa0h", "1:00\xa0h", "4:00\xa0h"]
    assert "88,00" in only(user, "contract-overage").text
    assert [row["units"] for row in table(user, "contract-ledger")] == ["1:00\xa0h"]
    add(world, ticket, 200)
    await until(lambda: only(user, "units-left").text == "0:40\xa0h", "what is left follows")
    await user.should_see(marker="chip-to_bill")
    await until(lambda: len(table(user, "contract-ledger")) == 2, "the ledger follows")
    assert only(user, "burn-down").options["series"][0]["data"][-1] == 40


async def test_its_tickets_are_found_by_state_and_open_their_pages(opened: Opener, world: World) -> None:
    contract = units(world, 300)
    done, waiting = closed(world, contract, 60), under(world, contract, 30)
    user = await contract_page(opened, contract)
    assert {row["number_to"] for row in table(user, "contract-tickets")} == {f"/tickets/{done}", f"/tickets/{waiting}"}
    click(user, "tickets-open")
    await until(
        lambda: [row["number_to"] for row in table(user, "contract-tickets")] == [f"/tickets/{waiting}"], "only the open one"
    )
    await user.open(table(user, "contract-tickets")[0]["number_to"])
    await user.should_see(marker="billing-panel")


async def test_a_flat_contract_has_no_ledger_and_says_what_it_took_in(opened: Opener, world: World) -> None:
    contract = world.contract(ContractKind.FLAT, ends_on=date(2026, 1, 31))
    closed(world, contract, 60)
    user = await contract_page(opened, contract)
    assert "60,00" in only(user, "contract-meaning").text
    await user.should_see(marker="chip-not_billed")
    await user.should_not_see(marker="contract-ledger")


async def test_a_contract_that_is_not_there_is_said_so(opened: Opener) -> None:
    user = await opened.path("/contracts/4711", "page-refused", Role.OPERATOR)
    await user.should_not_see(marker="contract-tickets")


def test_months_run_from_the_start_to_the_last_work_and_of_long_lives_the_last_ones_show() -> None:
    balance = Balance(ContractUnit.HOURS, 600, 90, 120, low=False, day_minutes=480)
    drawn = [MonthDraw(2025, 12, 30), MonthDraw(2026, 3, 60)]
    found = points(balance, drawn, date(2025, 11, 15), date(2026, 2, 1), "Inizio")
    months = [("11/2025", 600), ("12/2025", 570), ("01/2026", 570), ("02/2026", 570), ("03/2026", 510)]
    assert found == [("Inizio", 600), *months]
    old = points(balance, [MonthDraw(1999, 1, 30), *drawn], None, date(2026, 2, 1), "Inizio")
    assert (len(old), old[0][1]) == (37, 570)
    assert points(balance, [], date(2027, 1, 1), date(2026, 2, 1), "Inizio") == [("Inizio", 600)]


def test_units_are_said_in_their_own_measure() -> None:
    said = {unit: Balance(unit, 0, 0, 0, low=False, day_minutes=480) for unit in ContractUnit}
    assert units_text(TEXT, said[ContractUnit.HOURS], -75) == "\u22121:15\xa0h"
    assert units_text(TEXT, said[ContractUnit.DAYS], 1680) == "3,50 giorni (28:00\xa0h)"
    assert [units_text(TEXT, said[ContractUnit.INCIDENTS], count) for count in (1, 12)] == ["1 intervento", "12 interventi"]


# ---- what a ticket says of its contract ----


async def test_a_ticket_says_what_is_covered_what_is_to_bill_and_whose_rate_it_is(opened: Opener, world: World) -> None:
    contract = units(world, 75, name="Pacchetto")
    ticket = closed(world, contract, 60, 60)
    user = await opened(ticket)
    sentence = only(user, "billing-coverage").text
    assert all(part in sentence for part in ("Pacchetto", "1:15", "0:45", "88,00", "dal contratto"))
    assert "Pacchetto" in only(user, "billing-rate-source").text
    assert [row["split"] for row in rows(user)] == [["coperti 1:00\xa0h"], ["coperti 0:15\xa0h", "da fatturare 0:45\xa0h"]]
    assert "0:45" in only(user, "billing-hours").text
    assert only(user, "contract-link").props["href"] == f"/contracts/{contract}"
    assert "0:00" in only(user, "note-coverage").text
    await user.should_see(marker="history-drawn")
    put(user, "billing-hourly_rate", "70")
    await user.should_not_see(marker="billing-rate-source")


async def test_the_form_offers_contracts_with_what_is_left(opened: Opener, world: World) -> None:
    contract = units(world, 300, name="Pacchetto")
    closed(world, contract, 60)
    user = await opened(world.ticket(60))
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    await until(lambda: "4:00" in only(user, "field-coverage").options.get(f"contract:{contract}", ""), "what is left is said")


async def test_a_refused_closing_says_what_to_do_and_keeps_what_was_typed(opened: Opener, world: World) -> None:
    ticket = under(world, units(world, 30, overage=Overage.REFUSE), 60)
    user = await opened(ticket)
    assert "blocca la chiusura" in only(user, "billing-coverage").text
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    put(user, "field-title", "Titolo mio")
    put(user, "field-status", TicketStatus.CLOSED.value)
    click(user, "ticket-form-go")
    await user.should_see(marker="ticket-form-refused")
    assert "0:30" in only(user, "ticket-form-refused").text
    assert (only(user, "field-title").value, only(user, "field-status").value) == ("Titolo mio", "closed")
    assert detail(world, ticket).status is TicketStatus.OPEN


@pytest.mark.parametrize(("left", "overage", "minutes", "opened_says", "closed_says"), [
    (300, Overage.BILL, 60, "copre tutto: 1:00", "copre tutto il tempo del ticket: 1:00"),
    (300, Overage.BILL, 0, "si scala dal contratto", ""),
    (40, Overage.BILL, 60, "0:20\xa0h di eccedenza saranno", "0:20\xa0h di eccedenza sono da fatturare a 88,00\xa0€/h"),
    (0, Overage.BILL, 60, "alla chiusura 1:00", "è esaurito per questo ticket: 1:00"),
    (0, Overage.GO_NEGATIVE, 60, "copre tutto: 1:00", "copre tutto il tempo del ticket: 1:00"),
    (40, Overage.REFUSE, 60, "mancano 0:20", None),
])  # fmt: skip
def test_a_ticket_says_what_its_contract_will_cover_and_what_it_covers(
    world: World, left: int, overage: Overage, minutes: int, opened_says: str, closed_says: str | None
) -> None:
    ticket = under(world, units(world, left, overage=overage), minutes)
    assert opened_says in coverage_sentence(TEXT, detail(world, ticket))
    if closed_says is not None:
        close(world, ticket)
        said = coverage_sentence(TEXT, detail(world, ticket))
        assert closed_says in said
        assert bool(said) == bool(closed_says)


def test_a_decided_excess_is_not_called_to_bill_and_an_incident_is_named(world: World) -> None:
    proposed, incident = closed(world, units(world, 40), 60), closed(world, units(world, 1, ContractUnit.INCIDENTS), 60)
    world.generate(proposed)
    assert coverage_sentence(TEXT, detail(world, proposed)).endswith("0:20\xa0h di eccedenza.")
    assert "un intervento" in coverage_sentence(TEXT, detail(world, incident))
    flat = closed(world, world.contract(ContractKind.FLAT), 60)
    reopen(world, flat)
    assert coverage_sentence(TEXT, detail(world, flat)) == ""


async def test_a_planned_ticket_says_through_what_it_is_billed_by_hand_too(opened: Opener, world: World) -> None:
    planned = world.ticket(60, billing_status=BillingStatus.TO_BILL, planning_id=world.planning())
    user = await opened(planned)
    put(user, "billing-status", "none")
    click(user, "billing-save")
    await until(lambda: world.billing(planned) is None, "saved")
    await until(lambda: "«PL" in only(user, "billing-why").text, "it says so")
    assert NAMES[Role.BILLING_MANAGER] in only(user, "billing-why").text
