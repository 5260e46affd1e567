"""Time entries: late work is never lost, and entries on a proposal are locked (spec, section 5)."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from domain.actions.core.acting import Actor
from domain.actions.tickets.time_entries import EntryData, add_entry, delete_entry, edit_entry
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused, Stale
from domain.model import TimeEntry
from domain.money import MAX_MINUTES
from domain.vocabulary import BillingStatus, LineState, ProposalStatus
from tests.builders import NOW, OPERATOR, World

LATE = [BillingStatus.BILLED, BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED]
UNMOVED = [BillingStatus.TO_BILL, BillingStatus.SERVICE_CONTRACT, None]


def data(**fields: Any) -> EntryData:
    return EntryData(**{"description": "lavoro", "started_at": NOW, "worked_minutes": 60, "billable_minutes": 60, **fields})


def add(world: World, ticket_id: int, *, actor: Actor = OPERATOR, **fields: Any) -> int:
    def adding(session: Any) -> int:
        return add_entry(session, ticket_id, data(**fields), actor=actor).id or 0

    return world.act(adding)


def edit(world: World, entry_id: int, **fields: Any) -> None:
    world.act(lambda session: edit_entry(session, entry_id, as_it_is(session, entry_id), data(**fields), actor=OPERATOR))


def as_it_is(session: Any, entry_id: int) -> EntryData:
    """The entry as a page that was just opened shows it."""
    entry = session.get(TimeEntry, entry_id)
    names = ("description", "service_id", "started_at", "worked_minutes", "billable_minutes", "operator")
    return EntryData(**{name: getattr(entry, name) for name in names}) if entry else data()


def test_a_new_entry_has_a_code_and_the_date_of_the_firm(world: World) -> None:
    entry_id = add(world, world.ticket(), started_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC), service_id=world.service_id)
    code, day, minutes = world.rows("SELECT code, worked_on, billable_minutes FROM time_entry WHERE id = :id", id=entry_id)[0]
    assert (code, str(day), minutes) == ("L-2026-000001", "2026-01-01", 60)


@pytest.mark.parametrize("state", LATE)
def test_late_work_sends_its_ticket_back_to_be_billed(world: World, state: BillingStatus) -> None:
    ticket_id = world.ticket(60, billing_status=state, cancellation_reason="deciso")
    add(world, ticket_id)
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason) == ("to_bill", "")
    assert world.rows("SELECT action FROM audit_entry WHERE subject = 'ticket'")[0][0] == "billing_status"


@pytest.mark.parametrize("state", LATE)
def test_late_work_whose_minutes_are_not_known_sends_it_back_too(world: World, state: BillingStatus) -> None:
    add(world, ticket_id := world.ticket(60, billing_status=state), billable_minutes=None)
    assert world.billing(ticket_id) == "to_bill"


@pytest.mark.parametrize("state", LATE)
def test_late_free_work_changes_nothing(world: World, state: BillingStatus) -> None:
    add(world, ticket_id := world.ticket(60, billing_status=state), billable_minutes=0)
    assert world.billing(ticket_id) == state.value


@pytest.mark.parametrize("state", UNMOVED)
def test_elsewhere_new_work_moves_no_state(world: World, state: BillingStatus | None) -> None:
    add(world, ticket_id := world.ticket(60, billing_status=state))
    assert world.billing(ticket_id) == (state.value if state else None)


def test_work_that_comes_while_its_ticket_is_proposed_waits_on_no_line(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    late = add(world, ticket_id, service_id=world.service_id)
    assert world.billing(ticket_id) == "proposed"
    world.cancel(proposal.number)
    assert len(world.proposal_of(ticket_id).lines) == 2
    assert world.rows("SELECT line_id IS NULL FROM time_entry WHERE id = :id", id=late)[0][0] in (False, 0)


def test_late_work_on_a_suspended_line_leaves_that_line_held_and_is_billed_alone(world: World) -> None:
    ticket_id = world.ticket(60)
    first = world.proposal_of(ticket_id)
    world.decide(first.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    add(world, ticket_id, service_id=world.service_id, billable_minutes=30)
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [30]
    assert world.proposal(first.number).lines[0].state == "suspended"


@pytest.mark.parametrize("state", LATE)
def test_free_work_changed_to_billable_is_late_work(world: World, state: BillingStatus) -> None:
    ticket_id = world.ticket(0, billing_status=state)
    edit(world, world.entries_of(ticket_id)[0], billable_minutes=30)
    assert world.billing(ticket_id) == "to_bill"


@pytest.mark.parametrize("state", LATE)
def test_a_better_description_of_work_that_was_decided_on_changes_no_decision(world: World, state: BillingStatus) -> None:
    ticket_id = world.ticket(60, billing_status=state, cancellation_reason="deciso")
    edit(world, world.entries_of(ticket_id)[0], description="sostituito toner")
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason) == (state.value, "deciso")


@pytest.mark.parametrize("status", [ProposalStatus.DRAFT, ProposalStatus.SUBMITTED, ProposalStatus.INVOICED])
def test_an_entry_on_a_live_line_is_locked_and_the_proposal_named(world: World, status: ProposalStatus) -> None:
    ticket_id = world.ticket(60)
    proposal, (entry_id,) = world.proposal_of(ticket_id), world.entries_of(ticket_id)
    world.set_proposal_status(proposal.id, status)
    with pytest.raises(Refused, match="entry_locked") as refused:
        edit(world, entry_id, billable_minutes=5)
    assert refused.value.params["number"] == proposal.number
    with pytest.raises(Refused, match="entry_locked"):
        delete(world, entry_id)
    assert world.rows("SELECT billable_minutes FROM time_entry")[0][0] == 60


def delete(world: World, entry_id: int) -> None:
    world.act(lambda session: delete_entry(session, entry_id, as_it_is(session, entry_id), actor=OPERATOR))


def test_an_entry_that_changed_since_it_was_seen_is_neither_overwritten_nor_deleted(world: World) -> None:
    entry_id = add(world, world.ticket())
    seen = world.read(lambda session: as_it_is(session, entry_id))
    edit(world, entry_id, billable_minutes=45)
    with pytest.raises(Stale, match="entry_changed"):
        world.act(lambda session: edit_entry(session, entry_id, seen, data(billable_minutes=30), actor=OPERATOR))
    with pytest.raises(Stale, match="entry_changed"):
        world.act(lambda session: delete_entry(session, entry_id, seen, actor=OPERATOR))
    assert world.rows("SELECT billable_minutes FROM time_entry")[0][0] == 45


def test_an_entry_that_was_let_go_can_be_changed_and_never_deleted(world: World) -> None:
    ticket_id = world.ticket(60)
    world.cancel(world.proposal_of(ticket_id).number)
    (entry_id,) = world.entries_of(ticket_id)
    edit(world, entry_id, billable_minutes=45, service_id=world.service_id)
    with pytest.raises(Refused, match="entry_was_proposed"):
        delete(world, entry_id)
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [45]


def test_an_entry_that_no_proposal_ever_took_is_deleted_and_remembered(world: World) -> None:
    ticket_id = world.ticket(60)
    delete(world, world.entries_of(ticket_id)[0])
    assert world.count("time_entry") == 0
    assert world.rows("SELECT subject, subject_id FROM audit_entry")[0] == ("ticket", ticket_id)


@pytest.mark.parametrize("name", ["worked_minutes", "billable_minutes"])
@pytest.mark.parametrize("minutes", [-1, MAX_MINUTES + 1, 2**63])
def test_minutes_that_cannot_be_are_refused(world: World, name: str, minutes: int) -> None:
    ticket_id, wrong = world.ticket(60), cast(dict[str, Any], {name: minutes})
    with pytest.raises(InvalidInput, match="minutes_out_of_range"):
        add(world, ticket_id, **wrong)
    with pytest.raises(InvalidInput, match="minutes_out_of_range"):
        edit(world, world.entries_of(ticket_id)[0], **wrong)


@pytest.mark.parametrize(
    "fields", [{"description": "a\x00"}, {"description": "x" * 4_001}, {"operator": "\ud800"}, {"service_id": 999}]
)
def test_what_cannot_be_kept_is_refused(world: World, fields: dict[str, Any]) -> None:
    ticket_id = world.ticket()
    with pytest.raises(InvalidInput):
        add(world, ticket_id, **fields)
    assert world.count("time_entry") == 0


def test_work_on_no_ticket_and_by_nobody_is_refused(world: World) -> None:
    with pytest.raises(NotFound, match="unknown_ticket"):
        add(world, 999)
    with pytest.raises(NotFound, match="unknown_entry"):
        edit(world, 999)
    with pytest.raises(PermissionDenied):
        add(world, world.ticket(), actor=Actor("nessuno", NOW))


def test_work_is_not_given_a_service_that_is_retired_and_keeps_the_one_that_it_has(world: World) -> None:
    ticket_id = world.ticket(60)
    (entry_id,) = world.entries_of(ticket_id)
    world.execute("UPDATE service SET retired = true WHERE id = :id", id=world.service_id)
    with pytest.raises(InvalidInput, match="retired") as refused:
        add(world, ticket_id, service_id=world.service_id)
    assert refused.value.params["field"] == "service_id"
    edit(world, entry_id, billable_minutes=30)
