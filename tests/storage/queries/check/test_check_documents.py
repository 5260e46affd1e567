"""The check finds faults of invoices and credit notes: SQL breaks each rule once (spec, sections 5 and 9)."""

from sqlalchemy import inspect, text

from storage.queries.check.check import check
from storage.queries.check.documents import DOCUMENT_RULES
from tests.builders import World

CHANGED = "approved proposals that changed since"
BREAKS: tuple[tuple[str, str], ...] = (
    ("series of documents with gaps or beyond their counter", "UPDATE series SET last = last + 1 WHERE code = 'FT'"),
    ("series of documents with gaps or beyond their counter", "UPDATE series SET start = start - 1 WHERE code = 'NC'"),
    ("series of documents with gaps or beyond their counter", "UPDATE invoice SET ordinal = 7 WHERE kind = 'credit_note'"),
    ("series of documents with gaps or beyond their counter", "DELETE FROM series WHERE code = 'FT'"),
    (
        "documents whose number is not their series, year and ordinal, or whose year is not that of their date",
        "UPDATE invoice SET number = 'X' || number",
    ),
    (
        "documents whose number is not their series, year and ordinal, or whose year is not that of their date",
        "UPDATE invoice SET issued_on = '2025-12-31'",
    ),
    (
        "documents dated before the one that precedes them",
        "UPDATE invoice SET issued_on = '2026-02-19' WHERE id = (SELECT max(id) FROM invoice WHERE kind = 'invoice')",
    ),
    (
        "series whose last date is not that of their last document",
        "UPDATE series SET last_on = '2026-12-31' WHERE code = 'NC'",
    ),
    ("documents whose amounts do not add up from their VAT", "UPDATE invoice SET vat = vat + 1, total = total + 1"),
    ("documents whose amounts do not add up from their VAT", "UPDATE invoice SET total = total + 1"),
    ("documents whose amounts do not add up from their VAT", "UPDATE invoice SET payable = payable - 1"),
    ("documents whose VAT is not on the sum of their lines", "UPDATE invoice_vat SET net = net + 1"),
    ("documents whose VAT is not on the sum of their lines", "UPDATE invoice_vat SET vat = vat + 1"),
    (
        "documents whose VAT is not on the sum of their lines",
        """INSERT INTO invoice_vat (invoice_id, rate, nature, net, vat)
        SELECT max(id), 400, '', 0, 0 FROM invoice WHERE kind = 'invoice'""",
    ),
    (
        "credit notes with lines that are not of their invoice, or not as they were invoiced",
        "UPDATE invoice SET credited_id = (SELECT max(id) FROM invoice WHERE kind = 'invoice') WHERE kind = 'credit_note'",
    ),
    (
        "credit notes with lines that are not of their invoice, or not as they were invoiced",
        "UPDATE invoice_line SET net = net - 1 WHERE invoice_id = (SELECT id FROM invoice WHERE kind = 'credit_note')",
    ),
    (
        "invoices credited for more than they charged, or for all without giving all back",
        "UPDATE invoice_vat SET vat = 0 WHERE invoice_id = (SELECT min(id) FROM invoice)",
    ),
    (
        "invoices credited for more than they charged, or for all without giving all back",
        "UPDATE invoice SET stamp_duty = 200 WHERE kind = 'credit_note'",
    ),
    ("invoiced proposals whose invoice does not hold what they billed", "UPDATE proposal SET invoice_id = NULL"),
    (
        "invoiced proposals whose invoice does not hold what they billed",
        "UPDATE proposal_line SET state = 'bill' WHERE state = 'suspended'",
    ),
    (
        "lines of an invoice, not credited, that their proposal does not bill",
        "UPDATE proposal_line SET state = 'not_billed', reason = 'x' WHERE state = 'bill'",
    ),
    (
        "lines of an invoice, not credited, that their proposal does not bill",
        "UPDATE proposal SET invoice_id = (SELECT max(id) FROM invoice WHERE kind = 'invoice') WHERE status = 'invoiced'",
    ),
    (
        "time entries on more than one line of an invoice that is not credited",
        """INSERT INTO claim (line_id, time_entry_id, live) SELECT max(l.proposal_line_id), min(c.time_entry_id), false
        FROM claim c, invoice_line l WHERE c.line_id = (SELECT min(proposal_line_id) FROM invoice_line)
        AND l.credited_line_id IS NULL""",
    ),
    (CHANGED, "UPDATE proposal_line SET description = 'altro'"),
)


def documents(world: World) -> None:
    """An invoice of which the second line is credited, another one, and an approved proposal."""
    numbers = [world.proposal_of(world.ticket(*minutes)).number for minutes in ((60, 30), (45,), (15,))]
    for number in numbers:
        world.submit(number)
        world.approve(number)
    first, _ = world.issue(*numbers[:2])
    [line_id] = world.rows("SELECT id FROM invoice_line WHERE invoice_id = :id AND position = 2", id=first.id)[0]
    world.credit(first.number, lines=[line_id])


def unguard(world: World) -> None:
    """Take away what the database itself would refuse."""
    with world.database.engine.connect() as connection:
        if world.database.engine.dialect.name == "sqlite":
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("invoice", "invoice_line", "invoice_vat"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                for check_ in inspect(connection).get_check_constraints(table):
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {check_['name']}"))
        connection.commit()


def violations(world: World, broken_by: str) -> list[str]:
    """What the check finds once a statement broke something, which is then taken back."""
    with world.database.write(dry_run=True) as session:
        if world.database.engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        session.execute(text(broken_by))
        return check(session).violations


def test_there_is_a_break_for_every_rule() -> None:
    assert {sentence for sentence, _ in DOCUMENT_RULES} | {CHANGED} == {sentence for sentence, _ in BREAKS}


def test_each_broken_rule_is_found_and_its_offender_named(corruptible: World) -> None:
    documents(corruptible)
    unguard(corruptible)
    assert corruptible.read(check).violations == []
    for sentence, statement in BREAKS:
        found = [violation for violation in violations(corruptible, statement) if violation.startswith(sentence + ": ")]
        assert len(found) == 1, statement
        assert found[0].removeprefix(sentence + ": "), statement
