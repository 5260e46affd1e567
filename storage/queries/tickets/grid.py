"""The ticket list: pages, counts per state and totals of a selection (spec, section 4; screens, Assistenza Clienti)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select, true
from sqlmodel import Session

from domain.errors import InvalidInput
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.customers import Company, Contact, full_name
from domain.model.proposals import Proposal
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_conditions import REFUSED, billable, to_bill, worth_of
from domain.reads.billable_tickets import billable_views
from domain.reads.selection import Selection, TicketFilter, filter_conditions, selection_conditions
from domain.reads.suspended_work import has_suspended_work
from domain.reads.work_buckets import WorkFilter, work_conditions, work_of
from domain.rules.eligibility import BillableView, objections
from domain.vocabulary import BillingStatus, Refusal, TicketStatus

PAGE_LIMIT = 500
MAX_ROWS = 2**31
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One row of the grid. `minutes` and `value` (cents, net) are of all its work, in whatever bucket it is, goodwill left out.

    Where the list is filtered by work they are the part of the ticket that the filter means; `whole_minutes` and `whole_value`
    say then what all of it comes to, and are None where the part is the whole.

    `refusals` are the reasons for which it can't be billed now; empty where it can.
    """

    id: int
    number: str
    title: str
    company: str
    contact: str
    status: TicketStatus
    billing_status: BillingStatus | None
    cancellation_reason: str
    proposal_id: int | None
    proposal_number: str
    owner: str
    opened_at: datetime | None
    closed_at: datetime | None
    minutes: int
    value: int
    refusals: tuple[Refusal, ...]
    whole_minutes: int | None = None
    whole_value: int | None = None


@dataclass(frozen=True, slots=True)
class SelectionTotals:
    """Totals of a selection: its tickets, and minutes and value (cents) of those that are ready."""

    tickets: int
    billable: int
    companies: int
    minutes: int
    value: int


@dataclass(frozen=True, slots=True)
class RefusalCounts:
    """Tickets that can be billed now, those still to be billed that can't, and those with suspended work.

    `reasons`: for how many tickets, whatever their state, each reason holds; a ticket may have several.
    """

    billable: int = 0
    blocked: int = 0
    suspended: int = 0
    reasons: Mapping[Refusal, int] = field(default_factory=dict)


_ticket, _contact = table_of(Ticket), table_of(Contact)
_company, _employer = table_of(Company), table_of(Company).alias("employer")
_proposal = table_of(Proposal)
_customer_name = sql.customer_name(_company, _employer)
_named = sql.with_customer(_ticket, _company, _contact, _employer)

SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "number": _ticket.c.number,
    "title": _ticket.c.title,
    "company": _customer_name,
    "status": _ticket.c.status,
    "billing_status": _ticket.c.billing_status,
    "owner": _ticket.c.owner,
    "opened_at": _ticket.c.opened_at,
    "closed_at": _ticket.c.closed_at,
}
"""Fields that the list may sort by."""


def ticket_page(
    session: Session,
    narrowed: TicketFilter,
    *,
    sort: str = "opened_at",
    descending: bool = True,
    start: int = 0,
    limit: int = 100,
) -> list[TicketRow]:
    """Rows `start` to `start + limit` of the filtered tickets. Raises InvalidInput for a field that is not sortable."""
    window = min(max(start, 0), MAX_ROWS), min(max(limit, 0), PAGE_LIMIT)
    ids = _ids(session, narrowed, sort, descending=descending, start=window[0], limit=window[1])
    return _rows(session, ids, narrowed.work)


def all_ticket_rows(session: Session, narrowed: TicketFilter, *, sort: str, descending: bool, most: int) -> Iterator[TicketRow]:
    """The first `most` of the filtered tickets, read in chunks. Raises InvalidInput for a field that is not sortable."""
    ids = _ids(session, narrowed, sort, descending=descending, start=0, limit=most)
    for first in range(0, len(ids), _READ_AT_ONCE):
        yield from _rows(session, ids[first : first + _READ_AT_ONCE], narrowed.work)


def _ids(session: Session, narrowed: TicketFilter, sort: str, *, descending: bool, start: int, limit: int) -> list[int]:
    if sort not in SORTABLE:
        raise InvalidInput("unknown_sort", field=sort[:40])
    by = SORTABLE[sort]
    # Empty values sort to the same end on both databases.
    order = (by.desc().nulls_last(), _ticket.c.id.desc()) if descending else (by.asc().nulls_first(), _ticket.c.id.asc())
    # Sorts on the ticket table alone, so that an index can serve; names are joined for one page only.
    page = select(_ticket.c.id)
    if sort == "company":
        page = page.select_from(_named)
    page = page.where(*filter_conditions(narrowed)).order_by(*order).offset(start).limit(limit)
    return list(session.execute(page).scalars())


