"""Suspended work by ticket: how old, whose, why, when to look at it again, and what it is worth (spec, section 5)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, case, func, literal_column, or_, select
from sqlmodel import Session

from domain.errors import InvalidInput
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.customers import Company, Contact
from domain.model.proposals import Proposal
from domain.model.tickets import Ticket
from domain.reads.selection import TicketFilter, filter_conditions
from domain.reads.suspended_work import suspended_work
from domain.rules.calendar import end_of_day, start_of_day
from domain.vocabulary import ProposalStatus

PAGE_LIMIT = 500
MAX_ROWS = 2**31

_ticket, _contact, _proposal = table_of(Ticket), table_of(Contact), table_of(Proposal)
_company, _employer = table_of(Company), table_of(Company).alias("employer")
_customer_name, _customer_id = sql.customer_name(_company, _employer), sql.customer_id(_ticket, _contact)


@dataclass(frozen=True, slots=True)
class SuspendedFilter:
    """What the list is narrowed to; empty means all. `due_by`: the review date is no later; `search`: as in the ticket list.

    `reason`: some of the work is suspended for it; an empty one: for none. `since_*`: the firm's dates of the oldest decision,
    inclusive; one that nobody knows is older than any.
    """

    search: str = ""
    company_id: int | None = None
    decided_by: str = ""
    due_by: date | None = None
    reason: str | None = None
    since_from: date | None = None
    since_to: date | None = None


@dataclass(frozen=True, slots=True)
class SuspendedSelection:
    """Tickets by id; or, with a filter, all that match it but those of `ids`."""

    ids: frozenset[int] = frozenset()
    filter: SuspendedFilter | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A proposal that suspended work is on."""

    id: int
    number: str
    status: ProposalStatus


@dataclass(frozen=True, slots=True)
class SuspendedRow:
    """One ticket with its suspended work. Minutes; `value` in cents, net. `since`: the oldest decision, None if unknown.

    Where the list is filtered by a reason, `minutes` and `value` are of the work that is suspended for it; `whole_minutes` and
    `whole_value` are always of all suspended work.

    `can_resume`: no proposal under approval holds any of it. `by_hand`: some of it is on no proposal.
    """

    id: int
    number: str
    title: str
    company_id: int | None
    company: str
    owner: str
    review_on: date | None
    since: datetime | None
    minutes: int
    value: int
    whole_minutes: int
    whole_value: int
    can_resume: bool
    by_hand: bool
    decided_by: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    proposals: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class SuspendedTotals:
    """What a selection, or a filter, holds; `resumable` and the amounts after it count what can be resumed now."""

    tickets: int
    minutes: int
    value: int
    resumable: int
    resumable_value: int


_only_reason = bindparam("only_reason", None, String)
"""Where a list is filtered by a reason, its minutes and values are of the work that is suspended for it alone."""


def _grouped() -> Any:
    work = suspended_work()
    meant = or_(_only_reason.is_(None), work.c.reason == _only_reason)
    amounts = {"minutes": work.c.minutes, "value": work.c.value}
    return (
        select(
            work.c.ticket_id,
            func.min(work.c.since).label("since"),
            *(func.sum(case((meant, each), else_=0)).label(name) for name, each in amounts.items()),
            *(func.sum(each).label(f"whole_{name}") for name, each in amounts.items()),
            (func.max(work.c.held) == 0).label("can_resume"),
            (func.count() > func.count(work.c.proposal_id)).label("by_hand"),
        )
        .group_by(work.c.ticket_id)
        .subquery("suspended")
    )


_sums = _grouped()
_AMOUNTS = ("minutes", "value", "whole_minutes", "whole_value")

SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "number": _ticket.c.number,
    "company": _customer_name,
    "since": _sums.c.since,
    "review_on": _ticket.c.review_on,
    "minutes": _sums.c.minutes,
    "value": _sums.c.value,
}
"""Fields that the list may sort by; `since` ascending is oldest first."""


def suspended_page(
    session: Session, narrowed: SuspendedFilter, *, sort: str = "since", descending: bool = False, start: int = 0, limit: int = 50
) -> list[SuspendedRow]:
    """Rows `start` to `start + limit` of the tickets that match. Raises InvalidInput for a field that is not sortable."""
    if sort not in SORTABLE:
        raise InvalidInput("unknown_sort", field=sort[:40])
    order = SORTABLE[sort].desc().nulls_last() if descending else SORTABLE[sort].asc().nulls_last()
    names = ("since", *_AMOUNTS, "can_resume", "by_hand")
    statement = (
        _matching(
            select(
                *(_ticket.c[name] for name in ("id", "number", "title", "owner", "review_on")),
                _customer_id.label("company_id"),
                _customer_name.label("company"),
                *(_sums.c[name] for name in names),
            ),
            SuspendedSelection(filter=narrowed),
        )
        .order_by(order, _ticket.c.id)
        .offset(min(max(start, 0), MAX_ROWS))
        .limit(min(max(limit, 0), PAGE_LIMIT))
    )
    rows = session.execute(statement).all()
    details = _details(session, [row.id for row in rows])
    return [_row(row, details[row.id]) for row in rows]


@dataclass(slots=True)
class _Detail:
    """Who, why and where, each once, the oldest first."""

    decided_by: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)
    proposals: dict[Holder, None] = field(default_factory=dict)


