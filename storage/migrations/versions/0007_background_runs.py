"""Runs that name their owner, and their signs of life."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run = op.create_table(
        "background_run",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("again", sa.String(length=8000), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_background_run_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_run")),
    )
    op.create_index(op.f("ix_background_run_user_id"), "background_run", ["user_id"])
    op.create_table(
        "run_signal",
        sa.Column("run_id", sa.String(length=16), nullable=False),
        sa.Column("beat", sa.Float(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_signal")),
    )
    _move_notes(run)


def _move_notes(run: sa.Table) -> None:
    """What earlier servers left in the preferences: nobody owns it any more."""
    connection = op.get_bind()
    noted = connection.execute(sa.text("SELECT user_id, value FROM preference WHERE name LIKE 'run:%'")).all()
    for user_id, value in noted:
        note = json.loads(value)
        started_at = datetime.fromisoformat(note["started_at"]).replace(tzinfo=None)
        connection.execute(run.insert().values(**note | {"started_at": started_at}, user_id=user_id, owner="", place=""))
    connection.execute(sa.text("DELETE FROM preference WHERE name LIKE 'run:%'"))


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
