"""Contracts and plannings, to which tickets are linked (spec, sections 1 and 6)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.vocabulary import ContractKind, ContractUnit, Overage


class ServiceContract(SQLModel, table=True):
    """A contract of one company. Rates in cents per hour, `units_total` in hundredths of its unit; dates inclusive."""

    __tablename__ = "service_contract"
    __table_args__ = (
        CheckConstraint("units_total >= 0", name="units_total"),
        CheckConstraint("hourly_rate >= 0", name="hourly_rate"),
        CheckConstraint("overage_rate >= 0", name="overage_rate"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    company_id: int = Field(foreign_key="company.id", index=True)
    kind: ContractKind = Field(sa_column=enum_column(ContractKind, "kind"))
    unit: ContractUnit | None = Field(default=None, sa_column=enum_column(ContractUnit, "unit", nullable=True))
    units_total: int = Field(default=0, sa_type=BigInteger)
    hourly_rate: int = Field(default=0, sa_type=BigInteger)
    starts_on: date | None = None
    ends_on: date | None = None
    overage: Overage | None = Field(default=None, sa_column=enum_column(Overage, "overage", nullable=True))
    overage_rate: int = Field(default=0, sa_type=BigInteger)
    retired: bool = False


class Planning(SQLModel, table=True):
    """A project plan of one company, through which its tickets are billed elsewhere."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    company_id: int = Field(foreign_key="company.id", index=True)
    retired: bool = False


class ContractDraw(SQLModel, table=True):
    """A row of a contract's ledger: units drawn by a ticket, on its work date; negative where they were given back.

    `units` are minutes, or incidents. On an incidents contract the incident is drawn once, by the first work of the ticket.
    The ledger only grows: what a ticket draws is the sum of its lines (spec, section 6).
    """

    __tablename__ = "contract_draw"
    __table_args__ = (CheckConstraint("units <> 0", name="units"), Index("ix_contract_draw_contract", "contract_id", "worked_on"))

    id: int | None = Field(default=None, primary_key=True)
    contract_id: int = Field(foreign_key="service_contract.id")
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    # An entry can be deleted after its units were given back; the ledger keeps its number.
    time_entry_id: int
    worked_on: date
    units: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    actor: str = Field(max_length=100)
