"""The charts of the home page: work, proposals and invoices by what explains them, each bar with its list (screens)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, case, func, literal_column, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.contracts import ServiceContract
from domain.model.customers import Company
from domain.model.invoices import Invoice
from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import MonthOf, WorkFilter, work, work_conditions, work_month
from domain.rules.calendar import start_of_day
from domain.vocabulary import Bucket, InvoiceKind, Role
from storage.queries.home.figures import YEAR, Figure, Opens, first_month, lost_since, proposals_under_way
from storage.queries.invoices.table import InvoiceFilter
from storage.queries.suspended.table import SuspendedFilter, suspended_by_age, suspended_by_reason

TOP: Final = 10
"""Bars of a chart by name: the largest."""

AGE_DAYS: Final = (30, 60, 90)
"""The last day of each age but the last one, which has none."""

UNDATED: Final = len(AGE_DAYS) + 1
"""The age of what says no date."""

Sums = tuple[int, int, int]
"""Tickets or documents, minutes, cents."""

_NOTHING: Final[Sums] = (0, 0, 0)

_company, _contract, _invoice = table_of(Company), table_of(ServiceContract), table_of(Invoice)


class Chart(StrEnum):
    """What is charted, by what."""

    TO_BILL_AGE = "to_bill_age"
    TO_BILL_CUSTOMER = "to_bill_customer"
    PROPOSALS = "proposals"
    SUSPENDED_REASON = "suspended_reason"
    SUSPENDED_AGE = "suspended_age"
    NOT_BILLED_REASON = "not_billed_reason"
    NOT_BILLED_OPERATOR = "not_billed_operator"
    NOT_BILLED_CUSTOMER = "not_billed_customer"
    INVOICED_MONTH = "invoiced_month"
    CONTRACT_MONTH = "contract_month"
    CONTRACT_NAME = "contract_name"
    OWN_MONTH = "own_month"


@dataclass(frozen=True, slots=True)
class Plot:
    """The bars of a chart, of how many there are."""

    bars: tuple[Figure, ...]
    groups: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not any(bar.count for bar in self.bars)


def plots_for(session: Session, role: Role, person: str | None, today: date) -> dict[Chart, Plot]:
    """The charts of a role; an operator has the work of `person` alone, or of everybody where it is None."""
    if role is Role.OPERATOR:
        return {Chart.OWN_MONTH: _months(session, WorkFilter(operator=person), today)}
    return {chart: draw(session, today) for chart, draw in _DRAWN.items()}


def months_until(today: date) -> list[str]:
    """The last twelve months, as `2026-02`, the one of `today` last."""
    first = first_month(today)
    numbers = range(first.year * 12 + first.month - 1, first.year * 12 + first.month - 1 + YEAR)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _ages(today: date) -> list[tuple[date | None, date | None]]:
    """First and last date of each age."""
    starts = [today - timedelta(days=days) for days in AGE_DAYS]
    ends = [None, *(start - timedelta(days=1) for start in starts)]
    return list(zip([*starts, None], ends, strict=True))


def _sums(session: Session, key: ColumnElement[Any], narrowed: WorkFilter, largest: str = "cents") -> dict[Any, Sums]:
    """By key, what is most by `largest` first."""
    sums = (func.count(work.c.ticket_id.distinct()), func.sum(work.c.minutes), func.sum(work.c.cents))
    grouped = (
        select(key.label("key"), *sums)
        .where(*work_conditions(narrowed))
        .group_by(key)
        .order_by(func.sum(work.c[largest]).desc(), key)
    )
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in session.execute(grouped)}


def _by(
    field: str, narrowed: Callable[[date], WorkFilter], named: FromClause | None = None, largest: str = "cents"
) -> Callable[[Session, date], Plot]:
    """Work by one of its columns, which is a field of its filter too."""
    column = work.c[field]
    key = func.coalesce(column, 0) if named is not None else column

    def draw(session: Session, today: date) -> Plot:
        wanted = narrowed(today)
        found = _sums(session, key, wanted, largest)
        first = list(found)[:TOP]
        names = _names(session, named, first) if named is not None else dict(zip(first, first, strict=True))
        lists = {value: TicketFilter(work=replace(wanted, **{field: value})) for value in first}
        return Plot(tuple(Figure(names.get(value, ""), *found[value], lists[value]) for value in first), len(found))

    return draw


def _names(session: Session, named: FromClause, ids: list[int]) -> dict[Any, str]:
    return {row.id: row.name for row in session.execute(select(named.c.id, named.c.name).where(named.c.id.in_(ids)))}


def _months(session: Session, narrowed: WorkFilter, today: date) -> Plot:
    months = months_until(today)
    found = _sums(session, work_month, replace(narrowed, worked_from=first_month(today)))
    bars = (Figure(name, *found.get(name, _NOTHING), TicketFilter(work=replace(narrowed, month=name))) for name in months)
    return Plot(tuple(bars), len(months))


def _to_bill_by_age(session: Session, today: date) -> Plot:
    ages, narrowed, closed = _ages(today), WorkFilter(Bucket.TO_BILL), work.c.closed_at
    numbers: list[ColumnElement[Any]] = [literal_column(str(number)) for number in range(UNDATED + 1)]
    known = [(closed >= start_of_day(first), number) for (first, _), number in zip(ages, numbers, strict=False) if first]
    age = case((closed.is_(None), numbers[UNDATED]), *known, else_=numbers[UNDATED - 1])
    found = _sums(session, age, narrowed)
    opens: list[Opens] = [TicketFilter(work=narrowed, closed_from=first, closed_to=last) for first, last in ages]
    if UNDATED in found:
        opens.append(TicketFilter(work=replace(narrowed, undated=True)))
    bars = [Figure(str(number), *found.get(number, _NOTHING), filter_) for number, filter_ in enumerate(opens)]
    return Plot(tuple(bars), len(bars))


def _suspended_by_age(session: Session, today: date) -> Plot:
    ages, bars = _ages(today), list[Figure]()
    found = suspended_by_age(session, [first for first, _ in ages if first])
    for number, (first, last) in enumerate(ages):
        totals, opens = found.get(number), SuspendedFilter(since_from=first, since_to=last)
        sums = (totals.tickets, totals.minutes, totals.value) if totals else _NOTHING
        bars.append(Figure(str(number), *sums, opens))
    return Plot(tuple(bars), len(bars))


def _suspended_by_reason(session: Session, _: date) -> Plot:
    rows = suspended_by_reason(session)
    bars = (Figure(reason, *sums, SuspendedFilter(reason=reason)) for reason, sums in rows[:TOP])
    return Plot(tuple(bars), len(rows))


def _proposals(session: Session, _: date) -> Plot:
    bars = tuple(proposals_under_way(session))
    return Plot(bars, len(bars))


def _invoiced_by_month(session: Session, today: date) -> Plot:
    month = MonthOf(_invoice.c.issued_on)
    net = func.sum(case((_invoice.c.kind == InvoiceKind.CREDIT_NOTE, -_invoice.c.net), else_=_invoice.c.net))
    statement = select(month, func.count(), net).where(_invoice.c.issued_on >= first_month(today)).group_by(month)
    found: dict[str, Sums] = {row[0]: (row[1], 0, int(row[2])) for row in session.execute(statement)}
    bars = []
    for name in months_until(today):
        first = date.fromisoformat(f"{name}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        bars.append(Figure(name, *found.get(name, _NOTHING), InvoiceFilter(issued_from=first, issued_to=last)))
    return Plot(tuple(bars), len(bars))


def _covered(today: date) -> WorkFilter:
    return WorkFilter(Bucket.CONTRACT, worked_from=first_month(today))


_DRAWN: Final[dict[Chart, Callable[[Session, date], Plot]]] = {
    Chart.TO_BILL_AGE: _to_bill_by_age,
    Chart.TO_BILL_CUSTOMER: _by("company_id", lambda _: WorkFilter(Bucket.TO_BILL), _company),
    Chart.PROPOSALS: _proposals,
    Chart.SUSPENDED_REASON: _suspended_by_reason,
    Chart.SUSPENDED_AGE: _suspended_by_age,
    Chart.NOT_BILLED_REASON: _by("reason", lost_since),
    Chart.NOT_BILLED_OPERATOR: _by("operator", lost_since),
    Chart.NOT_BILLED_CUSTOMER: _by("company_id", lost_since, _company),
    Chart.INVOICED_MONTH: _invoiced_by_month,
    Chart.CONTRACT_MONTH: lambda session, today: _months(session, WorkFilter(Bucket.CONTRACT), today),
    Chart.CONTRACT_NAME: _by("contract_id", _covered, _contract, "minutes"),
}
