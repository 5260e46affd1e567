"""*Riprendi*: suspended work is free again, and billed work stays billed (spec, section 5)."""

import pytest

from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.errors import PermissionDenied, Refused
from domain.vocabulary import BillingStatus, LineState, ProposalStatus
from tests.builders import MANAGER, NOW, OPERATOR, World


def resumed(world: World, *ticket_ids: int) -> None:
    world.act(lambda session: resume(session, ticket_ids, actor=MANAGER))


def suspended_on_a_cancelled_proposal(world: World, ticket_id: int) -> None:
    number = world.proposal_of(ticket_id).number
    world.decide(number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    world.cancel(number)


def test_suspended_work_is_billed_by_a_new_proposal_after_it_was_resumed(world: World) -> None:
    ticket_id = world.ticket(60)
    suspended_on_a_cancelled_proposal(world, ticket_id)
    resumed(world, ticket_id)
    assert (world.billing(ticket_id), world.state(ticket_id).cancellation_reason) == ("to_bill", "")
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [60]


def test_suspended_work_that_late_work_hides_can_be_resumed_too(world: World) -> None:
    ticket_id = world.ticket(60)
    suspended_on_a_cancelled_proposal(world, ticket_id)
    data = EntryData("dopo", world.service_id, NOW, 30, 30)
    world.act(lambda session: add_entry(session, ticket_id, data, actor=OPERATOR))
    resumed(world, ticket_id)
    assert sorted(line.minutes for line in world.proposal_of(ticket_id).lines) == [30, 60]


def test_what_was_suspended_by_hand_is_resumed_as_well(world: World) -> None:
    ticket_id = world.ticket(60)
    by_hand = SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, 0, "attesa")
    world.act(lambda session: set_billing(session, by_hand, actor=MANAGER))
    resumed(world, ticket_id)
    assert world.billing(ticket_id) == "to_bill"
    assert len(world.proposal_of(ticket_id).lines) == 1


def test_lines_that_bill_stay_where_they_are(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", line_ids={proposal.lines[0].id})
    resumed(world, ticket_id)
    states = [line.state for line in world.proposal(proposal.number).lines]
    assert (states, world.billing(ticket_id)) == ([LineState.RELEASED, LineState.BILL], "proposed")


def test_what_is_not_suspended_is_not_resumed(world: World) -> None:
    ticket_id = world.ticket(60)
    with pytest.raises(Refused, match="not_suspended"):
        resumed(world, ticket_id)


def test_work_under_approval_is_not_resumed(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id, world.ticket(30))
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    world.set_proposal_status(proposal.id, ProposalStatus.SUBMITTED)
    with pytest.raises(Refused, match="on_proposal"):
        resumed(world, ticket_id)


def test_an_operator_resumes_nothing(world: World) -> None:
    ticket_id = world.ticket(60)
    suspended_on_a_cancelled_proposal(world, ticket_id)
    with pytest.raises(PermissionDenied):
        world.act(lambda session: resume(session, [ticket_id], actor=OPERATOR))


@pytest.mark.parametrize("hidden", [False, True])
def test_the_history_of_a_ticket_has_its_resumption_once(world: World, hidden: bool) -> None:
    ticket_id = world.ticket(60)
    suspended_on_a_cancelled_proposal(world, ticket_id)
    if hidden:
        data = EntryData("dopo", world.service_id, NOW, 30, 30)
        world.act(lambda session: add_entry(session, ticket_id, data, actor=OPERATOR))
    before = len(history_of(world, ticket_id))
    resumed(world, ticket_id)
    assert history_of(world, ticket_id)[before:] == ["resumed" if hidden else "billing_status"]


def history_of(world: World, ticket_id: int) -> list[str]:
    statement = "SELECT action FROM audit_entry WHERE subject = 'ticket' AND subject_id = :id ORDER BY id"
    return [str(row[0]) for row in world.rows(statement, id=ticket_id)]
