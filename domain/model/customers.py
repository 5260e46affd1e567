"""Companies and contacts (spec, section 1)."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func
from sqlmodel import Field, SQLModel


class Company(SQLModel, table=True):
    """A customer with its fiscal data. `payment_days` counts from the invoice's date.

    `split_payment`: a public body that pays the VAT to the state itself. `needs_cig`: its invoices must name a tender.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200, index=True)
    vat_number: str = Field(default="", max_length=20)
    tax_code: str = Field(default="", max_length=20)
    recipient_code: str = Field(default="", max_length=7)
    pec: str = Field(default="", max_length=254)
    address: str = Field(default="", max_length=200)
    postal_code: str = Field(default="", max_length=10)
    city: str = Field(default="", max_length=100)
    province: str = Field(default="", max_length=2)
    country: str = Field(default="IT", max_length=2)
    payment_days: int = Field(default=30)
    split_payment: bool = False
    needs_cig: bool = False
    cig: str = Field(default="", max_length=10)
    cup: str = Field(default="", max_length=15)
    retired: bool = False


class Contact(SQLModel, table=True):
    """A person, of one company or of none."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    first_name: str = Field(max_length=100)
    last_name: str = Field(max_length=100)
    email: str = Field(default="", max_length=254)
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)
    retired: bool = False


def full_name(contact: FromClause) -> ColumnElement[Any]:
    """First and last name of the contact table, or of an alias of it, in SQL; empty where an outer join found none."""
    return func.coalesce(func.trim(contact.c.first_name + " " + contact.c.last_name), "")
