"""The check finds faults of the ledger: SQL breaks each rule once."""

import pytest
from sqlalchemy import text

from domain.vocabulary import ContractUnit
from storage.queries.check.check import check
from storage.queries.check.contracts import CONTRACT_RULES
from tests.builders import World
from tests.support.contracts import closed, units

BREAKS: dict[str, tuple[str, ...]] = {
    "entries that draw other minutes from their contract than it covers": (
        "UPDATE time_entry SET covered_minutes = 7 WHERE id = (SELECT min(id) FROM time_entry)",
        "DELETE FROM contract_draw",
        """INSERT INTO contract_draw (id, contract_id, ticket_id, time_entry_id, worked_on, units, at, actor)
        SELECT 99, contract_id, ticket_id, 4711, worked_on, 5, at, actor FROM contract_draw WHERE id = 1""",
    ),
    "tickets that draw no incident for what is covered, or one for nothing, or several": (
        "UPDATE contract_draw SET units = 2 WHERE units = 1",
        "DELETE FROM contract_draw",
        "UPDATE time_entry SET covered_minutes = 0",
    ),
    "incidents drawn by work that is not covered": ("UPDATE contract_draw SET time_entry_id = 4711",),
    "tickets that draw from a contract that is not theirs": (
        "UPDATE contract_draw SET contract_id = contract_id + 1 WHERE units > 1",
    ),
    "tickets whose free work draws and that are not closed, or not marked as drawn": (
        "UPDATE ticket SET status = 'waiting'",
        "UPDATE ticket SET drawn = false",
    ),
    "entries covered beyond what is to bill": ("UPDATE time_entry SET covered_minutes = billable_minutes + 1",),
    "tickets marked as drawn that are not closed under a units contract": (
        "UPDATE ticket SET contract_id = NULL",
        "UPDATE ticket SET status = 'open'",
    ),
    "covered tickets closed under a units contract that draw nothing from it": ("UPDATE ticket SET drawn = false",),
}


def unguard(world: World) -> None:
    """Take away what the database itself would refuse."""
    with world.database.engine.connect() as connection:
        if world.database.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER contract_draw_UPDATE"))
            connection.execute(text("DROP TRIGGER contract_draw_DELETE"))
        else:
            connection.execute(text("DROP TRIGGER contract_draw_append_only ON contract_draw"))
            connection.execute(text("ALTER TABLE time_entry DROP CONSTRAINT ck_time_entry_covered_minutes"))
        connection.commit()


def corrupt(world: World, statement: str) -> None:
    sqlite = world.database.engine.dialect.name == "sqlite"
    with world.database.write() as session:
        if sqlite:
            session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        session.execute(text(statement))
        if sqlite:
            session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def test_there_is_a_break_for_every_rule_of_contracts() -> None:
    assert {sentence for sentence, _ in CONTRACT_RULES} == set(BREAKS)


@pytest.mark.parametrize(("sentence", "statement"), [(sentence, each) for sentence, all_ in BREAKS.items() for each in all_])
def test_a_broken_ledger_is_found_and_its_offender_named(corruptible: World, sentence: str, statement: str) -> None:
    closed(corruptible, units(corruptible, 300), 60, 30)
    units(corruptible, 300)
    closed(corruptible, units(corruptible, 3, ContractUnit.INCIDENTS), 60, 30)
    unguard(corruptible)
    assert corruptible.read(check).violations == []
    corrupt(corruptible, statement)
    found = [violation for violation in corruptible.read(check).violations if violation.startswith(sentence + ": ")]
    assert len(found) == 1
    assert found[0].removeprefix(sentence + ": ")
