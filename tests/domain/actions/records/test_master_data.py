"""Master data follows the rules of the import, respects what depends on it, and has a history (spec, section 2)."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.actions.contracts.draw import ContractRefuses
from domain.actions.core.acting import Actor
from domain.actions.records.edit import SeenRecord, create_record, delete_record, edit_record, set_retired, values_of
from domain.errors import NotFound, PermissionDenied, Refused, Stale
from domain.model import AuditEntry
from domain.model.base import table_of
from domain.rules.records.fields import InvalidFields
from domain.rules.records.judge import FIELDS
from domain.rules.records.tables import RecordKind as T
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage
from storage.queries.check.check import check
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, OPERATOR, OTHER_MANAGER, World
from tests.support.contracts import covered

CONTRACT = {"name": "Ore", "kind": "units", "unit": "hours", "units_total": "40"}


def create(world: World, table: T, actor: Actor = MANAGER, /, **cells: str) -> int:
    return world.act(lambda session: create_record(session, table, cells, actor=actor))


def seen(world: World, table: T, id_: int) -> SeenRecord:
    values = world.read(lambda session: values_of(session, table, id_))
    return SeenRecord(table, id_, {name: value for name, value in values.items() if name != "id"})


def cells_of(record: SeenRecord) -> dict[str, str]:
    """What a form shows of a record, as a person leaves it who touches nothing."""
    return {column.field: _cell(column.parse, record.values[column.field]) for column in FIELDS[record.table]}


def _cell(parse: Callable[[str], Any], value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # Amounts are in hundredths: the rule that reads them knows.
    hundredths = isinstance(value, int) and parse.__name__ in ("amount", "percentage")
    return "" if value is None else f"{value / 100:.2f}" if hundredths else str(value)


def edit(world: World, record: SeenRecord, actor: Actor = MANAGER, /, **changes: str) -> None:
    cells = cells_of(record) | changes
    world.act(lambda session: edit_record(session, record, cells, actor=actor))


def problems(refused: pytest.ExceptionInfo[InvalidFields]) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in refused.value.problems]


def history(world: World, subject: str, id_: int) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:

    audit = table_of(AuditEntry)
    rows = audit.select().where((audit.c.subject == subject) & (audit.c.subject_id == id_)).order_by(audit.c.id)
    return world.read(lambda s: [(r.action.value, r.actor, r.before, r.after) for r in s.connection().execute(rows)])


def test_a_company_is_created_with_the_next_free_code_and_what_was_written(world: World) -> None:
    world.execute("UPDATE company SET code = 'AZ-00001' WHERE id = :id", id=world.company_id)
    id_ = create(world, T.COMPANIES, name="Bianchi S.r.l.", vat_number="IT 00743110157", needs_cig="true", cup="a" * 15)
    values = seen(world, T.COMPANIES, id_).values
    assert (values["code"], values["vat_number"], values["country"]) == ("AZ-00002", "00743110157", "IT")
    assert (values["needs_cig"], values["split_payment"], values["cup"]) == (True, False, "A" * 15)
    ((action, actor, _, after),) = history(world, "company", id_)
    assert (action, actor, after["name"]) == ("created", MANAGER.name, "Bianchi S.r.l.")


def test_an_edit_writes_and_records_only_changes(world: World) -> None:
    record = seen(world, T.SERVICES, world.service_id)
    edit(world, record)
    assert history(world, "service", world.service_id) == []
    edit(world, record, hourly_rate="72.5")
    assert seen(world, T.SERVICES, world.service_id).values["hourly_rate"] == 7_250
    expected = ("changed", MANAGER.name, {"hourly_rate": 6_000}, {"hourly_rate": 7_250})
    assert history(world, "service", world.service_id) == [expected]


def test_everything_that_is_wrong_is_said_at_once_by_field(world: World) -> None:
    wrong = {"code": "C0", "vat_number": "!", "pec": "nessuna", "province": "9", "payment_days": "-1", "cig": "x", "cup": "\x00"}
    with pytest.raises(InvalidFields) as refused:
        create(world, T.COMPANIES, **wrong)
    assert sorted(problems(refused)) == [
        ("cig", "bad_cig"), ("code", "code_taken"), ("cup", "control_character"), ("name", "missing"),
        ("payment_days", "negative"), ("pec", "bad_email"), ("province", "bad_province"), ("vat_number", "bad_vat_number"),
    ]  # fmt: skip
    assert world.count("company") == 1


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: World) -> None:
    record = seen(world, T.COMPANIES, world.company_id)
    edit(world, record, OTHER_MANAGER, city="Torino")
    with pytest.raises(Stale) as stale:
        edit(world, record, city="Milano")
    assert stale.value.params == {"code": "C0", "by": OTHER_MANAGER.name}
    for late in (
        lambda s: delete_record(s, record, actor=MANAGER),
        lambda s: set_retired(s, record, retired=True, actor=MANAGER),
    ):
        with pytest.raises(Stale):
            world.act(late)
    assert seen(world, T.COMPANIES, world.company_id).values["city"] == "Torino"


def test_a_record_that_is_there_keeps_a_code_of_its_own(world: World) -> None:
    other = seen(world, T.COMPANIES, world.company("Bianchi"))
    for code, problem in (("", "missing"), ("C0", "code_taken")):
        with pytest.raises(InvalidFields) as refused:
            edit(world, other, code=code)
        assert problems(refused) == [("code", problem)]


def test_a_link_to_what_is_retired_or_is_not_there_is_refused_and_an_old_one_stays(world: World) -> None:
    contact = world.contact(world.company_id)
    company = seen(world, T.COMPANIES, world.company_id)
    world.act(lambda session: set_retired(session, company, retired=True, actor=MANAGER))
    edit(world, seen(world, T.CONTACTS, contact), last_name="Neri")
    for company_id, problem in ((str(world.company_id), "retired"), ("999999", "unknown_record"), ("x", "not_a_number")):
        with pytest.raises(InvalidFields) as refused:
            create(world, T.PLANNINGS, name="Progetto", company_id=company_id)
        assert problems(refused) == [("company_id", problem)]


def test_a_contact_gets_its_company_and_its_ticket_can_be_billed(world: World) -> None:
    contact = world.contact(None)
    ticket = world.ticket(60, contact_id=contact)
    assert world.generate(ticket).outcome["numbers"] == []
    edit(world, seen(world, T.CONTACTS, contact), company_id=str(world.company_id))
    assert len(world.generate(ticket).outcome["numbers"]) == 1


def test_a_contacts_company_stays_under_a_proposal_and_where_a_contract_covers_its_ticket(world: World) -> None:
    other = world.company("Bianchi")
    proposed, covered = world.contact(world.company_id), world.contact(world.company_id)
    world.proposal_of(world.ticket(60, contact_id=proposed))
    contract = world.contract(ContractKind.FLAT)
    world.ticket(60, contact_id=covered, contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    for contact, problem in ((proposed, "contact_locked"), (covered, "contact_in_use")):
        with pytest.raises(InvalidFields) as refused:
            edit(world, seen(world, T.CONTACTS, contact), company_id=str(other))
        assert problems(refused) == [("company_id", problem)]


def test_kind_company_and_the_sense_of_the_unit_stay_while_a_ticket_is_linked_to_a_contract(world: World) -> None:
    other = world.company("Bianchi")
    contract = create(world, T.CONTRACTS, company_id=str(world.company_id), **CONTRACT)
    world.ticket(contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    record = seen(world, T.CONTRACTS, contract)
    flat = {"kind": "flat", "unit": "", "units_total": ""}
    for changes, field in ((flat, "kind"), ({"company_id": str(other)}, "company_id"), ({"unit": "incidents"}, "unit")):
        with pytest.raises(InvalidFields) as refused:
            edit(world, record, **changes)
        assert problems(refused) == [(field, "contract_in_use")]
    edit(world, record, unit="days", units_total="10")
    assert seen(world, T.CONTRACTS, contract).values["unit"] is ContractUnit.DAYS


def test_a_contract_that_says_its_unit_at_last_draws_what_was_closed_under_it(world: World) -> None:
    contract = world.contract(ContractKind.UNITS)
    ticket = world.ticket(60, contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    record = seen(world, T.CONTRACTS, contract)
    small = {"unit": "hours", "units_total": "0.5", "overage": "refuse"}
    with pytest.raises(ContractRefuses, match="contract_exhausted"):
        edit(world, record, **small)
    edit(world, record, unit="hours", units_total="5")
    assert covered(world, ticket) == [60]
    assert world.read(check).violations == []


def test_a_plannings_company_stays_while_a_ticket_of_it_is_linked(world: World) -> None:
    planning, other = world.planning(), world.company("Bianchi")
    world.ticket(planning_id=planning, billing_status=None)
    with pytest.raises(InvalidFields) as refused:
        edit(world, seen(world, T.PLANNINGS, planning), company_id=str(other))
    assert problems(refused) == [("company_id", "planning_in_use")]


def test_a_contract_has_what_its_kind_needs_and_nothing_else(world: World) -> None:
    cases: tuple[tuple[dict[str, str], list[tuple[str, str]]], ...] = (
        ({"unit": "", "units_total": ""}, [("unit", "missing"), ("units_total", "not_above_zero")]),
        ({"unit": "incidents", "units_total": "2.5"}, [("units_total", "incidents_not_whole")]),
        ({"hourly_rate": "50"}, [("hourly_rate", "not_of_kind")]),
        ({"overage": "refuse", "overage_rate": "50"}, [("overage_rate", "nothing_past_the_last")]),
        ({"kind": "flat"}, [("unit", "not_of_kind"), ("units_total", "not_of_kind")]),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}, [("ends_on", "ends_before_start")]),
    )
    for changes, expected in cases:
        with pytest.raises(InvalidFields) as refused:
            create(world, T.CONTRACTS, company_id=str(world.company_id), **(CONTRACT | changes))
        assert problems(refused) == expected
    id_ = create(world, T.CONTRACTS, company_id=str(world.company_id), **(CONTRACT | {"overage": "bill"}))
    assert seen(world, T.CONTRACTS, id_).values["overage"] is Overage.BILL


def test_a_service_whose_price_changes_leaves_the_lines_that_are_made(world: World) -> None:
    before = world.proposal_of(world.ticket(60))
    edit(world, seen(world, T.SERVICES, world.service_id), hourly_rate="90", vat_rate="10")
    assert world.proposal(before.number).lines == before.lines


def test_a_record_is_retired_and_brought_back(world: World) -> None:
    for retired in (True, False):
        record = seen(world, T.COMPANIES, world.company_id)
        world.act(lambda session, r=record, to=retired: set_retired(session, r, retired=to, actor=MANAGER))  # type: ignore[misc]
        assert seen(world, T.COMPANIES, world.company_id).values["retired"] is retired
    assert [after for _, _, _, after in history(world, "company", world.company_id)] == [{"retired": True}, {"retired": False}]


def test_what_is_used_is_not_deleted_and_the_refusal_names_what_uses_it(world: World) -> None:
    world.contact(world.company_id)
    world.proposal_of(world.ticket(60))
    for table, id_, uses in (
        (T.COMPANIES, world.company_id, ["contact", "proposal", "ticket"]),
        (T.SERVICES, world.service_id, ["proposal_line", "time_entry"]),
    ):
        record = seen(world, table, id_)
        with pytest.raises(Refused, match="record_in_use") as refused:
            world.act(lambda session, r=record: delete_record(session, r, actor=MANAGER))  # type: ignore[misc]
        assert refused.value.params["uses"] == uses


def test_what_nothing_uses_is_deleted_and_its_history_stays(world: World) -> None:
    id_ = create(world, T.PLANNINGS, code="P7", name="Progetto", company_id=str(world.company_id))
    record = seen(world, T.PLANNINGS, id_)
    world.act(lambda session: delete_record(session, record, actor=MANAGER))
    assert world.count("planning") == 0
    (_, (action, _, before, _)) = history(world, "planning", id_)
    assert (action, before["code"], before["name"]) == ("deleted", "P7", "Progetto")
    with pytest.raises(NotFound):
        edit(world, record, name="Altro")


@pytest.mark.parametrize("actor", [OPERATOR, Actor("nobody", MANAGER.now)], ids=["operator", "nobody"])
def test_who_only_keeps_tickets_changes_no_master_data(world: World, actor: Actor) -> None:
    record = seen(world, T.COMPANIES, world.company_id)
    attempts: tuple[Callable[[Any], object], ...] = (
        lambda s: create_record(s, T.COMPANIES, {"name": "X"}, actor=actor),
        lambda s: edit_record(s, record, cells_of(record) | {"name": "X"}, actor=actor),
        lambda s: set_retired(s, record, retired=True, actor=actor),
        lambda s: delete_record(s, record, actor=actor),
    )
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            world.act(attempt)
    assert seen(world, T.COMPANIES, world.company_id) == record


@pytest.mark.parametrize("actor", [MANAGER, LEAD, ADMINISTRATOR], ids=lambda actor: actor.name)
def test_from_billing_manager_up_everybody_writes_master_data(world: World, actor: Actor) -> None:
    assert create(world, T.SERVICES, actor, name="Sviluppo", hourly_rate="80", vat_rate="22")
