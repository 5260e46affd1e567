"""Approval, invoices and credit notes, notices; the firm itself."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIRM = {
    "id": 1,
    **dict.fromkeys(("name", "vat_number", "tax_code", "address", "postal_code", "city", "province", "email", "iban"), ""),
    "country": "IT",
    "tax_regime": "RF01",
    "invoice_series": "FT",
    "credit_series": "NC",
    "day_minutes": 480,
    "warning_percent": 20,
}

ACTIONS = (
    "created", "imported", "changed", "billing_status", "generated", "lines_reviewed", "taken_off", "cancelled", "resumed",
    "submitted", "approved", "rejected", "adjusted", "split", "invoiced", "credited", "drawn", "review_set", "deleted",
)  # fmt: skip

# As a constraint of the column, like those below: so SQLite need not write the table anew.
ORIGINAL = (
    "CONSTRAINT ck_proposal_line_original CHECK ((original_minutes IS NULL) = (adjustment_reason = '')"
    " AND (original_minutes IS NULL) = (original_rate IS NULL) AND (original_minutes IS NULL) = (original_description IS NULL))"
)

SETTLED, SUSPENDED = sa.text("settled IS NOT NULL"), sa.text("state = 'suspended'")
"""Few rows among many, which a list and a counter look for."""

APPEND_ONLY = ("invoice", "invoice_line", "invoice_vat")
"""What is written once and never changed or deleted."""

SQLITE_APPEND_ONLY = """
CREATE TRIGGER {table}_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{sentence} are never changed'); END
"""

POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
"""

POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    _documents()
    _columns()
    _history()
    firm = sa.table("firm", *(sa.column(name) for name in FIRM), sa.column("cover_time_and_materials", sa.Boolean))
    op.bulk_insert(firm, [{**FIRM, "cover_time_and_materials": False}])
    op.execute("""UPDATE time_entry SET settled_reason = (SELECT cancellation_reason FROM ticket WHERE ticket.id = ticket_id)
    WHERE settled IS NOT NULL""")
    _protect(APPEND_ONLY)


def _protect(tables: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            for event in ("UPDATE", "DELETE"):
                op.execute(SQLITE_APPEND_ONLY.format(table=table, event=event, sentence=f"rows of {table}"))
    else:
        op.execute(POSTGRESQL_REFUSAL)
        for table in tables:
            op.execute(POSTGRESQL_APPEND_ONLY.format(table=table))


def _history() -> None:
    """More words for what was done. SQLite writes the table anew, and with it go the triggers that protect it."""
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_entry_action"), type_="check")
        words = ", ".join(f"'{action}'" for action in ACTIONS)
        batch_op.create_check_constraint(op.f("ck_audit_entry_action"), f"action IN ({words})")
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(table="audit_entry", event=event, sentence="audit entries"))


def _columns() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("split_payment", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("needs_cig", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("cig", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cup", sa.String(length=15), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("planning", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("submitted_by", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("approved_by", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("approved_content", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rejection_comment", sa.String(length=500), nullable=False, server_default=""))

    # As a constraint of the column, so that SQLite need not write the table anew.
    op.execute("ALTER TABLE proposal ADD COLUMN invoice_id INTEGER CONSTRAINT fk_proposal_invoice_id REFERENCES invoice (id)")
    op.create_index("ix_proposal_invoice_id", "proposal", ["invoice_id"])

    with op.batch_alter_table("proposal_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("original_minutes", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("original_rate", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("adjustment_reason", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("adjusted_by", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("adjusted_at", sa.DateTime(), nullable=True))
    op.execute(f"ALTER TABLE proposal_line ADD COLUMN original_description VARCHAR(4000) {ORIGINAL}")
    op.create_index(
        "ix_proposal_line_suspended", "proposal_line", ["ticket_id"], sqlite_where=SUSPENDED, postgresql_where=SUSPENDED
    )

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("start", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("last_on", sa.Date(), nullable=True))

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("service_contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))

    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_reason", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("settled_by", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(), nullable=True))
        batch_op.create_index("ix_time_entry_settled", ["settled"], sqlite_where=SETTLED, postgresql_where=SETTLED)


def _documents() -> None:
    op.create_table(
        "firm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=False),
        sa.Column("tax_code", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("tax_regime", sa.String(length=4), nullable=False),
        sa.Column("invoice_series", sa.String(length=10), nullable=False),
        sa.Column("credit_series", sa.String(length=10), nullable=False),
        sa.Column("day_minutes", sa.Integer(), nullable=False),
        sa.Column("warning_percent", sa.Integer(), nullable=False),
        sa.Column("cover_time_and_materials", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invoice",
                "credit_note",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("stamp_duty", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("credited_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(kind = 'credit_note') = (credited_id IS NOT NULL)", name=op.f("ck_invoice_credited")),
        sa.CheckConstraint("total = net + vat + stamp_duty", name=op.f("ck_invoice_total")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invoice_company_id")),
        sa.ForeignKeyConstraint(["credited_id"], ["invoice.id"], name=op.f("fk_invoice_credited_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("series", "year", "ordinal", name=op.f("uq_invoice_series_year_ordinal")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_credited_id"), ["credited_id"], unique=False)
        batch_op.create_index("ix_invoice_issued", ["issued_on", "id"], unique=False)

    op.create_table(
        "invoice_vat",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=4), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_vat_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "rate", "nature", name=op.f("pk_invoice_vat")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "submitted",
                "approved",
                "rejected",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_notice_proposal_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index("ix_notice_unread", ["user_id", "read_at"], unique=False)

    op.create_table(
        "invoice_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("proposal_line_id", sa.Integer(), nullable=False),
        sa.Column("ticket_number", sa.String(length=40), nullable=False),
        sa.Column("service_name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_nature", sa.String(length=4), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("credited_line_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("net = (minutes * rate + 30) / 60", name=op.f("ck_invoice_line_net")),
        sa.ForeignKeyConstraint(["credited_line_id"], ["invoice_line.id"], name=op.f("fk_invoice_line_credited_line_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")),
        sa.ForeignKeyConstraint(["proposal_line_id"], ["proposal_line.id"], name=op.f("fk_invoice_line_proposal_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("credited_line_id", name=op.f("uq_invoice_line_credited_line_id")),
        sa.UniqueConstraint("invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")),
    )
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_line_proposal_line_id"), ["proposal_line_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("the history is never dropped: restore a backup instead")
