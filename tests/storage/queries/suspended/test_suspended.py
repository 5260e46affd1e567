"""Suspended work by ticket, oldest first, with review dates (spec, section 5)."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from domain.actions.core.acting import Actor
from domain.actions.tickets.resume import resume
from domain.actions.tickets.review_date import set_review
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused
from domain.vocabulary import BillingStatus, LineState, ProposalStatus
from storage.queries.suspended.table import (
    SuspendedFilter,
    SuspendedRow,
    SuspendedSelection,
    chosen_ids,
    count_due,
    count_suspended,
    suspended_page,
    suspended_totals,
    who_suspended,
)
from tests.builders import MANAGER, NOW, OPERATOR, OTHER_MANAGER, World

ALL = SuspendedFilter()
TOMORROW = NOW.date() + timedelta(days=1)
LATER = Actor("carla", NOW + timedelta(hours=1))


def suspended_by_line(
    world: World, *minutes: int, actor: Actor = MANAGER, reason: str = "attesa", beside: int | None = None
) -> tuple[int, int]:
    """A ticket whose lines are all suspended on a draft, which may bill another one; and the draft."""
    ticket_id = world.ticket(*minutes)
    proposal = world.proposal_of(ticket_id, *([beside] if beside else []))
    world.decide(proposal.number, LineState.SUSPENDED, reason, actor=actor, ticket_ids={ticket_id})
    return ticket_id, proposal.id


def suspended_by_hand(world: World, *minutes: int, actor: Actor = MANAGER, rate: int = 0) -> int:
    ticket_id = world.ticket(*minutes, hourly_rate=rate, owner="olga")
    command = SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, rate, "ordine")
    world.act(lambda session: set_billing(session, command, actor=actor))
    return ticket_id


def listed(world: World, narrowed: SuspendedFilter = ALL, **how: object) -> list[SuspendedRow]:
    return world.read(lambda session: suspended_page(session, narrowed, **how))  # type: ignore[arg-type]


def test_lines_and_work_decided_by_hand_stand_by_ticket_oldest_first(world: World) -> None:
    line, proposal_id = suspended_by_line(world, 60, 30, actor=LATER)
    hand = suspended_by_hand(world, 60, 30, rate=9000)
    world.ticket(60)
    first, second = listed(world)
    assert (first.id, first.minutes, first.value, first.owner, first.by_hand, first.proposals) == (
        hand,
        90,
        13500,
        "olga",
        True,
        (),
    )
    assert (first.decided_by, first.reasons, first.since) == (("mario",), ("ordine",), NOW)
    assert (second.id, second.minutes, second.value, second.by_hand, second.company) == (line, 90, 9000, False, "Rossi S.p.A.")
    assert ([one.id for one in second.proposals], second.decided_by, second.can_resume) == ([proposal_id], ("carla",), True)
    assert [row.id for row in listed(world, sort="value")] == [line, hand]
    assert (world.read(count_suspended), world.read(who_suspended)) == (2, ["carla", "mario"])


def test_suspended_work_is_listed_despite_late_work_and_free_work_is_not(world: World) -> None:
    ticket_id = suspended_by_hand(world, 60, 0)
    data = EntryData("dopo", world.service_id, NOW, 30, 30)
    world.act(lambda session: add_entry(session, ticket_id, data, actor=OPERATOR))
    assert world.billing(ticket_id) == "to_bill"
    assert [(row.id, row.minutes) for row in listed(world)] == [(ticket_id, 60)]


def test_what_a_proposal_under_approval_holds_is_marked_and_refused_by_the_name_of_its_ticket(world: World) -> None:
    free, _ = suspended_by_line(world, 60)
    held, proposal_id = suspended_by_line(world, 30, beside=world.ticket(10))
    world.set_proposal_status(proposal_id, ProposalStatus.SUBMITTED)
    assert {row.id: row.can_resume for row in listed(world)} == {free: True, held: False}
    everything = SuspendedSelection(filter=ALL)
    totals = world.read(lambda session: suspended_totals(session, everything))
    assert (totals.tickets, totals.value, totals.resumable, totals.resumable_value) == (2, 9000, 1, 6000)
    assert world.read(lambda session: chosen_ids(session, everything, resumable=True)) == [free]
    with pytest.raises(Refused, match="resume_on_proposal") as refusal:
        world.act(lambda session: resume(session, [free, held], actor=MANAGER))
    number = next(row.number for row in listed(world) if row.id == held)
    assert (refusal.value.params["ticket"], world.billing(free)) == (number, "suspended")
    world.act(lambda session: resume(session, [free], actor=MANAGER))
    assert [row.id for row in listed(world)] == [held]


def test_the_list_is_filtered_by_text_customer_person_and_date(world: World) -> None:
    mine = suspended_by_hand(world, 60)
    theirs = suspended_by_hand(world, 30, actor=OTHER_MANAGER)
    world.act(lambda session: set_review(session, [theirs], TOMORROW, actor=MANAGER))
    assert [row.id for row in listed(world, SuspendedFilter(decided_by="carla"))] == [theirs]
    assert [row.id for row in listed(world, SuspendedFilter(due_by=TOMORROW))] == [theirs]
    assert [row.id for row in listed(world, SuspendedFilter(search="T-0001"))] == [mine]
    assert listed(world, SuspendedFilter(company_id=world.company("Bianchi"))) == []
    assert [row.id for row in listed(world, sort="review_on", descending=True)] == [theirs, mine]
    assert world.read(lambda session: [count_due(session, ALL, on) for on in (NOW.date(), TOMORROW)]) == [0, 1]
    all_but = SuspendedSelection(frozenset({mine}), ALL)
    assert world.read(lambda session: chosen_ids(session, all_but)) == [theirs]
    with pytest.raises(InvalidInput, match="unknown_sort"):
        listed(world, sort="__class__")


def test_a_review_date_is_set_and_cleared_and_the_history_of_each_ticket_tells(world: World) -> None:
    one, two = suspended_by_hand(world, 60), suspended_by_line(world, 30)[0]
    version = world.state(one).version
    for day in (TOMORROW, TOMORROW, None):
        world.act(partial(set_review, ticket_ids=[one, two], day=day, actor=MANAGER))
    rows = world.rows("SELECT subject_id, after FROM audit_entry WHERE action = 'review_set' ORDER BY id")
    assert [row[0] for row in rows] == [one, two, one, two]
    assert {row.review_on for row in listed(world)} == {None}
    assert world.state(one).version == version


@pytest.mark.parametrize(
    ("day", "actor", "refusal"),
    [
        (NOW.date() - timedelta(days=1), MANAGER, InvalidInput),
        (TOMORROW, OPERATOR, PermissionDenied),
        (TOMORROW, replace(MANAGER, name="nessuno"), PermissionDenied),
    ],
)
def test_a_review_date_in_the_past_or_by_an_operator_is_refused(
    world: World, day: date, actor: Actor, refusal: type[Refused]
) -> None:
    ticket_id = suspended_by_hand(world, 60)
    with pytest.raises(refusal):
        world.act(lambda session: set_review(session, [ticket_id], day, actor=actor))


def test_only_suspended_work_has_a_review_date(world: World) -> None:
    ticket_id, other = suspended_by_hand(world, 60), world.ticket(60)
    with pytest.raises(Refused, match="not_suspended"):
        world.act(lambda session: set_review(session, [ticket_id, other], TOMORROW, actor=MANAGER))
    with pytest.raises(NotFound):
        world.act(lambda session: set_review(session, [ticket_id, 9999], TOMORROW, actor=MANAGER))
    assert [row.review_on for row in listed(world)] == [None]
