"""Reviewing the lines of a draft: suspend, not bill, restore, remove; tickets follow (spec, section 5)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused, Stale
from domain.vocabulary import LineState, ProposalStatus
from tests.builders import MANAGER, NOW, OPERATOR, OTHER_MANAGER, World

SUSPENDED, NOT_BILLED, BILL = LineState.SUSPENDED, LineState.NOT_BILLED, LineState.BILL


def states(world: World, number: str) -> list[str]:
    return [line.state.value for line in world.proposal(number).lines]


def decide_on(
    world: World, lines: LineChoice, state: LineState = SUSPENDED, reason: str = "ordine", actor: Actor = MANAGER
) -> None:
    world.act(lambda session: decide(session, Decide(lines, state, reason), actor=actor))


@pytest.mark.parametrize("state", [SUSPENDED, NOT_BILLED])
def test_a_single_line_is_decided_and_the_rest_goes_on(world: World, state: LineState) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, state, "in garanzia", line_ids={proposal.lines[0].id})
    first, second = world.proposal(proposal.number).lines
    assert (first.state, first.reason, first.decided_by, first.decided_at) == (state, "in garanzia", "mario", NOW)
    assert (second.state, second.reason, second.decided_by, second.decided_at) == (BILL, "", "", None)
    assert world.billing(ticket_id) == "proposed"
    assert world.proposal(proposal.number).total(BILL).net == 3000


@pytest.mark.parametrize("state", [SUSPENDED, NOT_BILLED])
def test_a_ticket_without_a_line_to_bill_takes_state_and_reason_of_its_lines(world: World, state: LineState) -> None:
    ticket_id, other = world.ticket(60, 30), world.ticket(15)
    proposal = world.proposal_of(ticket_id, other)
    world.decide(proposal.number, state, " in   garanzia ", ticket_ids={ticket_id})
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason, seen.proposal_id) == (state.value, "in garanzia", proposal.id)
    assert world.billing(other) == "proposed"


def test_one_suspended_line_among_lines_not_billed_suspends_the_ticket(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    first, second = (line.id for line in proposal.lines)
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids={first})
    world.decide(proposal.number, NOT_BILLED, "omaggio", line_ids={second})
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason) == ("suspended", "attesa")


def test_restoring_gives_lines_and_ticket_back_and_clears_the_reason(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, SUSPENDED, "attesa", ticket_ids={ticket_id})
    world.decide(proposal.number, BILL, "non serve", line_ids={proposal.lines[1].id})
    assert states(world, proposal.number) == ["suspended", "bill"]
    assert [line.reason for line in world.proposal(proposal.number).lines] == ["attesa", ""]
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason) == ("proposed", "")


def test_many_lines_of_many_tickets_are_decided_at_once(world: World) -> None:
    tickets = [world.ticket(60) for _ in range(4)]
    proposal = world.proposal_of(*tickets)
    chosen = {line.id for line in proposal.lines[:2]}
    world.decide(proposal.number, NOT_BILLED, "omaggio", line_ids=chosen, ticket_ids={tickets[3]})
    assert [world.billing(t) for t in tickets] == ["not_billed", "not_billed", "proposed", "not_billed"]


def test_a_grouped_line_acts_on_all_its_entries(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id, group_entries=True)
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids={proposal.lines[0].id})
    held = world.rows("SELECT count(*) FROM time_entry WHERE line_id = :line", line=proposal.lines[0].id)
    assert (held[0][0], world.billing(ticket_id)) == (2, "suspended")


@pytest.mark.parametrize("state", [SUSPENDED, NOT_BILLED])
@pytest.mark.parametrize("reason", ["", "  \t\n"])
def test_a_reason_is_mandatory(world: World, state: LineState, reason: str) -> None:
    proposal = world.proposal_of(ticket_id := world.ticket(60))
    with pytest.raises(Refused, match="reason_required"):
        world.decide(proposal.number, state, reason, ticket_ids={ticket_id})
    assert (states(world, proposal.number), world.proposal(proposal.number).version) == (["bill"], proposal.version)


@pytest.mark.parametrize(
    ("reason", "code"), [("x" * 501, "reason_too_long"), ("a\x00b", "control_character"), ("\ud800", "control_character")]
)
def test_a_reason_that_cannot_be_kept_is_refused(world: World, reason: str, code: str) -> None:
    proposal = world.proposal_of(ticket_id := world.ticket(60))
    with pytest.raises((Refused, InvalidInput), match=code):
        world.decide(proposal.number, SUSPENDED, reason, ticket_ids={ticket_id})


def test_a_stale_page_learns_who_changed_the_proposal_and_when(world: World) -> None:
    first, second = world.ticket(60), world.ticket(30)
    proposal = world.proposal_of(first, second)
    later = replace(OTHER_MANAGER, now=NOW + timedelta(hours=1))
    world.decide(proposal.number, SUSPENDED, "attesa", ticket_ids={first}, actor=later)
    with pytest.raises(Stale, match="proposal_changed") as refused:
        decide_on(world, LineChoice(proposal.id, proposal.version, ticket_ids=frozenset({second})))
    assert refused.value.params == {"number": proposal.number, "by": "carla", "at": later.now.isoformat()}
    assert world.billing(second) == "proposed"


def test_lines_of_another_proposal_are_never_touched(world: World) -> None:
    mine, theirs = world.proposal_of(world.ticket(60)), world.proposal_of(world.ticket(60))
    for ids in ({theirs.lines[0].id}, {mine.lines[0].id, theirs.lines[0].id}, {999_999}):
        with pytest.raises(NotFound, match="no_lines"):
            decide_on(world, LineChoice(mine.id, mine.version, line_ids=frozenset(ids)))
    assert states(world, mine.number) == states(world, theirs.number) == ["bill"]


def test_tickets_of_another_proposal_are_never_touched(world: World) -> None:
    own, other = world.ticket(60), world.ticket(60)
    mine = world.proposal_of(own)
    world.proposal_of(other)
    for ids in ({other}, {own, other}):
        with pytest.raises(NotFound, match="tickets_not_on_proposal") as refused:
            decide_on(world, LineChoice(mine.id, mine.version, ticket_ids=frozenset(ids)))
        assert refused.value.params == {"numbers": world.rows("SELECT number FROM ticket WHERE id = :id", id=other)[0][0]}
    with pytest.raises(NotFound, match="no_lines"):
        decide_on(world, LineChoice(mine.id, mine.version))
    assert (world.billing(own), world.billing(other)) == ("proposed", "proposed")


def test_no_hand_releases_a_line(world: World) -> None:
    proposal = world.proposal_of(ticket_id := world.ticket(60))
    with pytest.raises(Refused):
        world.decide(proposal.number, LineState.RELEASED, "via", ticket_ids={ticket_id})
    assert states(world, proposal.number) == ["bill"]


def test_a_proposal_that_is_none_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="unknown_proposal"):
        decide_on(world, LineChoice(999, None, line_ids=frozenset({1})))


@pytest.mark.parametrize("status", [s for s in ProposalStatus if s not in (ProposalStatus.DRAFT, ProposalStatus.CANCELLED)])
def test_past_its_draft_a_proposal_is_not_reviewed(world: World, status: ProposalStatus) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.set_proposal_status(proposal.id, status)
    chosen = LineChoice(proposal.id, None, ticket_ids=frozenset({ticket_id}))
    for attempt in (
        lambda: decide_on(world, chosen),
        lambda: world.act(lambda s: remove_from_proposal(s, chosen, actor=MANAGER)),
    ):
        with pytest.raises(Refused, match="not_draft") as refused:
            attempt()
        assert refused.value.params == {"number": proposal.number, "proposal_status": status.value}


def test_an_operator_may_not_review(world: World) -> None:
    proposal = world.proposal_of(ticket_id := world.ticket(60))
    chosen = LineChoice(proposal.id, proposal.version, ticket_ids=frozenset({ticket_id}))
    with pytest.raises(PermissionDenied):
        decide_on(world, chosen, actor=OPERATOR)
    with pytest.raises(PermissionDenied):
        world.act(lambda session: remove_from_proposal(session, chosen, actor=OPERATOR))
    assert world.billing(ticket_id) == "proposed"


def test_a_removed_ticket_is_free_for_another_proposal(world: World) -> None:
    taken, kept = world.ticket(60, 30), world.ticket(15)
    proposal = world.proposal_of(taken, kept)
    world.remove_from_proposal(proposal.number, taken)
    assert states(world, proposal.number) == ["released", "released", "bill"]
    assert world.proposal(proposal.number).total(BILL).net == 1500
    seen = world.state(taken)
    assert (seen.billing_status, seen.proposal_id, world.billing(kept)) == ("to_bill", None, "proposed")
    assert world.proposal_of(taken).total(BILL).net == 9000


def test_taking_off_lets_go_of_decided_lines_as_well(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids={proposal.lines[0].id})
    world.remove_from_proposal(proposal.number, ticket_id)
    assert (states(world, proposal.number), world.billing(ticket_id)) == (["released", "released"], "to_bill")


def test_a_ticket_comes_off_whole_even_if_one_of_its_lines_was_chosen(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    proposal = world.proposal_of(ticket_id)
    chosen = LineChoice(proposal.id, proposal.version, line_ids=frozenset({proposal.lines[0].id}))
    world.act(lambda session: remove_from_proposal(session, chosen, actor=MANAGER))
    assert (states(world, proposal.number), world.billing(ticket_id)) == (["released", "released"], "to_bill")


def test_a_line_that_was_let_go_is_not_decided_any_more(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id, world.ticket(60))
    world.remove_from_proposal(proposal.number, ticket_id)
    with pytest.raises(NotFound, match="tickets_not_on_proposal"):
        world.decide(proposal.number, BILL, ticket_ids={ticket_id})
    with pytest.raises(NotFound, match="no_lines"):
        world.decide(proposal.number, BILL, line_ids={proposal.lines[0].id})
    assert world.billing(ticket_id) == "to_bill"


def test_a_decision_is_in_the_history_with_what_was_before(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, SUSPENDED, "attesa", ticket_ids={ticket_id})
    rows: list[Any] = world.rows("SELECT subject, reason FROM audit_entry WHERE action = 'lines_reviewed'")
    assert list(map(tuple, rows)) == [("proposal", "attesa")]
    moved = world.rows("SELECT reason FROM audit_entry WHERE subject = 'ticket' ORDER BY id DESC")
    assert moved[0][0] == "attesa"


def test_work_that_comes_while_its_ticket_is_under_review_is_not_forgotten(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.entry(ticket_id, 30)
    world.decide(proposal.number, NOT_BILLED, "omaggio", ticket_ids={ticket_id})
    assert world.billing(ticket_id) == "to_bill"
