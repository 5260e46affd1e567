"""Services, with their rate and VAT (spec, section 1)."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel


class Service(SQLModel, table=True):
    """A service. `hourly_rate` in cents per hour (0 = none set), `vat_rate` in hundredths of a percent; `vat_nature` when 0%."""

    __table_args__ = (
        CheckConstraint("hourly_rate >= 0", name="hourly_rate"),
        CheckConstraint("vat_rate BETWEEN 0 AND 10000", name="vat_rate"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    hourly_rate: int = Field(default=0, sa_type=BigInteger)
    vat_rate: int = Field(default=2200)
    vat_nature: str = Field(default="", max_length=4)
    retired: bool = False
