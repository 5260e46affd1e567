"""The list of proposals and the review of one: rows, counts, totals (spec, section 5)."""

from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.table import (
    ProposalFilter,
    ProposalRow,
    StateTotal,
    count_proposals,
    counts_by_status,
    proposal_id_of,
    proposal_page,
    usual_reasons,
)
from tests.builders import World


def listed(world: World, narrowed: ProposalFilter, sort: str = "number", *, descending: bool = True) -> list[ProposalRow]:
    rows = world.read(lambda session: proposal_page(session, narrowed, sort=sort, descending=descending))
    assert world.read(lambda session: count_proposals(session, narrowed)) == len(rows)
    return rows


def test_a_row_counts_tickets_and_lines_and_sums_what_is_to_bill(world: World) -> None:
    first, second, third = world.ticket(60, 30), world.ticket(15), world.ticket(10)
    proposal = world.proposal_of(first, second, third)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={second})
    world.decide(proposal.number, LineState.NOT_BILLED, "omaggio", ticket_ids={third})
    (row,) = listed(world, ProposalFilter())
    assert (row.tickets, row.to_bill, row.suspended, row.not_billed, row.minutes, row.net) == (3, 2, 1, 1, 90, 9000)
    detail = world.proposal(proposal.number)
    assert detail.total(LineState.BILL) == StateTotal(2, row.minutes, row.net)
    assert detail.total(LineState.SUSPENDED) == StateTotal(1, 15, 1500)
    assert detail.total(LineState.NOT_BILLED) == StateTotal(1, 10, 1000)


def test_a_cancelled_proposal_is_listed_with_nothing_to_bill(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    world.cancel(proposal.number)
    (row,) = listed(world, ProposalFilter())
    assert (row.status, row.to_bill, row.net, row.tickets) == (ProposalStatus.CANCELLED, 0, 0, 1)


def test_filters_narrow_by_number_customer_status_company_and_generation(world: World) -> None:
    other = world.company("Bianchi & C.")
    first, second = world.proposal_of(world.ticket(60)), world.proposal_of(world.ticket(60, company_id=other))
    world.cancel(second.number)
    asked = [
        ProposalFilter(search="bianchi &"),
        ProposalFilter(search="000001"),
        ProposalFilter(statuses=frozenset({ProposalStatus.CANCELLED})),
        ProposalFilter(company_id=other),
        ProposalFilter(generation_id=first.generation_id),
        ProposalFilter(),
    ]
    found = [[row.id for row in listed(world, narrowed)] for narrowed in asked]
    assert found == [[second.id], [first.id], [second.id], [second.id], [first.id], [second.id, first.id]]


def test_proposals_sort_by_what_they_come_to(world: World) -> None:
    nets = [world.proposal_of(world.ticket(minutes)).total(LineState.BILL).net for minutes in (30, 60, 15)]
    assert [row.net for row in listed(world, ProposalFilter(), "net", descending=False)] == sorted(nets)
    assert [row.net for row in listed(world, ProposalFilter(), "net")] == sorted(nets, reverse=True)


def test_counts_by_status_add_up(world: World) -> None:
    numbers = [world.proposal_of(world.ticket(60)).number for _ in range(3)]
    world.cancel(numbers[0])
    counts = world.read(lambda session: counts_by_status(session, ProposalFilter()))
    assert counts == {ProposalStatus.DRAFT: 2, ProposalStatus.CANCELLED: 1}


def test_a_proposal_is_found_by_its_number(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    assert world.read(lambda session: proposal_id_of(session, proposal.number)) == proposal.id


def test_lines_come_in_the_order_of_their_tickets_and_dates(world: World) -> None:
    tickets = [world.ticket(60, 30), world.ticket(15)]
    lines = world.proposal_of(*reversed(tickets)).lines
    assert [(line.position, line.ticket_id, line.minutes) for line in lines] == [
        (1, tickets[0], 60),
        (2, tickets[0], 30),
        (3, tickets[1], 15),
    ]


def test_the_firm_begins_with_usual_reasons(world: World) -> None:
    reasons = world.read(usual_reasons)
    assert len(reasons) == len(set(reasons)) == 7
