"""Short lists of choices for forms, searched on the server, never sent in full.

What is retired is not offered for a new link; what a record has already stays among the choices: that is `current`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from domain.errors import NotFound
from domain.model import sql
from domain.model.base import contains, table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact, full_name
from domain.model.tickets import Ticket
from domain.reads.selection import Selection, selection_conditions
from domain.rules.text import search_text

CHOICES = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice: its id and its label."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class ContractChoice(Choice):
    """A contract, and when it holds."""

    starts_on: date | None
    ends_on: date | None


def companies(session: Session, search: str = "", *, retired: bool = False) -> list[Choice]:
    """Companies whose name or code contains `search`; with `retired` also archived ones, for filters."""
    company = table_of(Company).c
    search = search_text(search)
    found = (contains(company.name, search) | contains(company.code, search)) & (~company.retired | retired)
    rows = session.execute(select(company.id, company.name).where(found).order_by(company.name).limit(CHOICES))
    return [Choice(row.id, row.name) for row in rows]


def contacts(session: Session, search: str = "") -> list[Choice]:
    """Contacts whose name contains `search`, with their company's name."""
    contact, company = table_of(Contact), table_of(Company)
    name = full_name(contact)
    statement = (
        select(contact.c.id, name.label("name"), func.coalesce(company.c.name, "").label("company"))
        .select_from(contact.outerjoin(company, contact.c.company_id == company.c.id))
        .where(contains(name, search_text(search)), ~contact.c.retired)
        .order_by(name)
        .limit(CHOICES)
    )
    return [Choice(row.id, f"{row.name} · {row.company}" if row.company else row.name) for row in session.execute(statement)]


def services(session: Session, *, current: int | None = None) -> list[Choice]:
    """Every service."""
    service = table_of(Service).c
    found = select(service.id, service.name).where(~service.retired | (service.id == current)).order_by(service.name)
    return [Choice(row.id, row.name) for row in session.execute(found)]


def contracts_of(session: Session, company_id: int, *, current: int | None = None) -> list[ContractChoice]:
    """Contracts of one company."""
    contract = table_of(ServiceContract).c
    rows = _of_company(session, ServiceContract, company_id, current, contract.starts_on, contract.ends_on)
    return [ContractChoice(row.id, row.name, row.starts_on, row.ends_on) for row in rows]


def plannings_of(session: Session, company_id: int, *, current: int | None = None) -> list[Choice]:
    """Plannings of one company."""
    return [Choice(row.id, row.name) for row in _of_company(session, Planning, company_id, current)]


def customer_of_contact(session: Session, contact_id: int) -> int | None:
    """The company of a contact, if it has one."""
    contact = table_of(Contact).c
    return session.execute(select(contact.company_id).where(contact.id == contact_id)).scalar_one_or_none()


def _of_company(
    session: Session, model: type[ServiceContract] | type[Planning], company_id: int, current: int | None, *more: Any
) -> Sequence[Row[Any]]:
    table = table_of(model).c
    offered = (table.company_id == company_id) & (~table.retired | (table.id == current))
    return session.execute(select(table.id, table.name, *more).where(offered).order_by(table.name)).all()


def company_id_of(session: Session, code: str) -> int:
    """The id of a company by its code. Raises NotFound."""
    company = table_of(Company).c
    found = session.execute(select(company.id).where(company.code == code)).scalar_one_or_none()
    if found is None:
        raise NotFound("unknown_company", company=code[:40])
    return int(found)


def company_name(session: Session, company_id: int) -> str:
    """The name of a company; empty for an unknown id."""
    company = table_of(Company).c
    return session.execute(select(company.name).where(company.id == company_id)).scalar_one_or_none() or ""


def contracts_for(session: Session, selection: Selection, search: str = "") -> list[Choice]:
    """Contracts of the customers of selected tickets, by name, code or customer, each with its customer's name."""
    ticket, contact = table_of(Ticket), table_of(Contact)
    contract, company = table_of(ServiceContract), table_of(Company)
    customer = sql.customer_id(ticket, contact)
    source = ticket.outerjoin(contact, contact.c.id == ticket.c.contact_id)
    customers = select(customer).select_from(source).where(*selection_conditions(selection), customer.is_not(None))
    text = search_text(search)
    found = contains(contract.c.name + "\n" + contract.c.code + "\n" + company.c.name, text)
    statement = (
        select(contract.c.id, contract.c.name.label("name"), company.c.name.label("company"))
        .join_from(contract, company, company.c.id == contract.c.company_id)
        .where(found, ~contract.c.retired, contract.c.company_id.in_(customers))
        .order_by(company.c.name, contract.c.name)
        .limit(CHOICES)
    )
    return [Choice(row.id, f"{row.name} · {row.company}") for row in session.execute(statement)]
