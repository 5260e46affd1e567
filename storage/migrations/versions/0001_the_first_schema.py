"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "created",
                "imported",
                "changed",
                "billing_status",
                "generated",
                "lines_reviewed",
                "taken_off",
                "cancelled",
                "resumed",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_subject", ["subject", "subject_id", "id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=False),
        sa.Column("tax_code", sa.String(length=20), nullable=False),
        sa.Column("recipient_code", sa.String(length=7), nullable=False),
        sa.Column("pec", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("code", name=op.f("uq_company_code")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_name"), ["name"], unique=False)

    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("by_customer", sa.Boolean(), nullable=False),
        sa.Column("group_entries", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
        sa.UniqueConstraint("key", name=op.f("uq_generation_key")),
    )
    op.create_table(
        "reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
        sa.UniqueConstraint("text", name=op.f("uq_reason_text")),
    )
    op.create_table(
        "series",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", "year", name=op.f("pk_series")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hourly_rate", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_nature", sa.String(length=4), nullable=False),
        sa.CheckConstraint("hourly_rate >= 0", name=op.f("ck_service_hourly_rate")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 10000", name=op.f("ck_service_vat_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "operator",
                "billing_manager",
                "team_lead",
                "administrator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("theme", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_contact_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("code", name=op.f("uq_contact_code")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_company_id"), ["company_id"], unique=False)

    op.create_table(
        "login",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_login_user_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login")),
    )
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_user_id"), ["user_id"], unique=False)

    op.create_table(
        "planning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_planning_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning")),
        sa.UniqueConstraint("code", name=op.f("uq_planning_code")),
    )
    with op.batch_alter_table("planning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planning_company_id"), ["company_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "invoiced",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("cancellation_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_proposal_company_id")),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], name=op.f("fk_proposal_generation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("number", name=op.f("uq_proposal_number")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_generation_id"), ["generation_id"], unique=False)
        batch_op.create_index("ix_proposal_status", ["status", "id"], unique=False)

    op.create_table(
        "service_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("time_and_materials", "units", "flat", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "unit",
            sa.Enum("hours", "days", "incidents", name="unit", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("units_total", sa.BigInteger(), nullable=False),
        sa.Column("hourly_rate", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "overage",
            sa.Enum("go_negative", "bill", "refuse", name="overage", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("overage_rate", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("hourly_rate >= 0", name=op.f("ck_service_contract_hourly_rate")),
        sa.CheckConstraint("overage_rate >= 0", name=op.f("ck_service_contract_overage_rate")),
        sa.CheckConstraint("units_total >= 0", name=op.f("ck_service_contract_units_total")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_service_contract_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_contract")),
        sa.UniqueConstraint("code", name=op.f("uq_service_contract_code")),
    )
    with op.batch_alter_table("service_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_contract_company_id"), ["company_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "in_progress", "waiting", "closed", name="status", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "billing_status",
            sa.Enum(
                "to_bill",
                "service_contract",
                "not_billed",
                "billed",
                "suspended",
                "proposed",
                name="billing_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("planning_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("hourly_rate", sa.BigInteger(), nullable=False),
        sa.Column("cancellation_reason", sa.String(length=500), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("company_id IS NULL OR contact_id IS NULL", name=op.f("ck_ticket_one_customer")),
        sa.CheckConstraint("contract_id IS NULL OR planning_id IS NULL", name=op.f("ck_ticket_one_coverage")),
        sa.CheckConstraint("hourly_rate >= 0", name=op.f("ck_ticket_hourly_rate")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_ticket_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_contact_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["service_contract.id"], name=op.f("fk_ticket_contract_id")),
        sa.ForeignKeyConstraint(["planning_id"], ["planning.id"], name=op.f("fk_ticket_planning_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_ticket_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_billing", ["billing_status", "status", "closed_at", "id"], unique=False)
        batch_op.create_index("ix_ticket_closed", ["closed_at", "id"], unique=False)
        batch_op.create_index("ix_ticket_company_billing", ["company_id", "billing_status", "status", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index("ix_ticket_opened", ["opened_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_planning_id"), ["planning_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("service_name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("list_rate", sa.BigInteger(), nullable=False),
        sa.Column(
            "rate_source",
            sa.Enum("ticket", "service", name="rate_source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_nature", sa.String(length=4), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "bill", "suspended", "not_billed", "released", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state NOT IN ('suspended', 'not_billed') OR reason <> ''", name=op.f("ck_proposal_line_reason")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_proposal_line_minutes")),
        sa.CheckConstraint("net = (minutes * rate + 30) / 60", name=op.f("ck_proposal_line_net")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_proposal_line_rate")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_line_proposal_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_proposal_line_service_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_proposal_line_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_line")),
        sa.UniqueConstraint("proposal_id", "position", name=op.f("uq_proposal_line_proposal_id_position")),
    )
    with op.batch_alter_table("proposal_line", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_line_ticket", ["ticket_id", "state"], unique=False)

    op.create_table(
        "time_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("worked_on", sa.Date(), nullable=True),
        sa.Column("worked_minutes", sa.Integer(), nullable=True),
        sa.Column("billable_minutes", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column(
            "settled",
            sa.Enum(
                "to_bill",
                "service_contract",
                "not_billed",
                "billed",
                "suspended",
                "proposed",
                name="settled",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(started_at IS NULL) = (worked_on IS NULL)", name=op.f("ck_time_entry_worked_on")),
        sa.CheckConstraint("billable_minutes >= 0", name=op.f("ck_time_entry_billable_minutes")),
        sa.CheckConstraint("worked_minutes >= 0", name=op.f("ck_time_entry_worked_minutes")),
        sa.ForeignKeyConstraint(["line_id"], ["proposal_line.id"], name=op.f("fk_time_entry_line_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_time_entry_service_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_time_entry_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_time_entry_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_entry_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_time_entry_service_id"), ["service_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_time_entry_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("time_entry_id", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["proposal_line.id"], name=op.f("fk_claim_line_id")),
        sa.ForeignKeyConstraint(["time_entry_id"], ["time_entry.id"], name=op.f("fk_claim_time_entry_id")),
        sa.PrimaryKeyConstraint("line_id", "time_entry_id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(
            "one_live_claim", ["time_entry_id"], unique=True, sqlite_where=sa.text("live"), postgresql_where=sa.text("live")
        )


def downgrade() -> None:
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("one_live_claim", sqlite_where=sa.text("live"), postgresql_where=sa.text("live"))

    op.drop_table("claim")
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_entry_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_time_entry_service_id"))
        batch_op.drop_index(batch_op.f("ix_time_entry_line_id"))

    op.drop_table("time_entry")
    with op.batch_alter_table("proposal_line", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_line_ticket")

    op.drop_table("proposal_line")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_planning_id"))
        batch_op.drop_index("ix_ticket_opened")
        batch_op.drop_index(batch_op.f("ix_ticket_contract_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_contact_id"))
        batch_op.drop_index("ix_ticket_company_billing")
        batch_op.drop_index("ix_ticket_closed")
        batch_op.drop_index("ix_ticket_billing")

    op.drop_table("ticket")
    with op.batch_alter_table("service_contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_contract_company_id"))

    op.drop_table("service_contract")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_status")
        batch_op.drop_index(batch_op.f("ix_proposal_generation_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_company_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("planning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planning_company_id"))

    op.drop_table("planning")
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_user_id"))
        batch_op.drop_index(batch_op.f("ix_login_expires_at"))

    op.drop_table("login")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_company_id"))

    op.drop_table("contact")
    op.drop_table("user_account")
    op.drop_table("service")
    op.drop_table("series")
    op.drop_table("reason")
    op.drop_table("generation")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_name"))

    op.drop_table("company")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")

    op.drop_table("audit_entry")
