"""From tickets to proposals: lines, prices, grouping, totals (spec, section 4)."""

from datetime import date
from itertools import product

import pytest

from domain.rules.eligibility import BillableView
from domain.rules.proposal_plan import LineDraft, Options, ProposalPlan, Totals, plan_lines, plan_proposals
from domain.vocabulary import RateSource, Refusal, TicketStatus
from tests.builders import SERVICE, entry_view, ticket_view

EVERY = [Options(*pair) for pair in product((False, True), repeat=2)]
THIRD, FOURTEENTH = date(2026, 2, 3), date(2026, 2, 14)
NIGHT = SERVICE._replace(id=2, name="Notturno", rate=9000)
REDUCED = SERVICE._replace(vat_rate=1000)


def two_customers() -> list[BillableView]:
    """Three tickets, the first and the last of company 7; five entries."""
    return [
        ticket_view(entry_view(1, 20), entry_view(2, 25, worked_on=FOURTEENTH), id=1, number="AC-1"),
        ticket_view(entry_view(3, 10), id=2, number="AC-2", company_id=8),
        ticket_view(entry_view(4, 5), entry_view(5, 5), id=3, number="AC-3"),
    ]


def shape(plan: ProposalPlan) -> list[tuple[int, list[tuple[int, int, tuple[int, ...]]]]]:
    return [(draft.company_id, [(line.ticket_id, line.minutes, line.entry_ids) for line in draft.lines]) for draft in plan.drafts]


def lines_of(plan: ProposalPlan) -> list[LineDraft]:
    return [line for draft in plan.drafts for line in draft.lines]


def test_without_check_boxes_each_ticket_makes_a_proposal_and_each_entry_a_line() -> None:
    assert shape(plan_proposals(two_customers(), Options())) == [
        (7, [(1, 20, (1,)), (1, 25, (2,))]),
        (8, [(2, 10, (3,))]),
        (7, [(3, 5, (4,)), (3, 5, (5,))]),
    ]


def test_by_customer_each_company_has_one_proposal_with_all_its_tickets() -> None:
    assert shape(plan_proposals(two_customers(), Options(by_customer=True))) == [
        (7, [(1, 20, (1,)), (1, 25, (2,)), (3, 5, (4,)), (3, 5, (5,))]),
        (8, [(2, 10, (3,))]),
    ]


def test_grouped_entries_of_a_ticket_are_summed_in_one_line() -> None:
    assert shape(plan_proposals(two_customers(), Options(group_entries=True))) == [
        (7, [(1, 45, (1, 2))]),
        (8, [(2, 10, (3,))]),
        (7, [(3, 10, (4, 5))]),
    ]


def test_both_check_boxes_combine_and_still_nothing_merges_across_tickets() -> None:
    assert shape(plan_proposals(two_customers(), Options(by_customer=True, group_entries=True))) == [
        (7, [(1, 45, (1, 2)), (3, 10, (4, 5))]),
        (8, [(2, 10, (3,))]),
    ]


def test_a_merged_line_has_the_sentence_of_the_source() -> None:
    ticket = ticket_view(
        entry_view(1, worked_on=FOURTEENTH), entry_view(2, worked_on=THIRD), entry_view(3, worked_on=date(2026, 2, 7))
    )
    (line,) = plan_lines(ticket, group_entries=True)
    assert line.description == "lavori eseguiti dal 03-02-2026 al 14-02-2026"
    assert (line.first_on, line.last_on) == (THIRD, FOURTEENTH)


def test_a_merged_line_of_a_single_day_has_the_same_sentence() -> None:
    (line,) = plan_lines(ticket_view(entry_view(1), entry_view(2)), group_entries=True)
    assert line.description == "lavori eseguiti dal 03-02-2026 al 03-02-2026"


def test_a_single_entry_that_is_grouped_has_the_sentence_too() -> None:
    (line,) = plan_lines(ticket_view(entry_view(1, description="toner")), group_entries=True)
    assert line.description == "lavori eseguiti dal 03-02-2026 al 03-02-2026"


def test_a_line_per_entry_has_its_own_words_and_date() -> None:
    ticket = ticket_view(entry_view(1, description="sostituito toner", worked_on=FOURTEENTH))
    (line,) = plan_lines(ticket, group_entries=False)
    assert (line.description, line.first_on, line.last_on) == ("sostituito toner", FOURTEENTH, FOURTEENTH)


