"""Linking, unlinking and manual changes: effects on ledger, status and *Tariffa* (spec, sections 3 and 6)."""

import pytest

from domain.errors import Refused
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage, TicketStatus
from tests.builders import World
from tests.support.contracts import (
    OVERAGE_RATE,
    add,
    billed,
    by_hand,
    close,
    closed,
    covered,
    edit,
    lines,
    rate,
    under,
    units,
    used,
)

TM = ContractKind.TIME_AND_MATERIALS


def test_linking_a_closed_ticket_draws_and_unlinking_gives_back(world: World) -> None:
    contract = units(world, 300)
    ticket = world.ticket(60)
    edit(world, ticket, contract_id=contract)
    assert (world.billing(ticket), lines(world, ticket)) == ("service_contract", [60])
    edit(world, ticket, contract_id=None)
    assert (world.billing(ticket), lines(world, ticket), covered(world, ticket)) == ("to_bill", [60, -60], [0])
    assert billed(world, world.proposal_of(ticket).number) == [(60, 6000)]


def test_unlinking_empties_the_rate_that_the_contract_filled_and_keeps_a_person_s(world: World) -> None:
    contract = units(world, 0)
    ticket = closed(world, contract, 60)
    assert rate(world, ticket) == (OVERAGE_RATE, True)
    edit(world, ticket, contract_id=None)
    assert rate(world, ticket) == (0, False)
    edit(world, ticket, contract_id=contract)
    by_hand(world, ticket, BillingStatus.TO_BILL, "", rate=9900)
    edit(world, ticket, contract_id=None)
    assert rate(world, ticket) == (9900, False)


def test_relinking_moves_what_was_drawn_to_the_other_contract(world: World) -> None:
    first, second = units(world, 40), units(world, 1, ContractUnit.INCIDENTS)
    ticket = closed(world, first, 60)
    assert world.billing(ticket) == "to_bill"
    edit(world, ticket, contract_id=second)
    assert (used(world, first), used(world, second), covered(world, ticket)) == (0, 1, [60])
    assert (world.billing(ticket), rate(world, ticket)) == ("service_contract", (0, False))
    edit(world, ticket, contract_id=first, status=TicketStatus.OPEN)
    assert (used(world, first), used(world, second), world.billing(ticket)) == (0, 0, "service_contract")


def test_a_refusing_contract_takes_no_closed_ticket_and_the_one_before_keeps_it(world: World) -> None:
    first, refusing = units(world, 60), units(world, 30, overage=Overage.REFUSE)
    ticket = closed(world, first, 60)
    with pytest.raises(Refused, match="contract_exhausted"):
        edit(world, ticket, contract_id=refusing)
    assert (used(world, first), used(world, refusing), world.billing(ticket)) == (60, 0, "service_contract")


def test_a_planning_takes_the_ticket_out_of_its_contract(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    edit(world, ticket, contract_id=None, planning_id=world.planning())
    assert (world.billing(ticket), used(world, contract), rate(world, ticket)) == (None, 0, (0, False))


def test_time_and_materials_fills_the_rate_only_where_it_is_not_set(world: World) -> None:
    contract = world.contract(TM, rate=5000)
    empty, own = world.ticket(60), world.ticket(60, hourly_rate=7000)
    for ticket in (empty, own):
        edit(world, ticket, contract_id=contract)
    assert [rate(world, ticket) for ticket in (empty, own)] == [(5000, True), (7000, False)]
    assert {world.billing(ticket) for ticket in (empty, own)} == {"to_bill"}
    for ticket in (empty, own):
        edit(world, ticket, contract_id=None)
    assert [rate(world, ticket) for ticket in (empty, own)] == [(0, False), (7000, False)]


def test_the_firm_may_hold_that_time_and_materials_covers_and_still_nothing_is_drawn(world: World) -> None:
    world.execute("UPDATE firm SET cover_time_and_materials = true")
    ticket = world.ticket(60)
    edit(world, ticket, contract_id=world.contract(TM, rate=5000))
    assert (world.billing(ticket), rate(world, ticket), lines(world, ticket)) == ("service_contract", (5000, True), [])


def test_by_hand_out_of_the_contract_gives_back_and_into_it_draws(world: World) -> None:
    contract = units(world, 300)
    for status in (BillingStatus.TO_BILL, BillingStatus.NOT_BILLED, BillingStatus.BILLED, BillingStatus.SUSPENDED, None):
        ticket = closed(world, contract, 60)
        by_hand(world, ticket, status)
        assert (world.billing(ticket), used(world, contract)) == (status, 0)
        edit(world, ticket, title="Solo il titolo")
        assert (world.billing(ticket), used(world, contract)) == (status, 0)
        by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
        assert (world.billing(ticket), used(world, contract)) == ("service_contract", 60)
        by_hand(world, ticket, BillingStatus.NOT_BILLED, "deciso di nuovo")


def test_by_hand_the_contract_takes_it_all_past_its_last_unit_and_goes_on_to(world: World) -> None:
    contract = units(world, 40)
    ticket = closed(world, contract, 60)
    number = world.proposal_of(ticket).number
    by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    assert (world.billing(ticket), used(world, contract), rate(world, ticket)) == ("service_contract", 60, (0, False))
    assert [line.state.value for line in world.proposal(number).lines] == ["released"]
    edit(world, ticket, title="Solo il titolo")
    assert (world.billing(ticket), covered(world, ticket)) == ("service_contract", [60])


def test_by_hand_a_refusing_contract_refuses(world: World) -> None:
    contract = units(world, 40, overage=Overage.REFUSE)
    ticket = world.ticket(60, contract_id=contract)
    with pytest.raises(Refused, match="contract_exhausted"):
        by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    assert (world.billing(ticket), used(world, contract)) == ("to_bill", 0)


def test_work_that_was_billed_elsewhere_is_not_drawn_as_well(world: World) -> None:
    contract = units(world, 300)
    ticket = closed(world, contract, 60)
    by_hand(world, ticket, BillingStatus.BILLED, "fatturato a parte")
    add(world, ticket, 30)
    assert world.billing(ticket) == "to_bill"
    by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    assert (covered(world, ticket), used(world, contract)) == ([0, 30], 30)


def test_an_open_ticket_set_by_hand_draws_when_it_is_closed(world: World) -> None:
    contract = units(world, 300)
    ticket = under(world, contract, 60, billing_status=BillingStatus.TO_BILL)
    by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT)
    assert used(world, contract) == 0
    close(world, ticket)
    assert used(world, contract) == 60
