"""Lists of master data, a company's tickets to bill, and the next free code (spec, sections 1 and 2)."""

import pytest

from domain.actions.records.edit import create_record, delete_record
from domain.errors import InvalidInput
from domain.reads.selection import TicketFilter
from domain.rules.records.judge import SERIES
from domain.rules.records.tables import RecordKind as T
from domain.vocabulary import ContractKind
from storage.queries.records.records import (
    BillableTickets,
    MasterFilter,
    counts_in_use,
    master_page,
    next_code,
    record_detail,
    related_to,
    sortable,
    to_bill,
)
from storage.queries.tickets.grid import ticket_page
from tests.builders import MANAGER, World


def ids(world: World, table: T, narrowed: MasterFilter, sort: str = "name", *, descending: bool = False) -> list[int]:
    rows = world.read(lambda session: master_page(session, table, narrowed, sort=sort, descending=descending))
    return [row.id for row in rows]


@pytest.mark.parametrize("table", SERIES)
def test_every_list_is_sorted_by_each_of_its_columns_and_by_no_other(world: World, table: T) -> None:
    world.contact(world.company_id)
    world.contract(ContractKind.UNITS)
    world.planning()
    for sort in sorted(sortable(table)):
        assert len(ids(world, table, MasterFilter(), sort)) == 1
    for sort in ("id", "retired", "__class__", "company_id"):
        with pytest.raises(InvalidInput):
            ids(world, table, MasterFilter(), sort)


def test_a_list_is_filtered_by_text_company_and_use(world: World) -> None:
    other = world.company("Bianchi 100% S.r.l.")
    mine, theirs, free = world.contact(world.company_id), world.contact(other, "Bruno", "Neri"), world.contact(None, "Carla")
    world.execute("UPDATE contact SET retired = :yes WHERE id = :id", yes=True, id=free)
    assert ids(world, T.CONTACTS, MasterFilter()) == [mine, theirs]
    assert ids(world, T.CONTACTS, MasterFilter(), descending=True) == [theirs, mine]
    assert ids(world, T.CONTACTS, MasterFilter(retired=True)) == [free]
    assert ids(world, T.CONTACTS, MasterFilter(retired=None, company_id=other)) == [theirs]
    assert ids(world, T.CONTACTS, MasterFilter(search="100%")) == [theirs]
    assert ids(world, T.CONTACTS, MasterFilter(search="bruno n")) == [theirs]
    assert ids(world, T.COMPANIES, MasterFilter(search="_")) == []
    assert world.read(lambda s: counts_in_use(s, T.CONTACTS, MasterFilter(retired=True))) == {False: 2, True: 1}
    assert [(each.table, each.total) for each in world.read(lambda s: related_to(s, other))] == [
        (T.CONTACTS, 1), (T.CONTRACTS, 0), (T.PLANNINGS, 0),
    ]  # fmt: skip


def test_what_a_company_waits_to_be_billed_is_what_its_tickets_say(world: World) -> None:
    contact = world.contact(world.company_id)
    world.ticket(50, 0, None)
    world.ticket(35, contact_id=contact, hourly_rate=7_777)
    world.proposal_of(world.ticket(60))
    expected = world.read(lambda s: ticket_page(s, TicketFilter(company_id=world.company_id)))
    value = sum(row.value for row in expected if not row.proposal_id)
    assert world.read(lambda s: to_bill(s, [world.company_id, 4711])) == {world.company_id: BillableTickets(2, value)}
    assert value == 5_000 + 4_537


def test_the_next_code_is_the_one_that_a_new_record_gets(world: World) -> None:
    for code in ("SV-00001", "SV-00003"):
        cells = {"code": code, "name": code, "hourly_rate": "1", "vat_rate": "22"}
        world.act(lambda s, cells=cells: create_record(s, T.SERVICES, cells, actor=MANAGER))  # type: ignore[misc]
    for expected in ("SV-00002", "SV-00004"):
        assert world.read(lambda s: next_code(s, T.SERVICES)) == expected
        given = world.act(
            lambda s: create_record(s, T.SERVICES, {"name": "x", "hourly_rate": "1", "vat_rate": "0"}, actor=MANAGER)
        )
        assert world.read(lambda s, id_=given: record_detail(s, T.SERVICES, id_)).seen.values["code"] == expected  # type: ignore[misc]


def test_the_history_of_a_record_is_not_that_of_one_that_was_deleted(world: World) -> None:
    cells = {"name": "Progetto", "company_id": str(world.company_id)}
    for _ in range(2):
        id_ = world.act(lambda s: create_record(s, T.PLANNINGS, cells, actor=MANAGER))
        detail = world.read(lambda s, id_=id_: record_detail(s, T.PLANNINGS, id_))  # type: ignore[misc]
        assert (detail.company, [row.action.value for row in detail.history]) == ("Rossi S.p.A.", ["created"])
        world.act(lambda s, seen=detail.seen: delete_record(s, seen, actor=MANAGER))  # type: ignore[misc]