def _details(session: Session, ticket_ids: Collection[int]) -> dict[int, _Detail]:
    work = suspended_work()
    statement = (
        select(work, _proposal.c.number, _proposal.c.status)
        .outerjoin_from(work, _proposal, work.c.proposal_id == _proposal.c.id)
        .where(among(work.c.ticket_id, ticket_ids))
        .order_by(work.c.since, work.c.proposal_id)
    )
    found: dict[int, _Detail] = defaultdict(_Detail)
    for row in session.execute(statement):
        detail = found[row.ticket_id]
        detail.decided_by[row.decided_by] = None
        detail.reasons[row.reason] = None
        if row.proposal_id is not None:
            detail.proposals[Holder(row.proposal_id, row.number, row.status)] = None
    return found


def _row(row: Row[Any], detail: _Detail) -> SuspendedRow:
    whole = {name: int(getattr(row, name)) for name in _AMOUNTS}
    flags = {name: bool(getattr(row, name)) for name in ("can_resume", "by_hand")}
    who, why = (tuple(filter(None, part)) for part in (detail.decided_by, detail.reasons))
    return SuspendedRow(**{**row._asdict(), **whole, **flags}, decided_by=who, reasons=why, proposals=tuple(detail.proposals))


def _matching(statement: Select[Any], selection: SuspendedSelection, *, whole: bool = False) -> Select[Any]:
    """`statement` on tickets with suspended work, their sums and their customers, narrowed to a selection.

    With `whole` the sums are of all suspended work of a ticket, also where a reason is asked for.
    """
    statement = statement.select_from(
        sql.with_customer(_ticket, _company, _contact, _employer, _ticket.join(_sums, _sums.c.ticket_id == _ticket.c.id))
    )
    named = among(_ticket.c.id, selection.ids)
    narrowed = selection.filter
    if narrowed is None:
        return statement.where(named)
    if selection.ids:
        statement = statement.where(~named)
    return statement.where(*_conditions(narrowed)).params(only_reason=None if whole else narrowed.reason)


def _conditions(narrowed: SuspendedFilter) -> list[ColumnElement[bool]]:
    found = filter_conditions(TicketFilter(search=narrowed.search, company_id=narrowed.company_id))
    for name, wanted in (("decided_by", narrowed.decided_by or None), ("reason", narrowed.reason)):
        if wanted is not None:
            work = suspended_work()
            found.append(_ticket.c.id.in_(select(work.c.ticket_id).where(work.c[name] == wanted)))
    if narrowed.due_by is not None:
        found.append(_ticket.c.review_on <= narrowed.due_by)
    if narrowed.since_from is not None:
        found.append(_sums.c.since >= start_of_day(narrowed.since_from))
    if narrowed.since_to is not None:
        found.append(or_(_sums.c.since < end_of_day(narrowed.since_to), _sums.c.since.is_(None)))
    return found


def suspended_totals(session: Session, selection: SuspendedSelection, *, whole: bool = False) -> SuspendedTotals:
    """What a selection comes to; `whole`: with all suspended work of its tickets, whatever reason its filter asks for."""
    row = session.execute(_matching(select(*_totals()), selection, whole=whole)).one()
    return SuspendedTotals(*(int(value or 0) for value in row))


def _totals() -> tuple[ColumnElement[Any], ...]:
    can = _sums.c.can_resume
    sums = (func.count(), func.sum(_sums.c.minutes), func.sum(_sums.c.value), func.sum(case((can, 1), else_=0)))
    return *sums, func.sum(case((can, _sums.c.value), else_=0))


def count_due(session: Session, narrowed: SuspendedFilter, today: date) -> int:
    """How many of the tickets that match should be looked at again by today."""
    due = replace(narrowed, due_by=today)
    return int(session.execute(_matching(select(func.count()), SuspendedSelection(filter=due))).scalar_one())


def count_suspended(session: Session) -> int:
    """How many tickets have suspended work."""
    work = suspended_work()
    return int(session.execute(select(func.count(work.c.ticket_id.distinct()))).scalar_one())


def chosen_ids(session: Session, selection: SuspendedSelection, *, resumable: bool = False) -> list[int]:
    """The tickets of a selection that have suspended work, in id order; only those that can be resumed now, if asked for."""
    statement = _matching(select(_ticket.c.id), selection).order_by(_ticket.c.id)
    return list(session.execute(statement.where(_sums.c.can_resume) if resumable else statement).scalars())


def suspended_by_reason(session: Session) -> list[tuple[str, tuple[int, int, int]]]:
    """Each reason with the tickets, minutes and value (cents) of the work suspended for it, the largest first."""
    work = suspended_work()
    value = func.sum(work.c.value)
    statement = (
        select(work.c.reason, func.count(work.c.ticket_id.distinct()), func.sum(work.c.minutes), value)
        .group_by(work.c.reason)
        .order_by(value.desc(), work.c.reason)
    )
    return [(row[0], (row[1], int(row[2]), int(row[3]))) for row in session.execute(statement)]


def suspended_by_age(session: Session, starts: Sequence[date]) -> dict[int, SuspendedTotals]:
    """What is suspended since the first of `starts` (the newest date) or later as 0, since the next one as 1, and so on.

    What is older than all of them, or of unknown age, comes last.
    """
    since = _sums.c.since
    bands: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = [
        (since >= start_of_day(day), literal_column(str(band))) for band, day in enumerate(starts)
    ]
    band = case(*bands, else_=literal_column(str(len(starts))))
    statement = _matching(select(band, *_totals()), SuspendedSelection(filter=SuspendedFilter())).group_by(band)
    return {int(number): SuspendedTotals(*(int(value or 0) for value in rest)) for number, *rest in session.execute(statement)}


def who_suspended(session: Session) -> list[str]:
    """Names of those who suspended what still is, sorted."""
    work = suspended_work()
    names = session.execute(select(work.c.decided_by).distinct()).scalars()
    return sorted(filter(None, names), key=str.casefold)
