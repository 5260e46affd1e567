"""Adjusting a line of a draft, and splitting a merged one into its entries (spec, section 5)."""

from dataclasses import replace

import pytest

from domain.actions.proposals.adjust import Adjust, adjust, split
from domain.actions.proposals.review import Decide, LineChoice, decide
from domain.actions.tickets.resume import resume
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused, Stale
from domain.money import MAX_CENTS, MAX_MINUTES
from domain.rules.pricing import split_nets
from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.line_entries import line_entries
from storage.queries.proposals.table import LineRow, ProposalDetail
from tests.builders import MANAGER, OPERATOR, OTHER_MANAGER, World

BILL, SUSPENDED, NOT_BILLED = LineState.BILL, LineState.SUSPENDED, LineState.NOT_BILLED


@pytest.fixture
def merged(world: World) -> ProposalDetail:
    """One ticket's 3 x 10 minutes at 65.00 on one line, between the lines of two others."""
    tickets = world.ticket(60), world.ticket(10, 10, 10, hourly_rate=6500), world.ticket(90)
    return world.proposal_of(*tickets, group_entries=True)


def as_it_is(detail: ProposalDetail, line: LineRow) -> Adjust:
    return Adjust(detail.id, detail.version, line.id, line.minutes, line.rate, line.description, "accordo col cliente")


def adjusted(world: World, detail: ProposalDetail, **values: int | str) -> LineRow:
    """The merged line with other values, on the proposal as it is now."""
    now = world.proposal(detail.number)
    line = now.lines[1]
    command = replace(as_it_is(now, line), **values)  # type: ignore[arg-type]
    world.act(lambda session: adjust(session, command, actor=OTHER_MANAGER))
    return world.proposal(detail.number).lines[1]


def divide(world: World, detail: ProposalDetail, place: int = 1) -> tuple[LineRow, ...]:
    now = world.proposal(detail.number)
    world.act(lambda session: split(session, now.id, now.version, now.lines[place].id, actor=MANAGER))
    return world.proposal(detail.number).lines


def test_the_net_follows_and_who_changed_it_is_known(world: World, merged: ProposalDetail) -> None:
    line = adjusted(world, merged, minutes=25)
    assert (line.minutes, line.rate, line.net) == (25, 6500, 2708)
    assert (line.original_minutes, line.original_rate, line.original_description) == (30, 6500, merged.lines[1].description)
    assert (line.adjusted, line.adjustment_reason, line.adjusted_by) == (True, "accordo col cliente", "carla")
    assert line.adjusted_at == OTHER_MANAGER.now
    assert world.proposal(merged.number).total(BILL).net == 6000 + 2708 + 9000


def test_the_first_values_stay_through_two_adjustments_and_going_back_to_them_clears_the_mark(
    world: World, merged: ProposalDetail
) -> None:
    adjusted(world, merged, minutes=25, description="controllo")
    line = adjusted(world, merged, rate=6000)
    assert (line.minutes, line.rate, line.description, line.net) == (25, 6000, "controllo", 2500)
    assert (line.original_minutes, line.original_rate, line.original_description) == (30, 6500, merged.lines[1].description)
    assert adjusted(world, merged, minutes=30, rate=6500, description=merged.lines[1].description) == merged.lines[1]


def test_what_a_line_can_not_be_is_refused(world: World, merged: ProposalDetail) -> None:
    cases: list[tuple[dict[str, int | str], type[Refused], str]] = [
        ({}, Refused, "nothing_adjusted"),
        ({"minutes": 20, "reason": " \t"}, Refused, "reason_required"),
        ({"minutes": 0}, InvalidInput, "line_minutes_out_of_range"),
        ({"minutes": -10}, InvalidInput, "line_minutes_out_of_range"),
        ({"minutes": MAX_MINUTES + 1}, InvalidInput, "line_minutes_out_of_range"),
        ({"minutes": 2**63}, InvalidInput, "line_minutes_out_of_range"),
        ({"rate": 0}, InvalidInput, "line_rate_out_of_range"),
        ({"rate": -1}, InvalidInput, "line_rate_out_of_range"),
        ({"rate": MAX_CENTS + 1}, InvalidInput, "line_rate_out_of_range"),
        ({"description": " "}, InvalidInput, "missing"),
        ({"description": "a\x00b"}, InvalidInput, "control_character"),
        ({"description": "x" * 4_001}, InvalidInput, "too_long"),
        ({"minutes": 20, "line_id": 999_999}, NotFound, "no_lines"),
    ]
    for values, refusal, code in cases:
        with pytest.raises(refusal, match=code):
            adjusted(world, merged, **values)
    assert world.proposal(merged.number) == merged


