"""The page of a ticket: its panel, its work, its history, and what happens when somebody else was faster (spec, section 2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.testing import User

from domain.actions.acting import Actor
from domain.actions.edit_ticket import TicketData, edit_ticket
from domain.actions.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus, ContractKind, LineState, ProposalStatus, Role, TicketStatus
from storage.database import Database
from storage.queries.ticket import EntryRow, TicketDetail, ticket_detail
from tests.builders import MANAGER, OTHER_MANAGER, World
from tests.ui.conftest import NAMES, new_client, running
from ui.components.ticket_form import new_ticket_dialog
from ui.live import Changes, publish
from ui.page import Page, PageContext
from ui.pages.ticket import ticket
from ui.session import COOKIE, Sessions

EVIL = "<img src=x onerror=alert(1)>"

Opener = Callable[..., Awaitable[User]]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


created: list[int | None] = []


async def creating(page: PageContext) -> None:
    """A page with nothing but the button that creates a ticket."""
    created.clear()

    async def create() -> None:
        created.append(await new_ticket_dialog(page))

    page.heading("Create")
    ui.button("create", on_click=create).mark("create")


@pytest.fixture
async def opened(world: World, database: Database) -> AsyncIterator[Opener]:
    """Opens a ticket's page as the person of a role, in a browser of their own."""
    assert world
    clients: list[httpx.AsyncClient] = []
    async with running(database, **{"tickets/{ticket_id}": Page(ticket), "creating": Page(creating)}) as sessions:

        async def open_ticket(ticket_id: int, role: Role = Role.BILLING_MANAGER) -> User:
            return await _open(sessions, clients, role, f"/tickets/{ticket_id}", "billing-panel")

        async def open_path(path: str, marker: str) -> User:
            return await _open(sessions, clients, Role.OPERATOR, path, marker)

        open_ticket.path = open_path  # type: ignore[attr-defined]
        yield open_ticket
    for client in clients:
        await client.aclose()


async def _open(sessions: Sessions, clients: list[httpx.AsyncClient], role: Role, path: str, marker: str) -> User:
    client = new_client()
    clients.append(client)
    client.cookies.set(COOKIE, sessions.open(NAMES[role]))
    user = User(client)
    await user.open(path)
    await user.should_see(marker=marker)
    return user


def only(user: User, marker: str) -> Any:
    """The one element of this marker."""
    with user:
        (element,) = user.find(marker=marker).elements
    return element


def put(user: User, marker: str, value: object) -> None:
    """Set a field as a person would, whatever stood there."""
    element = only(user, marker)
    assert isinstance(element, ValueElement)
    with user:
        element.set_value(value)


def click(user: User, marker: str) -> None:
    user.find(marker=marker).click()


def rows(user: User) -> list[dict[str, Any]]:
    table = only(user, "entries-table")
    assert isinstance(table, ui.table)
    return table.rows


def emit(user: User, event: str, args: object) -> None:
    """An event of the table, as a browser sends it, or somebody who makes one up."""
    user.find(marker="entries-table").trigger(event, args)


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"never happened: {what}")


def detail(world: World, ticket_id: int) -> TicketDetail:
    return world.read(lambda session: ticket_detail(session, ticket_id))


def entry(world: World, ticket_id: int) -> EntryRow:
    (found,) = detail(world, ticket_id).entries
    return found


def set_by_another(world: World, ticket_id: int, status: BillingStatus, reason: str, rate: int = 0) -> None:
    """Somebody else saves the panel, and open pages are told."""
    version = world.state(ticket_id).version
    world.act(lambda s: set_billing(s, SetBilling(ticket_id, version, status, rate, reason), actor=OTHER_MANAGER))


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
    publish(Changes(tickets={ticket_id}))
    await until(lambda: only(user, "billing-status").value == BillingStatus.SUSPENDED, "the other's state")
    assert only(user, "billing-hourly_rate").value == "80"
    assert only(user, "billing-reason").value == "contestazione"
    await user.should_see(marker="billing-note")
    assert OTHER_MANAGER.name in only(user, "billing-note").text
    click(user, "billing-save")
    await until(lambda: world.state(ticket_id).hourly_rate == 8000, "saved on top of it")
    assert world.billing(ticket_id) == BillingStatus.SUSPENDED


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


async def test_an_entry_is_edited_and_no_minutes_to_bill_make_it_goodwill(opened: Opener, world: World) -> None:
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
    assert proposal.number in only(user, "locked-why").text
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
    await user.should_not_see(marker="take-off")
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
    user.find(marker="field-company").trigger("inputValue", "bian")
    await until(lambda: set(only(user, "field-company").options) == {bianchi, world.company_id}, "found, and the chosen kept")


async def test_a_new_ticket_is_created_from_its_dialog(opened: Opener, world: World) -> None:
    user = await opened.path("/creating", "create")  # type: ignore[attr-defined]
    click(user, "create")
    await user.should_see(marker="ticket-form")
    click(user, "ticket-form-go")
    await until(lambda: only(user, "field-title").error is not None, "a title is needed")
    put(user, "field-title", "Stampante ferma")
    user.find(marker="field-company").trigger("inputValue", "Rossi")
    await until(lambda: world.company_id in only(user, "field-company").options, "found")
    put(user, "field-company", world.company_id)
    click(user, "ticket-form-go")
    await until(lambda: bool(created), "created")
    (ticket_id,) = created
    assert ticket_id is not None
    found = detail(world, ticket_id)
    assert (found.title, found.company_id, found.owner) == ("Stampante ferma", world.company_id, NAMES[Role.OPERATOR])


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


async def test_the_history_tells_before_after_and_why_and_grows_in_place(opened: Opener, world: World) -> None:
    ticket_id = world.ticket(60)
    user = await opened(ticket_id)
    await user.should_see(marker="history-none")
    set_by_another(world, ticket_id, BillingStatus.NOT_BILLED, "omaggio commerciale", rate=7000)
    publish(Changes(tickets={ticket_id}))
    await user.should_see(marker="history-billing_status")
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
    user = await opened.path("/tickets/4711", "page-refused")  # type: ignore[attr-defined]
    await user.should_not_see(marker="billing-panel")
