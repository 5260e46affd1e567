"""Fixing what blocks billing, for many at once: all or none, and each fix can be undone (spec, section 4)."""

import pytest

from domain.actions.tickets.fix import (
    EntryFix,
    RateFix,
    StatusFix,
    bill_again,
    fix_entries,
    link_company,
    link_contact,
    set_rates,
    set_ticket_status,
)
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.errors import PermissionDenied, Refused, Stale
from domain.reads.selection import Selection
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, LineState, Refusal, TicketStatus
from storage.queries.tickets import billing_issues as preflight
from storage.queries.tickets.billing_issues import BillingIssue, ticket_lines, verdicts
from tests.builders import LEAD, MANAGER, NOW, OPERATOR, World

OPEN, CLOSED = TicketStatus.OPEN, TicketStatus.CLOSED


def causes(world: World, *ids: int) -> list[dict[BillingIssue, tuple[int, ...]]]:
    found = world.read(lambda session: verdicts(session, Selection(frozenset(ids))))
    return [dict(found[id_].causes) for id_ in ids]


def test_every_reason_names_its_entries_and_the_state_that_is_not_to_bill(world: World) -> None:
    bare = world.ticket(60, None, status=OPEN)
    nameless = world.entry(bare, service_id=None)
    kept = world.ticket(60, billing_status=BillingStatus.SERVICE_CONTRACT)
    assert causes(world, bare, kept, world.ticket(60)) == [
        {
            BillingIssue(Refusal.NOT_CLOSED): (),
            BillingIssue(Refusal.ENTRY_WITHOUT_SERVICE): (nameless,),
            BillingIssue(Refusal.ENTRY_WITHOUT_TIME): (world.entries_of(bare)[1],),
        },
        {BillingIssue(Refusal.NOT_TO_BILL, "service_contract"): ()},
        {},
    ]


def test_many_ids_are_judged_a_chunk_at_a_time_and_none_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "CHUNK", 2)
    ids = [world.ticket(60, status=OPEN) for _ in range(5)]
    assert [list(its) for its in causes(world, *ids)] == [[BillingIssue(Refusal.NOT_CLOSED)]] * 5


def test_many_tickets_are_closed_and_reopened_again(world: World) -> None:
    ids = [world.ticket(60, status=OPEN, closed_at=None), world.ticket(30, status=TicketStatus.WAITING, closed_at=None)]
    mends = [StatusFix(id_, 1, CLOSED) for id_ in ids]
    back = world.act(lambda session: set_ticket_status(session, mends, actor=OPERATOR))
    assert causes(world, *ids) == [{}, {}]
    assert world.rows("SELECT closed_at IS NULL FROM ticket") == [(False,), (False,)]
    world.act(lambda session: set_ticket_status(session, back, actor=OPERATOR))
    assert [list(its) for its in causes(world, *ids)] == [[BillingIssue(Refusal.NOT_CLOSED)]] * 2
    assert world.rows("SELECT status, closed_at FROM ticket ORDER BY id") == [("open", None), ("waiting", None)]


