"""The panel *Fatturazione Avanzata* by hand: state, rate and reason (spec, sections 2 and 3)."""

from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.errors import InvalidInput, PermissionDenied, Refused, Stale
from domain.money import MAX_CENTS
from domain.rules.billing_status import Status
from domain.vocabulary import BillingStatus, LineState, ProposalStatus
from tests.builders import MANAGER, OPERATOR, World

BY_HAND = [status for status in (*BillingStatus, None) if status is not BillingStatus.PROPOSED]
WITH_REASON = [BillingStatus.NOT_BILLED, BillingStatus.BILLED, BillingStatus.SUSPENDED]


def save(world: World, ticket_id: int, status: Status, reason: str = "deciso a mano", **more: Any) -> None:
    """Save the panel as it is seen now, with another state."""
    seen = world.state(ticket_id)
    actor: Actor = more.pop("actor", MANAGER)
    values = {"seen_version": seen.version, "rate": seen.hourly_rate, "reason": reason, **more}
    world.act(lambda session: set_billing(session, SetBilling(ticket_id, status=status, **values), actor=actor))


def billed(world: World) -> tuple[int, int]:
    """A ticket of two entries whose first was invoiced and whose second is suspended; and its proposal."""
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", line_ids={proposal.lines[1].id})
    world.set_proposal_status(proposal.id, ProposalStatus.INVOICED)
    return ticket_id, proposal.id


@pytest.mark.parametrize("after", BY_HAND)
def test_every_state_but_proposed_is_set_by_hand_from_every_other(world: World, after: Status) -> None:
    for before in BY_HAND:
        ticket_id = world.ticket(60, billing_status=before)
        save(world, ticket_id, after)
        assert world.billing(ticket_id) == (after.value if after else None)


def test_only_a_proposal_proposes(world: World) -> None:
    for before in BY_HAND:
        ticket_id = world.ticket(60, billing_status=before)
        with pytest.raises(Refused, match="only_a_proposal_proposes"):
            save(world, ticket_id, BillingStatus.PROPOSED)
        assert world.billing(ticket_id) == (before.value if before else None)


@pytest.mark.parametrize("status", WITH_REASON)
@pytest.mark.parametrize("reason", ["", " \n"])
def test_what_will_not_be_billed_from_here_needs_a_reason(world: World, status: Status, reason: str) -> None:
    ticket_id = world.ticket(60)
    with pytest.raises(Refused, match="reason_required"):
        save(world, ticket_id, status, reason)
    assert world.billing(ticket_id) == "to_bill"


@pytest.mark.parametrize("status", WITH_REASON)
def test_the_reason_is_kept_on_the_ticket_and_in_its_history(world: World, status: Status) -> None:
    ticket_id = world.ticket(60)
    save(world, ticket_id, status, "già  fatturato")
    assert world.state(ticket_id).cancellation_reason == "già fatturato"
    rows = world.rows("SELECT subject_id, action, actor, reason FROM audit_entry")
    assert list(map(tuple, rows)) == [(ticket_id, "billing_status", "mario", "già fatturato")]


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b"])
@pytest.mark.parametrize("status", [BillingStatus.TO_BILL, BillingStatus.SUSPENDED])
def test_a_reason_that_cannot_be_kept_is_refused(world: World, status: Status, reason: str) -> None:
    ticket_id = world.ticket(60)
    with pytest.raises(InvalidInput):
        save(world, ticket_id, status, reason)
    assert world.state(ticket_id).cancellation_reason == ""


def test_a_state_set_to_itself_with_the_same_reason_changes_nothing(world: World) -> None:
    ticket_id = world.ticket(60)
    before = world.state(ticket_id)
    save(world, ticket_id, BillingStatus.TO_BILL, "")
    assert (world.state(ticket_id), world.count("audit_entry")) == (before, 0)


@pytest.mark.parametrize("status", [BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED])
def test_on_a_draft_a_decision_acts_on_the_lines(world: World, status: BillingStatus) -> None:
    ticket_id, other = world.ticket(60, 30), world.ticket(15)
    proposal = world.proposal_of(ticket_id, other)
    save(world, ticket_id, status, "attesa")
    after = world.proposal(proposal.number)
    assert [line.state for line in after.lines] == [status.value, status.value, "bill"]
    assert {line.reason for line in after.lines if line.ticket_id == ticket_id} == {"attesa"}
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.proposal_id, seen.cancellation_reason) == (status.value, proposal.id, "attesa")
    assert after.version > proposal.version


