"""Which tickets an action is about: some ids, or everything that matches a filter less exclusions (spec, section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlmodel import Session

from domain.errors import NotFound
from domain.model import sql
from domain.model.base import among, contains, table_of
from domain.model.customers import Company, Contact, full_name
from domain.model.proposals import ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_conditions import REFUSED, billable, taken
from domain.reads.suspended_work import has_suspended_work
from domain.reads.work_buckets import WorkFilter, tickets_with_work
from domain.rules.calendar import end_of_day, start_of_day
from domain.rules.text import search_text
from domain.vocabulary import BillingStatus, MissingField, Refusal, TicketStatus


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """What a list of tickets is narrowed to; empty means all. Dates are the firm's, both inclusive.

    `billing` holds billing statuses, None among them for the tickets of a planning. `proposal_id`: tickets with lines there.
    `work`: tickets with work in a bucket, whatever else they have. `owner`: whose they are, by the whole name.
    `lacks`: tickets to bill of which this is not known. `billable`: whether the rule has no objection to them;
    `refusal`: it has this one. `suspended`: tickets with suspended work, whatever state the rest gives them.
    """

    search: str = ""
    statuses: frozenset[TicketStatus] = frozenset()
    billing: frozenset[BillingStatus | None] = frozenset()
    company_id: int | None = None
    proposal_id: int | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    work: WorkFilter | None = None
    owner: str = ""
    lacks: MissingField | None = None
    billable: bool | None = None
    refusal: Refusal | None = None
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Tickets by id; or, with a filter, all that match it but those of `ids`."""

    ids: frozenset[int] = frozenset()
    filter: TicketFilter | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be meant by it."""
        return self.filter is None and not self.ids

    def canonical(self) -> str:
        """The same text for the same selection, for digests."""
        f = self.filter
        if f is None:
            return repr(sorted(self.ids))
        states = sorted(f.statuses), sorted(status or "" for status in f.billing)
        rest = f.search, f.company_id, f.proposal_id, str(f.closed_from), str(f.closed_to), str(f.work)
        return repr((sorted(self.ids), *states, *rest, f.owner, f.lacks, f.billable, f.refusal, f.suspended))


def filter_conditions(f: TicketFilter) -> list[ColumnElement[bool]]:
    """SQL conditions on the ticket table for a filter. Grid, counts and actions all use these."""
    ticket = table_of(Ticket).c
    found: list[ColumnElement[bool]] = []
    if search := search_text(f.search):
        found.append(_matches(search))
    if f.statuses:
        found.append(ticket.status.in_(f.statuses))
    if f.billing:
        found.append(_in_state(f.billing))
    if f.company_id is not None:
        found.append(_of_customer(table_of(Company).c.id == f.company_id))
    if f.proposal_id is not None:
        line = table_of(ProposalLine).c
        found.append(ticket.id.in_(select(line.ticket_id).where(line.proposal_id == f.proposal_id)))
    if f.closed_from is not None:
        found.append(ticket.closed_at >= start_of_day(f.closed_from))
    if f.closed_to is not None:
        found.append(ticket.closed_at < end_of_day(f.closed_to))
    if f.owner:
        found.append(ticket.owner == f.owner)
    return [*found, *_about_billing(f)]


def _about_billing(f: TicketFilter) -> Iterator[ColumnElement[bool]]:
    """What the work of a ticket has to be, and what the rule says of it."""
    if f.work is not None:
        yield table_of(Ticket).c.id.in_(tickets_with_work(f.work))
    if f.lacks is not None:
        yield _LACKING[f.lacks]
    if f.billable is not None:
        yield billable if f.billable else ~billable
    if f.refusal is not None:
        yield REFUSED[f.refusal]
    if f.suspended:
        yield has_suspended_work()


def _in_state(billing: frozenset[BillingStatus | None]) -> ColumnElement[bool]:
    state = table_of(Ticket).c.billing_status
    known = [status for status in billing if status is not None]
    options = [state.in_(known)] if known else []
    return or_(*options, state.is_(None)) if None in billing else or_(*options)


def _without_service() -> ColumnElement[bool]:
    """Tickets to bill with work that a proposal would take, and that names no service."""
    entry = table_of(TimeEntry)
    bad = select(entry.c.ticket_id).where(taken(entry), entry.c.service_id.is_(None))
    ticket = table_of(Ticket).c
    return and_(ticket.billing_status == BillingStatus.TO_BILL, ticket.id.in_(bad))


def _without_customer() -> ColumnElement[bool]:
    """Tickets to bill of no company, neither their own nor their contact's."""
    ticket = table_of(Ticket)
    return and_(ticket.c.billing_status == BillingStatus.TO_BILL, sql.without_customer(ticket, table_of(Contact)))


_LACKING = {MissingField.SERVICE: _without_service(), MissingField.CUSTOMER: _without_customer()}


def _of_customer(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tickets whose customer meets a condition."""
    return _one_of(*_customers_tickets(condition))


def _customers_tickets(condition: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    companies = select(table_of(Company).c.id).where(condition)
    return sql.tickets_of_customers(_LOOKED_UP, table_of(Contact), companies)


def _matches(search: str) -> ColumnElement[bool]:
    """Tickets that hold a text in what is said of them or of their work, in their customer's or in their contact's name."""
    ticket, contact = _LOOKED_UP.c, table_of(Contact)
    # One text to look through instead of three; what is searched for has no line break that could span two of them.
    own = select(ticket.id).where(contains(ticket.number + "\n" + ticket.title + "\n" + ticket.owner, search))
    named = select(contact.c.id).where(contains(full_name(contact), search))
    by_contact = select(ticket.id).where(ticket.contact_id.in_(named))
    entry = table_of(TimeEntry).c
    by_work = select(entry.ticket_id).where(contains(entry.operator + "\n" + entry.description, search))
    return _one_of(own, *_customers_tickets(contains(table_of(Company).c.name, search)), by_contact, by_work)


def _one_of(*found: Select[Any]) -> ColumnElement[bool]:
    """As one set of ids, found once in the table's own order: a list that is sorted by an index only looks them up in it."""
    return table_of(Ticket).c.id.in_(union_all(*found))


_LOOKED_UP = table_of(Ticket).alias("looked_up")


def selection_conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """SQL conditions on the ticket table for a selection."""
    named = among(table_of(Ticket).c.id, selection.ids)
    if selection.filter is None:
        return [named]
    conditions = filter_conditions(selection.filter)
    return [*conditions, ~named] if selection.ids else conditions


def count_selected(session: Session, selection: Selection) -> int:
    """How many tickets a selection has now."""
    statement = select(func.count()).select_from(table_of(Ticket)).where(*selection_conditions(selection))
    return int(session.execute(statement).scalar_one())


def select_numbers(session: Session, numbers: list[str]) -> Selection:
    """The tickets of these numbers. Raises NotFound naming those that do not exist."""
    ticket = table_of(Ticket).c
    found = session.execute(select(ticket.number, ticket.id).where(ticket.number.in_(numbers))).all()
    missing = sorted(set(numbers) - {row.number for row in found})
    if missing:
        raise NotFound("unknown_ticket", numbers=", ".join(missing[:10]), count=len(missing))
    return Selection(ids=frozenset(row.id for row in found))
