"""Proposals, their lines and the claims on time entries (spec, sections 4 and 5)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.model.tickets import DESCRIPTION_LENGTH, REASON_LENGTH
from domain.vocabulary import LineState, ProposalStatus, RateSource

KEY_LENGTH = 64
"""Longest idempotency key, in characters."""

_proposal_version = Column("version", Integer, nullable=False, default=1)


class Series(SQLModel, table=True):
    """Last number per series and year. A transaction locks its row last, so numbers have no gaps.

    `start` is the last number that was given elsewhere, before the first one here; `last_on` the date of the last document.
    """

    code: str = Field(primary_key=True, max_length=10)
    year: int = Field(primary_key=True)
    start: int = Field(default=0)
    last: int = Field(default=0)
    last_on: date | None = None


class Generation(SQLModel, table=True):
    """A run of *Genera Proposte Fattura*: its idempotency key, a digest of the request and the outcome."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=KEY_LENGTH, unique=True)
    asked: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=100)
    by_customer: bool = False
    group_entries: bool = False
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Proposal(SQLModel, table=True):
    """The draft of an invoice to one company. Its totals are the sums of its lines and are not stored.

    `approved_content` is a digest of what was approved: the invoice must hold just that (trust: invariant 5).
    `rejection_comment` says why it came back from approval, until it is submitted again.
    """

    __table_args__ = (Index("ix_proposal_status", "status", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    generation_id: int = Field(foreign_key="generation.id", index=True)
    status: ProposalStatus = Field(default=ProposalStatus.DRAFT, sa_column=enum_column(ProposalStatus, "status"))
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=100)
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str = Field(max_length=100)
    cancellation_reason: str = Field(default="", max_length=REASON_LENGTH)
    submitted_at: datetime | None = Field(default=None, sa_type=Instant)
    submitted_by: str = Field(default="", max_length=100)
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    approved_by: str = Field(default="", max_length=100)
    approved_content: str = Field(default="", max_length=64)
    rejection_comment: str = Field(default="", max_length=REASON_LENGTH)
    invoice_id: int | None = Field(default=None, foreign_key="invoice.id", index=True)
    version: int = Field(default=1, sa_column=_proposal_version)

    __mapper_args__ = {"version_id_col": _proposal_version}


class ProposalLine(SQLModel, table=True):
    """A line: minutes x `rate` (cents per hour) = `net` (cents). `list_rate` is the service's rate.

    `description` is the sentence of the spec for merged entries, else the entry's own text. `decided_*` and `reason` say who
    suspended it or set it not billed, and why. `original_*` is what the line was before it was adjusted, None where it never was.
    """

    __tablename__ = "proposal_line"
    __table_args__ = (
        UniqueConstraint("proposal_id", "position"),
        Index("ix_proposal_line_ticket", "ticket_id", "state"),
        # Few rows, for the list of suspended work and its counter.
        Index(
            "ix_proposal_line_suspended",
            "ticket_id",
            sqlite_where=text("state = 'suspended'"),
            postgresql_where=text("state = 'suspended'"),
        ),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("net = (minutes * rate + 30) / 60", name="net"),
        CheckConstraint(
            "(original_minutes IS NULL) = (adjustment_reason = '') AND (original_minutes IS NULL) = (original_rate IS NULL)"
            " AND (original_minutes IS NULL) = (original_description IS NULL)",
            name="original",
        ),
        CheckConstraint("state NOT IN ('suspended', 'not_billed') OR reason <> ''", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id")
    position: int
    ticket_id: int = Field(foreign_key="ticket.id")
    service_id: int = Field(foreign_key="service.id")
    service_name: str = Field(max_length=200)
    description: str = Field(max_length=DESCRIPTION_LENGTH)
    first_on: date
    last_on: date
    minutes: int = Field(sa_type=BigInteger)
    rate: int = Field(sa_type=BigInteger)
    list_rate: int = Field(sa_type=BigInteger)
    rate_source: RateSource = Field(sa_column=enum_column(RateSource, "rate_source"))
    vat_rate: int
    vat_nature: str = Field(default="", max_length=4)
    net: int = Field(sa_type=BigInteger)
    state: LineState = Field(default=LineState.BILL, sa_column=enum_column(LineState, "state"))
    reason: str = Field(default="", max_length=REASON_LENGTH)
    decided_by: str = Field(default="", max_length=100)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    original_minutes: int | None = Field(default=None, sa_type=BigInteger)
    original_rate: int | None = Field(default=None, sa_type=BigInteger)
    original_description: str | None = Field(default=None, max_length=DESCRIPTION_LENGTH)
    adjustment_reason: str = Field(default="", max_length=REASON_LENGTH)
    adjusted_by: str = Field(default="", max_length=100)
    adjusted_at: datetime | None = Field(default=None, sa_type=Instant)


class Claim(SQLModel, table=True):
    """A line's claim on a time entry, live until the line is released. A partial unique index allows one live claim per entry."""

    __table_args__ = (
        Index(
            "one_live_claim",
            "time_entry_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    line_id: int = Field(foreign_key="proposal_line.id", primary_key=True)
    time_entry_id: int = Field(foreign_key="time_entry.id", primary_key=True)
    live: bool = True


class Reason(SQLModel, table=True):
    """A preset reason to suspend or not bill; `position` orders the list (spec, section 5)."""

    id: int | None = Field(default=None, primary_key=True)
    position: int
    text: str = Field(max_length=REASON_LENGTH, unique=True)