@pytest.mark.parametrize("status", [BillingStatus.TO_BILL, BillingStatus.SERVICE_CONTRACT, BillingStatus.BILLED, None])
def test_on_a_draft_any_other_state_takes_the_ticket_off(world: World, status: Status) -> None:
    ticket_id, other = world.ticket(60, 30), world.ticket(15)
    proposal = world.proposal_of(ticket_id, other)
    save(world, ticket_id, status)
    after = world.proposal(proposal.number)
    assert [line.state for line in after.lines] == ["released", "released", "bill"]
    assert (world.billing(ticket_id), world.state(ticket_id).proposal_id) == (status.value if status else None, None)
    assert after.version > proposal.version


@pytest.mark.parametrize("proposal_status", [ProposalStatus.SUBMITTED, ProposalStatus.APPROVED])
def test_past_its_draft_a_proposal_is_named_and_nothing_changes(world: World, proposal_status: ProposalStatus) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.set_proposal_status(proposal.id, proposal_status)
    for status in BY_HAND:
        with pytest.raises(Refused, match="on_proposal") as refused:
            save(world, ticket_id, status)
        assert refused.value.params == {"number": proposal.number, "proposal_status": proposal_status.value}
        assert world.billing(ticket_id) == "proposed"


def test_no_hand_makes_an_invoiced_entry_billable_again(world: World) -> None:
    ticket_id, _ = billed(world)
    save(world, ticket_id, BillingStatus.TO_BILL)
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [30]
    assert len(world.rows("SELECT line_id FROM claim WHERE live")) == 2


def test_a_ticket_that_was_invoiced_keeps_the_proposal_that_billed_it(world: World) -> None:
    ticket_id, proposal_id = billed(world)
    save(world, ticket_id, BillingStatus.BILLED, "altrove")
    assert world.state(ticket_id).proposal_id == proposal_id


def test_resuming_a_suspended_ticket_frees_its_entries(world: World) -> None:
    ticket_id = world.ticket(60)
    first = world.proposal_of(ticket_id)
    world.decide(first.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    world.cancel(first.number)
    save(world, ticket_id, BillingStatus.TO_BILL, "")
    assert world.state(ticket_id).cancellation_reason == ""
    assert world.proposal_of(ticket_id).total(LineState.BILL).minutes == 60


def test_a_page_that_is_stale_is_refused(world: World) -> None:
    ticket_id = world.ticket(60)
    seen = world.state(ticket_id).version
    save(world, ticket_id, BillingStatus.SUSPENDED, "attesa")
    with pytest.raises(Stale, match="ticket_changed"):
        save(world, ticket_id, BillingStatus.NOT_BILLED, "altro", seen_version=seen)
    assert world.billing(ticket_id) == "suspended"


def test_an_operator_may_not_set_it(world: World) -> None:
    ticket_id = world.ticket(60)
    with pytest.raises(PermissionDenied):
        save(world, ticket_id, BillingStatus.SUSPENDED, actor=OPERATOR)
    assert world.billing(ticket_id) == "to_bill"


def test_the_rate_is_saved_and_prices_what_comes(world: World) -> None:
    ticket_id = world.ticket(60)
    save(world, ticket_id, BillingStatus.TO_BILL, "", rate=7500)
    assert world.proposal_of(ticket_id).lines[0].rate == 7500


@pytest.mark.parametrize("rate", [-1, MAX_CENTS + 1])
def test_a_rate_that_is_none_is_refused(world: World, rate: int) -> None:
    ticket_id = world.ticket(60)
    with pytest.raises(InvalidInput, match="rate_out_of_range"):
        save(world, ticket_id, BillingStatus.TO_BILL, "", rate=rate)
    assert world.state(ticket_id).hourly_rate == 0


def test_the_rate_stays_while_lines_are_to_bill_at_it(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    with pytest.raises(Refused, match="rate_on_proposal") as refused:
        save(world, ticket_id, BillingStatus.PROPOSED, "", rate=7500)
    assert refused.value.params == {"number": proposal.number}


def test_the_reason_of_one_state_is_no_reason_for_the_next(world: World) -> None:
    ticket_id = world.ticket(60)
    save(world, ticket_id, BillingStatus.NOT_BILLED, "omaggio")
    for status in (BillingStatus.SUSPENDED, BillingStatus.BILLED):
        with pytest.raises(Refused, match="reason_of_other_state"):
            save(world, ticket_id, status, " omaggio ")
        assert world.billing(ticket_id) == "not_billed"
    save(world, ticket_id, BillingStatus.SUSPENDED, "attesa dell’ordine")
    save(world, ticket_id, BillingStatus.NOT_BILLED, "omaggio")
    assert world.billing(ticket_id) == "not_billed"
