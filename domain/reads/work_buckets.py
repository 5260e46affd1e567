"""Where the work of closed tickets stands: every billable minute and cent in exactly one bucket (spec, promise 2).

`work` is the one definition, in SQL: check, the page and the lists of tickets all read it. An entry has more than one piece
where a contract covers part of it, or where its line was adjusted: what the adjustment took off the line is written off, and
what it added is written off with a minus, so that the pieces always add up to the work.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, Subquery, and_, case, func, literal, or_, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.errors import InvalidInput
from domain.model import sql
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.customers import Contact
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.vocabulary import BillingStatus, Bucket, LineState, ProposalStatus, TicketStatus

_entry, _ticket, _service = table_of(TimeEntry), table_of(Ticket), table_of(Service)
_contact, _line, _proposal = table_of(Contact), table_of(ProposalLine), table_of(Proposal)

_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Work that is meant; None is any. `month` as `2026-02`; dates of work inclusive.

    An empty month, operator or reason, or an id of 0, means the work that has none. `reason`: why it is suspended or not billed.
    `undated`: of tickets that don't say when they were closed. `lost`: not billed or written off. Raises InvalidInput
    `not_a_month`.
    """

    bucket: Bucket | None = None
    month: str | None = None
    worked_from: date | None = None
    worked_to: date | None = None
    company_id: int | None = None
    operator: str | None = None
    service_id: int | None = None
    contract_id: int | None = None
    reason: str | None = None
    undated: bool = False
    lost: bool = False

    def __post_init__(self) -> None:
        if self.month and not _MONTH.fullmatch(self.month):
            raise InvalidInput("not_a_month", value=self.month[:40])


LOST = (Bucket.NOT_BILLED, Bucket.WRITTEN_OFF)
"""Work that somebody decided to charge to nobody."""


def first_of_month(month: str) -> date:
    """The first day of `2026-02`."""
    return date.fromisoformat(f"{month}-01")


class MonthOf(FunctionElement[str]):
    """The month of a date as `2026-02`."""

    type = String()
    inherit_cache = True
    name = "month_of"


