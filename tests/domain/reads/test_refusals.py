"""The rule of what can be billed and its SQL form say the same of every ticket, on both databases (spec, section 4)."""

import random
from datetime import date, datetime, time

import pytest

from domain.model import Ticket, TimeEntry
from domain.reads.billable_tickets import billable_views
from domain.reads.selection import Selection, TicketFilter
from domain.rules.calendar import from_firm_time
from domain.rules.eligibility import BillableView, billable_entries, objections
from domain.rules.pricing import split_nets, unit_price
from domain.vocabulary import BillingStatus, LineState, Refusal, TicketStatus
from storage.queries.tickets.grid import refusal_counts, selection_totals, ticket_page
from tests.builders import FIRST_DAY, World

EVERYTHING = Selection(filter=TicketFilter())


@pytest.fixture
def motley(corruptible: World) -> World:
    """Tickets of every kind: random fields, and work that is free, held, decided by hand or invoiced."""
    world, chance = corruptible, random.Random(20260224)  # noqa: S311 - the same sample each time
    free = world.service("Omaggio", rate=0)
    contacts = [world.contact(world.company_id), world.contact(None)]
    held = [world.ticket(60, 30, 0) for _ in range(12)]
    billed = world.proposal_of(*held[:4]).number
    world.submit(billed)
    world.approve(billed)
    world.issue(billed)
    world.decide(world.proposal_of(*held[4:8]).number, LineState.SUSPENDED, "attesa", ticket_ids=set(held[4:6]))
    world.act(lambda session: session.add_all(_ticket(chance, n, world.company_id, contacts) for n in range(160)))
    ids = [row[0] for row in world.rows("SELECT id FROM ticket")]
    services = [world.service_id, world.service_id, free, None]
    world.act(lambda session: session.add_all(_entry(chance, n, chance.choice(ids), services) for n in range(260)))
    for id_ in held[::2]:
        world.execute("UPDATE ticket SET billing_status = :to WHERE id = :id", to=chance.choice(["to_bill", "billed"]), id=id_)
    return world


def _ticket(chance: random.Random, number: int, company_id: int, contacts: list[int]) -> Ticket:
    company = chance.choice([company_id, company_id, None])
    return Ticket(
        number=f"R-{number}",
        title="a caso",
        status=chance.choice([TicketStatus.CLOSED, TicketStatus.CLOSED, TicketStatus.OPEN]),
        billing_status=chance.choice([BillingStatus.TO_BILL, BillingStatus.TO_BILL, None, *BillingStatus]),
        company_id=company,
        contact_id=None if company else chance.choice([*contacts, None]),
        hourly_rate=chance.choice([0, 0, 7333]),
    )


def _entry(chance: random.Random, number: int, ticket_id: int, services: list[int | None]) -> TimeEntry:
    on = chance.choice([FIRST_DAY, FIRST_DAY, FIRST_DAY, None])
    minutes = chance.choice([0, 25, 25, 60, None])
    return TimeEntry(
        code=f"R-{number}",
        ticket_id=ticket_id,
        service_id=chance.choice(services),
        worked_on=on,
        started_at=from_firm_time(datetime.combine(on, time(9))) if on else None,
        billable_minutes=minutes,
        covered_minutes=chance.choice([0, 0, 0, minutes or 0, (minutes or 0) // 2]),
        manual_decision=chance.choice([None, None, None, BillingStatus.SUSPENDED, BillingStatus.BILLED]),
    )


def _views(world: World) -> list[BillableView]:
    return world.read(lambda session: list(billable_views(session, EVERYTHING)))


def _found(world: World, narrowed: TicketFilter) -> set[int]:
    return {row.id for row in world.read(lambda session: ticket_page(session, narrowed, limit=500))}


def test_every_reason_is_found_on_exactly_the_tickets_that_the_rule_refuses_for_it(motley: World) -> None:
    views = _views(motley)
    codes = {view.id: {objection.code for objection in objections(view)} for view in views}
    for code in Refusal:
        expected = {id_ for id_, found in codes.items() if code in found}
        assert expected, f"the sample shows nothing of {code}"
        assert _found(motley, TicketFilter(refusal=code)) == expected, code
    ready = {id_ for id_, found in codes.items() if not found}
    assert ready
    assert _found(motley, TicketFilter(billable=True)) == ready
    assert _found(motley, TicketFilter(billable=False)) == codes.keys() - ready
    counts = motley.read(lambda session: refusal_counts(session, TicketFilter()))
    still = {view.id for view in views if view.billing_status is BillingStatus.TO_BILL}
    # What is ready and what is blocked make up what is to bill.
    assert (counts.billable, counts.blocked) == (len(ready), len(still - ready))
    assert ready <= still
    assert counts.reasons == {code: sum(code in found for found in codes.values()) for code in Refusal}


def test_totals_are_what_the_rules_price_of_what_a_proposal_would_take(motley: World) -> None:
    minutes = value = 0
    views = [view for view in _views(motley) if not objections(view)]
    for view in views:
        for entry in billable_entries(view):
            price = unit_price(view.rate, entry.service.rate if entry.service else 0)
            assert price
            assert entry.minutes
            minutes, value = minutes + entry.minutes, value + split_nets([entry.minutes], price.rate)[0]
    totals = motley.read(lambda session: selection_totals(session, EVERYTHING))
    assert (totals.billable, totals.minutes, totals.value) == (len(views), minutes, value)
    assert value


def test_what_was_invoiced_is_not_in_the_totals_of_a_ticket_with_late_work(world: World) -> None:
    ticket_id = world.ticket(60)
    number = world.proposal_of(ticket_id).number
    world.entry(ticket_id, 30, on=date(2026, 2, 5))
    world.submit(number)
    world.approve(number)
    world.issue(number)
    totals = world.read(lambda session: selection_totals(session, EVERYTHING))
    assert (totals.billable, totals.minutes, totals.value) == (1, 30, 3000)
