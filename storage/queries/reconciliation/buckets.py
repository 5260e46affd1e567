"""The work of closed tickets by bucket: what `check` proves and what a page shows, from one definition (spec, promise 2)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, distinct, func, select, text
from sqlmodel import Session

from domain.errors import InvalidInput
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.customers import Company
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.selection import TicketFilter, filter_conditions
from domain.reads.work_buckets import WorkFilter, work, work_conditions, work_month
from domain.vocabulary import Bucket
from storage.queries.records.choices import Choice
from storage.queries.records.names import names_of

PAGE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Amount:
    """Some work: its entries, minutes to bill, and net in cents. An entry covered in part counts in each of its two buckets."""

    entries: int = 0
    minutes: int = 0
    cents: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.entries + other.entries, self.minutes + other.minutes, self.cents + other.cents)


NO_WORK: Final = Amount()
Buckets = Mapping[Bucket, Amount]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the buckets hold of something, and what closed tickets hold of it."""

    what: str
    in_buckets: int
    in_tickets: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Every bucket, and all the work as `whole`, reckoned without them; `differences` is empty where it all adds up."""

    buckets: dict[Bucket, Amount]
    whole: Amount
    differences: tuple[Difference, ...]


class Dimension(StrEnum):
    """What a matrix has a row for each of."""

    MONTH = "month"
    CUSTOMER = "customer"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One month (`2026-02`), customer, operator or service. `key` is 0 or empty, and `label` empty, for work that has none."""

    key: int | str
    label: str
    cells: Buckets
    total: Amount


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of rows of how many, and what all of them come to."""

    rows: list[MatrixRow]
    count: int
    cells: Buckets
    total: Amount


_company, _service, _entry = table_of(Company), table_of(Service), table_of(TimeEntry)

_KEYS: Final[Mapping[Dimension, tuple[ColumnElement[Any], FromClause | None]]] = {
    Dimension.MONTH: (work_month, None),
    Dimension.CUSTOMER: (func.coalesce(work.c.company_id, 0), _company),
    Dimension.OPERATOR: (work.c.operator, None),
    Dimension.SERVICE: (func.coalesce(work.c.service_id, 0), _service),
}

SORTABLE: Final = frozenset({"label", "total", *Bucket})
"""Fields that a matrix may sort by."""

# A second reckoning, on purpose without `work`: entries and lines as they lie in their tables.
_ENTRIES = text("""
SELECT count(*) AS entries, sum(coalesce(e.billable_minutes, 0)) AS minutes, sum(
 CASE WHEN e.line_id IS NULL THEN ((coalesce(e.billable_minutes, 0) - e.covered_minutes) *
  CASE WHEN t.hourly_rate > 0 THEN t.hourly_rate ELSE coalesce(s.hourly_rate, 0) END + 30) / 60 ELSE 0 END +
 (e.covered_minutes * CASE WHEN t.hourly_rate > 0 AND NOT t.rate_from_contract THEN t.hourly_rate
  ELSE coalesce(s.hourly_rate, 0) END + 30) / 60) AS cents