def _rows(session: Session, ids: Sequence[int], part: WorkFilter | None) -> list[TicketRow]:
    if not ids:
        return []
    statement = (
        select(
            _ticket.c.id,
            _ticket.c.number,
            _ticket.c.title,
            _customer_name.label("company"),
            full_name(_contact).label("contact"),
            _ticket.c.status,
            _ticket.c.billing_status,
            _ticket.c.cancellation_reason,
            _ticket.c.proposal_id,
            func.coalesce(_proposal.c.number, "").label("proposal_number"),
            _ticket.c.owner,
            _ticket.c.opened_at,
            _ticket.c.closed_at,
        )
        .select_from(_named.outerjoin(_proposal, _ticket.c.proposal_id == _proposal.c.id))
        .where(_ticket.c.id.in_(ids))
    )
    found = {row.id: row for row in session.execute(statement)}
    views = {view.id: view for view in billable_views(session, Selection(frozenset(ids)))}
    sums = _work_sums(session, ids, part)
    return [_ticket_row(found[id_], views[id_], *sums.get(id_, (0, 0, 0, 0))) for id_ in ids]


def _work_sums(session: Session, ids: Sequence[int], part: WorkFilter | None) -> dict[int, tuple[int, ...]]:
    """Minutes and cents of what a filter means of each ticket, and of all its work."""
    of = work_of(among(_ticket.c.id, ids))
    meant = and_(true(), *(work_conditions(part, of) if part else ()))
    amounts = (of.c.minutes, of.c.cents)
    sums = (func.sum(case((meant, each), else_=0)) for each in amounts), (func.sum(each) for each in amounts)
    statement = select(of.c.ticket_id, *chain(*sums)).group_by(of.c.ticket_id)
    return {id_: tuple(map(int, rest)) for id_, *rest in session.execute(statement)}


def _ticket_row(row: Row[Any], view: BillableView, minutes: int, value: int, all_minutes: int, all_value: int) -> TicketRow:
    codes = tuple(dict.fromkeys(objection.code for objection in objections(view)))
    whole = (None, None) if (minutes, value) == (all_minutes, all_value) else (all_minutes, all_value)
    return TicketRow(**row._asdict(), minutes=minutes, value=value, refusals=codes, whole_minutes=whole[0], whole_value=whole[1])


def count_tickets(session: Session, narrowed: TicketFilter) -> int:
    """Number of matching tickets."""
    statement = select(func.count()).select_from(_ticket).where(*filter_conditions(narrowed))
    return int(session.execute(statement).scalar_one())


def count_minutes(session: Session, narrowed: TicketFilter) -> tuple[int, int]:
    """How many tickets match, and the minutes to bill of all their work."""
    entry = table_of(TimeEntry)
    sums = func.count(_ticket.c.id.distinct()), func.coalesce(func.sum(entry.c.billable_minutes), 0)
    source = _ticket.outerjoin(entry, entry.c.ticket_id == _ticket.c.id)
    count, minutes = session.execute(select(*sums).select_from(source).where(*filter_conditions(narrowed))).one()
    return count, int(minutes)


def counts_by_state(session: Session, narrowed: TicketFilter) -> dict[tuple[TicketStatus, BillingStatus | None], int]:
    """Number of matching tickets by status and billing status, for the chips above the list."""
    statement = (
        select(_ticket.c.status, _ticket.c.billing_status, func.count())
        .where(*filter_conditions(narrowed))
        .group_by(_ticket.c.status, _ticket.c.billing_status)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(statement)}


def billing_states(session: Session, ticket_ids: Collection[int]) -> dict[str, BillingStatus | None]:
    """The billing status of tickets by their numbers, in id order."""
    statement = select(_ticket.c.number, _ticket.c.billing_status).where(among(_ticket.c.id, ticket_ids)).order_by(_ticket.c.id)
    return dict(map(tuple, session.execute(statement)))


def refusal_counts(session: Session, narrowed: TicketFilter) -> RefusalCounts:
    """How many tickets match that can be billed, or not yet, and how many the rule refuses for each reason."""
    counted = (billable, to_bill & ~billable, has_suspended_work(), *REFUSED.values())
    flags = [func.sum(case((condition, 1), else_=0)) for condition in counted]
    statement = select(*flags).select_from(_ticket).where(*filter_conditions(narrowed))
    ready, blocked, suspended, *counts = (int(count or 0) for count in session.execute(statement).one())
    return RefusalCounts(ready, blocked, suspended, {code: count for code, count in zip(REFUSED, counts, strict=True) if count})


def selection_totals(session: Session, selection: Selection) -> SelectionTotals:
    """Totals of a selection by the billing rules, entry by entry, without the rounding of merged lines."""
    chosen = selection_conditions(selection)
    customer = sql.customer_id(_ticket, _contact)
    counts = select(func.count(), func.count(customer.distinct()), func.sum(case((billable, 1), else_=0)))
    source = _ticket.outerjoin(_contact, _contact.c.id == _ticket.c.contact_id)
    tickets, companies, ready = session.execute(counts.select_from(source).where(*chosen)).one()
    minutes, value = session.execute(worth_of(*chosen)).one()
    return SelectionTotals(tickets, int(ready or 0), companies, int(minutes), int(value))
