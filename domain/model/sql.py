"""The rules of amounts, prices, open work and customers as SQL expressions: the only module that writes them in SQL.

`domain.money` and `domain.rules` are the rules; a property test holds these expressions to them on both databases. The CHECK
constraints of the tables and the proofs of `storage.queries.check` and `storage.queries.reconciliation` repeat the formulas
on purpose: a proof that shares the formula it proves would share its errors.

Each function takes tables or aliases of them. An outer join may leave any of them empty.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, or_, select

from domain.vocabulary import RateSource


def line_amount(minutes: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Any]:
    """Net of a line in cents: `domain.money.line_amount`."""
    return (minutes * rate + 30) // 60


def unit_price(ticket: FromClause, service: FromClause) -> ColumnElement[Any]:
    """Hourly rate in cents, 0 where there is none: `domain.rules.pricing.unit_price`."""
    return case((ticket.c.hourly_rate > 0, ticket.c.hourly_rate), else_=list_price(service))


def list_price(service: FromClause) -> ColumnElement[Any]:
    """Hourly rate of the service in cents, 0 where there is no service."""
    return func.coalesce(service.c.hourly_rate, 0)


def price_source(ticket: FromClause, service: FromClause) -> ColumnElement[Any]:
    """Which rate `unit_price` takes; NULL where there is none."""
    return case(
        (ticket.c.hourly_rate > 0, literal(RateSource.TICKET.value)),
        (service.c.hourly_rate > 0, literal(RateSource.SERVICE.value)),
    )


def unpriced(ticket: FromClause, service: FromClause) -> ColumnElement[bool]:
    """Whether neither the ticket nor the service has a rate."""
    return and_(ticket.c.hourly_rate <= 0, service.c.hourly_rate <= 0)


def open_minutes(entry: FromClause) -> ColumnElement[Any]:
    """Minutes of a time entry that no contract covers: what a line may bill. NULL where its time is unknown."""
    return entry.c.billable_minutes - entry.c.covered_minutes


def has_open_work(entry: FromClause) -> ColumnElement[bool]:
    """Whether a time entry has open minutes, or may have: its time is unknown."""
    return or_(entry.c.billable_minutes.is_(None), open_minutes(entry) != 0)


def open_value(entry: FromClause, ticket: FromClause, service: FromClause) -> ColumnElement[Any]:
    """Net in cents of the open minutes of a time entry on a line of its own, at today's price; 0 where either is unknown."""
    return line_amount(func.coalesce(open_minutes(entry), 0), unit_price(ticket, service))


def covered_value(entry: FromClause, ticket: FromClause, service: FromClause) -> ColumnElement[Any]:
    """Net in cents that the covered minutes would have come to; a rate that the contract gave is for its excess alone."""
    own = and_(ticket.c.hourly_rate > 0, ticket.c.rate_from_contract.is_(False))
    return line_amount(entry.c.covered_minutes, case((own, ticket.c.hourly_rate), else_=list_price(service)))


def customer_id(ticket: FromClause, contact: FromClause) -> ColumnElement[Any]:
    """The ticket's company, or else its contact's: `domain.rules.eligibility.BillableView.customer_id`."""
    return func.coalesce(ticket.c.company_id, contact.c.company_id)


def customer_name(company: FromClause, employer: FromClause) -> ColumnElement[Any]:
    """Name of the customer, in the joins of `with_customer`; empty where there is none."""
    return func.coalesce(company.c.name, employer.c.name, "")


def with_customer(
    ticket: FromClause, company: FromClause, contact: FromClause, employer: FromClause, source: FromClause | None = None
) -> FromClause:
    """`ticket`, or a `source` that has it, joined to its `company`, its `contact` and that contact's company (`employer`)."""
    return (
        (ticket if source is None else source)
        .outerjoin(company, ticket.c.company_id == company.c.id)
        .outerjoin(contact, ticket.c.contact_id == contact.c.id)
        .outerjoin(employer, contact.c.company_id == employer.c.id)
    )


def tickets_of_customers(ticket: FromClause, contact: FromClause, companies: Any) -> tuple[Select[Any], Select[Any]]:
    """Ids of the tickets whose customer is one of `companies`: by their company, and by their contact.

    As two sets, so that each is found by its index. A ticket has a company or a contact, never both.
    """
    contacts = select(contact.c.id).where(contact.c.company_id.in_(companies))
    by_company = select(ticket.c.id).where(ticket.c.company_id.in_(companies))
    return by_company, select(ticket.c.id).where(ticket.c.contact_id.in_(contacts))


def without_customer(ticket: FromClause, contact: FromClause) -> ColumnElement[bool]:
    """Whether a ticket has no customer, neither of its own nor by its contact; without a join."""
    alone = select(contact.c.id).where(contact.c.company_id.is_(None))
    return and_(ticket.c.company_id.is_(None), or_(ticket.c.contact_id.is_(None), ticket.c.contact_id.in_(alone)))
