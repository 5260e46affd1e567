"""The ledger of units contracts, and what it covers of each ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE_APPEND_ONLY = """
CREATE TRIGGER contract_draw_{event} BEFORE {event} ON contract_draw
BEGIN SELECT RAISE(ABORT, 'rows of contract_draw are never changed'); END
"""

POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER contract_draw_append_only BEFORE UPDATE OR DELETE ON contract_draw
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_draw_never_emptied BEFORE TRUNCATE ON contract_draw
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# What was closed over a units contract before there was a ledger is drawn now, whole: nobody was told of a limit then.
COVERED = """
UPDATE time_entry SET covered_minutes = billable_minutes WHERE billable_minutes > 0 AND worked_on IS NOT NULL
AND line_id IS NULL AND settled IS NULL AND ticket_id IN ({tickets})
"""
DRAWN_TICKETS = """
SELECT t.id FROM ticket t JOIN service_contract c ON c.id = t.contract_id
WHERE t.status = 'closed' AND t.billing_status = 'service_contract' AND c.kind = 'units' AND c.unit IS NOT NULL
"""
LEDGER = """
INSERT INTO contract_draw (contract_id, ticket_id, time_entry_id, worked_on, units, at, actor)
SELECT c.id, t.id, e.id, e.worked_on, CASE WHEN c.unit = 'incidents' THEN 1 ELSE e.covered_minutes END,
coalesce(t.closed_at, CURRENT_TIMESTAMP), 'system'
FROM time_entry e JOIN ticket t ON t.id = e.ticket_id JOIN service_contract c ON c.id = t.contract_id
WHERE e.covered_minutes > 0 AND (c.unit <> 'incidents' OR e.id = (
 SELECT min(f.id) FROM time_entry f WHERE f.ticket_id = t.id AND f.covered_minutes > 0))
ORDER BY e.worked_on, e.id
"""


def upgrade() -> None:
    _tables()
    op.execute("""UPDATE ticket SET rate_from_contract = true WHERE hourly_rate > 0 AND hourly_rate = (SELECT c.hourly_rate
    FROM service_contract c WHERE c.id = contract_id AND c.kind = 'time_and_materials')""")
    op.execute(COVERED.format(tickets=DRAWN_TICKETS))
    op.execute(LEDGER)
    op.execute(f"UPDATE ticket SET drawn = true WHERE id IN ({DRAWN_TICKETS})")  # noqa: S608  constants alone
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(event=event))
    else:
        op.execute(POSTGRESQL_APPEND_ONLY)


def _tables() -> None:
    op.create_table(
        "contract_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("time_entry_id", sa.Integer(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.CheckConstraint("units <> 0", name=op.f("ck_contract_draw_units")),
        sa.ForeignKeyConstraint(["contract_id"], ["service_contract.id"], name=op.f("fk_contract_draw_contract_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_contract_draw_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_draw")),
    )
    with op.batch_alter_table("contract_draw", schema=None) as batch_op:
        batch_op.create_index("ix_contract_draw_contract", ["contract_id", "worked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_draw_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rate_from_contract", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("drawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    # As a constraint of the column, so that SQLite need not write the table anew and forget which ids it gave.
    op.execute("""ALTER TABLE time_entry ADD COLUMN covered_minutes INTEGER DEFAULT 0 NOT NULL
    CONSTRAINT ck_time_entry_covered_minutes CHECK (covered_minutes BETWEEN 0 AND coalesce(billable_minutes, 0))""")


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
