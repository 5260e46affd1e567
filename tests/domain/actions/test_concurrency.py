"""Nothing is billed twice with parallel clicks, double clicks or crashes (spec, promise 1).

Processes are let go by a barrier, on both databases; who holds what is asked of the database afterwards.
"""

import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.generate import Generate, generate
from domain.actions.proposals.review import Decide, LineChoice, decide
from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, LineState, TicketStatus
from storage.database import Database
from tests.builders import MANAGER, OPERATOR, OTHER_MANAGER, World
from tests.support.racing import Job, Outcome, kill_now, race_processes, race_threads, stopped_at

TICKETS = 12


# What the processes do. They cross a process boundary, so they are functions of a module.


def generating(database: Database, selection: Selection, key: str, actor: Actor = MANAGER) -> dict[str, Any]:
    with database.write() as session:
        command = Generate(selection, Options(by_customer=True), key)
        return {**generate(session, command, actor=actor).outcome}


def setting(database: Database, ticket_id: int, status: BillingStatus) -> str:
    with database.write() as session:
        set_billing(session, SetBilling(ticket_id, 1, status, 0, "deciso"), actor=MANAGER)
    return status.value


def reopening(database: Database, ticket_id: int, company_id: int) -> str:
    with database.write() as session:
        data = TicketData("Riaperto", TicketStatus.OPEN, company_id=company_id)
        edit_ticket(session, ticket_id, 1, data, actor=OPERATOR)
    return "reopened"


def suspending(database: Database, proposal_id: int, version: int, ticket_id: int) -> str:
    with database.write() as session:
        lines = LineChoice(proposal_id, version, ticket_ids=frozenset({ticket_id}))
        decide(session, Decide(lines, LineState.SUSPENDED, "attesa"), actor=OTHER_MANAGER)
    return "suspended"


def cancelling(database: Database, proposal_id: int, version: int) -> str:
    with database.write() as session:
        cancel(session, Cancel(proposal_id, version, "errata"), actor=MANAGER)
    return "cancelled"


def generating_up_to_the_commit(database: Database, reached: Any, selection: Selection, key: str) -> None:
    with database.write() as session:
        generate(session, Generate(selection, Options(by_customer=True), key), actor=MANAGER)
        session.flush()
        reached.set()
        signal.pause()


def ids(*ticket_ids: int) -> Selection:
    return Selection(frozenset(ticket_ids))


def many_tickets(world: World) -> list[int]:
    return [world.ticket(60, 30) for _ in range(TICKETS)]


def entries_on_lines(world: World) -> list[int]:
    """How many live claims each entry of a closed ticket has."""
    return [
        row[0]
        for row in world.rows(
            "SELECT count(c.line_id) FROM time_entry e LEFT JOIN claim c ON c.time_entry_id = e.id AND c.live GROUP BY e.id"
        )
    ]


def winner_and_loser(outcomes: Sequence[Outcome]) -> tuple[dict[str, Any], dict[str, Any]]:
    assert [outcome.refusal for outcome in outcomes] == ["", ""]
    first, second = sorted((outcome.result for outcome in outcomes), key=lambda result: -result["proposals"])
    return first, second


Race = Callable[[World, Selection, Selection], list[Outcome]]


def by_processes(world: World, first: Selection, second: Selection) -> list[Outcome]:
    jobs = [partial(generating, selection=first, key="a"), partial(generating, selection=second, key="b", actor=OTHER_MANAGER)]
    return race_processes(world.database.url, jobs)


def by_threads(world: World, first: Selection, second: Selection) -> list[Outcome]:
    return race_threads(
        [
            partial(generating, world.database, first, "a"),
            partial(generating, world.database, second, "b", OTHER_MANAGER),
        ]
    )


@pytest.mark.parametrize("race", [by_processes, by_threads])
def test_of_two_generations_at_once_one_wins_and_the_other_learns_who_has_the_tickets(world: World, race: Race) -> None:
    tickets = many_tickets(world)
    won, lost = winner_and_loser(race(world, ids(*tickets), Selection(filter=TicketFilter())))
    assert (won["billable"], won["proposals"], won["numbers"]) == (TICKETS, 1, ["PF-2026-000001"])
    assert (lost["billable"], lost["proposals"], lost["refused"]) == (0, 0, {"ALREADY_PROPOSED": TICKETS})
    (holder,) = {(told["code"], told["proposal"], told["by"]) for row in lost["refusals"] for told in row["details"]}
    (created_by,) = world.rows("SELECT created_by FROM proposal")[0]
    assert holder == ("ALREADY_PROPOSED", "PF-2026-000001", created_by)
    assert entries_on_lines(world) == [1] * (2 * TICKETS)


@pytest.mark.parametrize("race", [by_processes, by_threads])
def test_overlapping_selections_share_out_every_ticket_once(world: World, race: Race) -> None:
    tickets = many_tickets(world)
    forwards, backwards = tickets[:8], tickets[:3:-1]
    outcomes = race(world, ids(*forwards), ids(*backwards))
    won, lost = winner_and_loser(outcomes)
    assert sorted(outcome.result["billable"] for outcome in outcomes) == [4, 8]
    assert (
        (lost["refused"], won["refused"]) == ({"ALREADY_PROPOSED": 4}, {}) if lost["refused"] else ({}, {"ALREADY_PROPOSED": 4})
    )
    assert entries_on_lines(world) == [1] * (2 * TICKETS)
    assert world.count("proposal") == 2


