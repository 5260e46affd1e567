"""Lists for the screens: what may be sorted, searched and paged, and that counts and totals agree (trust, invariant 13)."""

from datetime import date, timedelta

import pytest

from domain.errors import InvalidInput, NotFound
from domain.reads.billable_tickets import billable_views
from domain.reads.selection import Selection, TicketFilter, count_selected, select_numbers
from domain.rules.calendar import from_firm_time
from domain.vocabulary import BillingStatus, Refusal, TicketStatus
from storage.queries.proposals import table as proposals
from storage.queries.records.choices import companies, company_id_of, contacts
from storage.queries.tickets import grid as tickets
from storage.queries.tickets.detail import ticket_detail
from storage.queries.tickets.grid import (
    SelectionTotals,
    TicketRow,
    count_tickets,
    counts_by_state,
    selection_totals,
    ticket_page,
)
from tests.builders import NOW, World

FORGED = ["id; DROP TABLE ticket", "__class__", "id", "", "opened_at DESC", "ticket.number", "a" * 100_000, "\x00", "\ud800"]


def listed(world: World, narrowed: TicketFilter, **more: object) -> list[TicketRow]:
    return world.read(lambda session: ticket_page(session, narrowed, **more))  # type: ignore[arg-type]


def numbers(world: World, narrowed: TicketFilter) -> list[str]:
    """Matching tickets, and the proof that grid, count and selection mean the same by a filter."""
    rows = listed(world, narrowed, sort="number", descending=False)
    counted = world.read(lambda session: count_tickets(session, narrowed))
    selected = world.read(lambda session: count_selected(session, Selection(filter=narrowed)))
    assert counted == selected == len(rows)
    return [row.title for row in rows]


@pytest.mark.parametrize("field", FORGED)
def test_nothing_but_listed_fields_sorts_a_list(world: World, field: str) -> None:
    world.ticket(60)
    with pytest.raises(InvalidInput, match="unknown_sort"):
        listed(world, TicketFilter(), sort=field)
    with pytest.raises(InvalidInput, match="unknown_sort"):
        world.read(lambda session: proposals.proposal_page(session, proposals.ProposalFilter(), sort=field))
    assert world.count("ticket") == 1


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", list(tickets.SORTABLE))
def test_pages_in_any_order_show_every_ticket_once(world: World, field: str, descending: bool) -> None:
    for n in range(7):
        world.ticket(60, opened_at=None if n % 3 else NOW, closed_at=None, owner="mario" if n % 2 else "")
    pages = [listed(world, TicketFilter(), sort=field, descending=descending, start=start, limit=2) for start in range(0, 8, 2)]
    assert sorted(row.id for page in pages for row in page) == sorted(row.id for row in listed(world, TicketFilter()))
    assert [len(page) for page in pages] == [2, 2, 2, 1]


@pytest.mark.parametrize(("descending", "place"), [(False, 0), (True, -1)])
def test_what_is_not_closed_stands_at_the_same_end_of_both_databases(world: World, descending: bool, place: int) -> None:
    world.ticket(30)
    still_open = world.ticket(30, closed_at=None)
    world.ticket(30)
    assert listed(world, TicketFilter(), sort="closed_at", descending=descending)[place].id == still_open


def test_a_sort_goes_by_its_field(world: World) -> None:
    for name in ("Beta", "Alfa", "Gamma"):
        world.ticket(60, title=name, company_id=world.company(name))
    for field in ("title", "company"):
        rows = listed(world, TicketFilter(), sort=field, descending=False)
        assert [row.title for row in rows] == ["Alfa", "Beta", "Gamma"]
        assert [row.title for row in listed(world, TicketFilter(), sort=field)] == ["Gamma", "Beta", "Alfa"]


@pytest.mark.parametrize(
    ("start", "limit", "found"), [(-5, 2, 2), (0, -1, 0), (0, 0, 0), (2**31, 5, 0), (2**70, 5, 0), (0, 10**9, 3)]
)
def test_a_forged_page_shows_no_more_than_a_page(world: World, start: int, limit: int, found: int) -> None:
    for _ in range(3):
        world.proposal_of(world.ticket(60))
    assert len(listed(world, TicketFilter(), start=start, limit=limit)) == found
    everything = proposals.ProposalFilter()
    rows = world.read(lambda session: proposals.proposal_page(session, everything, start=start, limit=limit))
    assert len(rows) == found


def test_a_search_takes_its_signs_literally(world: World) -> None:
    for title in ("100% sconto", "100 sconto", "a_b", "axb", "back\\slash"):
        world.ticket(60, title=title)
    found = [numbers(world, TicketFilter(search=text)) for text in ("100%", "a_b", "%", "_", "\\", " SCONTO ")]
    assert found == [["100% sconto"], ["a_b"], ["100% sconto"], ["a_b"], ["back\\slash"], ["100% sconto", "100 sconto"]]


