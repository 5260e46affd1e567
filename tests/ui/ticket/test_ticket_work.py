"""The page of a ticket: creating and editing it and its time entries, locks, removing from a proposal (spec, 2 and 5)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from domain.vocabulary import BillingStatus, ContractKind, LineState, ProposalStatus, Role, TicketStatus
from storage.database import Database
from tests.builders import World
from tests.ui.conftest import NAMES
from tests.ui.ticket_screen import (
    EVIL,
    Opener,
    click,
    created,
    detail,
    emit,
    entry,
    only,
    put,
    rows,
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


# ---- its work ----


async def test_an_entry_is_added_with_times_as_people_write_them(opened: Opener, world: World) -> None:
    ticket_id = world.ticket()
    user = await opened(ticket_id, Role.OPERATOR)
    click(user, "add-entry")
    await user.should_see(marker="entry-form")
    put(user, "entry-date", "29/03/2026")
    put(user, "entry-time", "09:30")
    put(user, "entry-worked_minutes", "1:45")
    assert only(user, "entry-billable_minutes").value == "1:45", "to bill follows what was worked"
    put(user, "entry-service_id", world.service_id)
    put(user, "entry-description", EVIL)
    click(user, "entry-form-go")
    await until(lambda: len(rows(user)) == 1, "the row")
    saved = entry(world, ticket_id)
    assert (saved.worked_minutes, saved.billable_minutes, saved.operator) == (105, 105, NAMES[Role.OPERATOR])
    assert saved.started_at == datetime(2026, 3, 29, 7, 30, tzinfo=UTC), "09:30 of a summer day in Rome"
    assert rows(user)[0]["description"] == EVIL


@pytest.mark.parametrize(
    ("field", "text"),
    [("worked_minutes", "1.5"), ("billable_minutes", "90"), ("date", "31/02/2026"), ("time", "24:00"), ("time", "")],
)
async def test_what_is_no_time_is_refused_at_its_field(opened: Opener, world: World, field: str, text: str) -> None:
    ticket_id = world.ticket()
    user = await opened(ticket_id)
    click(user, "add-entry")
    await user.should_see(marker="entry-form")
    put(user, f"entry-{field}", text)
    click(user, "entry-form-go")
    await until(lambda: only(user, f"entry-{field}").error is not None, "the field says so")
    assert detail(world, ticket_id).entries == ()


async def test_an_entry_is_edited_and_zero_minutes_mean_no_charge(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    before = entry(world, ticket_id)
    user = await opened(ticket_id)
    emit(user, "edit", before.id)
    await user.should_see(marker="entry-form")
    put(user, "entry-billable_minutes", "0:00")
    click(user, "entry-form-go")
    await until(lambda: entry(world, ticket_id).billable_minutes == 0, "saved")
    await until(lambda: rows(user)[0]["icon"] == "volunteer_activism", "marked as goodwill")
    assert entry(world, ticket_id).started_at == before.started_at
    await user.should_see(marker="objection-NO_TIME_ENTRIES")


async def test_an_entry_is_deleted_only_after_asking(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    emit(user, "remove", entry(world, ticket_id).id)
    await user.should_see(marker="delete-entry")
    assert len(detail(world, ticket_id).entries) == 1
    click(user, "delete-entry-go")
    await until(lambda: detail(world, ticket_id).entries == (), "deleted")
    await until(lambda: rows(user) == [], "the row is gone")


async def test_an_entry_on_a_proposal_is_locked_and_says_on_which(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    user = await opened(ticket_id)
    (row,) = rows(user)
    assert row["locked"]
    assert proposal.number in row["lock"]
    assert row["path"] == f"/proposals/{proposal.id}"
    emit(user, "remove", row["id"])
    await user.should_see(marker="delete-entry")
    click(user, "delete-entry-go")
    await user.should_see(marker="delete-entry-refused")
    assert len(detail(world, ticket_id).entries) == 1


async def test_an_entry_of_another_ticket_is_not_reached_from_here(opened: Opener, world: World) -> None:
    ticket_id, other = world.ticket(60), world.ticket(30)
    user = await opened(ticket_id)
    emit(user, "remove", entry(world, other).id)
    emit(user, "remove", "1; DROP TABLE ticket")
    await asyncio.sleep(0.2)
    await user.should_not_see(marker="delete-entry")
    assert len(detail(world, other).entries) == 1


# ---- what it is ----


async def test_closing_and_reopening_take_one_click(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60, status=TicketStatus.OPEN, closed_at=None)
    user = await opened(ticket_id, Role.OPERATOR)
    await user.should_see(marker="objection-NOT_CLOSED")
    click(user, "close-ticket")
    await until(lambda: detail(world, ticket_id).status is TicketStatus.CLOSED, "closed")
    await user.should_not_see(marker="objection-NOT_CLOSED")
    await user.should_see(marker="reopen-ticket")
    click(user, "reopen-ticket")
    await until(lambda: detail(world, ticket_id).status is TicketStatus.OPEN, "reopened")


async def test_reopening_what_a_draft_holds_offers_to_take_it_off(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    user = await opened(ticket_id)
    click(user, "reopen-ticket")
    await user.should_see(marker="locked")
    assert proposal.number in only(user, "locked-text").text
    assert detail(world, ticket_id).status is TicketStatus.CLOSED
    click(user, "locked-go")
    await until(lambda: detail(world, ticket_id).status is TicketStatus.OPEN, "reopened")
    assert world.billing(ticket_id) == BillingStatus.TO_BILL
    assert {line.state for line in world.proposal(proposal.number).lines} == {LineState.RELEASED}


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OPERATOR, ProposalStatus.DRAFT), (Role.BILLING_MANAGER, ProposalStatus.SUBMITTED)]
)
async def test_taking_off_is_offered_only_from_a_draft_to_who_may(
    opened: Opener, world: World, role: Role, status: ProposalStatus
) -> None:
    ticket_id = world.ticket(60)
    world.set_proposal_status(world.proposal_of(ticket_id).id, status)
    user = await opened(ticket_id, role)
    click(user, "reopen-ticket")
    await until(lambda: bool(user.notify.messages), "the refusal")
    await user.should_not_see(marker="locked")
    assert detail(world, ticket_id).status is TicketStatus.CLOSED


async def test_the_edit_form_offers_the_way_out_too_and_keeps_what_was_typed(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    world.proposal_of(ticket_id)
    contract = world.contract(ContractKind.FLAT)
    user = await opened(ticket_id)
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    put(user, "field-coverage", f"contract:{contract}")
    click(user, "ticket-form-go")
    await user.should_see(marker="take-off")
    click(user, "take-off")
    await user.should_not_see(marker="take-off", retries=20)
    assert only(user, "field-coverage").value == f"contract:{contract}"
    click(user, "ticket-form-go")
    await until(lambda: world.billing(ticket_id) == BillingStatus.SERVICE_CONTRACT, "linked")


async def test_only_the_contracts_of_the_customer_are_offered(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    contract, planning = world.contract(ContractKind.UNITS), world.planning()
    user = await opened(ticket_id)
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    assert set(only(user, "field-coverage").options) == {"", f"contract:{contract}", f"planning:{planning}"}
    put(user, "field-kind", "contact")
    await until(lambda: set(only(user, "field-coverage").options) == {""}, "no customer, no contracts")


async def test_the_company_is_searched_on_the_server(opened: Opener, world: World) -> None:
    bianchi = world.company("Bianchi S.r.l.")
    user = await opened(world.ticket(60))
    click(user, "edit-ticket")
    await user.should_see(marker="ticket-form")
    user.find(marker="field-company_id").trigger("inputValue", "bian")
    await until(lambda: set(only(user, "field-company_id").options) == {bianchi, world.company_id}, "found, and the chosen kept")


async def test_a_new_ticket_is_created_from_its_dialog(opened: Opener, world: World) -> None:
    user = await opened.path("/creating", "create", Role.OPERATOR)
    click(user, "create")
    await user.should_see(marker="ticket-form")
    click(user, "ticket-form-go")
    await until(lambda: only(user, "field-title").error is not None, "a title is needed")
    put(user, "field-title", "Stampante ferma")
    user.find(marker="field-company_id").trigger("inputValue", "Rossi")
    await until(lambda: world.company_id in only(user, "field-company_id").options, "found")
    put(user, "field-company_id", world.company_id)
    click(user, "ticket-form-go")
    await until(lambda: bool(created), "created")
    (ticket_id,) = created
    assert ticket_id is not None
    found = detail(world, ticket_id)
    assert (found.title, found.company_id, found.owner) == ("Stampante ferma", world.company_id, NAMES[Role.OPERATOR])