def test_a_double_click_of_twenty_gives_one_generation(world: World) -> None:
    tickets = many_tickets(world)
    chosen = ids(*tickets)
    outcomes = race_threads([partial(generating, world.database, chosen, "one click") for _ in range(20)])
    assert [outcome.refusal for outcome in outcomes] == [""] * 20
    assert {outcome.result["net_cents"] for outcome in outcomes} == {TICKETS * 9000}
    assert {tuple(outcome.result["numbers"]) for outcome in outcomes} == {("PF-2026-000001",)}
    assert (world.count("generation"), world.count("proposal")) == (1, 1)


def test_the_same_key_from_four_processes_gives_one_generation(world: World) -> None:
    job = partial(generating, selection=ids(*many_tickets(world)), key="one click")
    outcomes = race_processes(world.database.url, [job] * 4)
    assert {(outcome.refusal, tuple(outcome.result["numbers"])) for outcome in outcomes} == {("", ("PF-2026-000001",))}
    assert (world.count("generation"), world.count("proposal")) == (1, 1)


@pytest.mark.parametrize("status", [BillingStatus.SUSPENDED, BillingStatus.BILLED])
def test_a_manual_change_and_a_generation_at_once_end_as_one_of_the_two_orders(world: World, status: BillingStatus) -> None:
    ticket_id = world.ticket(60)
    jobs: list[Job] = [
        partial(generating, selection=ids(ticket_id), key="a"),
        partial(setting, ticket_id=ticket_id, status=status),
    ]
    generated, changed = race_processes(world.database.url, jobs)
    assert generated.refusal == ""
    if generated.result["billable"]:
        assert (changed.refusal, world.billing(ticket_id)) == ("ticket_changed", "proposed")
    else:
        assert generated.result["refused"] == {"NOT_TO_BILL": 1}
        assert (changed.result, world.billing(ticket_id)) == (status.value, status.value)


def test_reopening_and_a_generation_at_once_never_leave_a_proposed_ticket_open(world: World) -> None:
    ticket_id = world.ticket(60)
    jobs: list[Job] = [
        partial(generating, selection=ids(ticket_id), key="a"),
        partial(reopening, ticket_id=ticket_id, company_id=world.company_id),
    ]
    generated, reopened = race_processes(world.database.url, jobs)
    (status,) = world.rows("SELECT status FROM ticket")[0]
    if generated.result["billable"]:
        assert (reopened.refusal, status, world.billing(ticket_id)) == ("ticket_changed", "closed", "proposed")
    else:
        assert (generated.result["refused"], status) == ({"NOT_CLOSED": 1}, "open")
        assert reopened.result == "reopened"


def test_of_a_suspension_and_a_cancellation_at_once_one_is_stale(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    seen: dict[str, Any] = {"proposal_id": proposal.id, "version": proposal.version}
    outcomes = race_processes(world.database.url, [partial(suspending, ticket_id=ticket_id, **seen), partial(cancelling, **seen)])
    assert sorted(outcome.refusal for outcome in outcomes) == ["", "proposal_changed"]
    suspended, cancelled = outcomes
    expected = ("suspended", "draft") if suspended.result else ("to_bill", "cancelled")
    assert (world.billing(ticket_id), world.proposal(proposal.number).status.value) == expected
    late = suspended if cancelled.result else cancelled
    assert late.params is not None
    assert late.params["by"] == ("mario" if cancelled.result else "carla")


def test_of_many_suspensions_of_one_version_at_once_one_is_taken(world: World) -> None:
    tickets = [world.ticket(60) for _ in range(6)]
    proposal = world.proposal_of(*tickets)
    jobs = [partial(suspending, world.database, proposal.id, proposal.version, ticket_id) for ticket_id in tickets]
    outcomes = race_threads(jobs)
    assert sorted(outcome.refusal for outcome in outcomes) == ["", *["proposal_changed"] * 5]
    assert sorted(str(world.billing(t)) for t in tickets) == [*["proposed"] * 5, "suspended"]


def test_a_process_killed_before_its_commit_leaves_nothing_and_the_retry_by_key_works(world: World) -> None:
    tickets = many_tickets(world)
    chosen = ids(*tickets)
    tables = ("generation", "proposal", "proposal_line", "claim", "series", "audit_entry")
    with stopped_at(world.database.url, partial(generating_up_to_the_commit, selection=chosen, key="k")) as runner:
        kill_now(runner)
    assert {table: world.count(table) for table in tables} == dict.fromkeys(tables, 0)
    assert {world.billing(t) for t in tickets} == {"to_bill"}
    assert generating(world.database, chosen, "k")["numbers"] == ["PF-2026-000001"]
    assert entries_on_lines(world) == [1] * (2 * TICKETS)


def test_an_answer_that_was_lost_is_given_again_by_the_key(world: World) -> None:
    chosen = ids(*many_tickets(world))
    (lost,) = race_processes(world.database.url, [partial(generating, selection=chosen, key="k")])
    assert generating(world.database, chosen, "k") == lost.result
    assert world.count("proposal") == 1


def test_while_somebody_generates_readers_see_the_state_before(world: World) -> None:
    ticket_id = world.ticket(60)
    with world.database.write() as session:
        generate(session, Generate(ids(ticket_id), Options(), "k"), actor=MANAGER)
        session.flush()
        assert world.billing(ticket_id) == "to_bill"
        assert world.count("proposal") == 0
    assert world.billing(ticket_id) == "proposed"
