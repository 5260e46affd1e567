"""Tickets created and edited: first state, links, and what a proposal locks (spec, sections 2, 3 and 5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actions.tickets.edit import create_ticket, edit_ticket
from domain.actions.tickets.links import TicketData
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused, Stale
from domain.model.tickets import TITLE_LENGTH
from domain.vocabulary import BillingStatus, ContractKind, LineState, TicketStatus
from storage.queries.tickets.detail import ticket_detail
from tests.builders import NOW, OPERATOR, World


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a_year_that_can_only_be_a_typing_error_is_refused(world: World, year: int) -> None:
    with pytest.raises(InvalidInput, match="year_out_of_range"):
        create(world, opened_at=NOW.replace(year=year))


@pytest.mark.parametrize("made_up", [2**31, 2**63, 2**64])
def test_a_number_that_no_record_can_have_is_refused(world: World, made_up: int) -> None:
    with pytest.raises(InvalidInput, match=r"unknown_customer|number_out_of_range"):
        create(world, company_id=made_up)


def create(world: World, **fields: Any) -> int:
    data = TicketData(**{"title": "Stampante", "company_id": world.company_id, **fields})

    def creating(session: Any) -> int:
        return create_ticket(session, data, actor=OPERATOR).id or 0

    return world.act(creating)


def edit(world: World, ticket_id: int, *, seen: int | None = None, **fields: Any) -> None:
    row = world.read(lambda session: ticket_detail(session, ticket_id))
    links = {name: getattr(row, name) for name in ("company_id", "contact_id", "contract_id", "planning_id")}
    data = replace(TicketData(row.title, row.status, owner=row.owner, opened_at=row.opened_at, **links), **fields)
    version = row.version if seen is None else seen
    world.act(lambda session: edit_ticket(session, ticket_id, version, data, actor=OPERATOR))


def status_of(world: World, ticket_id: int) -> str:
    return str(world.rows("SELECT status FROM ticket WHERE id = :id", id=ticket_id)[0][0])


def test_a_new_ticket_is_numbered_and_to_bill(world: World) -> None:
    first, second = create(world), create(world, status=TicketStatus.CLOSED)
    rows = world.rows("SELECT number, billing_status, opened_at IS NULL, closed_at IS NULL FROM ticket ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("AC-2026-000001", "to_bill", False, True),
        ("AC-2026-000002", "to_bill", False, False),
    ]
    assert world.read(lambda session: ticket_detail(session, second)).closed_at == NOW
    assert first != second


@pytest.mark.parametrize(
    ("kind", "status", "rate"),
    [
        (ContractKind.TIME_AND_MATERIALS, "to_bill", 7500),
        (ContractKind.UNITS, "service_contract", 0),
        (ContractKind.FLAT, "service_contract", 0),
    ],
)
def test_a_contract_decides_the_first_state_and_fills_the_rate(world: World, kind: ContractKind, status: str, rate: int) -> None:
    seen = world.state(create(world, contract_id=world.contract(kind, rate=7500)))
    assert (seen.billing_status, seen.hourly_rate) == (status, rate)


def test_a_planned_ticket_has_no_state(world: World) -> None:
    assert world.billing(create(world, planning_id=world.planning())) is None


def test_linking_a_contract_or_planning_sets_the_state_and_unlinking_brings_to_bill_back(world: World) -> None:
    ticket_id = create(world)
    flat, planning = world.contract(ContractKind.FLAT), world.planning()
    states = []
    for links in ({"contract_id": flat}, {"contract_id": None, "planning_id": planning}, {"planning_id": None}):
        edit(world, ticket_id, **links)
        states.append(world.billing(ticket_id))
    assert states == ["service_contract", None, "to_bill"]


def test_a_rate_that_is_set_stays_when_a_contract_is_linked(world: World) -> None:
    ticket_id, open_rate = world.ticket(60, hourly_rate=4000), world.ticket(60)
    contract = world.contract(ContractKind.TIME_AND_MATERIALS, rate=7500)
    edit(world, ticket_id, contract_id=contract)
    edit(world, open_rate, contract_id=contract)
    assert (world.state(ticket_id).hourly_rate, world.state(open_rate).hourly_rate) == (4000, 7500)


def test_a_state_set_by_hand_stays_while_links_stay(world: World) -> None:
    ticket_id = world.ticket(60, billing_status=BillingStatus.NOT_BILLED, cancellation_reason="omaggio")
    edit(world, ticket_id, title="Altro titolo")
    seen = world.state(ticket_id)
    assert (seen.billing_status, seen.cancellation_reason) == ("not_billed", "omaggio")


def test_a_ticket_whose_work_is_proposed_is_not_reopened_and_the_proposal_is_named(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    with pytest.raises(Refused, match="ticket_locked") as refused:
        edit(world, ticket_id, status=TicketStatus.OPEN)
    assert refused.value.params == {"number": proposal.number, "proposal_id": proposal.id, "proposal_status": "draft"}
    assert status_of(world, ticket_id) == "closed"


def test_a_ticket_whose_work_is_suspended_is_not_reopened_either(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id})
    with pytest.raises(Refused, match="ticket_locked"):
        edit(world, ticket_id, status=TicketStatus.WAITING)


@pytest.mark.parametrize("link", ["company_id", "contact_id", "contract_id", "planning_id"])
def test_a_ticket_whose_work_is_proposed_keeps_its_customer_and_coverage(world: World, link: str) -> None:
    ticket_id = world.ticket(60)
    world.proposal_of(ticket_id)
    changes: dict[str, dict[str, Any]] = {
        "company_id": {"company_id": world.company("Bianchi")},
        "contact_id": {"company_id": None, "contact_id": world.contact(world.company_id)},
        "contract_id": {"contract_id": world.contract(ContractKind.FLAT)},
        "planning_id": {"planning_id": world.planning()},
    }
    with pytest.raises(Refused, match="ticket_locked"):
        edit(world, ticket_id, **changes[link])


def test_a_removed_ticket_can_be_reopened_and_a_title_can_always_change(world: World) -> None:
    ticket_id = world.ticket(60)
    proposal = world.proposal_of(ticket_id)
    edit(world, ticket_id, title="Plotter")
    world.remove_from_proposal(proposal.number, ticket_id)
    edit(world, ticket_id, status=TicketStatus.IN_PROGRESS)
    row = world.read(lambda session: ticket_detail(session, ticket_id))
    assert (row.title, row.status, row.closed_at) == ("Plotter", "in_progress", None)


def test_a_billed_ticket_gets_no_other_link(world: World) -> None:
    ticket_id = world.ticket(60, billing_status=BillingStatus.BILLED)
    with pytest.raises(Refused, match="billing_transition"):
        edit(world, ticket_id, planning_id=world.planning())
    assert world.billing(ticket_id) == "billed"


def test_a_stale_page_is_refused(world: World) -> None:
    ticket_id = world.ticket(60)
    edit(world, ticket_id, title="Prima")
    with pytest.raises(Stale, match="ticket_changed"):
        edit(world, ticket_id, seen=1, title="Seconda")
    assert world.read(lambda session: ticket_detail(session, ticket_id)).title == "Prima"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "missing"),
        ({"title": "x" * (TITLE_LENGTH + 1)}, "too_long"),
        ({"title": "a\x00"}, "control_character"),
        ({"owner": "x" * 101}, "too_long"),
        ({"owner": "a\x00"}, "control_character"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(world: World, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        create(world, **fields)
    ticket_id = world.ticket(60)
    with pytest.raises(InvalidInput, match=code):
        edit(world, ticket_id, **fields)


def test_one_customer_and_one_coverage(world: World) -> None:
    with pytest.raises(InvalidInput, match="two_customers"):
        create(world, contact_id=world.contact(None))
    with pytest.raises(InvalidInput, match="two_coverages"):
        create(world, contract_id=world.contract(ContractKind.FLAT), planning_id=world.planning())
    assert world.count("ticket") == 0


def test_the_contract_of_another_customer_is_refused(world: World) -> None:
    contract, stranger = world.contract(ContractKind.FLAT), world.company("Bianchi")
    for customer in ({"company_id": stranger}, {"company_id": None, "contact_id": world.contact(stranger)}):
        with pytest.raises(InvalidInput, match="coverage_of_another_customer"):
            create(world, contract_id=contract, **customer)


def test_a_contact_brings_the_coverage_of_the_company(world: World) -> None:
    contact = world.contact(world.company_id)
    assert world.billing(create(world, company_id=None, contact_id=contact, contract_id=world.contract(ContractKind.FLAT)))


@pytest.mark.parametrize("forged", ["company_id", "contact_id", "contract_id", "planning_id"])
def test_an_invented_id_is_refused(world: World, forged: str) -> None:
    customer = {"company_id": None} if forged == "contact_id" else {}
    with pytest.raises((InvalidInput, NotFound)):
        create(world, **{**customer, forged: 999_999})


def test_a_change_is_in_the_history_with_before_and_after(world: World) -> None:
    ticket_id = world.ticket(60)
    edit(world, ticket_id, owner="Olga")
    history = world.read(lambda session: ticket_detail(session, ticket_id)).history
    assert [(row.before, row.after, row.actor) for row in history] == [({"owner": ""}, {"owner": "Olga"}, "olga")]


def test_nobody_unknown_edits(world: World) -> None:
    world.execute("UPDATE user_account SET active = false WHERE name = 'olga'")
    with pytest.raises(PermissionDenied):
        create(world)


@pytest.mark.parametrize("linked", ["at creation", "later"])
def test_a_rate_that_a_contract_fills_is_in_the_history(world: World, linked: str) -> None:
    contract_id = world.contract(ContractKind.TIME_AND_MATERIALS, rate=7000)
    if linked == "at creation":
        ticket_id = create(world, contract_id=contract_id)
    else:
        ticket_id = world.ticket(status=TicketStatus.OPEN)
        data = TicketData("x", company_id=world.company_id, contract_id=contract_id)
        world.act(lambda session: edit_ticket(session, ticket_id, 1, data, actor=OPERATOR))
    told = world.read(lambda session: ticket_detail(session, ticket_id)).history
    assert world.state(ticket_id).hourly_rate == 7000
    assert [row.after["hourly_rate"] for row in told if "hourly_rate" in row.after] == [7000]


def test_a_contract_that_had_ended_before_the_ticket_is_not_linked_to_it(world: World) -> None:
    ended = world.contract(ContractKind.FLAT)
    world.execute("UPDATE service_contract SET ends_on = :day WHERE id = :id", day=NOW.date() - timedelta(days=1), id=ended)
    with pytest.raises(InvalidInput, match="contract_ended_before") as refused:
        create(world, contract_id=ended)
    assert (refused.value.params["field"], refused.value.params["ends_on"]) == ("contract_id", NOW.date() - timedelta(days=1))
    ticket_id = world.ticket(60, opened_at=NOW)
    with pytest.raises(InvalidInput, match="contract_ended_before"):
        edit(world, ticket_id, contract_id=ended)
    # It covered what was opened in its time, and a ticket that has it keeps it.
    earlier = create(world, contract_id=ended, opened_at=NOW - timedelta(days=3))
    edit(world, earlier, title="Altro titolo")
    assert world.billing(earlier) == "service_contract"


@pytest.mark.parametrize("link", ["company_id", "contact_id", "planning_id"])
def test_what_is_retired_is_linked_to_no_ticket_any_more_and_stays_where_it_is(world: World, link: str) -> None:
    made: dict[str, Callable[[], int]] = {
        "company_id": lambda: world.company("Bianchi"),
        "contact_id": lambda: world.contact(world.company_id),
        "planning_id": world.planning,
    }
    id_ = made[link]()
    links = {"company_id": None if link == "contact_id" else world.company_id, link: id_}
    held = create(world, **links)
    world.execute(f"UPDATE {link.removesuffix('_id')} SET retired = true WHERE id = :id", id=id_)  # noqa: S608  names of our own
    with pytest.raises(InvalidInput, match="retired") as refused:
        create(world, **links)
    assert refused.value.params["field"] == link
    edit(world, held, title="Altro titolo")
