"""*Genera Proposte Fattura*: what is written, all or nothing, once per key (spec, section 4)."""

import gc
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.generate import Generate, GenerationResult, generate, outcome_of, preview_generation
from domain.errors import Cancelled, InvalidInput, PermissionDenied, Refused, Stale
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, ContractKind, Refusal, TicketStatus
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, NOW, OPERATOR, World

WRITTEN = ("generation", "proposal", "proposal_line", "claim", "audit_entry", "series")


def run(world: World, command: Generate, actor: Actor = MANAGER, **more: Any) -> GenerationResult:
    return world.act(lambda session: generate(session, command, actor=actor, **more))


def asking(*ticket_ids: int, options: Options | None = None, key: str = "key", expected: str = "") -> Generate:
    return Generate(Selection(frozenset(ticket_ids)), options or Options(), key, expected)


def contents(world: World) -> dict[str, int]:
    return {table: world.count(table) for table in WRITTEN}


def test_a_ticket_becomes_a_proposal_with_a_line_for_each_entry(world: World) -> None:
    ticket_id = world.ticket(60, 15)
    proposal = world.proposal_of(ticket_id)
    assert (proposal.number, proposal.company, proposal.status) == ("PF-2026-000001", "Rossi S.p.A.", "draft")
    assert (proposal.created_by, proposal.created_at, proposal.version) == ("mario", NOW, 1)
    assert [(line.position, line.minutes, line.rate, line.net) for line in proposal.lines] == [
        (1, 60, 6000, 6000),
        (2, 15, 6000, 1500),
    ]
    state = world.state(ticket_id)
    assert (state.billing_status, state.proposal_id, state.version) == ("proposed", proposal.id, 2)


def test_entries_are_stamped_with_their_line_and_claimed_by_it(world: World) -> None:
    ticket_id = world.ticket(60, 0, 15)
    first, second = world.proposal_of(ticket_id).lines
    taken, goodwill, also_taken = world.entries_of(ticket_id)
    stamps = dict(map(tuple, world.rows("SELECT id, line_id FROM time_entry")))
    assert stamps == {taken: first.id, goodwill: None, also_taken: second.id}
    claims = world.rows("SELECT line_id, time_entry_id FROM claim WHERE live ORDER BY line_id")
    assert list(map(tuple, claims)) == [(first.id, taken), (second.id, also_taken)]


def test_a_line_keeps_which_rate_it_was_and_the_list_price(world: World) -> None:
    listed, agreed = world.ticket(60), world.ticket(60, hourly_rate=7500)
    lines = {line.ticket_id: line for line in world.proposal_of(listed, agreed).lines}
    assert [(lines[t].rate, lines[t].list_rate, lines[t].rate_source) for t in (listed, agreed)] == [
        (6000, 6000, "service"),
        (7500, 6000, "ticket"),
    ]


def test_proposals_are_numbered_without_gaps_over_runs(world: World) -> None:
    numbers = [*world.generate(world.ticket(60), world.ticket(30), by_customer=False).outcome["numbers"]]
    numbers += world.generate(world.ticket(5)).outcome["numbers"]
    assert numbers == ["PF-2026-000001", "PF-2026-000002", "PF-2026-000003"]


