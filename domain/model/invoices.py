"""Invoices and credit notes: numbered without gaps, immutable once issued (spec, section 5)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.model.tickets import DESCRIPTION_LENGTH, REASON_LENGTH
from domain.vocabulary import InvoiceKind


class Firm(SQLModel, table=True):
    """Company details of the issuer and settings, a single row. A day has `day_minutes`; a contract warns at `warning_percent`.

    `cover_time_and_materials`: link such a contract to the source's letter, as covered instead of to bill (spec, section 6).
    """

    id: int = Field(default=1, primary_key=True)
    name: str = Field(default="", max_length=200)
    vat_number: str = Field(default="", max_length=20)
    tax_code: str = Field(default="", max_length=20)
    address: str = Field(default="", max_length=200)
    postal_code: str = Field(default="", max_length=10)
    city: str = Field(default="", max_length=100)
    province: str = Field(default="", max_length=2)
    country: str = Field(default="IT", max_length=2)
    email: str = Field(default="", max_length=254)
    iban: str = Field(default="", max_length=34)
    tax_regime: str = Field(default="RF01", max_length=4)
    invoice_series: str = Field(default="FT", max_length=10)
    credit_series: str = Field(default="NC", max_length=10)
    day_minutes: int = Field(default=480)
    warning_percent: int = Field(default=20)
    cover_time_and_materials: bool = False


class Invoice(SQLModel, table=True):
    """An issued document of one company; all amounts in cents and positive, for credit notes too.

    `seller` and `buyer` are copies of who they were then. `total` is net, VAT and stamp duty; `payable` leaves out VAT that the
    buyer pays to the state (split payment). The database refuses to change or delete it.
    """

    __table_args__ = (
        UniqueConstraint("series", "year", "ordinal"),
        Index("ix_invoice_issued", "issued_on", "id"),
        CheckConstraint("total = net + vat + stamp_duty", name="total"),
        CheckConstraint("(kind = 'credit_note') = (credited_id IS NOT NULL)", name="credited"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: InvoiceKind = Field(sa_column=enum_column(InvoiceKind, "kind"))
    number: str = Field(max_length=24, unique=True)
    series: str = Field(max_length=10)
    year: int
    ordinal: int
    issued_on: date
    due_on: date
    company_id: int = Field(foreign_key="company.id", index=True)
    seller: dict[str, Any] = Field(sa_type=JSON)
    buyer: dict[str, Any] = Field(sa_type=JSON)
    net: int = Field(sa_type=BigInteger)
    vat: int = Field(sa_type=BigInteger)
    stamp_duty: int = Field(default=0)
    total: int = Field(sa_type=BigInteger)
    payable: int = Field(sa_type=BigInteger)
    credited_id: int | None = Field(default=None, foreign_key="invoice.id", index=True)
    reason: str = Field(default="", max_length=REASON_LENGTH)
    issued_at: datetime = Field(sa_type=Instant)
    issued_by: str = Field(max_length=100)


class InvoiceLine(SQLModel, table=True):
    """A line as billed: minutes x `rate` (cents per hour) = `net` (cents).

    On a credit note `credited_line_id` is what it credits; a line is credited once.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint("net = (minutes * rate + 30) / 60", name="net"),
    )

    id: int | None = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoice.id")
    position: int
    proposal_line_id: int = Field(foreign_key="proposal_line.id", index=True)
    ticket_number: str = Field(max_length=40)
    service_name: str = Field(max_length=200)
    description: str = Field(max_length=DESCRIPTION_LENGTH)
    minutes: int = Field(sa_type=BigInteger)
    rate: int = Field(sa_type=BigInteger)
    vat_rate: int
    vat_nature: str = Field(default="", max_length=4)
    net: int = Field(sa_type=BigInteger)
    credited_line_id: int | None = Field(default=None, foreign_key="invoice_line.id", unique=True)


class InvoiceVat(SQLModel, table=True):
    """Net and VAT of one rate on one document, in cents: VAT is computed on the sum (spec, section 4)."""

    __tablename__ = "invoice_vat"

    invoice_id: int = Field(foreign_key="invoice.id", primary_key=True)
    rate: int = Field(primary_key=True)
    nature: str = Field(primary_key=True, max_length=4)
    net: int = Field(sa_type=BigInteger)
    vat: int = Field(sa_type=BigInteger)
