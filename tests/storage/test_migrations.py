"""Upgrading a database of an earlier version loses nothing, and new rules apply to existing rows."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.vocabulary import ContractKind
from storage.database import Database, _with_migration_engine, migrate
from storage.queries.check.check import check
from storage.queries.people.background_runs import runs_elsewhere
from tests.builders import World
from tests.support.postgres import PostgresServer

BEFORE_INVOICES = "0002"

# A ticket closed under ten prepaid hours, one under five incidents, and one that was suspended by hand.
ROWS = """
INSERT INTO company (id, code, name, vat_number, tax_code, recipient_code, pec, address, postal_code, city, province, country,
 payment_days) VALUES (1, 'C1', 'Rossi', '', '', '', '', '', '', '', '', 'IT', 30);
INSERT INTO service (id, code, name, hourly_rate, vat_rate, vat_nature) VALUES (1, 'S1', 'Assistenza', 6000, 2200, '');
INSERT INTO service_contract (id, code, name, company_id, kind, unit, units_total, hourly_rate, overage_rate) VALUES
 (1, 'K1', 'Ore', 1, 'units', 'hours', 1000, 0, 0), (2, 'K2', 'Interventi', 1, 'units', 'incidents', 500, 0, 0),
 (3, 'K3', 'Consuntivo', 1, 'time_and_materials', NULL, 0, 4500, 0);
INSERT INTO ticket (id, number, title, status, billing_status, company_id, contract_id, hourly_rate, cancellation_reason, owner,
 version) VALUES (1, 'T1', 'x', 'closed', 'service_contract', 1, 1, 0, '', '', 1),
 (2, 'T2', 'x', 'closed', 'service_contract', 1, 2, 0, '', '', 1),
 (3, 'T3', 'x', 'closed', 'suspended', 1, 3, 4500, 'attesa', '', 1),
 (4, 'T4', 'x', 'open', 'service_contract', 1, 1, 0, '', '', 1);
