"""The rows that every database begins with, and a history that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

USUAL_REASONS = (
    "In attesa di conferma delle ore dal cliente",
    "In attesa di ordine del cliente",
    "Da verificare con il tecnico",
    "Omaggio commerciale",
    "Garanzia",
    "Errore nostro",
    "Già compreso in un altro accordo",
)

SQLITE_APPEND_ONLY = """
CREATE TRIGGER audit_entry_{event} BEFORE {event} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
"""

POSTGRESQL_APPEND_ONLY = """
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit entries are never changed'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
"""


def upgrade() -> None:
    op.execute("INSERT INTO audit_head (id, last_id, digest) VALUES (1, 0, '')")
    people = sa.table(
        "user_account",
        *(sa.column(name) for name in ("name", "role", "password_hash", "language", "theme")),
        sa.column("active", sa.Boolean),
    )
    op.bulk_insert(
        people,
        [{"name": "system", "role": "system", "password_hash": "", "language": "it", "theme": "auto", "active": True}],
    )
    reasons = sa.table("reason", sa.column("position", sa.Integer), sa.column("text"))
    op.bulk_insert(reasons, [{"position": n, "text": text} for n, text in enumerate(USUAL_REASONS, start=1)])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(event=event))
    else:
        op.execute(POSTGRESQL_APPEND_ONLY)


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
