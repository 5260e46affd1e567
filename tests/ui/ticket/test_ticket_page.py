"""The page of a ticket: panel, reasons, history, and concurrent changes (spec, section 2)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from nicegui import ui

from domain.actions.core.acting import Actor
from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus, ContractKind, LineState, Role, TicketStatus
from storage.database import Database
from tests.builders import MANAGER, OTHER_MANAGER, World
from tests.ui.conftest import NAMES
from tests.ui.ticket_screen import (
    EVIL,
    Opener,
    click,
    detail,
    only,
    put,
    set_by_another,
    ticket_screens,
    until,
)


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    async with ticket_screens(world.database) as opener:
        yield opener


# ---- the panel ----


async def test_the_panel_saves_state_rate_and_reason(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-hourly_rate", "1.065,50")
    put(user, "billing-status", BillingStatus.SUSPENDED.value)
    put(user, "billing-reason", "  in attesa   di ordine ")
    click(user, "billing-save")
    await until(lambda: world.billing(ticket_id) == BillingStatus.SUSPENDED, "saved")
    state = world.state(ticket_id)
    assert (state.hourly_rate, state.cancellation_reason) == (106550, "in attesa di ordine")
    await until(lambda: only(user, "billing-reason").value == "in attesa di ordine", "shown as it is kept")
    await until(lambda: not only(user, "billing-save").enabled, "nothing left to save")


async def test_nothing_can_be_saved_or_taken_back_until_something_changed(opened: Opener, world: World) -> None:
    user = await opened(world.ticket(60, hourly_rate=6550))
    save, cancel = only(user, "billing-save"), only(user, "billing-cancel")
    assert not save.enabled
    assert not cancel.enabled
    put(user, "billing-hourly_rate", "65,5")
    assert not save.enabled, "65,5 is 65,50"
    put(user, "billing-hourly_rate", "70")
    assert save.enabled
    click(user, "billing-cancel")
    assert only(user, "billing-hourly_rate").value == "65,50"
    assert not save.enabled


@pytest.mark.parametrize("status", [BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED, BillingStatus.BILLED])
async def test_a_state_that_needs_a_reason_is_refused_without_one(opened: Opener, world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-status", status.value)
    click(user, "billing-save")
    await until(lambda: only(user, "billing-reason").error is not None, "the field says so")
    assert world.billing(ticket_id) == BillingStatus.TO_BILL
    assert only(user, "billing-status").value == status, "what was chosen is kept"


async def test_suspended_work_is_resumed_with_one_button(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    by_hand = SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, 0, "attesa")
    world.act(lambda session: set_billing(session, by_hand, actor=MANAGER))
    user = await opened(ticket_id)
    click(user, "resume")
    await until(lambda: world.billing(ticket_id) == "to_bill", "it is to bill again")
    await user.should_not_see(marker="resume")


async def test_who_may_not_set_the_billing_is_not_offered_to_resume(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    by_hand = SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, 0, "attesa")
    world.act(lambda session: set_billing(session, by_hand, actor=MANAGER))
    user = await opened(ticket_id, Role.OPERATOR)
    await user.should_see(marker="suspended-part")
    await user.should_not_see(marker="resume")


async def test_a_usual_reason_fills_the_field(opened: Opener, world: World) -> None:
    user = await opened(world.ticket(60))
    click(user, "usual-1")
    assert only(user, "billing-reason").value


async def test_the_state_that_only_a_proposal_gives_is_not_offered(opened: Opener, world: World) -> None:
    user = await opened(world.ticket(60))
    assert BillingStatus.PROPOSED.value not in only(user, "billing-status").options
    assert "none" in only(user, "billing-status").options


async def test_the_empty_state_can_be_set_by_hand(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-status", "none")
    click(user, "billing-save")
    await until(lambda: world.billing(ticket_id) is None, "saved")


async def test_an_amount_that_may_mean_two_things_is_refused_at_its_field(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-hourly_rate", "65.5")
    click(user, "billing-save")
    await until(lambda: only(user, "billing-hourly_rate").error is not None, "the field says so")
    assert world.state(ticket_id).hourly_rate == 0


async def test_on_a_draft_the_panel_suspends_the_lines_and_says_so_before(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    user = await opened(ticket_id)
    put(user, "billing-status", BillingStatus.SUSPENDED.value)
    assert proposal.number in only(user, "billing-effect").text
    put(user, "billing-reason", "attesa")
    click(user, "billing-save")
    await until(lambda: world.billing(ticket_id) == BillingStatus.SUSPENDED, "saved")
    assert {line.state for line in world.proposal(proposal.number).lines} == {LineState.SUSPENDED}


async def test_a_reason_leaves_with_its_state_and_comes_back_with_it(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    set_by_another(world, ticket_id, BillingStatus.SUSPENDED, "attesa")
    user = await opened(ticket_id)
    put(user, "billing-status", BillingStatus.TO_BILL.value)
    assert only(user, "billing-reason").value == ""
    put(user, "billing-status", BillingStatus.SUSPENDED.value)
    assert only(user, "billing-reason").value == "attesa"


# ---- who may ----


async def test_an_operator_reads_the_panel_and_saves_nothing_even_by_a_forged_event(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id, Role.OPERATOR)
    await user.should_see(marker="billing-read-only")
    await user.should_not_see(marker="billing-save")
    put(user, "billing-status", BillingStatus.NOT_BILLED.value)
    put(user, "billing-reason", "forgiato")
    user.find(marker="billing-hourly_rate").trigger("keydown.enter")
    user.find(marker="billing-reason").trigger("keydown.ctrl.enter")
    await asyncio.sleep(0.2)
    assert world.billing(ticket_id) == BillingStatus.TO_BILL


async def test_who_lost_the_role_meanwhile_is_refused_by_the_action(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    world.execute("UPDATE user_account SET role = 'operator' WHERE name = :name", name=NAMES[Role.BILLING_MANAGER])
    put(user, "billing-status", BillingStatus.NOT_BILLED.value)
    put(user, "billing-reason", "omaggio")
    click(user, "billing-save")
    await user.should_see(marker="billing-refused")
    assert world.billing(ticket_id) == BillingStatus.TO_BILL
    assert only(user, "billing-reason").value == "omaggio"


# ---- somebody else was faster ----


async def test_what_somebody_else_saves_appears_and_what_is_typed_stays(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-hourly_rate", "80")
    set_by_another(world, ticket_id, BillingStatus.SUSPENDED, "contestazione")
    await until(lambda: only(user, "billing-status").value == BillingStatus.SUSPENDED, "the other's state")
    assert only(user, "billing-hourly_rate").value == "80"
    assert only(user, "billing-reason").value == "contestazione"
    await user.should_see(marker="billing-note")
    assert OTHER_MANAGER.name in only(user, "billing-note").text
    click(user, "billing-save")
    await until(lambda: world.state(ticket_id).hourly_rate == 8000, "saved on top of it")
    assert world.billing(ticket_id) == BillingStatus.SUSPENDED


@pytest.mark.usefixtures("stale_pages")
async def test_a_stale_panel_is_refused_with_who_changed_what_and_can_be_saved_again(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    put(user, "billing-status", BillingStatus.NOT_BILLED.value)
    put(user, "billing-reason", "omaggio")
    set_by_another(world, ticket_id, BillingStatus.SUSPENDED, "contestazione")
    click(user, "billing-save")
    await user.should_see(marker="billing-refused")
    assert OTHER_MANAGER.name in only(user, "billing-refused").text
    assert world.billing(ticket_id) == BillingStatus.SUSPENDED
    assert (only(user, "billing-status").value, only(user, "billing-reason").value) == ("not_billed", "omaggio")
    click(user, "billing-save")
    await until(lambda: world.billing(ticket_id) == BillingStatus.NOT_BILLED, "saved again")


@pytest.mark.usefixtures("stale_pages")
async def test_a_stale_form_keeps_what_was_typed_and_takes_the_rest_over(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    put(user, "field-title", "Titolo mio")
    seen = detail(world, ticket_id)
    data = TicketData("Titolo altrui", TicketStatus.CLOSED, seen.company_id, owner="Altro operatore")
    world.act(lambda s: edit_ticket(s, ticket_id, seen.version, data, actor=OTHER_MANAGER))
    click(user, "ticket-form-go")
    await user.should_see(marker="ticket-form-refused")
    assert OTHER_MANAGER.name in only(user, "ticket-form-refused").text
    assert (only(user, "field-title").value, only(user, "field-owner").value) == ("Titolo mio", "Altro operatore")
    click(user, "ticket-form-go")
    await until(lambda: detail(world, ticket_id).title == "Titolo mio", "saved again")
    assert detail(world, ticket_id).owner == "Altro operatore"


# ---- why, and what happened ----


async def test_every_obstacle_has_its_sentence_and_its_way_out(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(contact_id=world.contact(None), status=TicketStatus.OPEN, closed_at=None)
    world.entry(ticket_id, None, on=None, service_id=None)
    user = await opened(ticket_id)
    codes = ("NOT_CLOSED", "ENTRY_WITHOUT_SERVICE", "ENTRY_WITHOUT_DATE", "ENTRY_WITHOUT_TIME", "CONTACT_WITHOUT_COMPANY")
    for code in codes:
        await user.should_see(marker=f"objection-{code}")
        await user.should_see(marker=f"fix-{code}")
    click(user, "fix-ENTRY_WITHOUT_TIME")
    await user.should_see(marker="entry-form")


async def test_a_billable_ticket_says_what_it_would_be_billed(opened: Opener, world: World) -> None:
    user = await opened(world.ticket(90, 0))
    assert "90,00" in only(user, "billing-value").text
    assert "1:30" in only(user, "billing-hours").text
    await user.should_not_see(marker="objection-NO_TIME_ENTRIES")


async def test_every_state_has_its_reason(opened: Opener, world: World) -> None:
    suspended = world.ticket(60)
    set_by_another(world, suspended, BillingStatus.SUSPENDED, "in contestazione")
    on_proposal = world.ticket(60)
    number = world.proposal_of(on_proposal).number
    planned = world.ticket(60, billing_status=None, planning_id=world.planning())
    covered = world.ticket(60, billing_status=BillingStatus.SERVICE_CONTRACT, contract_id=world.contract(ContractKind.FLAT))
    for ticket_id, said in ((suspended, "in contestazione"), (on_proposal, number), (planned, "PL"), (covered, "K")):
        user = await opened(ticket_id)
        assert said in only(user, "billing-why").text


async def test_the_history_shows_before_after_and_reason_and_grows_in_place(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    await user.should_see(marker="history-none")
    set_by_another(world, ticket_id, BillingStatus.NOT_BILLED, "omaggio commerciale", rate=7000)
    await user.should_see(marker="history-billing_status", retries=20)
    await user.should_see(marker="history-changed")
    assert "omaggio commerciale" in only(user, "history-reason").text
    await user.should_not_see(marker="history-none")


async def test_what_people_write_is_shown_as_text(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60, title=EVIL)
    actor = Actor(MANAGER.name, datetime.now(UTC))
    world.act(lambda s: set_billing(s, SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, 0, EVIL), actor=actor))
    user = await opened(ticket_id)
    title = only(user, "ticket-title")
    assert isinstance(title, ui.label)
    assert title.text == EVIL
    assert EVIL in only(user, "billing-why").text


async def test_a_ticket_that_is_not_there_is_said_so(opened: Opener) -> None:
    user = await opened.path("/tickets/4711", "page-refused", Role.OPERATOR)
    await user.should_not_see(marker="billing-panel")