INSERT INTO time_entry (id, code, ticket_id, service_id, started_at, worked_on, worked_minutes, billable_minutes, operator,
 description, settled) VALUES (1, 'E1', 1, 1, '2026-01-05 09:00:00', '2026-01-05', 60, 60, '', '', NULL),
 (2, 'E2', 1, 1, '2026-01-06 09:00:00', '2026-01-06', 30, 0, '', '', NULL),
 (3, 'E3', 2, 1, '2026-01-07 09:00:00', '2026-01-07', 20, 20, '', '', NULL),
 (4, 'E4', 2, 1, '2026-01-08 09:00:00', '2026-01-08', 20, 20, '', '', NULL),
 (5, 'E5', 3, 1, '2026-01-09 09:00:00', '2026-01-09', 15, 15, '', '', 'suspended'),
 (6, 'E6', 4, 1, '2026-01-09 09:00:00', '2026-01-09', 15, 15, '', '', NULL);
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of the version before invoices, with rows in it."""
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{tmp_path_factory.mktemp('earlier') / 'earlier.sqlite'}")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield from _filled(url)


def _filled(url: str) -> Iterator[Database]:
    _with_migration_engine(url, lambda config: command.upgrade(config, BEFORE_INVOICES))
    database = Database(url)
    with database.engine.begin() as connection:
        for statement in ROWS.strip().removesuffix(";").split(";\n"):
            connection.exec_driver_sql(statement)
    database.dispose()
    yield database
    database.dispose()


def test_what_was_closed_under_units_contracts_is_drawn_and_nothing_else(earlier: Database) -> None:
    migrate(earlier.url)
    with earlier.read() as session:
        rows = session.connection().exec_driver_sql
        drawn = rows("SELECT contract_id, ticket_id, time_entry_id, units FROM contract_draw ORDER BY id").all()
        covered = rows("SELECT id, covered_minutes FROM time_entry WHERE covered_minutes > 0 ORDER BY id").all()
        marked = rows("SELECT id FROM ticket WHERE drawn ORDER BY id").all()
        reason = rows("SELECT decision_reason FROM time_entry WHERE id = 5").scalar_one()
        filled = rows("SELECT id FROM ticket WHERE rate_from_contract").scalar_one()
        assert [tuple(row) for row in drawn] == [(1, 1, 1, 60), (2, 2, 3, 1)]
        assert [tuple(row) for row in covered] == [(1, 60), (3, 20), (4, 20)]
        assert [row[0] for row in marked] == [1, 2]
        assert (reason, filled) == ("attesa", 3)
        assert check(session).violations == []


def test_a_run_that_was_noted_as_a_preference_becomes_one_of_no_owner(earlier: Database) -> None:
    _with_migration_engine(earlier.url, lambda config: command.upgrade(config, "0005"))
    note = '{"id": "ab12", "kind": "generation", "count": 3, "again": "/tickets", "started_at": "2026-02-01T09:00:00+00:00"}'
    with earlier.engine.begin() as connection:
        connection.execute(text("INSERT INTO preference SELECT id, 'run:ab12', :note FROM user_account LIMIT 1"), {"note": note})
        connection.execute(text("INSERT INTO preference SELECT id, 'tour', '1' FROM user_account LIMIT 1"))
    migrate(earlier.url)
    with earlier.read() as session:
        assert session.connection().exec_driver_sql("SELECT name FROM preference").scalars().all() == ["tour"]
        [[moved]] = runs_elsewhere(session, "somebody").values()
    assert (moved.id, moved.count, moved.owner, moved.started_at) == ("ab12", 3, "", datetime(2026, 2, 1, 9, tzinfo=UTC))


def test_manual_decisions_keep_their_values_and_no_id_is_given_twice(earlier: Database) -> None:
    _with_migration_engine(earlier.url, lambda config: command.upgrade(config, "0005"))
    with earlier.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE time_entry SET settled_by = 'mario', settled_at = '2026-01-10 08:00:00' WHERE id = 5")
        connection.exec_driver_sql(
            "INSERT INTO time_entry (code, ticket_id, operator, description) VALUES ('E7', 4, '', ''), ('E8', 4, '', '')"
            if earlier.engine.dialect.name == "sqlite"
            else "SELECT setval(pg_get_serial_sequence('time_entry', 'id'), 8)"
        )
        connection.exec_driver_sql("DELETE FROM time_entry WHERE id > 6")
    migrate(earlier.url)
    with earlier.engine.begin() as connection:
        rows = connection.exec_driver_sql
        decided = rows(
            "SELECT id, manual_decision, decision_reason, decided_by FROM time_entry WHERE manual_decision IS NOT NULL"
        )
        assert [tuple(row) for row in decided] == [(5, "suspended", "attesa", "mario")]
        assert str(rows("SELECT decided_at FROM time_entry WHERE id = 5").scalar_one()).startswith("2026-01-10 08:00")
        rows("INSERT INTO time_entry (code, ticket_id, operator, description, covered_minutes) VALUES ('E9', 4, '', '', 0)")
        assert rows("SELECT id FROM time_entry WHERE code = 'E9'").scalar_one() == 9
        with pytest.raises(DBAPIError):
            rows("UPDATE time_entry SET manual_decision = 'nonsense' WHERE id = 5")


def test_the_history_stays_append_only(earlier: Database) -> None:
    migrate(earlier.url)
    with earlier.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audit_entry (id, at, actor, subject, subject_id, action, before, after, reason, digest)"
            " VALUES (1, '2026-01-01 00:00:00', 'x', 'ticket', 1, 'invoiced', '{}', '{}', '', 'x')"
        )
    with pytest.raises(DBAPIError, match="never changed"), earlier.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'y'")


@pytest.mark.parametrize("table", ["invoice", "invoice_line", "invoice_vat", "contract_draw"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_was_issued_or_drawn_is_never_changed_nor_deleted(corruptible: World, table: str, statement: str) -> None:
    _issue_and_draw(corruptible)
    column = {"invoice": "reason", "invoice_line": "description", "invoice_vat": "vat", "contract_draw": "units"}[table]
    with pytest.raises(DBAPIError, match="never changed"):
        corruptible.execute(statement.format(table, column, column))


def _issue_and_draw(world: World) -> None:
    world.execute(
        """INSERT INTO invoice (id, kind, number, series, year, ordinal, issued_on, due_on, company_id, seller, buyer, net, vat,
        stamp_duty, total, payable, reason, issued_at, issued_by) VALUES (1, 'invoice', 'X', 'X', 2026, 1, '2026-01-01',
        '2026-01-01', :company, '{}', '{}', 1, 0, 0, 1, 1, '', '2026-01-01', 'x')""",
        company=world.company_id,
    )
    ticket_id = world.ticket(60)
    line = world.proposal_of(ticket_id).lines[0]
    world.execute(
        """INSERT INTO invoice_line (id, invoice_id, position, proposal_line_id, ticket_number, service_name, description,
        minutes, rate, vat_rate, vat_nature, net) VALUES (1, 1, 1, :line, 'x', 'x', 'x', 1, 60, 0, '', 1)""",
        line=line.id,
    )
    world.execute("INSERT INTO invoice_vat (invoice_id, rate, nature, net, vat) VALUES (1, 0, '', 1, 0)")
    contract = world.contract(ContractKind.FLAT)
    world.execute(
        """INSERT INTO contract_draw (id, contract_id, ticket_id, time_entry_id, worked_on, units, at, actor)
        VALUES (1, :contract, :ticket, 1, '2026-01-01', 1, '2026-01-01', 'x')""",
        contract=contract,
        ticket=ticket_id,
    )
