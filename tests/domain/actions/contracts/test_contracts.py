"""Closing a ticket draws its time from its prepaid contract, reopening returns it, nothing is drawn twice (spec, section 6)."""

from functools import partial

import pytest

from domain.errors import InvalidInput, Refused
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, LineState, Overage, TicketStatus
from storage.queries.check.check import check
from tests.builders import FIRST_DAY, World
from tests.support.contracts import (
    OVERAGE_RATE,
    add,
    billed,
    by_hand,
    change,
    close,
    closed,
    closing,
    covered,
    delete,
    edit,
    entries,
    lines,
    rate,
    reopen,
    under,
    units,
    used,
)
from tests.support.racing import race_threads
from ui.i18n import LANGUAGES, translator

MEANWHILE = 0.3
"""Seconds between a closing and its commit, in which another one must wait."""

HOURS, DAYS, INCIDENTS = ContractUnit.HOURS, ContractUnit.DAYS, ContractUnit.INCIDENTS


def test_closing_draws_reopening_gives_back_and_closing_again_draws_again(world: World) -> None:
    contract = units(world, 300)
    ticket = under(world, contract, 60, 30, 0, None)
    assert (used(world, contract), covered(world, ticket)) == (0, [0, 0, 0, 0])
    close(world, ticket)
    edit(world, ticket, title="Altro titolo")
    assert (lines(world, ticket), covered(world, ticket)) == ([60, 30], [60, 30, 0, 0])
    reopen(world, ticket)
    assert (lines(world, ticket), covered(world, ticket)) == ([60, 30, -60, -30], [0, 0, 0, 0])
    close(world, ticket)
    assert (used(world, contract), covered(world, ticket)) == (90, [60, 30, 0, 0])
    assert world.billing(ticket) == "service_contract"
    days = world.rows("SELECT DISTINCT worked_on FROM contract_draw ORDER BY worked_on")
    assert str(days[0][0]) == FIRST_DAY.isoformat()
    assert len(days) == 2


@pytest.mark.parametrize(("unit", "total"), [(HOURS, 90), (DAYS, 2), (INCIDENTS, 2)])
def test_up_to_the_last_unit_every_contract_takes_it_all(world: World, unit: ContractUnit, total: int) -> None:
    first, second = {HOURS: (60, 30), DAYS: (480, 480), INCIDENTS: (600, 5)}[unit]
    for overage in Overage:
        contract = units(world, total, unit, overage)
        tickets = [closed(world, contract, first), closed(world, contract, second)]
        assert used(world, contract) == (2 if unit is INCIDENTS else first + second)
        assert [world.billing(ticket) for ticket in tickets] == ["service_contract"] * 2
        assert [covered(world, ticket) for ticket in tickets] == [[first], [second]]


@pytest.mark.parametrize(("unit", "total", "left"), [(HOURS, 60, 40), (DAYS, 1, 40), (INCIDENTS, 1, 0)])
def test_past_the_last_unit_the_policy_decides(world: World, unit: ContractUnit, total: int, left: int) -> None:
    capacity = {HOURS: 60, DAYS: 480, INCIDENTS: 1}[unit]
    for overage in Overage:
        contract = units(world, total, unit, overage)
        closed(world, contract, 1 if unit is INCIDENTS else capacity - left)
        ticket = under(world, contract, 60)
        if overage is Overage.REFUSE:
            with pytest.raises(Refused) as refused:
                close(world, ticket)
            assert (refused.value.code, refused.value.params["minutes"]) == ("contract_exhausted", 60 - left)
            assert all("00:20" in text or "0:20" in text or left == 0 for text in sentences(refused.value))
            continue
        close(world, ticket)
        whole = overage is Overage.GO_NEGATIVE
        assert covered(world, ticket) == [60 if whole else left]
        assert world.billing(ticket) == ("service_contract" if whole else "to_bill")
        assert rate(world, ticket) == ((0, False) if whole else (OVERAGE_RATE, True))


def sentences(refused: Refused) -> list[str]:
    return [translator(language, strict=True).refusal(refused) for language in LANGUAGES]


