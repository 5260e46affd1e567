"""Cancelling a proposal frees its lines to bill and keeps decisions (spec, section 5)."""

import pytest

from domain.actions.proposals.cancel import Cancel, cancel
from domain.errors import NotFound, PermissionDenied, Refused, Stale
from domain.vocabulary import LineState, ProposalStatus
from tests.builders import MANAGER, OPERATOR, World


def test_what_was_to_bill_goes_back_and_what_was_decided_stays(world: World) -> None:
    to_bill, suspended, not_billed = (world.ticket(60) for _ in range(3))
    proposal = world.proposal_of(to_bill, suspended, not_billed)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={suspended})
    world.decide(proposal.number, LineState.NOT_BILLED, "omaggio", ticket_ids={not_billed})
    world.cancel(proposal.number, " errata ")
    states = [world.state(t) for t in (to_bill, suspended, not_billed)]
    assert [s.billing_status for s in states] == ["to_bill", "suspended", "not_billed"]
    assert [s.cancellation_reason for s in states] == ["", "attesa", "omaggio"]
    assert [s.proposal_id for s in states] == [None, proposal.id, proposal.id]
    after = world.proposal(proposal.number)
    assert (after.status, after.cancellation_reason) == (ProposalStatus.CANCELLED, "errata")
    assert [line.state for line in after.lines] == ["released", "suspended", "not_billed"]


def test_what_came_back_can_be_proposed_again_under_a_new_number(world: World) -> None:
    ticket_id = world.ticket(60)
    world.cancel(world.proposal_of(ticket_id).number)
    assert world.proposal_of(ticket_id).number == "PF-2026-000002"


def test_a_cancelled_proposal_stays_readable(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60, 30))
    world.cancel(proposal.number)
    assert [(line.minutes, line.net) for line in world.proposal(proposal.number).lines] == [(60, 6000), (30, 3000)]


def test_a_half_suspended_ticket_is_to_stay_suspended_and_its_free_work_to_bill(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", line_ids={proposal.lines[0].id})
    world.cancel(proposal.number)
    assert world.billing(ticket_id) == "to_bill"
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [30]


def test_a_ticket_on_two_proposals_stays_proposed_when_one_is_cancelled(world: World) -> None:
    ticket_id = world.ticket(60)
    first = world.proposal_of(ticket_id)
    world.decide(first.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    world.entry(ticket_id, 30)
    world.execute("UPDATE ticket SET billing_status = 'to_bill' WHERE id = :id", id=ticket_id)
    second = world.proposal_of(ticket_id)
    world.decide(first.number, LineState.BILL, ticket_ids={ticket_id})
    world.cancel(second.number)
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.proposal_id) == ("proposed", first.id)


@pytest.mark.parametrize("status", [ProposalStatus.DRAFT, ProposalStatus.SUBMITTED, ProposalStatus.APPROVED])
def test_a_proposal_is_cancelled_at_any_time_before_its_invoice(world: World, status: ProposalStatus) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.set_proposal_status(proposal.id, status)
    world.cancel(proposal.number)
    assert world.billing(ticket_id) == "to_bill"


def test_an_invoiced_proposal_is_not_cancelled(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    world.set_proposal_status(proposal.id, ProposalStatus.INVOICED)
    with pytest.raises(Refused, match="not_cancellable"):
        world.cancel(proposal.number)
    assert world.proposal(proposal.number).lines[0].state == "bill"


def test_a_proposal_is_cancelled_once(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    world.cancel(proposal.number)
    with pytest.raises(Refused, match="not_cancellable"):
        world.cancel(proposal.number)


@pytest.mark.parametrize("reason", ["", "   "])
def test_cancelling_needs_a_reason(world: World, reason: str) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    with pytest.raises(Refused, match="reason_required"):
        world.cancel(proposal.number, reason)
    assert world.billing(ticket_id) == "proposed"


def test_a_stale_page_does_not_cancel(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    with pytest.raises(Stale, match="proposal_changed"):
        world.act(lambda session: cancel(session, Cancel(proposal.id, proposal.version, "errata"), actor=MANAGER))
    assert world.proposal(proposal.number).status is ProposalStatus.DRAFT


def test_an_operator_may_not_cancel_and_nobody_cancels_what_is_none(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    with pytest.raises(PermissionDenied):
        world.act(lambda session: cancel(session, Cancel(proposal.id, None, "errata"), actor=OPERATOR))
    with pytest.raises(NotFound, match="unknown_proposal"):
        world.act(lambda session: cancel(session, Cancel(999, None, "errata"), actor=MANAGER))
    assert world.proposal(proposal.number).status is ProposalStatus.DRAFT