def test_a_search_looks_at_number_title_owner_customer_contact_and_work(world: World) -> None:
    world.ticket(60, title="uno", number="ZZ-77", company_id=world.company("Gialli"))
    due = world.ticket(60, title="due", owner="Pippo", company_id=world.company("Verdini"))
    world.entry(due, 30, operator="Ugo", description="sostituito il tamburo")
    world.ticket(60, title="tre", contact_id=world.contact(world.company("Viola S.r.l."), "Gino", "Bartali"))
    found = [
        numbers(world, TicketFilter(search=text))
        for text in ("zz-7", "pip", "viola", "gino bart", "gialli", "uno", "ugo", "tamburo")
    ]
    assert found == [["uno"], ["due"], ["tre"], ["tre"], ["uno"], ["uno"], ["due"], ["due"]]


@pytest.mark.parametrize("text", ["' OR 1=1 --", "\x00x\x00y", "\ud800xy", "<img src=x>", "9" * 10_000, "💥"])
def test_a_search_for_anything_at_all_finds_nothing_and_breaks_nothing(world: World, text: str) -> None:
    world.proposal_of(world.ticket(60))
    assert numbers(world, TicketFilter(search=text)) == []
    wanted = proposals.ProposalFilter(search=text)
    assert world.read(lambda session: proposals.proposal_page(session, wanted)) == []
    assert world.read(lambda session: companies(session, text)) == world.read(lambda session: contacts(session, text)) == []


@pytest.mark.parametrize("text", ["   ", "\x00", "\ud800 \x1b"])
def test_a_search_of_blanks_and_signs_that_cannot_be_kept_is_none(world: World, text: str) -> None:
    world.ticket(60, title="uno")
    assert numbers(world, TicketFilter(search=text)) == ["uno"]


def test_signs_that_cannot_be_kept_do_not_count_in_a_search(world: World) -> None:
    world.ticket(60, title="uno")
    assert numbers(world, TicketFilter(search="\x00u\x1bno")) == ["uno"]


def test_filters_narrow_by_status_billing_and_customer(world: World) -> None:
    other = world.company("Bianchi")
    world.ticket(60, title="uno", status=TicketStatus.OPEN)
    world.ticket(60, title="due", billing_status=BillingStatus.SUSPENDED)
    world.ticket(60, title="tre", billing_status=None, planning_id=world.planning())
    world.ticket(60, title="quattro", contact_id=world.contact(other))
    world.ticket(60, title="cinque", company_id=other)
    asked = [
        TicketFilter(statuses=frozenset({TicketStatus.OPEN})),
        TicketFilter(billing=frozenset({BillingStatus.SUSPENDED})),
        TicketFilter(billing=frozenset({None})),
        TicketFilter(billing=frozenset({None, BillingStatus.SUSPENDED})),
        TicketFilter(company_id=other),
        TicketFilter(company_id=other, search="quat"),
    ]
    found = [numbers(world, narrowed) for narrowed in asked]
    assert found == [["uno"], ["due"], ["tre"], ["due", "tre"], ["quattro", "cinque"], ["quattro"]]


def test_closing_dates_are_those_of_the_firm_and_both_are_in(world: World) -> None:
    first, last = date(2026, 3, 29), date(2026, 10, 25)
    moments = {
        "prima": from_firm_time(NOW.replace(tzinfo=None, month=3, day=28, hour=23, minute=59)),
        "inizio": from_firm_time(NOW.replace(tzinfo=None, month=3, day=29, hour=0)),
        "fine": from_firm_time(NOW.replace(tzinfo=None, month=10, day=25, hour=23, minute=59)),
        "dopo": from_firm_time(NOW.replace(tzinfo=None, month=10, day=26, hour=0)),
    }
    for title, closed_at in moments.items():
        world.ticket(60, title=title, closed_at=closed_at)
    world.ticket(60, title="mai", closed_at=None)
    assert numbers(world, TicketFilter(closed_from=first, closed_to=last)) == ["inizio", "fine"]


def test_the_tickets_of_a_proposal_are_those_with_lines_there(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60, title="uno"))
    world.proposal_of(world.ticket(60, title="due"))
    assert numbers(world, TicketFilter(proposal_id=proposal.id)) == ["uno"]


def test_counts_by_state_add_up_to_the_whole(world: World) -> None:
    world.ticket(60, status=TicketStatus.OPEN)
    for _ in range(2):
        world.ticket(60, billing_status=None, planning_id=world.planning())
    world.proposal_of(world.ticket(60))
    counts = world.read(lambda session: counts_by_state(session, TicketFilter()))
    assert counts == {
        (TicketStatus.OPEN, BillingStatus.TO_BILL): 1,
        (TicketStatus.CLOSED, None): 2,
        (TicketStatus.CLOSED, BillingStatus.PROPOSED): 1,
    }