def test_the_year_of_a_number_is_that_of_the_firm(world: World) -> None:
    new_year = Actor("mario", datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert world.generate(world.ticket(60), actor=new_year).outcome["numbers"] == ["PF-2027-000001"]


def test_who_generated_what_is_in_the_history(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    rows = world.rows("SELECT actor, subject, subject_id, action FROM audit_entry ORDER BY id")
    assert sorted(map(tuple, rows)) == [
        ("mario", "proposal", proposal.id, "generated"),
        ("mario", "ticket", ticket_id, "billing_status"),
    ]


def test_a_preview_says_what_generating_does_and_writes_nothing(world: World) -> None:
    tickets = [world.ticket(60, 20), world.ticket(7), world.ticket(None)]
    before = contents(world)
    options = Options(by_customer=True, group_entries=True)
    shown = world.read(lambda session: preview_generation(session, Selection(frozenset(tickets)), options))
    assert contents(world) == before
    done = run(world, asking(*tickets, options=options, expected=shown.fingerprint))
    assert {**outcome_of(shown), "numbers": ["PF-2026-000001"]} == done.outcome


def test_what_moved_since_it_was_shown_is_not_written(world: World) -> None:
    ticket_id = world.ticket(60)
    shown = world.read(lambda session: preview_generation(session, Selection(frozenset({ticket_id})), Options()))
    world.entry(ticket_id, 30)
    before = contents(world)
    with pytest.raises(Stale, match="plan_changed"):
        run(world, asking(ticket_id, expected=shown.fingerprint))
    assert contents(world) == before


def test_the_same_key_returns_the_first_result(world: World) -> None:
    ticket_id = world.ticket(60)
    first = run(world, asking(ticket_id))
    before = contents(world)
    again = run(world, asking(ticket_id))
    assert (again.id, again.outcome) == (first.id, first.outcome)
    assert contents(world) == before


@pytest.mark.parametrize("changes", [{"options": Options(by_customer=True)}, {"selection": Selection(filter=TicketFilter())}])
def test_the_same_key_for_something_else_is_refused(world: World, changes: dict[str, Any]) -> None:
    command = asking(world.ticket(60))
    run(world, command)
    before = contents(world)
    with pytest.raises(Refused, match="key_reused"):
        run(world, replace(command, **changes))
    assert contents(world) == before


def test_a_run_that_is_cancelled_leaves_nothing_not_even_its_key(world: World) -> None:
    ticket_id, before = world.ticket(60), contents(world)
    with pytest.raises(Cancelled):
        run(world, asking(ticket_id), progress=stop)
    assert contents(world) == before
    assert world.billing(ticket_id) == "to_bill"
    assert run(world, asking(ticket_id)).outcome["proposals"] == 1


def stop(_done: int, _total: int) -> None:
    raise Cancelled


def test_progress_counts_up_to_all_the_tickets(world: World) -> None:
    tickets = [world.ticket(60) for _ in range(3)]
    told: list[tuple[int, int]] = []
    run(world, asking(*tickets), progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 3), (3, 3)]  # planned, and written


def test_a_run_that_is_stopped_at_the_last_moment_writes_nothing(world: World) -> None:
    ticket_id, before = world.ticket(60), contents(world)
    calls = itertools.count(1)

    def stop_late(_done: int, _total: int) -> None:
        if next(calls) > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(world, asking(ticket_id), progress=stop_late)
    assert contents(world) == before


def test_a_failure_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket_id, before = world.ticket(60), contents(world)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("power cut")

    monkeypatch.setattr("domain.actions.proposals.generate.move", fail)
    with pytest.raises(OSError, match="power cut"):
        run(world, asking(ticket_id))
    assert contents(world) == before
    assert world.rows("SELECT id FROM time_entry WHERE line_id IS NOT NULL") == []


def test_the_garbage_collector_runs_again_whatever_came_of_a_run(world: World) -> None:
    ticket_id, running = world.ticket(60), []
    run(world, asking(ticket_id), progress=lambda _done, _total: running.append(gc.isenabled()))
    assert (running, gc.isenabled()) == ([False, False], True)
    with pytest.raises(Cancelled):
        run(world, asking(ticket_id, key="other"), progress=stop)
    assert gc.isenabled()


def test_an_operator_may_not_generate(world: World) -> None:
    with pytest.raises(PermissionDenied, match="permission_denied"):
        run(world, asking(world.ticket(60)), OPERATOR)
    assert world.count("generation") == 0


@pytest.mark.parametrize("actor", [MANAGER, LEAD, ADMINISTRATOR, Actor("system", NOW)], ids=lambda actor: actor.name)
def test_whoever_bills_may_generate(world: World, actor: Actor) -> None:
    assert run(world, asking(world.ticket(60)), actor).outcome["proposals"] == 1


def test_a_person_who_left_or_never_was_may_not_generate(world: World) -> None:
    world.execute("UPDATE user_account SET active = false WHERE name = 'mario'")
    ticket_id = world.ticket(60)
    for actor in (MANAGER, Actor("nessuno", NOW)):
        with pytest.raises(PermissionDenied, match="unknown_user"):
            run(world, asking(ticket_id), actor)


def refused_tickets(world: World) -> dict[int, Refusal]:
    """A ticket for each refusal, and the one that a proposal holds."""
    held = world.ticket(60)
    world.generate(held)
    free = world.service("Omaggi", rate=0)
    found = {
        world.ticket(60, status=TicketStatus.OPEN): Refusal.NOT_CLOSED,
        world.ticket(60, billing_status=BillingStatus.SUSPENDED): Refusal.NOT_TO_BILL,
        world.ticket(60, billing_status=None, planning_id=world.planning()): Refusal.NOT_TO_BILL,
        world.ticket(
            60, billing_status=BillingStatus.SERVICE_CONTRACT, contract_id=world.contract(ContractKind.FLAT)
        ): Refusal.NOT_TO_BILL,
        held: Refusal.ALREADY_PROPOSED,
        world.ticket(): Refusal.NO_TIME_ENTRIES,
        world.ticket(0, 0): Refusal.NO_TIME_ENTRIES,
        world.ticket(60, None): Refusal.ENTRY_WITHOUT_TIME,
        world.ticket(60, company_id=None): Refusal.NO_COMPANY,
        world.ticket(60, contact_id=world.contact(None)): Refusal.CONTACT_WITHOUT_COMPANY,
    }
    for code, fields in (
        (Refusal.ENTRY_WITHOUT_SERVICE, {"service_id": None}),
        (Refusal.ENTRY_WITHOUT_DATE, {"on": None}),
        (Refusal.NO_RATE, {"service_id": free}),
    ):
        world.entry(ticket_id := world.ticket(60), 10, **fields)
        found[ticket_id] = code
    return found


def test_each_refusal_is_reported_and_the_rest_proceeds(world: World) -> None:
    expected, good = refused_tickets(world), world.ticket(60)
    outcome = world.generate(*expected, good).outcome
    told = {refusal["id"]: refusal["codes"] for refusal in outcome["refusals"]}
    assert told == {ticket_id: [code.value] for ticket_id, code in expected.items()}
    assert set(expected.values()) == set(Refusal)
    assert (outcome["tickets"], outcome["billable"], outcome["proposals"]) == (len(expected) + 1, 1, 1)
    assert world.billing(good) == "proposed"


def test_a_refused_ticket_is_left_as_it_was(world: World) -> None:
    bad = world.ticket(60, None)
    before = world.state(bad)
    outcome = world.generate(bad).outcome
    assert (outcome["proposals"], outcome["numbers"], world.state(bad)) == (0, [], before)
    assert world.rows("SELECT id FROM time_entry WHERE line_id IS NOT NULL") == []


def test_the_holder_of_a_ticket_is_named(world: World) -> None:
    held = world.ticket(60)
    world.generate(held)
    (refusal,) = world.generate(held).outcome["refusals"]
    assert refusal["details"][0]["proposal"] == "PF-2026-000001"
    assert refusal["details"][0]["by"] == "mario"


def test_everything_that_matches_the_filter_less_exclusions_is_generated(world: World) -> None:
    first, second, left_out = (world.ticket(60) for _ in range(3))
    elsewhere = world.ticket(60, company_id=world.company("Bianchi"))
    chosen = Selection(frozenset({left_out}), TicketFilter(company_id=world.company_id))
    assert run(world, Generate(chosen, Options(), "key")).outcome["tickets"] == 2
    assert [world.billing(t) for t in (first, second, left_out, elsewhere)] == ["proposed", "proposed", "to_bill", "to_bill"]


def test_a_ticket_of_a_contact_joins_those_of_the_company(world: World) -> None:
    of_contact = world.ticket(60, contact_id=world.contact(world.company_id))
    proposal = world.proposal_of(world.ticket(30), of_contact)
    assert {line.ticket_id for line in proposal.lines} >= {of_contact}
    assert proposal.company_id == world.company_id


def test_vat_is_computed_per_rate_on_the_sum_of_the_lines(world: World) -> None:
    reduced = world.service("Ridotta", rate=100, vat_rate=1000)
    ticket_id = world.ticket(1, 1)
    world.entry(ticket_id, 30, service_id=reduced)
    vat = world.proposal_of(ticket_id).vat
    assert [(row.rate, row.net, row.vat) for row in vat] == [(1000, 50, 5), (2200, 200, 44)]


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_key_that_can_not_be_kept_is_refused(world: World, key: str) -> None:
    with pytest.raises(InvalidInput, match="key_length"):
        run(world, replace(asking(world.ticket(60)), key=key))
