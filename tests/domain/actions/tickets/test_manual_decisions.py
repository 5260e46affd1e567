"""A manual decision applies to its own work only; late work is billed (spec, sections 3 and 5)."""

from dataclasses import replace

import pytest

from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry, delete_entry, edit_entry
from domain.model import TimeEntry
from domain.rules.billing_status import Status
from domain.vocabulary import BillingStatus, ContractKind, LineState, TicketStatus
from storage.queries.tickets.detail import ticket_detail
from tests.builders import MANAGER, NOW, OPERATOR, World

BY_HAND = [BillingStatus.BILLED, BillingStatus.NOT_BILLED, BillingStatus.SUSPENDED]


def by_hand(world: World, ticket_id: int, status: Status, reason: str = "fattura 12 del gestionale") -> None:
    command = SetBilling(ticket_id, world.state(ticket_id).version, status, 0, reason)
    world.act(lambda session: set_billing(session, command, actor=MANAGER))


def late_work(world: World, ticket_id: int, minutes: int = 30) -> int:
    data = EntryData("dopo", world.service_id, NOW, minutes, minutes)
    return world.act(lambda session: add_entry(session, ticket_id, data, actor=OPERATOR).id or 0)


@pytest.mark.parametrize("status", BY_HAND)
def test_late_work_is_billed_without_what_was_decided_by_hand(world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, status)
    late_work(world, ticket_id)
    assert world.billing(ticket_id) == "to_bill"
    proposal = world.proposal_of(ticket_id)
    assert [line.minutes for line in proposal.lines] == [30]


@pytest.mark.parametrize("status", BY_HAND)
def test_set_back_to_bill_by_hand_all_of_it_is_billed(world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, status)
    by_hand(world, ticket_id, BillingStatus.TO_BILL, "")
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [60]


