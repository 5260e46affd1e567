"""Queries for contracts: page, lists and forms (spec, section 6)."""

from datetime import date

import pytest

from domain.errors import NotFound
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage, TicketStatus
from storage.queries.contracts.detail import (
    MonthDraw,
    contract_balances,
    contract_detail,
    count_draws,
    covered_tickets,
    draw_page,
    draws_of_ticket,
)
from storage.queries.tickets.detail import ticket_detail
from tests.builders import World
from tests.support.contracts import close, closed, reopen, under, units


def test_a_contract_says_what_it_holds_what_was_used_and_when(world: World) -> None:
    contract = units(world, 120, ends_on=date(2026, 12, 31))
    ticket = closed(world, contract, 60)
    world.entry(ticket, 45, on=date(2026, 3, 2))
    under(world, contract, 30)
    reopen(world, ticket)
    closed(world, contract, 15)
    detail = world.read(lambda session: contract_detail(session, contract))
    assert detail.balance is not None
    assert (detail.balance.total, detail.balance.used, detail.balance.residual, detail.balance.low) == (120, 15, 105, False)
    assert detail.months == (MonthDraw(2026, 2, 15),)
    assert detail.tickets == {TicketStatus.OPEN: 2, TicketStatus.CLOSED: 1}
    assert (detail.company, detail.minutes, detail.value) == ("Rossi S.p.A.", 150, 15_000)


def test_months_are_those_of_the_work(world: World) -> None:
    contract = units(world, 600)
    ticket = under(world, contract, 60)
    world.entry(ticket, 45, on=date(2025, 12, 31))
    close(world, ticket)
    closed(world, contract, 30)
    months = world.read(lambda session: contract_detail(session, contract)).months
    assert months == (MonthDraw(2025, 12, 45), MonthDraw(2026, 2, 90))


def test_balances_of_many_contracts_are_read_at_once_and_warn_by_the_firm_s_share(world: World) -> None:
    plenty, low, over = units(world, 600), units(world, 60), units(world, 60, overage=Overage.GO_NEGATIVE)
    days, flat = units(world, 2, ContractUnit.DAYS), world.contract(ContractKind.FLAT)
    for contract, minutes in ((plenty, 60), (low, 48), (over, 90), (days, 480)):
        closed(world, contract, minutes)
    found = world.read(lambda session: contract_balances(session, [plenty, low, over, days, flat]))
    assert {id_: (balance.residual, balance.low) for id_, balance in found.items()} == {
        plenty: (540, False), low: (12, True), over: (-30, True), days: (480, False),
    }  # fmt: skip
    world.execute("UPDATE firm SET warning_percent = 90, day_minutes = 600")
    again = world.read(lambda session: contract_balances(session, [plenty, days]))
    assert (again[plenty].low, again[days].total) == (True, 1200)


def test_the_ledger_is_paged_newest_first_and_keeps_deleted_work(world: World) -> None:
    contract = units(world, 600)
    ticket = closed(world, contract, 60, 30)
    reopen(world, ticket)
    world.execute("DELETE FROM time_entry WHERE billable_minutes = 30")
    rows = world.read(lambda session: draw_page(session, contract, start=1, limit=2))
    assert [(row.units, row.entry == "", row.actor) for row in rows] == [(-60, False, "olga"), (30, True, "olga")]
    assert {row.ticket_id for row in rows} == {ticket}
    assert world.read(lambda session: count_draws(session, contract)) == 4


def test_tickets_under_a_contract_say_what_it_covers_and_what_is_left(world: World) -> None:
    contract = units(world, 90)
    first, second, waiting = closed(world, contract, 60), closed(world, contract, 60), under(world, contract, 10)
    rows = world.read(lambda session: covered_tickets(session, contract))
    assert {(row.id, row.minutes, row.covered, row.value) for row in rows} == {
        (first, 60, 60, 6000), (second, 60, 30, 3000 + 4400), (waiting, 10, 0, 1000),
    }  # fmt: skip
    (only,) = world.read(lambda session: covered_tickets(session, contract, TicketStatus.OPEN))
    assert (only.id, only.billing_status) == (waiting, BillingStatus.SERVICE_CONTRACT)
    assert world.read(lambda session: draws_of_ticket(session, second)) == 30


def test_a_ticket_says_what_its_contract_covers_of_each_piece_of_work(world: World) -> None:
    ticket = closed(world, units(world, 40), 60)
    detail = world.read(lambda session: ticket_detail(session, ticket))
    assert [(entry.covered_minutes, entry.open_minutes) for entry in detail.entries] == [(40, 20)]
    assert (detail.drawn, detail.drawn_units, detail.rate_from_contract, detail.minutes) == (True, 40, True, 60)
    assert detail.balance is not None
    assert detail.balance.residual == 0


def test_a_contract_that_is_not_there_is_said_so(world: World) -> None:
    with pytest.raises(NotFound):
        world.read(lambda session: contract_detail(session, 4711))
