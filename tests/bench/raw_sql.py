"""A generation as a handful of set-based statements, as a reference for speed.

One proposal per ticket and one line per entry: the pair of check boxes that writes most. The digests of the history are left
blank, since SQLite has no hash to reckon them with.
"""

from sqlalchemy import Connection

from storage.database import Database

STATEMENTS = (
    """CREATE TEMPORARY TABLE chosen AS SELECT t.id AS ticket_id, coalesce(t.company_id, c.company_id) AS company_id,
 t.hourly_rate, row_number() OVER (ORDER BY t.id) AS n FROM ticket t LEFT JOIN contact c ON c.id = t.contact_id
 WHERE t.status = 'closed' AND t.billing_status = 'to_bill' AND coalesce(t.company_id, c.company_id) IS NOT NULL
 AND EXISTS (SELECT 1 FROM time_entry e WHERE e.ticket_id = t.id AND e.line_id IS NULL AND e.billable_minutes > 0)
 AND NOT EXISTS (SELECT 1 FROM time_entry e LEFT JOIN service s ON s.id = e.service_id WHERE e.ticket_id = t.id
 AND e.line_id IS NULL AND (e.billable_minutes IS NULL OR e.billable_minutes > 0 AND (e.worked_on IS NULL
 OR s.id IS NULL OR t.hourly_rate = 0 AND s.hourly_rate = 0)))""",
    """CREATE TEMPORARY TABLE drawn AS SELECT row_number() OVER (ORDER BY c.n, e.worked_on, e.id) AS line_id,
 row_number() OVER (PARTITION BY c.n ORDER BY e.worked_on, e.id) AS position, c.n, c.ticket_id, e.id AS entry_id,
 e.service_id, s.name, e.description, e.worked_on, e.billable_minutes AS minutes, s.hourly_rate AS list_rate,
 CASE WHEN c.hourly_rate > 0 THEN c.hourly_rate ELSE s.hourly_rate END AS rate,
 CASE WHEN c.hourly_rate > 0 THEN 'ticket' ELSE 'service' END AS source, s.vat_rate, s.vat_nature
 FROM chosen c JOIN time_entry e ON e.ticket_id = c.ticket_id JOIN service s ON s.id = e.service_id
 WHERE e.line_id IS NULL AND e.billable_minutes > 0""",
    """INSERT INTO generation (id, key, asked, created_at, created_by, by_customer, group_entries, result)
 VALUES (1, 'raw', '', '2026-02-20 09:00:00', 'system', false, false, '{}')""",
    """INSERT INTO proposal (id, number, company_id, generation_id, status, created_at, created_by, changed_at, changed_by,
 cancellation_reason, version) SELECT n, NUMBER, company_id, 1, 'draft', '2026-02-20 09:00:00', 'system',
 '2026-02-20 09:00:00', 'system', '', 1 FROM chosen ORDER BY n""",
    """INSERT INTO proposal_line (id, proposal_id, position, ticket_id, service_id, service_name, description, first_on, last_on,
 minutes, rate, list_rate, rate_source, vat_rate, vat_nature, net, state, reason, decided_by) SELECT line_id, n, position,
 ticket_id, service_id, name, description, worked_on, worked_on, minutes, rate, list_rate, source, vat_rate, vat_nature,
 (minutes * rate + 30) / 60, 'bill', '', '' FROM drawn ORDER BY line_id""",
    "INSERT INTO claim (line_id, time_entry_id, live) SELECT line_id, entry_id, true FROM drawn ORDER BY line_id",
    "UPDATE time_entry SET line_id = d.line_id FROM drawn d WHERE d.entry_id = time_entry.id AND time_entry.line_id IS NULL",
    """UPDATE ticket SET billing_status = 'proposed', proposal_id = c.n, version = version + 1 FROM chosen c
 WHERE c.ticket_id = ticket.id AND ticket.billing_status = 'to_bill'""",
    """INSERT INTO audit_entry (id, at, actor, subject, subject_id, action, before, after, reason, digest)
 SELECT h.last_id + n, '2026-02-20 09:00:00', 'system', 'ticket', ticket_id, 'billing_status',
 JSON('{"billing_status": "to_bill"}'),
 JSON('{"billing_status": "proposed", "event": "proposed", "proposal": "' || NUMBER || '"}'),
 '', BLANK FROM chosen, audit_head h ORDER BY n""",
    """INSERT INTO audit_entry (id, at, actor, subject, subject_id, action, before, after, reason, digest)
 SELECT h.last_id + (SELECT count(*) FROM chosen) + n, '2026-02-20 09:00:00', 'system', 'proposal', n, 'generated', JSON('{}'),
 JSON('{"number": "' || NUMBER || '", "lines": ' || count(*) || ', "net": ' || sum((minutes * rate + 30) / 60) || '}'), '', BLANK
 FROM drawn, audit_head h GROUP BY n, h.last_id ORDER BY n""",
    "UPDATE audit_head SET last_id = (SELECT max(id) FROM audit_entry)",
    "INSERT INTO series (code, year, last) SELECT 'PF', 2026, count(*) FROM chosen",
)

_WORDS = {
    "sqlite": {"NUMBER": "printf('PF-2026-%06d', n)", "JSON(": "(", "BLANK": f"'{'0' * 64}'"},
    "postgresql": {"NUMBER": "'PF-2026-' || lpad(n::text, 6, '0')", "JSON(": "json(", "BLANK": f"'{'0' * 64}'"},
}


def generate_raw(database: Database) -> None:
    """Write everything in one transaction."""
    with database.engine.begin() as connection:
        for statement in STATEMENTS:
            connection.exec_driver_sql(_in_dialect(statement, connection))


def _in_dialect(statement: str, connection: Connection) -> str:
    dialect = connection.dialect.name
    for word, meaning in _WORDS[dialect].items():
        statement = statement.replace(word, meaning)
    return statement
