"""Bulk changes: exactly what the preview shows is written, or nothing (screens, Assistenza Clienti)."""

import pytest

from domain.actions.core.acting import Actor
from domain.actions.tickets.bulk_change import BillableValue, BulkChange, Effect, bulk_change, preview_bulk, undo_bulk
from domain.actions.tickets.bulk_kinds import Change, ToContract, ToRate, ToStatus
from domain.errors import InvalidInput, PermissionDenied, Refused, Stale
from domain.reads.selection import Selection, TicketFilter
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage
from tests.builders import MANAGER, OPERATOR, World

SUSPEND = ToStatus(BillingStatus.SUSPENDED, "in attesa di conferma")


def previewed(world: World, change: Change, *ids: int, actor: Actor = MANAGER) -> Effect:
    command = BulkChange(Selection(frozenset(ids)), change)
    return world.act(lambda session: preview_bulk(session, command, actor=actor))


def changed(world: World, change: Change, *ids: int, expected: str = "", actor: Actor = MANAGER) -> Effect:
    command = BulkChange(Selection(frozenset(ids)), change, expected)
    return world.act(lambda session: bulk_change(session, command, actor=actor))


def told(effect: Effect) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {group.refused.code: (group.count, group.numbers) for group in effect.refused}


def test_a_preview_says_what_would_change_and_writes_nothing(world: World) -> None:
    ids = [world.ticket(60), world.ticket(30), world.ticket(15, billing_status=BillingStatus.SUSPENDED)]
    before, history = [world.state(id_) for id_ in ids], world.count("audit_entry")
    effect = previewed(world, SUSPEND, *ids)
    assert (effect.changed, effect.before, effect.after) == (3, BillableValue(90, 9000), BillableValue(0, 0))
    assert [world.state(id_) for id_ in ids] == before
    assert world.count("audit_entry") == history


def test_what_was_previewed_is_written_with_its_reason_and_history(world: World) -> None:
    ids = [world.ticket(60), world.ticket(30)]
    effect = previewed(world, SUSPEND, *ids)
    assert changed(world, SUSPEND, *ids, expected=effect.fingerprint).changed == 2
    assert {world.state(id_).cancellation_reason for id_ in ids} == {"in attesa di conferma"}
    assert {world.billing(id_) for id_ in ids} == {"suspended"}
    reasons = world.rows("SELECT reason FROM audit_entry WHERE action = 'billing_status' AND actor = 'mario'")
    assert [row[0] for row in reasons] == ["in attesa di conferma"] * 2


def test_nothing_is_written_where_a_ticket_moved_since_the_preview(world: World) -> None:
    moved, other = world.ticket(60), world.ticket(30)
    effect = previewed(world, SUSPEND, moved, other)
    changed(world, ToRate(7000), moved)
    with pytest.raises(Stale, match="bulk_moved"):
        changed(world, SUSPEND, moved, other, expected=effect.fingerprint)
    assert world.billing(other) == "to_bill"


def test_everything_that_matches_is_changed_less_exclusions(world: World) -> None:
    first, second, kept = (world.ticket(60) for _ in range(3))
    command = BulkChange(Selection(frozenset({kept}), TicketFilter(billable=True)), SUSPEND)
    assert world.act(lambda session: bulk_change(session, command, actor=MANAGER)).changed == 2
    assert [world.billing(id_) for id_ in (first, second, kept)] == ["suspended", "suspended", "to_bill"]


def test_tickets_past_review_stay_and_the_others_change(world: World) -> None:
    free, drafted, submitted = world.ticket(60), world.ticket(60), world.ticket(60)
    world.proposal_of(drafted)
    number = world.proposal_of(submitted).number
    world.submit(number)
    effect = changed(world, SUSPEND, free, drafted, submitted)
    assert (effect.changed, told(effect)) == (2, {"on_proposal": (1, (_number(world, submitted),))})
    assert [world.billing(id_) for id_ in (free, drafted, submitted)] == ["suspended", "suspended", "proposed"]
    assert [row[0] for row in world.rows("SELECT state FROM proposal_line WHERE ticket_id = :id", id=drafted)] == ["suspended"]


def test_a_state_that_only_proposals_give_is_refused_for_all(world: World) -> None:
    effect = previewed(world, ToStatus(BillingStatus.PROPOSED), world.ticket(60))
    assert (effect.changed, list(told(effect))) == (0, ["only_a_proposal_proposes"])


def test_a_state_that_wants_a_reason_is_refused_without_one(world: World) -> None:
    ticket = world.ticket(60)
    with pytest.raises(Refused, match="reason_required"):
        changed(world, ToStatus(BillingStatus.NOT_BILLED, "  "), ticket)
    assert world.billing(ticket) == "to_bill"


