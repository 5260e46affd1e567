"""What was decided by hand about a time entry: columns with the names that lines of proposals have."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RENAMED = {
    "settled": "manual_decision",
    "settled_reason": "decision_reason",
    "settled_by": "decided_by",
    "settled_at": "decided_at",
}
STATES = "'to_bill', 'service_contract', 'not_billed', 'billed', 'suspended', 'proposed'"
DECIDED = sa.text("manual_decision IS NOT NULL")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    last_id = op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'time_entry'")) if sqlite else None
    op.drop_index("ix_time_entry_settled", "time_entry")
    # SQLite writes the table anew, and forgets the ids of entries that were removed: none is given twice.
    with op.batch_alter_table("time_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_time_entry_settled"), type_="check")
        for before, after in RENAMED.items():
            batch_op.alter_column(before, new_column_name=after)
        batch_op.create_check_constraint(op.f("ck_time_entry_manual_decision"), f"manual_decision IN ({STATES})")
    op.create_index(
        "ix_time_entry_manual_decision", "time_entry", ["manual_decision"], sqlite_where=DECIDED, postgresql_where=DECIDED
    )
    if last_id is not None:
        op.get_bind().execute(sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = 'time_entry'"), {"last": last_id})


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
