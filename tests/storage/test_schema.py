"""The migrations create the schema of the models on both databases, and the database enforces its constraints."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Enum, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from domain.errors import EntryTaken
from domain.vocabulary import ContractKind
from storage.database import Database, migrate
from tests.builders import World


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_check_of_the_models_is_in_the_database(database: Database) -> None:
    seen = inspect(database.engine)
    for table in SQLModel.metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in seen.get_check_constraints(table.name)} == wanted, table.name


def test_the_database_knows_the_same_words_as_the_vocabulary(database: Database) -> None:
    seen = inspect(database.engine)
    columns = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
    enums = [(column, column.type.enums) for column in columns if isinstance(column.type, Enum)]
    assert enums
    for column, values in enums:
        checks = {check["name"]: check["sqltext"] for check in seen.get_check_constraints(column.table.name)}
        words = set(re.findall(r"'([^']+)'", checks[f"ck_{column.table.name}_{column.name}"]))
        assert words == set(values), str(column)


def test_migrating_a_second_time_changes_nothing(world: World) -> None:
    before = {table.name: world.count(table.name) for table in SQLModel.metadata.sorted_tables}
    migrate(world.database.url)
    assert {table.name: world.count(table.name) for table in SQLModel.metadata.sorted_tables} == before


def test_a_ticket_of_no_company_that_exists_is_refused(world: World) -> None:
    with pytest.raises(IntegrityError):
        world.ticket(company_id=999_999)


def test_an_entry_has_any_number_of_dead_claims_and_one_live_one(world: World) -> None:
    ticket_id = world.ticket(60)
    first = world.proposal_of(ticket_id)
    world.remove_from_proposal(first.number, ticket_id)
    world.proposal_of(ticket_id)
    assert sorted(map(tuple, world.rows("SELECT line_id = :line, live FROM claim", line=first.lines[0].id))) == [(0, 1), (1, 0)]
    with pytest.raises(EntryTaken):
        world.execute("UPDATE claim SET live = true WHERE line_id = :line", line=first.lines[0].id)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'altro'", "DELETE FROM audit_entry"])
def test_history_is_never_changed_or_deleted(world: World, statement: str) -> None:
    world.proposal_of(world.ticket(60))
    before = world.rows("SELECT id, digest FROM audit_entry ORDER BY id")
    with pytest.raises(DBAPIError, match="never changed"):
        world.execute(statement)
    assert before
    assert world.rows("SELECT id, digest FROM audit_entry ORDER BY id") == before


@pytest.mark.parametrize(
    "fields",
    [{"billable_minutes": -1}, {"worked_minutes": -1}, {"worked_on": None}, {"started_at": None}],
    ids=lambda fields: next(iter(fields)),
)
def test_an_entry_with_negative_minutes_or_half_a_date_is_refused(world: World, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        world.entry(world.ticket(), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("net", [0, 5999, 6001])
def test_a_line_whose_amount_is_not_minutes_times_rate_is_refused(world: World, net: int) -> None:
    line = world.proposal_of(world.ticket(60)).lines[0]
    with pytest.raises(IntegrityError):
        world.execute("UPDATE proposal_line SET net = :net WHERE id = :id", net=net, id=line.id)


@pytest.mark.parametrize("state", ["suspended", "not_billed"])
def test_a_decision_without_a_reason_is_refused(world: World, state: str) -> None:
    line = world.proposal_of(world.ticket(60)).lines[0]
    with pytest.raises(IntegrityError):
        world.execute("UPDATE proposal_line SET state = :state WHERE id = :id", state=state, id=line.id)


def test_a_ticket_has_one_customer_and_one_coverage(world: World) -> None:
    with pytest.raises(IntegrityError):
        world.ticket(company_id=world.company_id, contact_id=world.contact(None))
    with pytest.raises(IntegrityError):
        world.ticket(contract_id=world.contract(ContractKind.FLAT), planning_id=world.planning())