def test_a_row_shows_its_work_value_and_why_it_cannot_be_billed(world: World) -> None:
    good, bad = world.ticket(60, 0, 30), world.ticket(60, None, status=TicketStatus.OPEN, hourly_rate=1000)
    rows = {row.id: row for row in listed(world, TicketFilter())}
    assert (rows[good].minutes, rows[good].value, rows[good].refusals) == (90, 9000, ())
    assert (rows[bad].minutes, rows[bad].value) == (60, 1000)
    assert rows[bad].refusals == (Refusal.NOT_CLOSED, Refusal.ENTRY_WITHOUT_TIME)


def test_totals_of_a_selection_are_those_of_what_can_be_billed(world: World) -> None:
    other = world.company("Bianchi")
    world.ticket(60), world.ticket(30, company_id=other), world.ticket(None), world.ticket(15, company_id=None)
    everything = Selection(filter=TicketFilter())
    assert world.read(lambda session: selection_totals(session, everything)) == SelectionTotals(4, 2, 2, 90, 9000)


def test_a_selection_is_its_ids_or_a_filter_less_exclusions(world: World) -> None:
    first, second, third = (world.ticket(60) for _ in range(3))
    by_id, by_filter = Selection(frozenset({first, second})), Selection(frozenset({third}), TicketFilter())
    for chosen in (by_id, by_filter):
        assert world.read(lambda session, s=chosen: {v.id for v in billable_views(session, s)} & {first, third}) == {first}  # type: ignore[misc]
        assert world.read(lambda session, s=chosen: count_selected(session, s)) == 2  # type: ignore[misc]
    assert Selection().is_empty
    assert not by_filter.is_empty
    assert world.read(lambda session: count_selected(session, Selection())) == 0


def test_a_selection_of_a_hundred_thousand_ids_is_read(world: World) -> None:
    ticket_id = world.ticket(60)
    forged = Selection(frozenset(range(ticket_id, ticket_id + 100_000)))
    assert world.read(lambda session: count_selected(session, forged)) == 1
    assert world.read(lambda session: selection_totals(session, forged)).billable == 1


def test_the_same_selection_has_the_same_text_and_another_has_not() -> None:
    one = Selection(frozenset({1, 2}), TicketFilter(search="a"))
    texts = {
        one.canonical(),
        Selection(frozenset({2, 1}), TicketFilter(search="a")).canonical(),
        Selection(frozenset({1, 2})).canonical(),
        Selection(frozenset({1}), TicketFilter(search="a")).canonical(),
        Selection(frozenset({1, 2}), TicketFilter(search="b")).canonical(),
        Selection(frozenset({1, 2}), TicketFilter(search="a", company_id=1)).canonical(),
        Selection(frozenset({1, 2}), TicketFilter(search="a", closed_to=NOW.date())).canonical(),
        Selection(frozenset({1, 2}), TicketFilter(search="a", closed_from=NOW.date())).canonical(),
        Selection(frozenset({1, 2}), TicketFilter(search="a", billing=frozenset({None}))).canonical(),
    }
    assert len(texts) == 8


def test_what_does_not_exist_is_not_found_by_its_name(world: World) -> None:
    world.ticket(60, number="T-0")
    with pytest.raises(NotFound) as refused:
        world.read(lambda session: select_numbers(session, ["T-0", "T-8", "T-9"]))
    assert refused.value.params == {"numbers": "T-8, T-9", "count": 2}
    with pytest.raises(NotFound, match="unknown_proposal"):
        world.read(lambda session: proposals.proposal_id_of(session, "PF-2026-000009"))
    with pytest.raises(NotFound, match="unknown_proposal"):
        world.read(lambda session: proposals.proposal_detail(session, 9))
    with pytest.raises(NotFound, match="unknown_company"):
        world.read(lambda session: company_id_of(session, "NO"))
    with pytest.raises(NotFound, match="unknown_ticket"):
        world.read(lambda session: ticket_detail(session, 9))


def test_a_ticket_shows_its_entries_in_the_order_of_the_work_and_who_holds_them(world: World) -> None:
    ticket_id = world.ticket()
    for day, minutes in ((5, 15), (3, 30), (None, 45)):
        world.entry(ticket_id, minutes, on=date(2026, 2, day) if day else None)
    seen = world.read(lambda session: ticket_detail(session, ticket_id))
    assert [entry.billable_minutes for entry in seen.entries] == [30, 15, 45]
    assert (seen.minutes, [o.code for o in seen.objections]) == (90, [Refusal.ENTRY_WITHOUT_DATE])
    world.execute("DELETE FROM time_entry WHERE worked_on IS NULL")
    proposal = world.proposal_of(ticket_id)
    held = world.read(lambda session: ticket_detail(session, ticket_id)).entries
    assert {(entry.proposal_number, entry.line_state) for entry in held} == {(proposal.number, "bill")}
    assert held[0].started_at is not None
    assert held[0].started_at + timedelta(days=2) == held[1].started_at