def test_a_rate_prices_what_is_free_and_leaves_what_lines_have_priced(world: World) -> None:
    free, same, drafted = world.ticket(60), world.ticket(60, hourly_rate=9000), world.ticket(60)
    world.proposal_of(drafted)
    effect = changed(world, ToRate(9000), free, same, drafted)
    assert (effect.changed, effect.unchanged, list(told(effect))) == (1, 1, ["rate_on_proposal"])
    assert (effect.before, effect.after) == (BillableValue(60, 6000), BillableValue(60, 9000))
    assert [world.state(id_).hourly_rate for id_ in (free, same, drafted)] == [9000, 9000, 0]


@pytest.mark.parametrize("rate", [-1, 10**18])
def test_a_rate_that_is_none_is_refused(world: World, rate: int) -> None:
    with pytest.raises(InvalidInput, match="rate_out_of_range"):
        changed(world, ToRate(rate), world.ticket(60))


def test_a_contract_is_linked_where_it_is_the_customers_and_draws_their_time(world: World) -> None:
    contract = world.contract(ContractKind.UNITS, unit=ContractUnit.HOURS, units_total=1000, overage=Overage.GO_NEGATIVE)
    own, others, planned = world.ticket(60), world.ticket(60, company_id=world.company("Bianchi")), world.ticket(60)
    world.execute("UPDATE ticket SET planning_id = :p, billing_status = NULL WHERE id = :id", p=world.planning(), id=planned)
    effect = changed(world, ToContract(contract), own, others, planned, actor=OPERATOR)
    assert (effect.changed, set(told(effect))) == (1, {"coverage_of_another_customer", "two_coverages"})
    assert world.billing(own) == "service_contract"
    assert world.rows("SELECT units FROM contract_draw") == [(60,)]
    assert changed(world, ToContract(None), own).changed == 1
    assert world.billing(own) == "to_bill"
    assert world.rows("SELECT sum(units) FROM contract_draw") == [(0,)]


def test_a_contract_that_refuses_takes_whom_it_can_and_the_preview_says_so(world: World) -> None:
    contract = world.contract(ContractKind.UNITS, unit=ContractUnit.HOURS, units_total=200, overage=Overage.REFUSE)
    ids = [world.ticket(60), world.ticket(90), world.ticket(45)]
    effect = previewed(world, ToContract(contract), *ids)
    assert (effect.changed, told(effect)) == (2, {"contract_exhausted": (1, (_number(world, ids[1]),))})
    assert changed(world, ToContract(contract), *ids, expected=effect.fingerprint).changed == 2
    assert [world.billing(id_) for id_ in ids] == ["service_contract", "to_bill", "service_contract"]


def test_a_rate_from_a_contract_comes_and_goes_with_it(world: World) -> None:
    contract = world.contract(ContractKind.TIME_AND_MATERIALS, rate=8000)
    ticket = world.ticket(60)
    changed(world, ToContract(contract), ticket)
    assert world.state(ticket).hourly_rate == 8000
    changed(world, ToContract(None), ticket)
    assert world.state(ticket).hourly_rate == 0


def test_what_was_changed_is_taken_back_exactly_unless_somebody_else_changed_it_since(world: World) -> None:
    first, second = world.ticket(60, hourly_rate=7000), world.ticket(60)
    undo = changed(world, ToRate(9000), first, second).undo
    assert undo
    assert world.act(lambda session: undo_bulk(session, undo, actor=MANAGER)) == 2
    assert [world.state(id_).hourly_rate for id_ in (first, second)] == [7000, 0]
    suspended = changed(world, SUSPEND, first, second).undo
    assert suspended
    changed(world, ToRate(8000), first)
    with pytest.raises(Stale, match="bulk_moved"):
        world.act(lambda session: undo_bulk(session, suspended, actor=MANAGER))
    assert [world.billing(id_) for id_ in (first, second)] == ["suspended", "suspended"]


def test_no_way_back_is_offered_where_it_would_lose_a_decision(world: World) -> None:
    ticket = world.ticket(60)
    world.proposal_of(ticket)
    assert changed(world, SUSPEND, ticket).undo is None


def test_an_operator_may_neither_look_nor_change(world: World) -> None:
    ticket = world.ticket(60)
    for act in (previewed, changed):
        with pytest.raises(PermissionDenied):
            act(world, SUSPEND, ticket, actor=OPERATOR)
    assert world.billing(ticket) == "to_bill"


def _number(world: World, ticket_id: int) -> str:
    return str(world.rows("SELECT number FROM ticket WHERE id = :id", id=ticket_id)[0][0])
