"""Laws of plans and their fingerprints, for any tickets (spec, section 4; trust, invariant 7)."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.eligibility import BillableView, EntryView
from domain.rules.proposal_plan import LineDraft, Options, ProposalPlan, plan_lines, plan_proposals
from tests.builders import FIRST_DAY, SERVICE, entry_view, ticket_view

SERVICES = [
    SERVICE._replace(id=n, rate=rate, vat_rate=vat) for n, (rate, vat) in enumerate([(5875, 2200), (1, 2200), (8333, 400)], 1)
]


@st.composite
def tickets(draw: st.DrawFn) -> list[BillableView]:
    """Up to five tickets of three companies, each with up to twelve entries, goodwill among them."""
    found = []
    for id_ in range(1, draw(st.integers(1, 5)) + 1):
        works = draw(
            st.lists(st.tuples(st.integers(0, 500), st.sampled_from(SERVICES), st.integers(0, 9)), min_size=1, max_size=12)
        )
        entries = [
            entry_view(100 * id_ + n, minutes, service=service, worked_on=FIRST_DAY + timedelta(days=day))
            for n, (minutes, service, day) in enumerate(works)
        ]
        rate = draw(st.sampled_from([0, 0, 7777]))
        found.append(ticket_view(*entries, id=id_, company_id=draw(st.integers(1, 3)), rate=rate))
    return found


def lines_of(plan: ProposalPlan) -> list[LineDraft]:
    return [line for draft in plan.drafts for line in draft.lines]


@given(tickets())
def test_grouping_keeps_the_minutes_and_moves_at_most_half_a_cent_a_line(found: list[BillableView]) -> None:
    single, merged = (lines_of(plan_proposals(found, Options(group_entries=grouped))) for grouped in (False, True))
    assert sum(line.minutes for line in single) == sum(line.minutes for line in merged)
    moved = abs(sum(line.net for line in single) - sum(line.net for line in merged))
    assert Fraction(moved) <= Fraction(1, 2) * (len(single) + len(merged))
    for ticket in found:
        apart, together = (plan_lines(ticket, group_entries=grouped) for grouped in (False, True))
        for line in together:
            parts = [one for one in apart if one.entry_ids[0] in line.entry_ids]
            assert abs(sum(one.net for one in parts) - line.net) <= Fraction(1, 2) * (len(parts) + 1)


@given(tickets(), st.booleans(), st.booleans())
def test_every_entry_of_a_billable_ticket_is_on_exactly_one_line(
    found: list[BillableView], by_customer: bool, grouped: bool
) -> None:
    plan = plan_proposals(found, Options(by_customer, grouped))
    refused = {ticket.id for ticket in plan.refused}
    wanted = sorted(entry.id for ticket in found if ticket.id not in refused for entry in ticket.entries if entry.minutes)
    assert sorted(id_ for line in lines_of(plan) for id_ in line.entry_ids) == wanted


@given(tickets(), st.booleans())
def test_how_tickets_are_bundled_changes_no_line(found: list[BillableView], grouped: bool) -> None:
    apart, together = (plan_proposals(found, Options(by_customer, grouped)) for by_customer in (False, True))
    assert sorted(lines_of(apart), key=repr) == sorted(lines_of(together), key=repr)
    assert len({draft.company_id for draft in together.drafts}) == len(together.drafts)


def fingerprint(*entries: EntryView, options: Options | None = None, **changes: object) -> str:
    return plan_proposals([ticket_view(*entries, **changes)], options or Options()).fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        lambda: fingerprint(entry_view(1, 61)),
        lambda: fingerprint(entry_view(2, 60)),
        lambda: fingerprint(entry_view(1, description="altro")),
        lambda: fingerprint(entry_view(1, worked_on=date(2026, 2, 4))),
        lambda: fingerprint(entry_view(1, service=SERVICE._replace(id=9))),
        lambda: fingerprint(entry_view(1, service=SERVICE._replace(name="Altro"))),
        lambda: fingerprint(entry_view(1, service=SERVICE._replace(rate=6001))),
        lambda: fingerprint(entry_view(1, service=SERVICE._replace(vat_rate=1000))),
        lambda: fingerprint(entry_view(1, service=SERVICE._replace(vat_nature="N4"))),
        lambda: fingerprint(entry_view(1), rate=6000),
        lambda: fingerprint(entry_view(1), id=2),
        lambda: fingerprint(entry_view(1), company_id=8),
        lambda: fingerprint(entry_view(1), entry_view(2)),
        lambda: fingerprint(entry_view(1), options=Options(by_customer=True)),
        lambda: fingerprint(entry_view(1), options=Options(group_entries=True)),
    ],
)
def test_a_fingerprint_changes_with_anything_that_would_be_written(changed: Callable[[], str]) -> None:
    assert changed() != fingerprint(entry_view(1))


def test_the_same_plan_has_the_same_fingerprint_whatever_is_refused_beside_it() -> None:
    with_refusal = plan_proposals([ticket_view(), ticket_view(entry_view(5, None), id=2)], Options())
    assert with_refusal.fingerprint == fingerprint(entry_view(1)) == fingerprint(entry_view(1))


def test_a_fingerprint_distinguishes_one_proposal_of_two_tickets_from_two() -> None:
    pair = [ticket_view(entry_view(1)), ticket_view(entry_view(2), id=2)]
    apart, together = (plan_proposals(pair, Options(by_customer)) for by_customer in (False, True))
    assert apart.fingerprint != together.fingerprint