def test_the_largest_values_that_are_taken_can_be_kept(world: World, merged: ProposalDetail) -> None:
    assert adjusted(world, merged, minutes=MAX_MINUTES, rate=MAX_CENTS).net == MAX_MINUTES * MAX_CENTS // 60


@pytest.mark.parametrize("status", [ProposalStatus.SUBMITTED, ProposalStatus.APPROVED, ProposalStatus.CANCELLED])
def test_only_a_draft_is_adjusted_or_split(world: World, merged: ProposalDetail, status: ProposalStatus) -> None:
    world.set_proposal_status(merged.id, status)
    with pytest.raises(Refused, match="not_draft"):
        adjusted(world, merged, minutes=20)
    with pytest.raises(Refused, match="not_draft"):
        divide(world, merged)
    world.set_proposal_status(merged.id, ProposalStatus.DRAFT)


def test_a_stale_page_learns_who_changed_the_proposal(world: World, merged: ProposalDetail) -> None:
    adjusted(world, merged, minutes=20)
    command = replace(as_it_is(merged, merged.lines[0]), minutes=45)
    with pytest.raises(Stale, match="proposal_changed") as refused:
        world.act(lambda session: adjust(session, command, actor=MANAGER))
    assert refused.value.params["by"] == "carla"
    with pytest.raises(Stale, match="proposal_changed"):
        world.act(lambda session: split(session, merged.id, merged.version, merged.lines[1].id, actor=MANAGER))


def test_an_operator_neither_adjusts_nor_splits(world: World, merged: ProposalDetail) -> None:
    line = merged.lines[1]
    command = replace(as_it_is(merged, line), minutes=20)
    with pytest.raises(PermissionDenied):
        world.act(lambda session: adjust(session, command, actor=OPERATOR))
    with pytest.raises(PermissionDenied):
        world.act(lambda session: split(session, merged.id, merged.version, line.id, actor=OPERATOR))


def test_a_line_of_another_proposal_or_a_released_one_is_not_touched(world: World, merged: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(20, 20), group_entries=True)
    with pytest.raises(NotFound, match="no_lines"):
        adjusted(world, merged, line_id=other.lines[0].id, minutes=20)
    with pytest.raises(NotFound, match="no_lines"):
        world.act(lambda session: split(session, merged.id, None, other.lines[0].id, actor=MANAGER))
    world.remove_from_proposal(merged.number, merged.lines[1].ticket_id)
    with pytest.raises(NotFound, match="no_lines"):
        divide(world, merged)


@pytest.mark.parametrize("state", [SUSPENDED, NOT_BILLED])
def test_a_decided_line_can_be_adjusted_and_split_and_stays_decided(
    world: World, merged: ProposalDetail, state: LineState
) -> None:
    ticket_id = merged.lines[1].ticket_id
    world.decide(merged.number, state, "attesa", ticket_ids={ticket_id})
    line = adjusted(world, merged, minutes=25)
    assert (line.state, line.reason, line.net) == (state, "attesa", 2708)
    adjusted(world, merged, minutes=30)
    parts = divide(world, merged)[1:4]
    assert {(part.state, part.reason, part.decided_by) for part in parts} == {(state, "attesa", "mario")}
    assert world.state(ticket_id).cancellation_reason == "attesa"
    assert world.billing(ticket_id) == state.value


