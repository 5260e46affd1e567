"""Assistenze Clienti and their Lavori (spec, sections 1 to 3)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.vocabulary import BillingStatus, TicketStatus

TITLE_LENGTH = 300
OWNER_LENGTH = 100
REASON_LENGTH = 500
DESCRIPTION_LENGTH = 4_000

_ticket_version = Column("version", Integer, nullable=False, default=1)


class Ticket(SQLModel, table=True):
    """A request of a company or of a contact. `hourly_rate` (Tariffa) in cents per hour, 0 = not set.

    `billing_status` is None where the ticket is billed through a planning; only `domain.actions.tickets.billing` assigns it.
    `rate_from_contract`: the contract filled the Tariffa, so unlinking empties it. `drawn`: its units contract takes
    its time, as far as there is any left. `review_on`: when to look at its suspended work again.
    `proposal_id` is the field *Proposta Fattura*: the proposal that holds the ticket, or held it last.
    """

    __table_args__ = (
        CheckConstraint("hourly_rate >= 0", name="hourly_rate"),
        CheckConstraint("company_id IS NULL OR contact_id IS NULL", name="one_customer"),
        CheckConstraint("contract_id IS NULL OR planning_id IS NULL", name="one_coverage"),
        Index("ix_ticket_opened", "opened_at", "id"),
        Index("ix_ticket_closed", "closed_at", "id"),
        Index("ix_ticket_billing", "billing_status", "status", "closed_at", "id"),
        Index("ix_ticket_company_billing", "company_id", "billing_status", "status", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=40, unique=True)
    title: str = Field(max_length=TITLE_LENGTH)
    status: TicketStatus = Field(sa_column=enum_column(TicketStatus, "status"))
    billing_status: BillingStatus | None = Field(
        default=None, sa_column=enum_column(BillingStatus, "billing_status", nullable=True)
    )
    company_id: int | None = Field(default=None, foreign_key="company.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    contract_id: int | None = Field(default=None, foreign_key="service_contract.id", index=True)
    planning_id: int | None = Field(default=None, foreign_key="planning.id", index=True)
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id", index=True)
    hourly_rate: int = Field(default=0, sa_type=BigInteger)
    cancellation_reason: str = Field(default="", max_length=REASON_LENGTH)
    rate_from_contract: bool = False
    drawn: bool = False
    review_on: date | None = None
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    owner: str = Field(default="", max_length=OWNER_LENGTH)
    version: int = Field(default=1, sa_column=_ticket_version)

    __mapper_args__ = {"version_id_col": _ticket_version}


class TimeEntry(SQLModel, table=True):
    """A piece of work on a ticket. Minutes; 0 to bill is goodwill, None is not yet known.

    `worked_on` is the firm's date (Europe/Rome) of `started_at`. `line_id` is the live proposal line that holds the entry:
    an entry is free exactly while it is None (spec, promise 1). `manual_decision` is suspended, not billed or billed elsewhere,
    with its reason, its author and its time; it is made for the whole ticket, and None without one. `covered_minutes` of the
    billable ones were drawn from a contract (spec, section 6).
    """

    __tablename__ = "time_entry"
    __table_args__ = (
        CheckConstraint("worked_minutes >= 0", name="worked_minutes"),
        CheckConstraint("billable_minutes >= 0", name="billable_minutes"),
        CheckConstraint("covered_minutes BETWEEN 0 AND coalesce(billable_minutes, 0)", name="covered_minutes"),
        CheckConstraint("(started_at IS NULL) = (worked_on IS NULL)", name="worked_on"),
        # Few among many, which the list of suspended work and its counter look for.
        Index(
            "ix_time_entry_manual_decision",
            "manual_decision",
            sqlite_where=text("manual_decision IS NOT NULL"),
            postgresql_where=text("manual_decision IS NOT NULL"),
        ),
        # An id is never given twice, or the history of an entry that was removed would tell of another one.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    service_id: int | None = Field(default=None, foreign_key="service.id", index=True)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    worked_on: date | None = None
    worked_minutes: int | None = None
    billable_minutes: int | None = None
    covered_minutes: int = 0
    operator: str = Field(default="", max_length=100)
    description: str = Field(default="", max_length=DESCRIPTION_LENGTH)
    manual_decision: BillingStatus | None = Field(
        default=None, sa_column=enum_column(BillingStatus, "manual_decision", nullable=True)
    )
    decision_reason: str = Field(default="", max_length=REASON_LENGTH)
    decided_by: str = Field(default="", max_length=100)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    line_id: int | None = Field(default=None, foreign_key="proposal_line.id", index=True)
