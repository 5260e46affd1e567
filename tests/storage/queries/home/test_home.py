"""The home page: each figure equals the list that it opens (screens)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.approval import SeenProposal, reject
from domain.actions.tickets.review_date import set_review
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import BillingStatus, Bucket, LineState, Role, TicketStatus
from storage.queries.home.charts import TOP, UNDATED, Chart, Plot, months_until, plots_for
from storage.queries.home.figures import CARDS, Card, Figure, Waiting, waiting_for
from storage.queries.invoices.table import InvoiceFilter, invoice_totals
from storage.queries.proposals.table import ProposalFilter, proposal_page
from storage.queries.reconciliation.buckets import work_behind
from storage.queries.suspended.table import SuspendedFilter, SuspendedSelection, suspended_totals
from storage.queries.tickets.grid import ticket_page
from tests.builders import FIRST_DAY, LEAD, MANAGER, NOW, World
from tests.support.contracts import closed, units

TODAY = NOW.date()
OLD = Actor("mario", NOW - timedelta(days=100))

Sums = tuple[int, int, int]
"""Rows, minutes and cents."""


def shown(world: World, figure: Figure) -> Sums:
    """What the list says that a figure opens."""
    opens = figure.opens
    if isinstance(opens, ProposalFilter):
        rows = world.read(lambda session: proposal_page(session, opens, limit=500))
        return len(rows), sum(row.minutes for row in rows), sum(row.net for row in rows)
    if isinstance(opens, SuspendedFilter):
        sums = world.read(lambda session: suspended_totals(session, SuspendedSelection(filter=opens)))
        return sums.tickets, sums.minutes, sums.value
    if isinstance(opens, InvoiceFilter):
        totals = world.read(lambda session: invoice_totals(session, opens))
        return totals.documents, 0, totals.net
    assert opens is not None
    tickets = world.read(lambda session: ticket_page(session, opens, limit=500))
    work = world.read(lambda session: work_behind(session, opens))
    return (len(tickets), work.minutes, work.cents) if work else (len(tickets), sum(row.minutes for row in tickets), 0)


def said(figure: Figure) -> Sums:
    return figure.count, figure.minutes, figure.cents


def plots(world: World, role: Role = Role.TEAM_LEAD, person: str | None = None) -> Mapping[Chart, Plot]:
    return world.read(lambda session: plots_for(session, role, person, TODAY))


def bars(plot: Plot) -> dict[str, Sums]:
    """What is not empty."""
    return {bar.name: said(bar) for bar in plot.bars if bar.count}


def cards(world: World, role: Role, person: str = "olga") -> Waiting:
    return world.read(lambda session: waiting_for(session, role, person, TODAY))


def aside(world: World, state: LineState, reason: str, *minutes: int, actor: Actor = MANAGER, company: int | None = None) -> int:
    """A ticket whose lines were set aside in review."""
    ticket_id = world.ticket(*minutes, company_id=company or world.company_id)
    world.decide(world.proposal_of(ticket_id).number, state, reason, actor=actor, ticket_ids={ticket_id})
    return ticket_id


@pytest.fixture
def busy(world: World) -> World:
    """A firm with something of everything, and with tickets that are in two places at once."""
    other, contact = world.company("Bianchi"), world.contact(None)
    for days in (5, 30, 31, 61, 200):
        world.ticket(60, closed_at=NOW - timedelta(days=days))
    world.ticket(30, closed_at=None, contact_id=contact)
    world.entry(world.ticket(90, company_id=other), 15, service_id=None, operator="Ada")
    both = world.ticket(60, 30)
    world.decide(world.proposal_of(both).number, LineState.SUSPENDED, "ordine", ticket_ids={both})
    later = world.ticket(20, 40)
    number = world.proposal_of(later).number
    first, second = (line.id for line in world.proposal(number).lines)
    world.decide(number, LineState.SUSPENDED, "ordine", actor=OLD, line_ids={first})
    world.decide(number, LineState.SUSPENDED, "ore", line_ids={second})
    by_hand = world.ticket(45)
    world.act(
        lambda session: set_billing(session, SetBilling(by_hand, 1, BillingStatus.NOT_BILLED, 0, "garanzia"), actor=MANAGER)
    )
    aside(world, LineState.NOT_BILLED, "omaggio", 25, company=other)
    aside(world, LineState.NOT_BILLED, "garanzia", 35)
    closed(world, units(world, 600), 50)
    world.ticket(70, billing_status=BillingStatus.SERVICE_CONTRACT)
    for steps, minutes in enumerate((10, 11, 12, 13)):
        number = world.proposal_of(world.ticket(minutes)).number
        for step in (world.submit, world.approve, world.issue)[:steps]:
            step(number)
    return world


def test_each_bar_says_what_the_list_shows_that_it_opens(busy: World) -> None:
    busy.credit(busy.issue(_approved(busy, 120))[0].number)
    found = {**plots(busy), **plots(busy, Role.OPERATOR)}
    assert set(found) == set(Chart)
    assert [chart for chart, plot in found.items() if plot.is_empty] == []
    for chart, plot in found.items():
        assert {bar.name: said(bar) for bar in plot.bars} == {bar.name: shown(busy, bar) for bar in plot.bars}, chart


def test_each_card_says_what_the_list_shows_that_it_opens(busy: World) -> None:
    found = {role: cards(busy, role).cards for role in CARDS}
    assert {role: tuple(of) for role, of in found.items()} == CARDS
    for card, figure in {card: figure for of in found.values() for card, figure in of.items()}.items():
        if card is Card.PROOF:
            assert (figure.count, figure.opens) == (0, None)
        else:
            assert said(figure) == shown(busy, figure), card


def test_work_is_grouped_by_age_reason_customer_and_operator(busy: World) -> None:
    found = {chart: bars(plot) for chart, plot in plots(busy).items()}
    to_bill = {"0": (3, 225, 21000), "1": (1, 60, 6000), "2": (1, 60, 6000), "3": (1, 60, 6000), str(UNDATED): (1, 30, 3000)}
    assert found[Chart.TO_BILL_AGE] == to_bill
    assert found[Chart.TO_BILL_CUSTOMER] == {"Rossi S.p.A.": (5, 300, 30000), "Bianchi": (1, 105, 9000), "": (1, 30, 3000)}
    assert found[Chart.SUSPENDED_REASON] == {"ordine": (2, 110, 11000), "ore": (1, 40, 4000)}
    # As old as the oldest decision about the ticket.
    assert found[Chart.SUSPENDED_AGE] == {"0": (1, 90, 9000), "3": (1, 60, 6000)}
    assert found[Chart.NOT_BILLED_REASON] == {"garanzia": (2, 80, 8000), "omaggio": (1, 25, 2500)}
    assert found[Chart.NOT_BILLED_CUSTOMER] == {"Rossi S.p.A.": (2, 80, 8000), "Bianchi": (1, 25, 2500)}
    assert found[Chart.NOT_BILLED_OPERATOR] == {"": (3, 105, 10500)}


def test_contracts_and_invoices_are_grouped_by_month_less_credit_notes(busy: World) -> None:
    credited = busy.issue(_approved(busy, 120))[0]
    before = bars(plots(busy)[Chart.INVOICED_MONTH])
    busy.credit(credited.number)
    found = plots(busy)
    assert [before, bars(found[Chart.INVOICED_MONTH])] == [{"2026-02": (2, 0, 13300)}, {"2026-02": (3, 0, 1300)}]
    assert bars(found[Chart.CONTRACT_MONTH]) == {"2026-02": (2, 120, 12000)}
    assert [bar.minutes for bar in found[Chart.CONTRACT_NAME].bars] == [70, 50]
    assert [bar.name for bar in found[Chart.INVOICED_MONTH].bars] == months_until(TODAY)
    assert months_until(TODAY)[::11] == ["2025-03", "2026-02"]


def test_a_chart_by_name_shows_the_largest_and_says_of_how_many(world: World) -> None:
    for minutes in range(1, TOP + 3):
        world.ticket(minutes, company_id=world.company(f"Cliente {minutes}"))
    plot = plots(world)[Chart.TO_BILL_CUSTOMER]
    assert ([bar.minutes for bar in plot.bars], plot.groups) == (list(range(TOP + 2, 2, -1)), TOP + 2)


def test_a_draft_that_approval_sent_back_waits_for_its_billing_manager_until_it_is_submitted_again(world: World) -> None:
    world.proposal_of(world.ticket(10))
    number = world.proposal_of(world.ticket(60)).number
    world.submit(number)
    assert cards(world, Role.TEAM_LEAD).cards[Card.TO_APPROVE].oldest == NOW
    seen = world.proposal(number)
    world.act(lambda session: reject(session, [SeenProposal(seen.id, seen.version)], "ore", actor=LEAD) and None)
    found = cards(world, Role.BILLING_MANAGER).cards
    assert (said(found[Card.SENT_BACK]), said(found[Card.DRAFTS])) == ((1, 60, 6000), (2, 70, 7000))
    assert said(found[Card.SENT_BACK]) == shown(world, found[Card.SENT_BACK])
    world.submit(number)
    assert cards(world, Role.BILLING_MANAGER).cards[Card.SENT_BACK].count == 0


def test_suspended_work_waits_from_its_review_date_on(world: World) -> None:
    due, later = (aside(world, LineState.SUSPENDED, "ordine", 60) for _ in range(2))
    world.act(lambda session: set_review(session, [due], TODAY, actor=MANAGER))
    world.act(lambda session: set_review(session, [later], TODAY + timedelta(days=1), actor=MANAGER))
    assert said(cards(world, Role.BILLING_MANAGER).cards[Card.DUE]) == (1, 60, 6000)


def test_credit_notes_of_a_year_are_counted_with_what_they_took_off(world: World) -> None:
    world.credit(world.issue(_approved(world, 90))[0].number)
    assert said(cards(world, Role.TEAM_LEAD).cards[Card.CREDITED]) == (1, 0, -9000)


def test_an_operator_sees_what_bears_their_name_and_everything_where_nothing_does(world: World) -> None:
    mine = world.ticket(status=TicketStatus.OPEN, closed_at=None, owner="olga")
    world.entry(mine, 60, service_id=None)
    world.ticket(status=TicketStatus.WAITING, closed_at=None, owner="ugo", company_id=None)
    done = world.ticket(owner="ugo")
    world.entry(done, 45, operator="olga", on=FIRST_DAY)
    world.entry(done, 15, operator="ugo", on=FIRST_DAY)
    found = cards(world, Role.OPERATOR)
    assert found.own
    assert [said(figure) for figure in found.cards.values()] == [(1, 60, 0), (1, 60, 0), (0, 0, 0), (1, 45, 4500)]
    assert bars(plots(world, Role.OPERATOR, "olga")[Chart.OWN_MONTH]) == {"2026-02": (1, 45, 4500)}
    everything = cards(world, Role.OPERATOR, "nessuno")
    assert not everything.own
    assert [said(figure) for figure in everything.cards.values()] == [(2, 60, 0), (1, 60, 0), (1, 0, 0), (1, 60, 6000)]


def test_entries_without_a_service_exclude_free_and_decided_work(world: World) -> None:
    world.entry(world.ticket(), 0, service_id=None)
    held = world.ticket(60)
    world.proposal_of(held)
    world.entry(world.ticket(billing_status=BillingStatus.NOT_BILLED), 60, service_id=None)
    unknown = world.ticket()
    world.entry(unknown, None, service_id=None)
    opens = cards(world, Role.OPERATOR, "nessuno").cards[Card.WITHOUT_SERVICE].opens
    assert isinstance(opens, TicketFilter)
    assert [row.id for row in world.read(lambda session: ticket_page(session, opens))] == [unknown]


def test_a_list_of_whatever_work_has_nothing_behind_it(world: World) -> None:
    world.ticket(60)
    assert world.read(lambda session: work_behind(session, TicketFilter())) is None
    assert said_of(world, TicketFilter(work=WorkFilter(Bucket.TO_BILL), closed_to=TODAY)) == (60, 6000)
    assert said_of(world, TicketFilter(work=WorkFilter(Bucket.TO_BILL), closed_from=TODAY)) == (0, 0)


def said_of(world: World, narrowed: TicketFilter) -> tuple[int, int] | None:
    found = world.read(lambda session: work_behind(session, narrowed))
    return (found.minutes, found.cents) if found else None


def _approved(world: World, minutes: int) -> str:
    number = world.proposal_of(world.ticket(minutes)).number
    world.submit(number)
    world.approve(number)
    return number