def test_a_split_line_gives_one_per_entry_in_its_place_with_the_same_minutes(world: World, merged: ProposalDetail) -> None:
    before = world.read(lambda session: line_entries(session, merged.lines[1].id))
    lines = divide(world, merged)
    assert [line.ticket_id for line in lines] == [merged.lines[place].ticket_id for place in (0, 1, 1, 1, 2)]
    assert [line.position for line in lines] == [1, 2, 3, 4, 5]
    parts = lines[1:4]
    assert [(part.minutes, part.first_on, part.last_on, part.description) for part in parts] == [
        (entry.minutes, entry.worked_on, entry.worked_on, entry.description) for entry in before
    ]
    assert [part.net for part in parts] == split_nets([entry.minutes for entry in before], 6500)
    assert [part.entries for part in parts] == [1, 1, 1]
    assert (lines[0], replace(lines[4], position=3)) == (merged.lines[0], merged.lines[2])


def test_the_cents_of_a_split_are_known_before(world: World, merged: ProposalDetail) -> None:
    line = merged.lines[1]
    assert (line.entries, line.net, line.apart) == (3, 3250, 3249)
    assert adjusted(world, merged, rate=9000).apart == 3249
    adjusted(world, merged, rate=6500)
    assert sum(part.net for part in divide(world, merged)[1:4]) == line.apart


def test_a_single_line_or_an_adjusted_one_is_not_split(world: World, merged: ProposalDetail) -> None:
    with pytest.raises(Refused, match="not_merged"):
        divide(world, merged, place=0)
    adjusted(world, merged, minutes=20)
    with pytest.raises(Refused, match="line_adjusted"):
        divide(world, merged)


def test_after_a_split_each_entry_is_decided_by_itself_and_the_ticket_follows(world: World, merged: ProposalDetail) -> None:
    ticket_id = merged.lines[1].ticket_id
    first, *others = divide(world, merged)[1:4]
    world.decide(merged.number, SUSPENDED, "attesa", line_ids={first.id})
    held = world.rows("SELECT count(*) FROM time_entry WHERE line_id = :line", line=first.id)
    assert (held[0][0], world.billing(ticket_id)) == (1, "proposed")
    world.decide(merged.number, NOT_BILLED, "omaggio", line_ids={line.id for line in others})
    assert (world.billing(ticket_id), world.state(ticket_id).cancellation_reason) == ("suspended", "attesa")


def test_a_split_and_adjusted_proposal_is_cancelled_and_bills_again(world: World, merged: ProposalDetail) -> None:
    ticket_id = merged.lines[1].ticket_id
    part = divide(world, merged)[1]
    adjusted(world, merged, minutes=5)
    world.decide(merged.number, SUSPENDED, "attesa", line_ids={part.id})
    world.cancel(merged.number)
    assert [line.state for line in world.proposal(merged.number).lines[1:4]] == [
        SUSPENDED,
        LineState.RELEASED,
        LineState.RELEASED,
    ]
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert [line.minutes for line in world.proposal_of(ticket_id).lines] == [10, 10, 10]


def test_two_splits_of_one_proposal_keep_every_place_once(world: World) -> None:
    detail = world.proposal_of(world.ticket(10, 20), world.ticket(30, 40, 50), group_entries=True)
    divide(world, detail, place=0)
    lines = divide(world, detail, place=2)
    assert [(line.position, line.minutes) for line in lines] == [(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)]


def test_the_history_of_the_proposal_has_both(world: World, merged: ProposalDetail) -> None:
    adjusted(world, merged, minutes=25)
    adjusted(world, merged, minutes=30)
    divide(world, merged)
    statement = "SELECT action, reason FROM audit_entry WHERE subject = 'proposal' AND subject_id = :id ORDER BY id"
    told = [tuple(row) for row in world.rows(statement, id=merged.id)]
    assert told[-3:] == [("adjusted", "accordo col cliente")] * 2 + [("split", "")]


def test_a_decision_taken_on_the_merged_line_is_stale_after_the_split(world: World, merged: ProposalDetail) -> None:
    choice = LineChoice(merged.id, merged.version, frozenset({merged.lines[1].id}))
    divide(world, merged)
    with pytest.raises(Stale, match="proposal_changed"):
        world.act(lambda session: decide(session, Decide(choice, SUSPENDED, "attesa"), actor=MANAGER))
    with pytest.raises(NotFound, match="no_lines"):
        world.decide(merged.number, SUSPENDED, "attesa", line_ids={merged.lines[1].id})
