"""Servizi a Contratto and Pianificazioni: what a ticket can be linked to (spec, sections 1 and 6)."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from domain.model.base import enum_column
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


class Planning(SQLModel, table=True):
    """A project plan of one company, through which its tickets are billed elsewhere."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    company_id: int = Field(foreign_key="company.id", index=True)
