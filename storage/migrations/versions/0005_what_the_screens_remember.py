"""Views of lists, preferences, visits, and comments on proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _remembered()
    _comments()
    # More words for what people are told.
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notice_kind"), "kind IN ('submitted', 'approved', 'rejected', 'commented')")


def _remembered() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "page", "name", name="uq_saved_view_name"),
    )
    op.create_index(op.f("ix_saved_view_page"), "saved_view", ["page"])
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=8000), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_preference")),
    )
    op.create_table(
        "proposal_visit",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_visit_proposal_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_proposal_visit_user_id")),
        sa.PrimaryKeyConstraint("user_id", "proposal_id", name=op.f("pk_proposal_visit")),
    )


def _comments() -> None:
    op.create_table(
        "proposal_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["proposal_line.id"], name=op.f("fk_proposal_comment_line_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_comment_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_comment")),
    )
    op.create_index(op.f("ix_proposal_comment_line_id"), "proposal_comment", ["line_id"])
    op.create_index(op.f("ix_proposal_comment_proposal_id"), "proposal_comment", ["proposal_id"])


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