FROM time_entry e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN service s ON s.id = e.service_id
WHERE t.status = 'closed' AND (e.billable_minutes IS NULL OR e.billable_minutes > 0)""")
# A line that was adjusted counts as it was before: what was taken off it is in a bucket of its own.
_LINES = text("""SELECT sum(coalesce((l.original_minutes * l.original_rate + 30) / 60, l.net))
FROM proposal_line l JOIN ticket t ON t.id = l.ticket_id
WHERE t.status = 'closed' AND l.state <> 'released'""")

_SUMS = (func.count(distinct(work.c.time_entry_id)), func.sum(work.c.minutes), func.sum(work.c.cents))


def prove(session: Session) -> Proof:
    """What is in each bucket, compared with what closed tickets and live lines hold."""
    rows = session.execute(select(work.c.bucket, *_SUMS).group_by(work.c.bucket)).all()
    found = {Bucket(bucket): _amount(*sums) for bucket, *sums in rows}
    buckets = {bucket: found.get(bucket, NO_WORK) for bucket in Bucket}
    added = sum(buckets.values(), NO_WORK)
    entries = session.execute(select(func.count(distinct(work.c.time_entry_id)))).scalar_one()
    whole = _amount(*session.execute(_ENTRIES).one()) + Amount(cents=int(session.execute(_LINES).scalar_one() or 0))
    compared = (
        Difference("entries", entries, whole.entries),
        Difference("minutes", added.minutes, whole.minutes),
        Difference("cents", added.cents, whole.cents),
    )
    return Proof(buckets, whole, tuple(each for each in compared if each.in_buckets != each.in_tickets))


def bucket_matrix(
    session: Session,
    by: Dimension,
    narrowed: WorkFilter,
    *,
    sort: str = "label",
    descending: bool = False,
    start: int = 0,
    limit: int = PAGE_LIMIT,
) -> Matrix:
    """Rows `start` to `start + limit` of work by bucket. What has no label comes last. Raises InvalidInput `unknown_sort`."""
    if sort not in SORTABLE:
        raise InvalidInput("unknown_sort", field=sort[:40])
    cells: dict[tuple[Any, str], dict[Bucket, Amount]] = defaultdict(dict)
    for key, label, bucket, *sums in session.execute(_grouped(by, narrowed)):
        cells[key, label][Bucket(bucket)] = _amount(*sums)
    rows = [MatrixRow(key, label, of, sum(of.values(), NO_WORK)) for (key, label), of in cells.items()]
    rows.sort(key=lambda row: (row.label.casefold(), row.key))
    if sort != "label":
        rows.sort(key=lambda row: _worth(row, sort), reverse=descending)
    elif descending:
        rows.reverse()
    rows.sort(key=lambda row: sort == "label" and not row.label)
    start, limit = max(start, 0), min(max(limit, 0), PAGE_LIMIT)
    totals = {bucket: sum((row.cells.get(bucket, NO_WORK) for row in rows), NO_WORK) for bucket in Bucket}
    return Matrix(rows[start : start + limit], len(rows), totals, sum(totals.values(), NO_WORK))


def _worth(row: MatrixRow, sort: str) -> tuple[int, int]:
    amount = row.total if sort == "total" else row.cells.get(Bucket(sort), NO_WORK)
    return amount.cents, amount.minutes


def _grouped(by: Dimension, narrowed: WorkFilter) -> Any:
    key, named = _KEYS[by]
    by_bucket = select(key.label("key"), work.c.bucket, *_SUMS).where(*work_conditions(narrowed))
    groups = by_bucket.group_by(key, work.c.bucket).subquery()
    first, *rest = groups.c
    if named is None:
        return select(first, first.label("label"), *rest)
    return select(first, func.coalesce(named.c.name, ""), *rest).select_from(groups.outerjoin(named, named.c.id == first))


def _amount(entries: int, minutes: Any, cents: Any) -> Amount:
    # PostgreSQL sums to numbers of its own kind, and nothing to NULL.
    return Amount(entries, int(minutes or 0), int(cents or 0))


def work_behind(session: Session, narrowed: TicketFilter) -> Amount | None:
    """What the work that a list of tickets is narrowed to comes to; None for a list of whatever work."""
    if narrowed.work is None:
        return None
    tickets = select(table_of(Ticket).c.id).where(*filter_conditions(narrowed))
    row = session.execute(select(*_SUMS).where(*work_conditions(narrowed.work), work.c.ticket_id.in_(tickets))).one()
    return _amount(*row)


def operators(session: Session) -> list[str]:
    """Names of the people who have worked, sorted."""
    operator = _entry.c.operator
    statement = select(operator).distinct().where(operator != "").order_by(operator).limit(PAGE_LIMIT)
    return list(session.execute(statement).scalars())


def named_choices(session: Session, narrowed: WorkFilter) -> dict[str, Choice]:
    """The customer, service and contract that a filter means, by field; what is gone is not among them."""
    ids = {name: getattr(narrowed, name) for name in ("company_id", "service_id", "contract_id")}
    found = names_of(session, [(field, id_) for field, id_ in ids.items() if id_])
    return {field: Choice(id_, name) for (field, id_), name in found.items()}