def test_lines_follow_the_date_of_the_work() -> None:
    ticket = ticket_view(entry_view(1, worked_on=FOURTEENTH), entry_view(3), entry_view(2))
    assert [line.entry_ids for line in plan_lines(ticket, group_entries=False)] == [(2,), (3,), (1,)]


@pytest.mark.parametrize(
    "other",
    [NIGHT, REDUCED, SERVICE._replace(id=3), SERVICE._replace(id=4, vat_rate=0, vat_nature="N2.2")],
    ids=["another price", "another vat rate", "another service at the same price", "another service without vat"],
)
def test_what_differs_in_service_price_or_vat_is_never_merged(other: object) -> None:
    ticket = ticket_view(entry_view(1, 10), entry_view(2, 20, service=other), entry_view(3, 40))
    assert [(line.minutes, line.entry_ids) for line in plan_lines(ticket, group_entries=True)] == [(50, (1, 3)), (20, (2,))]


def test_two_services_under_the_rate_of_the_ticket_stay_two_lines() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, service=NIGHT), rate=5000)
    lines = plan_lines(ticket, group_entries=True)
    assert [(line.service.name, line.price.rate) for line in lines] == [("Assistenza", 5000), ("Notturno", 5000)]


@pytest.mark.parametrize(("rate", "charged", "source"), [(0, 6000, RateSource.SERVICE), (7500, 7500, RateSource.TICKET)])
@pytest.mark.parametrize("grouped", [False, True])
def test_the_rate_of_the_ticket_replaces_that_of_the_service(rate: int, charged: int, source: RateSource, grouped: bool) -> None:
    (line,) = plan_lines(ticket_view(entry_view(1, 90), rate=rate), group_entries=grouped)
    assert (line.price.rate, line.price.source, line.service.rate) == (charged, source, 6000)
    assert line.net == charged * 3 // 2


def test_prices_are_never_averaged() -> None:
    ticket = ticket_view(entry_view(1, 60), entry_view(2, 60, service=NIGHT))
    assert [line.price.rate for line in plan_lines(ticket, group_entries=True)] == [6000, 9000]


def test_an_amount_is_rounded_once_per_line_so_grouping_moves_cents() -> None:
    service = SERVICE._replace(rate=10)
    ticket = ticket_view(*(entry_view(n, 3, service=service) for n in range(1, 5)))
    assert [line.net for line in plan_lines(ticket, group_entries=False)] == [1, 1, 1, 1]
    assert [line.net for line in plan_lines(ticket, group_entries=True)] == [2]


def test_free_work_and_held_work_are_on_no_line() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, 0), entry_view(3, held=True))
    assert [line.entry_ids for line in plan_lines(ticket, group_entries=False)] == [(1,)]


def test_a_ticket_of_a_contact_goes_to_the_company_of_the_contact() -> None:
    of_contact = ticket_view(id=2, company_id=None, contact_id=3, contact_company_id=7)
    plan = plan_proposals([ticket_view(), of_contact], Options(by_customer=True))
    assert [(draft.company_id, len(draft.lines)) for draft in plan.drafts] == [(7, 2)]


def test_refused_tickets_are_kept_with_their_reasons_and_counted_once_per_code() -> None:
    bad = ticket_view(entry_view(1, service=None), entry_view(2, service=None), id=2, number="AC-2", status=TicketStatus.OPEN)
    plan = plan_proposals([ticket_view(), bad], Options())
    assert (plan.tickets, plan.billable, len(plan.refused)) == (2, 1, 1)
    assert plan.refusals == {Refusal.NOT_CLOSED: 1, Refusal.ENTRY_WITHOUT_SERVICE: 1}
    assert len(plan.refused[0].objections) == 3


def test_nothing_selected_plans_nothing() -> None:
    plan = plan_proposals([], Options())
    assert (plan.drafts, plan.refused, plan.totals) == ([], [], Totals())


@pytest.mark.parametrize("options", EVERY)
def test_the_alternatives_shown_are_the_plans_that_would_be_made(options: Options) -> None:
    plan = plan_proposals(two_customers(), options)
    for other in EVERY:
        made = plan_proposals(two_customers(), other)
        lines = lines_of(made)
        counted = Totals(len(made.drafts), len(lines), sum(line.minutes for line in lines), sum(line.net for line in lines))
        assert plan.alternatives[other] == counted == made.totals


def test_a_ticket_that_cannot_be_billed_makes_no_lines() -> None:
    with pytest.raises(ValueError, match="not billable"):
        plan_lines(ticket_view(entry_view(service=None)), group_entries=False)
