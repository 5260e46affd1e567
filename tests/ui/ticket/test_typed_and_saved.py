"""What was typed and what others saved meanwhile: named with both values, never replaced in silence (spec, section 2)."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, LineState, Role, TicketStatus
from storage.database import Database
from tests.builders import OTHER_MANAGER, World
from tests.ui.ticket_screen import Opener, click, detail, only, put, set_by_another, ticket_screens, until


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    async with ticket_screens(world.database) as opener:
        yield opener


async def test_a_second_tab_of_one_person_replaces_nothing_before_it_said_what(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    first, second = await opened(ticket_id), await opened(ticket_id)
    put(second, "billing-hourly_rate", "80")
    put(first, "billing-hourly_rate", "70")
    click(first, "billing-save")
    await until(lambda: world.state(ticket_id).hourly_rate == 7000, "the first saved")
    await second.should_see(marker="billing-note")
    await until(lambda: "70,00" in only(second, "billing-note").text, "both values")
    click(second, "billing-save")
    await second.should_see(marker="billing-refused")
    assert "hai scritto 80, ma nel frattempo è stato salvato 70,00" in only(second, "billing-refused").text
    assert world.state(ticket_id).hourly_rate == 7000
    click(second, "billing-save")
    await until(lambda: world.state(ticket_id).hourly_rate == 8000, "replaced, as is meant")


async def test_the_fields_that_two_people_changed_are_named_with_both_values(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-hourly_rate", "80")
    put(user, "billing-status", BillingStatus.NOT_BILLED.value)
    put(user, "billing-reason", "omaggio")
    set_by_another(world, ticket_id, BillingStatus.SUSPENDED, "contestazione", rate=7000)
    click(user, "billing-save")
    await user.should_see(marker="billing-refused")
    said = only(user, "billing-refused").text
    for part in ("«Tariffa»: hai scritto 80", "70,00", "hai scritto omaggio", "contestazione", "Non Fatturato", "Sospeso"):
        assert part in said


async def test_a_ticket_form_names_what_it_would_replace(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    put(user, "field-title", "Titolo mio")
    seen = detail(world, ticket_id)
    data = TicketData("Titolo altrui", TicketStatus.CLOSED, seen.company_id)
    world.act(lambda session: edit_ticket(session, ticket_id, seen.version, data, actor=OTHER_MANAGER))
    click(user, "ticket-form-go")
    await user.should_see(marker="ticket-form-refused")
    assert "hai scritto Titolo mio, ma nel frattempo è stato salvato Titolo altrui" in only(user, "ticket-form-refused").text


async def test_a_draft_that_came_back_is_marked_as_not_saved(opened: Opener, world: World) -> None:
    user = await opened(world.ticket(60))
    put(user, "billing-reason", "attesa")
    user.find(marker="billing-reason").trigger("back")
    await user.should_see(marker="billing-note")
    assert "Modifiche recuperate" in only(user, "billing-note").text
    assert "Motivazione Annullamento" in only(user, "billing-note").text
    click(user, "billing-cancel")
    await user.should_not_see(marker="billing-note")


async def test_a_reason_is_given_anew_for_each_state(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    set_by_another(world, ticket_id, BillingStatus.NOT_BILLED, "omaggio")
    user = await opened(ticket_id)
    for status in (BillingStatus.SUSPENDED, BillingStatus.BILLED):
        put(user, "billing-status", status.value)
        assert only(user, "billing-reason").value == ""
        click(user, "billing-save")
        await until(lambda: only(user, "billing-reason").error is not None, "a reason is asked for")
    put(user, "billing-reason", "omaggio")
    click(user, "billing-save")
    await until(lambda: "Questo è il motivo di «Non Fatturato»" in (only(user, "billing-reason").error or ""), "of its own")
    assert world.billing(ticket_id) == BillingStatus.NOT_BILLED


def ended(world: World, **fields: Any) -> int:
    """A units contract that was over, or had not begun, when the ticket's work was done."""
    return world.contract(ContractKind.UNITS, unit=ContractUnit.HOURS, units_total=4000, **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"ends_on": date(2025, 12, 31)}, "scaduto il 31/12/2025"), ({"starts_on": date(2026, 12, 1)}, "vale dal 01/12/2026")],
)
async def test_a_contract_that_does_not_hold_promises_nothing(
    opened: Opener, world: World, fields: dict[str, date], said: str
) -> None:
    contract = ended(world, **fields)
    covered = {"billing_status": BillingStatus.SERVICE_CONTRACT, "contract_id": contract}
    ticket_id = world.ticket(60, status=TicketStatus.OPEN, closed_at=None, **covered)
    user = await opened(ticket_id)
    coverage = only(user, "billing-coverage").text
    assert said.rsplit(maxsplit=1)[-1] in coverage
    assert "non si potrà chiudere" in coverage
    assert "copre tutto" not in coverage
    assert "si scala" not in only(user, "billing-why").text
    click(user, "close-ticket")
    await until(lambda: any("31/12/2025" in m or "01/12/2026" in m for m in map(str, user.notify.messages)), "refused, as said")
    assert detail(world, ticket_id).status is TicketStatus.OPEN
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    await until(lambda: said in str(only(user, "field-coverage").options.get(f"contract:{contract}")), "marked in the form")


async def test_a_contract_that_holds_is_offered_without_a_mark(opened: Opener, world: World) -> None:
    contract = ended(world, starts_on=date(2020, 1, 1), ends_on=date(2030, 1, 1))
    user = await opened(world.ticket(60))
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    await until(lambda: f"contract:{contract}" in only(user, "field-coverage").options, "offered")
    option = only(user, "field-coverage").options[f"contract:{contract}"]
    assert "finito" not in option
    assert "vale dal" not in option


async def test_states_set_by_hand_claim_no_link_that_is_not_there(opened: Opener, world: World) -> None:
    unlinked, planned = world.ticket(60), world.ticket(60)
    set_by_another(world, unlinked, BillingStatus.SERVICE_CONTRACT, "")
    version = world.state(planned).version
    assert version
    set_by_another(world, planned, None, "")
    assert "nessun contratto è collegato" in only(await opened(unlinked), "billing-why").text
    assert "nessuna pianificazione è collegata" in only(await opened(planned), "billing-why").text


async def test_a_wholly_invoiced_ticket_is_not_called_partly_invoiced(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.submit(proposal.number)
    world.approve(proposal.number)
    world.issue(proposal.number)
    assert {line.state for line in world.proposal(proposal.number).lines} == {LineState.BILL}
    set_by_another(world, ticket_id, BillingStatus.NOT_BILLED, "ripensamento")
    why = only(await opened(ticket_id), "billing-why").text
    assert "In parte" not in why
    assert "Già fatturato per intero: 1:00" in why