def test_an_excess_is_split_billed_at_the_overage_rate_and_never_drawn_as_well(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    proposal = world.proposal_of(ticket)
    assert billed(world, proposal.number) == [(20, OVERAGE_RATE)]
    assert (world.billing(ticket), used(world, contract)) == ("proposed", 40)
    add(world, ticket, 30)
    assert (world.billing(ticket), covered(world, ticket), used(world, contract)) == ("proposed", [40, 0], 40)
    world.cancel(proposal.number)
    assert (world.billing(ticket), covered(world, ticket)) == ("to_bill", [40, 0])
    assert billed(world, world.proposal_of(ticket).number) == [(20, OVERAGE_RATE), (30, OVERAGE_RATE)]


def test_an_excess_without_a_rate_of_its_own_is_billed_at_the_ticket_s_or_the_service_s(world: World) -> None:
    contract = units(world, 0, overage_rate=0)
    by_service, by_ticket = under(world, contract, 60), under(world, units(world, 0), 60, hourly_rate=7000)
    for ticket in (by_service, by_ticket):
        close(world, ticket)
    assert [rate(world, ticket) for ticket in (by_service, by_ticket)] == [(0, False), (7000, False)]
    assert billed(world, world.proposal_of(by_service, by_ticket).number) == [(60, 6000), (60, 7000)]


def test_reopening_a_ticket_with_an_excess_takes_its_rate_back_too(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    reopen(world, ticket)
    assert (world.billing(ticket), rate(world, ticket), used(world, contract)) == ("service_contract", (0, False), 0)


def test_late_work_draws_at_once_and_what_is_past_the_last_unit_is_to_bill(world: World) -> None:
    contract = units(world, 90)
    ticket = closed(world, contract, 60)
    add(world, ticket, 20)
    assert (world.billing(ticket), used(world, contract)) == ("service_contract", 80)
    add(world, ticket, 30)
    assert (world.billing(ticket), covered(world, ticket)) == ("to_bill", [60, 20, 10])
    delete(world, ticket, 2)
    assert (world.billing(ticket), used(world, contract), rate(world, ticket)) == ("service_contract", 80, (0, False))


def test_late_work_beside_a_decided_excess_is_covered_or_to_bill_like_any_other(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    proposal = world.proposal_of(ticket)
    world.decide(proposal.number, LineState.NOT_BILLED, "omaggio", ticket_ids={ticket})
    assert world.billing(ticket) == "not_billed"
    world.execute("UPDATE service_contract SET units_total = 100")
    add(world, ticket, 10)
    assert (world.billing(ticket), covered(world, ticket)) == ("not_billed", [40, 10])
    add(world, ticket, 30)
    assert (world.billing(ticket), covered(world, ticket)) == ("to_bill", [40, 10, 10])


def test_changed_work_draws_what_it_is_now_on_the_day_it_is_now(world: World) -> None:
    contract = units(world, 300)
    ticket = closed(world, contract, 60)
    change(world, ticket, 0, billable_minutes=45)
    assert lines(world, ticket) == [60, -15]
    later = entries(world, ticket)[0].started_at
    assert later is not None
    change(world, ticket, 0, started_at=later.replace(day=9))
    assert (sorted(lines(world, ticket)), used(world, contract)) == ([-45, -15, 45, 60], 45)
    change(world, ticket, 0, started_at=None)
    assert (used(world, contract), covered(world, ticket), world.billing(ticket)) == (0, [0], "service_contract")
    delete(world, ticket, 0)
    assert used(world, contract) == 0


def test_one_incident_is_drawn_whatever_the_work_and_handed_on_when_that_goes(world: World) -> None:
    contract = units(world, 1, INCIDENTS, Overage.REFUSE)
    ticket = closed(world, contract, 60, 30)
    add(world, ticket, 15)
    assert (used(world, contract), covered(world, ticket)) == (1, [60, 30, 15])
    delete(world, ticket, 0)
    assert (used(world, contract), covered(world, ticket)) == (1, [30, 15])
    for _ in range(2):
        delete(world, ticket, 0)
    assert used(world, contract) == 0


def test_what_was_drawn_stays_drawn_when_the_contract_shrinks_or_ends(world: World) -> None:
    for overage in Overage:
        contract = units(world, 60, overage=overage)
        ticket = closed(world, contract, 60)
        world.execute("UPDATE service_contract SET units_total = 50, ends_on = '2026-01-01' WHERE id = :id", id=contract)
        edit(world, ticket, title="Solo il titolo")
        change(world, ticket, 0, description="solo il testo")
        assert (covered(world, ticket), world.billing(ticket)) == ([60], "service_contract")
        change(world, ticket, 0, billable_minutes=50)
        assert used(world, contract) == 50


def test_an_excess_from_before_its_contract_came_to_refuse_is_no_dead_end(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    world.execute("UPDATE service_contract SET overage = 'refuse'")
    edit(world, ticket, title="Solo il titolo")
    assert (covered(world, ticket), world.billing(ticket)) == ([40], "to_bill")


def test_work_outside_the_contract_s_days_is_refused_with_what_to_do(world: World) -> None:
    ended = units(world, 300, ends_on=FIRST_DAY.replace(day=2))
    coming = units(world, 300, starts_on=FIRST_DAY.replace(day=4))
    for contract in (ended, coming):
        ticket = under(world, contract, 60)
        with pytest.raises(Refused) as refused:
            close(world, ticket)
        assert refused.value.code == "contract_ended"
        assert all("03/02/2026" in text for text in sentences(refused.value))
        assert used(world, contract) == 0
    on_its_last_day = units(world, 300, ends_on=FIRST_DAY)
    closed(world, on_its_last_day, 60)
    assert used(world, on_its_last_day) == 60


def test_refused_late_work_leaves_everything_as_it_was(world: World) -> None:
    contract = units(world, 60, overage=Overage.REFUSE)
    ticket = closed(world, contract, 60)
    with pytest.raises(Refused, match="contract_exhausted"):
        add(world, ticket, 1)
    with pytest.raises(Refused, match="contract_exhausted"):
        change(world, ticket, 0, billable_minutes=61)
    assert (covered(world, ticket), used(world, contract)) == ([60], 60)
    change(world, ticket, 0, billable_minutes=30)
    add(world, ticket, 30)
    assert used(world, contract) == 60


def test_flat_and_time_and_materials_draw_nothing(world: World) -> None:
    for kind, status in ((ContractKind.FLAT, "service_contract"), (ContractKind.TIME_AND_MATERIALS, "to_bill")):
        ticket = under(world, world.contract(kind, rate=5000), 60, billing_status=BillingStatus(status))
        close(world, ticket)
        assert (world.billing(ticket), covered(world, ticket), lines(world, ticket)) == (status, [0], [])


def test_a_retired_contract_takes_no_new_ticket_and_keeps_those_it_has(world: World) -> None:
    contract = units(world, 300)
    ticket, other = under(world, contract, 60), world.ticket(60)
    world.execute("UPDATE service_contract SET retired = true")
    with pytest.raises(InvalidInput, match="retired"):
        edit(world, other, contract_id=contract)
    close(world, ticket)
    assert used(world, contract) == 60


def test_of_two_closings_at_once_over_the_last_units_one_is_refused(world: World) -> None:
    contract = units(world, 60, overage=Overage.REFUSE)
    tickets = [under(world, contract, 60), under(world, contract, 60)]
    outcomes = race_threads([partial(closing, world.database, ticket, MEANWHILE) for ticket in tickets])
    assert sorted(outcome.refusal for outcome in outcomes) == ["", "contract_exhausted"]
    assert used(world, contract) == 60
    states = world.rows("SELECT status FROM ticket ORDER BY status")
    assert [row[0] for row in states] == [TicketStatus.CLOSED, TicketStatus.OPEN]


def test_the_ledger_only_grows(world: World) -> None:
    contract = units(world, 60)
    closed(world, contract, 60)
    for statement in ("UPDATE contract_draw SET units = 1", "DELETE FROM contract_draw"):
        with pytest.raises(Exception, match="never changed"):
            world.execute(statement)


def test_work_beyond_an_invoiced_excess_comes_in_after_its_ticket_was_set_covered(world: World) -> None:
    ticket = closed(world, units(world, 30), 60)
    number = world.proposal_of(ticket).number
    world.submit(number)
    world.approve(number)
    world.issue(number)
    by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    add(world, ticket, 60)
    assert world.billing(ticket) == "to_bill"
    assert world.read(check).violations == []


def test_what_was_set_to_bill_by_hand_draws_nothing_when_something_else_is_changed(world: World) -> None:
    contract = units(world, 300)
    ticket = closed(world, contract, 60)
    by_hand(world, ticket, BillingStatus.TO_BILL)
    edit(world, ticket, title="Altro titolo")
    assert (used(world, contract), world.billing(ticket)) == (0, "to_bill")
    by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    assert used(world, contract) == 60
    assert world.read(check).violations == []


def test_setting_aside_an_excess_by_hand_keeps_what_was_drawn(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    by_hand(world, ticket, BillingStatus.SUSPENDED, "contestato")
    world.execute("UPDATE service_contract SET units_total = 500")
    edit(world, ticket, title="Solo il titolo")
    assert (covered(world, ticket), rate(world, ticket)) == ([40], (OVERAGE_RATE, True))
    by_hand(world, ticket, BillingStatus.TO_BILL)
    assert billed(world, world.proposal_of(ticket).number) == [(20, OVERAGE_RATE)]