def test_closing_draws_on_the_contract_as_a_single_ticket_does(world: World) -> None:
    contract = world.contract(ContractKind.UNITS, unit=ContractUnit.HOURS, units_total=10_000)
    ticket = world.ticket(60, status=OPEN, closed_at=None, contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    world.act(lambda session: set_ticket_status(session, [StatusFix(ticket, 1, CLOSED)], actor=OPERATOR))
    assert world.rows("SELECT covered_minutes FROM time_entry") == [(60,)]


def test_one_that_changed_meanwhile_stops_all(world: World) -> None:
    ids = [world.ticket(60, status=OPEN, closed_at=None) for _ in range(2)]
    world.execute("UPDATE ticket SET version = 2 WHERE id = :id", id=ids[1])
    with pytest.raises(Stale, match="ticket_changed"):
        world.act(lambda session: set_ticket_status(session, [StatusFix(id_, 1, CLOSED) for id_ in ids], actor=OPERATOR))
    assert world.rows("SELECT DISTINCT status FROM ticket") == [("open",)]


def test_a_ticket_on_a_proposal_is_not_reopened_among_many(world: World) -> None:
    free, held = world.ticket(60), world.ticket(60)
    world.generate(held)
    mends = [StatusFix(free, 1, OPEN), StatusFix(held, world.state(held).version, OPEN)]
    with pytest.raises(Refused, match="ticket_locked"):
        world.act(lambda session: set_ticket_status(session, mends, actor=OPERATOR))


def test_a_service_goes_on_many_entries_and_off_again(world: World) -> None:
    ticket = world.ticket()
    ids = [world.entry(ticket, service_id=None) for _ in range(3)]
    service = world.service_id
    mends = [EntryFix(id_, None, service) for id_ in ids]
    back = world.act(lambda session: fix_entries(session, "service_id", mends, actor=OPERATOR))
    assert causes(world, ticket) == [{}]
    world.act(lambda session: fix_entries(session, "service_id", back[:1], actor=OPERATOR))
    assert causes(world, ticket) == [{BillingIssue(Refusal.ENTRY_WITHOUT_SERVICE): (ids[0],)}]


def test_date_and_minutes_that_become_known_are_drawn_from_the_contract(world: World) -> None:
    contract = world.contract(ContractKind.UNITS, unit=ContractUnit.HOURS, units_total=10_000)
    ticket = world.ticket(contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    entry = world.entry(ticket, None, on=None)
    world.act(lambda s: fix_entries(s, "billable_minutes", [EntryFix(entry, None, 45)], actor=OPERATOR))
    world.act(lambda s: fix_entries(s, "started_at", [EntryFix(entry, None, NOW)], actor=OPERATOR))
    assert world.rows("SELECT covered_minutes, billable_minutes FROM time_entry") == [(45, 45)]
    world.act(lambda s: fix_entries(s, "billable_minutes", [EntryFix(entry, 45, None)], actor=OPERATOR))
    assert world.rows("SELECT covered_minutes, billable_minutes FROM time_entry") == [(0, None)]


def test_an_entry_already_fixed_or_on_a_line_stops_all(world: World) -> None:
    ticket = world.ticket(60)
    mended, bare = world.entries_of(ticket)[0], world.entry(world.ticket(), service_id=None)
    both = [EntryFix(bare, None, world.service_id), EntryFix(mended, None, world.service_id)]
    with pytest.raises(Stale, match="entry_changed"):
        world.act(lambda session: fix_entries(session, "service_id", both, actor=OPERATOR))
    world.generate(ticket)
    with pytest.raises(Refused, match="entry_locked"):
        world.act(lambda session: fix_entries(session, "service_id", both, actor=OPERATOR))
    assert world.rows("SELECT service_id FROM time_entry WHERE id = :id", id=bare) == [(None,)]


def test_a_rate_for_many_is_the_business_of_who_bills(world: World) -> None:
    ids = [world.ticket() for _ in range(2)]
    for id_ in ids:
        world.entry(id_, service_id=world.service(rate=0))
    mends = [RateFix(id_, 1, 6500) for id_ in ids]
    with pytest.raises(PermissionDenied):
        world.act(lambda session: set_rates(session, mends, actor=OPERATOR))
    assert world.act(lambda session: set_rates(session, mends, actor=MANAGER)) == [RateFix(id_, 2, 0) for id_ in ids]
    assert causes(world, *ids) == [{}, {}]


def test_a_rate_stays_as_it_is_on_a_proposal(world: World) -> None:
    ticket = world.ticket(60)
    world.generate(ticket)
    with pytest.raises(Refused, match="rate_on_proposal"):
        world.act(lambda s: set_rates(s, [RateFix(ticket, world.state(ticket).version, 6500)], actor=MANAGER))


def test_what_was_not_to_be_billed_is_to_bill_again_and_that_can_be_taken_back(world: World) -> None:
    ticket = world.ticket(60)
    not_billed = SetBilling(ticket, 1, BillingStatus.NOT_BILLED, 0, "omaggio")
    world.act(lambda session: set_billing(session, not_billed, actor=MANAGER))
    version = world.state(ticket).version
    back = world.act(lambda session: bill_again(session, ticket, version, actor=MANAGER))
    assert causes(world, ticket) == [{}]
    assert back is not None
    world.act(lambda session: set_billing(session, back, actor=MANAGER))
    assert (world.billing(ticket), world.state(ticket).cancellation_reason) == ("not_billed", "omaggio")


def test_letting_go_of_a_line_can_not_be_taken_back(world: World) -> None:
    ticket, other = world.ticket(60), world.ticket(60)
    (number,) = world.generate(ticket, other).outcome["numbers"]
    world.decide(number, LineState.NOT_BILLED, "omaggio", ticket_ids={ticket})
    version = world.state(ticket).version
    assert world.act(lambda session: bill_again(session, ticket, version, actor=MANAGER)) is None
    assert causes(world, ticket) == [{}]


def test_the_company_of_a_contact_is_that_of_all_its_tickets_and_a_ticket_gets_its_own(world: World) -> None:
    contact = world.contact(None)
    ids = [world.ticket(60, contact_id=contact), world.ticket(60, contact_id=contact), world.ticket(60, company_id=None)]
    assert [list(its) for its in causes(world, *ids)] == [
        [BillingIssue(Refusal.CONTACT_WITHOUT_COMPANY)],
        [BillingIssue(Refusal.CONTACT_WITHOUT_COMPANY)],
        [BillingIssue(Refusal.NO_COMPANY)],
    ]
    world.act(lambda session: link_contact(session, contact, None, world.company_id, actor=LEAD))
    version = world.act(lambda session: link_company(session, ids[2], 1, world.company_id, actor=OPERATOR))
    assert causes(world, *ids) == [{}, {}, {}]
    world.act(lambda session: link_company(session, ids[2], version, None, actor=OPERATOR))
    with pytest.raises(Stale):
        world.act(lambda session: link_contact(session, contact, None, None, actor=LEAD))
    lines = world.read(lambda session: ticket_lines(session, ids))
    assert [lines[id_].company for id_ in ids] == ["Rossi S.p.A.", "Rossi S.p.A.", ""]