@compiles(MonthOf)
def _month_of(element: MonthOf, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"substr({column}, 1, 7)" if compiler.dialect.name == "sqlite" else f"to_char({column}, 'YYYY-MM')"


def _in(bucket: Bucket) -> ColumnElement[str]:
    return literal(bucket.value, String)


def _by_status(status: ColumnElement[Any]) -> ColumnElement[str]:
    """Where a state of a ticket, or a manual decision, puts work that is on no line: no invoice of ours bills it."""
    return case(
        (status == BillingStatus.BILLED, _in(Bucket.BILLED_ELSEWHERE)),
        (status == BillingStatus.SUSPENDED, _in(Bucket.SUSPENDED)),
        (status == BillingStatus.NOT_BILLED, _in(Bucket.NOT_BILLED)),
        (status == BillingStatus.SERVICE_CONTRACT, _in(Bucket.CONTRACT)),
        else_=_in(Bucket.TO_BILL),
    )


# What came after its ticket was proposed is on no line, and still to bill.
_of_free = case(
    (_entry.c.manual_decision.is_not(None), _by_status(_entry.c.manual_decision)),
    (_ticket.c.billing_status.is_(None), _in(Bucket.PLANNING)),
    else_=_by_status(_ticket.c.billing_status),
)
_of_held = case(
    (and_(_line.c.state == LineState.BILL, _proposal.c.status == ProposalStatus.INVOICED), _in(Bucket.INVOICED)),
    (_line.c.state == LineState.BILL, _in(Bucket.PROPOSED)),
    (_line.c.state == LineState.SUSPENDED, _in(Bucket.SUSPENDED)),
    (_line.c.state == LineState.NOT_BILLED, _in(Bucket.NOT_BILLED)),
    else_=_of_free,
)

_set_aside = (BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED)
_why_free = case(
    (_entry.c.manual_decision.in_(_set_aside), _entry.c.decision_reason),
    (and_(_entry.c.manual_decision.is_(None), _ticket.c.billing_status.in_(_set_aside)), _ticket.c.cancellation_reason),
    else_="",
)
_why_held = case((_line.c.state.in_((LineState.SUSPENDED, LineState.NOT_BILLED)), _line.c.reason), else_="")

_open, _covered = func.coalesce(sql.open_minutes(_entry), 0), _entry.c.covered_minutes
_has_open = sql.has_open_work(_entry)
_open_value, _covered_value = (value(_entry, _ticket, _service) for value in (sql.open_value, sql.covered_value))


def _share(total: ColumnElement[Any]) -> ColumnElement[Any]:
    """An entry's part of a total of its line, by minutes up to and with it: the parts add up to the total.

    Floor of total x minutes / whole, reckoned so that nothing overflows.
    """
    whole = func.nullif(func.sum(_open).over(partition_by=_entry.c.line_id), 0)
    until = func.sum(_open).over(partition_by=_entry.c.line_id, order_by=_entry.c.id)

    def part(minutes: ColumnElement[Any]) -> ColumnElement[Any]:
        return total // whole * minutes + total % whole * minutes // whole

    return func.coalesce(part(until) - part(until - _open), 0)


_adjusted = and_(
    _line.c.original_minutes.is_not(None),
    or_(_line.c.original_minutes != _line.c.minutes, _line.c.original_rate != _line.c.rate),
)
_taken_off = (
    _open - _share(_line.c.minutes),
    _share(sql.line_amount(_line.c.original_minutes, _line.c.original_rate)) - _share(_line.c.net),
)


def _pieces(
    bucket: ColumnElement[str],
    minutes: ColumnElement[Any],
    cents: ColumnElement[Any],
    why: ColumnElement[str],
    which: Sequence[ColumnElement[bool]],
    held: bool = False,
) -> Select[Any]:
    source: FromClause = _entry.join(_ticket, _ticket.c.id == _entry.c.ticket_id)
    source = source.outerjoin(_contact, _contact.c.id == _ticket.c.contact_id)
    if held:
        source = source.join(_line, _line.c.id == _entry.c.line_id).join(_proposal, _proposal.c.id == _line.c.proposal_id)
    else:
        source = source.outerjoin(_service, _service.c.id == _entry.c.service_id)
    return (
        select(
            bucket.label("bucket"),
            _entry.c.ticket_id,
            _entry.c.id.label("time_entry_id"),
            _entry.c.worked_on,
            sql.customer_id(_ticket, _contact).label("company_id"),
            _entry.c.operator,
            _entry.c.service_id,
            _ticket.c.contract_id,
            _ticket.c.closed_at,
            why.label("reason"),
            minutes.label("minutes"),
            cents.label("cents"),
        )
        .select_from(source)
        .where(*which)
    )


def work_of(*tickets: ColumnElement[bool]) -> Subquery:
    """The work of the tickets that meet conditions, also of those that are open: quick for a few, as a page shows them.

    Rows: bucket, ticket_id, time_entry_id, worked_on, company_id, operator, service_id, contract_id and closed_at (of the
    ticket), reason, minutes, cents (net).
    """
    no_reason, its_open = literal("", String), (*tickets, _has_open)
    return union_all(
        _pieces(_of_held, _share(_line.c.minutes), _share(_line.c.net), _why_held, its_open, held=True),
        _pieces(_in(Bucket.WRITTEN_OFF), *_taken_off, _line.c.adjustment_reason, (*its_open, _adjusted), held=True),
        _pieces(_of_free, _open, _open_value, _why_free, (*its_open, _entry.c.line_id.is_(None))),
        _pieces(_in(Bucket.CONTRACT), _covered, _covered_value, no_reason, (*tickets, _covered > 0)),
    ).subquery("work")


work = work_of(_ticket.c.status == TicketStatus.CLOSED)
"""The work of all closed tickets."""

work_month: ColumnElement[str] = func.coalesce(MonthOf(work.c.worked_on), "")
"""The month of a row of `work`; empty where it is undated."""


def work_conditions(f: WorkFilter, of: FromClause = work) -> list[ColumnElement[bool]]:
    """SQL conditions on `work`, or on the work of some tickets, for a filter."""
    c = of.c
    found: list[ColumnElement[bool]] = []
    if f.bucket is not None:
        found.append(c.bucket == f.bucket.value)
    if f.month:
        first = first_of_month(f.month)
        found.append(and_(c.worked_on >= first, c.worked_on < (first + timedelta(days=31)).replace(day=1)))
    elif f.month is not None:
        found.append(c.worked_on.is_(None))
    if f.worked_from is not None:
        found.append(c.worked_on >= f.worked_from)
    if f.worked_to is not None:
        found.append(c.worked_on <= f.worked_to)
    ids = {name: getattr(f, name) for name in ("company_id", "service_id", "contract_id")}
    found += [c[name] == id_ if id_ else c[name].is_(None) for name, id_ in ids.items() if id_ is not None]
    names = {name: getattr(f, name) for name in ("operator", "reason")}
    found += [c[name] == text for name, text in names.items() if text is not None]
    if f.lost:
        found.append(c.bucket.in_(LOST))
    if f.undated:
        found.append(c.closed_at.is_(None))
    return found


def tickets_with_work(f: WorkFilter) -> Select[Any]:
    """The ids of the tickets that have such work."""
    return select(work.c.ticket_id).where(*work_conditions(f))