@pytest.mark.parametrize("status", [BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED])
def test_a_ticket_with_late_work_gets_the_state_that_was_asked_for(world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    number = world.proposal_of(ticket_id).number
    late_work(world, ticket_id)
    by_hand(world, ticket_id, status, "da vedere")
    assert (world.state(ticket_id).billing_status, world.state(ticket_id).cancellation_reason) == (status, "da vedere")
    assert [line.reason for line in world.proposal(number).lines] == ["da vedere"]


def test_a_line_that_was_decided_keeps_its_reason_when_the_ticket_is_suspended_by_hand(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    first, second = (line.id for line in proposal.lines)
    world.decide(proposal.number, LineState.NOT_BILLED, "in garanzia", line_ids={first})
    by_hand(world, ticket_id, BillingStatus.SUSPENDED, "attesa")
    states = {line.id: (line.state, line.reason) for line in world.proposal(proposal.number).lines}
    assert states == {first: (LineState.NOT_BILLED, "in garanzia"), second: (LineState.SUSPENDED, "attesa")}


def test_what_happens_to_its_lines_by_hand_is_in_the_history_of_the_proposal(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    by_hand(world, ticket_id, BillingStatus.SUSPENDED, "attesa")
    by_hand(world, ticket_id, BillingStatus.TO_BILL, "")
    statement = "SELECT action FROM audit_entry WHERE subject = 'proposal' AND subject_id = :id ORDER BY id"
    assert [row[0] for row in world.rows(statement, id=proposal.id)] == ["generated", "lines_reviewed", "taken_off"]


@pytest.mark.parametrize("away", ["deleted", "goodwill"])
def test_late_work_that_is_no_more_gives_the_ticket_back_to_its_lines(world: World, away: str) -> None:
    ticket_id = world.ticket(60)
    world.decide(world.proposal_of(ticket_id).number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    entry_id = late_work(world, ticket_id)
    assert world.billing(ticket_id) == "to_bill"
    seen = next(entry.data for entry in world.read(lambda s: ticket_detail(s, ticket_id)).entries if entry.id == entry_id)
    if away == "deleted":
        world.act(lambda session: delete_entry(session, entry_id, seen, actor=OPERATOR))
    else:
        omaggio = EntryData("dopo", world.service_id, NOW, 30, 0)
        world.act(lambda session: edit_entry(session, entry_id, seen, omaggio, actor=OPERATOR))
    assert (world.state(ticket_id).billing_status, world.state(ticket_id).cancellation_reason) == ("suspended", "attesa")


@pytest.mark.parametrize("status", BY_HAND)
def test_late_work_that_is_no_more_gives_the_ticket_back_to_what_was_decided_by_hand(world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, status)
    entry_id = late_work(world, ticket_id)
    assert world.billing(ticket_id) == "to_bill"
    seen = next(entry.data for entry in world.read(lambda s: ticket_detail(s, ticket_id)).entries if entry.id == entry_id)
    world.act(lambda session: delete_entry(session, entry_id, seen, actor=OPERATOR))
    state = world.state(ticket_id)
    assert (state.billing_status, state.cancellation_reason) == (status.value, "fattura 12 del gestionale")


def test_work_billed_elsewhere_may_have_zero_minutes_for_a_while(world: World) -> None:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, BillingStatus.BILLED)
    for minutes in (0, 60):
        [entry] = world.read(lambda session: ticket_detail(session, ticket_id)).entries
        data = replace(entry.data, billable_minutes=minutes)
        world.act(lambda session, e=entry, d=data: edit_entry(session, e.id, e.data, d, actor=OPERATOR))  # type: ignore[misc]
        assert world.billing(ticket_id) == "billed"


def test_the_id_of_a_removed_entry_is_never_given_again(world: World) -> None:
    ticket_id = world.ticket()
    first = late_work(world, ticket_id)
    seen = world.read(lambda session: ticket_detail(session, ticket_id)).entries[0].data
    world.act(lambda session: delete_entry(session, first, seen, actor=OPERATOR))
    assert late_work(world, ticket_id) > first
    assert world.read(lambda session: session.get(TimeEntry, first)) is None


def test_numbers_that_an_import_brought_are_passed_over(world: World) -> None:
    ticket_id = world.ticket()
    world.entry(ticket_id, 60, code="L-2026-000001")
    entry_id = late_work(world, ticket_id)
    assert world.rows("SELECT code FROM time_entry WHERE id = :id", id=entry_id)[0][0] == "L-2026-000002"


def billed_elsewhere_with_late_work(world: World) -> int:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, BillingStatus.BILLED)
    late_work(world, ticket_id)
    return ticket_id


def test_suspending_and_resuming_does_not_bring_back_what_was_billed_elsewhere(world: World) -> None:
    ticket_id = billed_elsewhere_with_late_work(world)
    by_hand(world, ticket_id, BillingStatus.SUSPENDED, "attesa")
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [30]


def test_linking_a_contract_does_not_bring_back_what_was_billed_elsewhere(world: World) -> None:
    ticket_id = billed_elsewhere_with_late_work(world)
    data = TicketData("x", TicketStatus.CLOSED, world.company_id, contract_id=world.contract(ContractKind.TIME_AND_MATERIALS))
    version = world.state(ticket_id).version
    world.act(lambda session: edit_ticket(session, ticket_id, version, data, actor=OPERATOR))
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [30]


def test_a_change_of_mind_about_lines_that_are_not_billed_suspends_them(world: World) -> None:
    ticket_id = world.ticket(60)
    number = world.proposal_of(ticket_id).number
    world.decide(number, LineState.NOT_BILLED, "garanzia", ticket_ids={ticket_id})
    by_hand(world, ticket_id, BillingStatus.SUSPENDED, "da rivedere")
    assert [(line.state, line.reason) for line in world.proposal(number).lines] == [(LineState.SUSPENDED, "da rivedere")]


def test_a_change_of_mind_about_work_on_no_line_can_be_resumed(world: World) -> None:
    ticket_id = world.ticket(60)
    by_hand(world, ticket_id, BillingStatus.NOT_BILLED, "garanzia")
    by_hand(world, ticket_id, BillingStatus.SUSPENDED, "da rivedere")
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [60]
