"""Every time entry of closed tickets is in exactly one bucket, by every dimension (spec, promise 2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from domain.actions.contracts.draw import redraw
from domain.errors import InvalidInput
from domain.model import ServiceContract
from domain.reads.selection import Selection, TicketFilter, count_selected
from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket, ContractKind, ContractUnit, LineState, Overage, TicketStatus
from storage.queries.reconciliation.buckets import NO_WORK, Amount, Dimension, Matrix, MatrixRow, bucket_matrix, operators, prove
from storage.queries.tickets.grid import ticket_page
from tests.builders import FIRST_DAY, MANAGER, World

FIELDS = {
    Dimension.MONTH: "month",
    Dimension.CUSTOMER: "company_id",
    Dimension.OPERATOR: "operator",
    Dimension.SERVICE: "service_id",
}


def buckets(world: World) -> dict[Bucket, Amount]:
    """Where work is; only what is not empty."""
    return {bucket: amount for bucket, amount in world.read(prove).buckets.items() if amount != NO_WORK}


def matrix(world: World, by: Dimension, narrowed: WorkFilter | None = None, **order: Any) -> Matrix:
    return world.read(lambda session: bucket_matrix(session, by, narrowed or WorkFilter(), **order))


def tickets_of(world: World, work: WorkFilter) -> set[int]:
    return {row.id for row in world.read(lambda session: ticket_page(session, TicketFilter(work=work), limit=500))}


def row_of(found: Matrix, key: int | str) -> MatrixRow:
    return next(row for row in found.rows if row.key == key)


def prepaid(world: World, hours: int) -> int:
    """A contract of some hours that bills what goes beyond them at 90,00 an hour."""
    terms: dict[str, Any] = {
        "kind": ContractKind.UNITS,
        "unit": ContractUnit.HOURS,
        "overage": Overage.BILL,
        "overage_rate": 9000,
    }
    contract = ServiceContract(code="K", name="K", company_id=world.company_id, units_total=100 * hours, **terms)
    return world.add(contract)


def drawn(world: World, *minutes: int, hours: int = 1) -> int:
    """A ticket that was closed over a prepaid contract."""
    ticket_id = world.ticket(*minutes, billing_status="service_contract", contract_id=prepaid(world, hours))
    world.act(lambda session: redraw(session, MANAGER, [ticket_id]))
    return ticket_id


def invoice(world: World, *ticket_ids: int) -> str:
    """Bill these tickets to the end: the number of the invoice."""
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return world.issue(number)[0].number


def to_bill(world: World) -> int:
    return world.ticket(60)


def proposed(world: World) -> int:
    world.proposal_of(ticket_id := world.ticket(60))
    return ticket_id


def decided(state: LineState) -> Callable[[World], int]:
    def tell(world: World) -> int:
        ticket_id = world.ticket(60)
        world.decide(world.proposal_of(ticket_id).number, state, "attesa", ticket_ids={ticket_id})
        return ticket_id

    return tell


def credited(world: World) -> int:
    world.credit(invoice(world, ticket_id := world.ticket(60)))
    return ticket_id


def invoiced(world: World) -> int:
    invoice(world, ticket_id := world.ticket(60))
    return ticket_id


STORIES: dict[str, tuple[Bucket, Callable[[World], int]]] = {
    "to bill": (Bucket.TO_BILL, to_bill),
    "proposed": (Bucket.PROPOSED, proposed),
    "suspended in review": (Bucket.SUSPENDED, decided(LineState.SUSPENDED)),
    "suspended by hand": (Bucket.SUSPENDED, lambda world: decided_by_hand(world, "suspended")),
    "credited": (Bucket.SUSPENDED, credited),
    "not billed in review": (Bucket.NOT_BILLED, decided(LineState.NOT_BILLED)),
    "not billed by hand": (Bucket.NOT_BILLED, lambda world: decided_by_hand(world, "not_billed")),
    "covered by units": (Bucket.CONTRACT, lambda world: drawn(world, 60)),
    "covered by a fee": (Bucket.CONTRACT, lambda world: world.ticket(60, billing_status="service_contract")),
    "planned": (Bucket.PLANNING, lambda world: world.ticket(60, billing_status=None, planning_id=world.planning())),
    "invoiced": (Bucket.INVOICED, invoiced),
    "billed elsewhere": (Bucket.BILLED_ELSEWHERE, lambda world: decided_by_hand(world, "billed")),
}


def decided_by_hand(world: World, status: str) -> int:
    """Work that was decided on by hand, on a ticket that is to bill again for what came after."""
    ticket_id = world.ticket()
    world.entry(ticket_id, 60, manual_decision=status, decision_reason="per accordo", decided_by="mario")
    world.execute("UPDATE ticket SET billing_status = :status WHERE id = :id", status=status, id=ticket_id)
    return ticket_id


@pytest.mark.parametrize("story", STORIES)
def test_every_life_of_work_ends_in_its_bucket_and_the_figure_opens_its_ticket(world: World, story: str) -> None:
    bucket, tell = STORIES[story]
    world.ticket(30, status=TicketStatus.OPEN)
    world.ticket(0)
    ticket_id = tell(world)
    assert buckets(world) == {bucket: Amount(1, 60, 6000)}
    assert tickets_of(world, WorkFilter(bucket)) == tickets_of(world, WorkFilter()) == {ticket_id}
    others = set(Bucket) - {bucket}
    assert [other for other in others if tickets_of(world, WorkFilter(other))] == []


def test_an_entry_that_is_covered_in_part_is_in_two_buckets_each_at_its_own_price(world: World) -> None:
    ticket_id = drawn(world, 90, hours=1)
    covered, excess = Amount(1, 60, 6000), Amount(1, 30, 4500)
    assert buckets(world) == {Bucket.CONTRACT: covered, Bucket.TO_BILL: excess}
    world.proposal_of(ticket_id)
    assert buckets(world) == {Bucket.CONTRACT: covered, Bucket.PROPOSED: excess}
    assert tickets_of(world, WorkFilter(Bucket.CONTRACT)) == tickets_of(world, WorkFilter(Bucket.PROPOSED)) == {ticket_id}


def test_a_merged_line_is_shared_out_among_months_and_people_to_the_cent(world: World) -> None:
    odd = world.service("Dispari", rate=100)
    ticket_id = world.ticket()
    for day, minutes, operator in ((date(2026, 1, 30), 1, "Ada"), (date(2026, 2, 2), 1, "Bea"), (date(2026, 2, 3), 1, "Ada")):
        world.entry(ticket_id, minutes, on=day, operator=operator, service_id=odd)
    world.proposal_of(ticket_id, group_entries=True)
    by_month, by_operator = matrix(world, Dimension.MONTH), matrix(world, Dimension.OPERATOR)
    assert [(row.key, row.total) for row in by_month.rows] == [("2026-01", Amount(1, 1, 1)), ("2026-02", Amount(2, 2, 4))]
    assert [(row.key, row.total) for row in by_operator.rows] == [("Ada", Amount(2, 2, 3)), ("Bea", Amount(1, 1, 2))]


def test_work_without_date_person_service_or_customer_has_its_rows_and_they_open_its_tickets(world: World) -> None:
    ticket_id = world.ticket(company_id=None, contact_id=world.contact(None))
    world.entry(ticket_id, 45, on=None, service_id=None)
    world.ticket(60)
    for by in Dimension:
        none: int | str = "" if by in (Dimension.MONTH, Dimension.OPERATOR) else 0
        row = row_of(matrix(world, by), none)
        within: dict[str, Any] = {FIELDS[by]: none}
        assert row.label == ""
        if by is not Dimension.OPERATOR:
            assert row.total == Amount(1, 45, 0)
            assert tickets_of(world, WorkFilter(**within)) == {ticket_id}
    world.execute("UPDATE time_entry SET operator = 'Ada' WHERE billable_minutes = 60")
    assert tickets_of(world, WorkFilter(operator="")) == {ticket_id}
    assert world.read(operators) == ["Ada"]


def test_filters_combine(world: World) -> None:
    bianchi, remote = world.company("Bianchi"), world.service("Remoto")
    one = world.ticket(60, 60, company_id=bianchi)
    world.ticket(60)
    world.entry(one, 60, on=date(2026, 3, 1), service_id=remote, operator="Ada")
    whole = WorkFilter(Bucket.TO_BILL, company_id=bianchi)
    assert matrix(world, Dimension.SERVICE, whole).total.minutes == 180
    assert matrix(world, Dimension.MONTH, replace(whole, month="2026-02")).total.minutes == 120
    for narrower in ({"worked_from": date(2026, 3, 1)}, {"operator": "Ada"}, {"service_id": remote}, {"month": "2026-03"}):
        narrowed = replace(whole, **narrower)
        assert matrix(world, Dimension.CUSTOMER, narrowed).total.minutes == 60
        assert tickets_of(world, narrowed) == {one}
    assert tickets_of(world, replace(whole, worked_to=FIRST_DAY - timedelta(days=1))) == set()
    assert tickets_of(world, replace(whole, bucket=Bucket.INVOICED)) == set()


def test_rows_are_sorted_and_paged_and_totals_are_of_all_of_them(world: World) -> None:
    names = ["Zeta", "alfa", "Beta"]
    ids = {name: world.company(name) for name in names}
    for name, minutes in zip(names, (10, 20, 30), strict=True):
        world.ticket(minutes, company_id=ids[name])
    by_name = matrix(world, Dimension.CUSTOMER)
    assert [row.label for row in by_name.rows] == ["alfa", "Beta", "Zeta"]
    dearest = matrix(world, Dimension.CUSTOMER, sort="total", descending=True, start=1, limit=1)
    assert ([row.label for row in dearest.rows], dearest.count, dearest.total.minutes) == (["alfa"], 3, 60)
    with pytest.raises(InvalidInput, match="unknown_sort"):
        matrix(world, Dimension.CUSTOMER, sort="__class__")


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "2026-02-03", "'; DROP", "²026-01"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(InvalidInput, match="not_a_month"):
        WorkFilter(month=month)


def test_selections_of_other_work_are_other_selections() -> None:
    works = [
        None,
        WorkFilter(),
        WorkFilter(Bucket.TO_BILL),
        WorkFilter(month="2026-02"),
        WorkFilter(month=""),
        WorkFilter(operator=""),
    ]
    assert len({Selection(filter=TicketFilter(work=work)).canonical() for work in works}) == len(works)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_all_ways_to_look_at_it_add_up(world: World, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - chance, not a secret
    some_world(world, chance)
    proof = world.read(prove)
    assert proof.differences == ()
    assert len([amount for amount in proof.buckets.values() if amount.entries]) > 4, "a world in which little happens"
    for by in Dimension:
        found = matrix(world, by)
        assert {bucket: found.cells[bucket] for bucket in Bucket} == proof.buckets
        for row, bucket in figures(found, chance):
            within: dict[str, Any] = {FIELDS[by]: row.key}
            work = WorkFilter(bucket, **within)
            expected = tickets_behind(world, by, row.key, bucket)
            assert tickets_of(world, work) == expected
            selection = Selection(filter=TicketFilter(work=work))
            with world.database.read() as session:
                assert count_selected(session, selection) == len(expected)


def figures(found: Matrix, chance: Random) -> Iterator[tuple[MatrixRow, Bucket]]:
    """A few figures of a matrix."""
    filled = [(row, bucket) for row in found.rows for bucket in row.cells]
    yield from chance.sample(filled, min(3, len(filled)))


def tickets_behind(world: World, by: Dimension, key: int | str, bucket: Bucket) -> set[int]:
    """The tickets that alone, all others opened again, have work in that cell; asked of the matrix itself."""
    found = set()
    for (ticket_id,) in world.rows("SELECT id FROM ticket WHERE status = 'closed'"):
        with world.database.write(dry_run=True) as session:
            statement = "UPDATE ticket SET status = 'waiting' WHERE id <> :id"
            session.connection().exec_driver_sql(statement.replace(":id", str(ticket_id)))
            rows = bucket_matrix(session, by, WorkFilter()).rows
        if any(row.key == key and bucket in row.cells for row in rows):
            found.add(ticket_id)
    return found


def some_world(world: World, chance: Random) -> None:
    """Tickets of a few customers over a few months, billed here and there."""
    customers = [world.company_id, world.company("Bianchi"), world.company("Verdi")]
    services = [world.service_id, world.service("Remoto", rate=4550), world.service("Gratis", rate=0)]
    contract_id, planning_id = prepaid(world, 2), world.planning()
    ids: dict[str, list[int]] = {"to_bill": [], "contract": []}
    for _ in range(14):
        fields: dict[str, Any] = {"company_id": chance.choice(customers), "hourly_rate": chance.choice([0, 0, 7001])}
        kind = chance.choice(["to_bill", "to_bill", "to_bill", "contract", "planning"])
        if kind != "to_bill":
            fields["company_id"] = world.company_id
            covered = kind == "contract"
            fields |= {"billing_status": "service_contract", "contract_id": contract_id} if covered else {}
            fields |= {"billing_status": None, "planning_id": planning_id} if not covered else {}
        ticket_id = world.ticket(**fields)
        for _ in range(chance.randint(1, 3)):
            day = FIRST_DAY + timedelta(days=chance.randint(-60, 60))
            who, what = chance.choice(["", "Ada", "Bea"]), chance.choice(services[:2])
            world.entry(ticket_id, chance.choice([0, 7, 45, 100]), on=day, operator=who, service_id=what)
        ids.setdefault(kind, []).append(ticket_id)
    if ids["contract"]:
        world.act(lambda session: redraw(session, MANAGER, ids["contract"]))
    world.entry(world.ticket(), None, on=None, service_id=services[2])
    decided_by_hand(world, chance.choice(["suspended", "not_billed", "billed"]))
    invoice(world, *ids["to_bill"][:1])
    world.generate(*ids["to_bill"][1:-1], by_customer=False, group_entries=chance.choice([True, False]))
    for state in (LineState.SUSPENDED, LineState.NOT_BILLED):
        rows = world.rows("""SELECT p.number, l.id FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id
            WHERE p.status = 'draft' AND l.state = 'bill' ORDER BY l.id""")
        number, line_id = chance.choice(rows)
        world.decide(number, state, "attesa", line_ids={line_id})
