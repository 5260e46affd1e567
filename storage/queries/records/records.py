"""Master data: lists of companies, contacts, services, contracts and plannings, and single records (spec, sections 1, 2, 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, func, select
from sqlmodel import Session

from domain.actions.records.drafts import MODELS
from domain.actions.records.edit import SeenRecord, values_of
from domain.errors import InvalidInput
from domain.model.base import contains, table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact, full_name
from domain.model.proposals import Series
from domain.reads.work_buckets import WorkFilter, work, work_conditions
from domain.rules.records.judge import SERIES, master_code
from domain.rules.records.tables import RecordKind
from domain.rules.text import search_text
from domain.vocabulary import Bucket
from storage.queries.tickets.detail import HistoryRow, record_history

PAGE_LIMIT = 500
MAX_ROWS = 2**31
RELATED: Final = 6
_LOOK_AHEAD: Final = 200

_company, _contact, _service = table_of(Company), table_of(Contact), table_of(Service)
_contract, _planning = table_of(ServiceContract), table_of(Planning)


@dataclass(frozen=True, slots=True)
class MasterFilter:
    """Filters of a list. `search` covers names, codes and fiscal numbers; `retired` None means both."""

    search: str = ""
    retired: bool | None = False
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class MasterRow:
    """A row: stored `values` by column of its list; money in cents."""

    id: int
    retired: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BillableTickets:
    """Tickets with work to bill of a company, and what it comes to in cents."""

    tickets: int
    value: int


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """A record: its `seen` values, the name of its company, and its history, newest first."""

    seen: SeenRecord
    company: str
    history: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Records of a company in one table: the first rows in use, and their number."""

    table: RecordKind
    rows: tuple[MasterRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _List:
    """The list of a table: its columns, and the fields of its search."""

    source: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    searched: ColumnElement[Any]
    company: ColumnElement[Any] | None = None


def _of_company(table: FromClause, names: Sequence[str]) -> _List:
    """A list of records that belong to a company."""
    named = {"company": func.coalesce(_company.c.name, ""), "company_id": table.c.company_id}
    source = table.outerjoin(_company, _company.c.id == table.c.company_id)
    searched = table.c.name + "\n" + table.c.code + "\n" + func.coalesce(_company.c.name, "")
    return _List(source, {**{name: table.c[name] for name in ("code", "name", *names)}, **named}, searched, table.c.company_id)


_contact_name = full_name(_contact)

_LISTS: Final[Mapping[RecordKind, _List]] = {
    RecordKind.COMPANIES: _List(
        _company,
        {
            name: _company.c[name]
            for name in ("code", "name", "vat_number", "tax_code", "recipient_code", "pec", "city", "province")
        },
        _company.c.name + "\n" + _company.c.code + "\n" + _company.c.vat_number + "\n" + _company.c.tax_code,
    ),
    RecordKind.CONTACTS: _List(
        _contact.outerjoin(_company, _company.c.id == _contact.c.company_id),
        {
            "code": _contact.c.code,
            "name": _contact_name,
            "email": _contact.c.email,
            "company": func.coalesce(_company.c.name, ""),
            "company_id": _contact.c.company_id,
        },
        _contact_name + "\n" + _contact.c.code + "\n" + _contact.c.email + "\n" + func.coalesce(_company.c.name, ""),
        _contact.c.company_id,
    ),
    RecordKind.SERVICES: _List(
        _service,
        {name: _service.c[name] for name in ("code", "name", "hourly_rate", "vat_rate", "vat_nature")},
        _service.c.name + "\n" + _service.c.code,
    ),
    RecordKind.CONTRACTS: _of_company(
        _contract, ("kind", "unit", "units_total", "hourly_rate", "starts_on", "ends_on", "overage")
    ),
    RecordKind.PLANNINGS: _of_company(_planning, ()),
}


def sortable(table: RecordKind) -> frozenset[str]:
    """Columns that a list may sort by."""
    return frozenset(_LISTS[table].columns) - {"company_id"}


def master_page(
    session: Session,
    table: RecordKind,
    narrowed: MasterFilter,
    *,
    sort: str = "name",
    descending: bool = False,
    start: int = 0,
    limit: int = 50,
) -> list[MasterRow]:
    """Rows `start` to `start + limit` of a list. Raises InvalidInput for a column that is not sortable."""
    if sort not in sortable(table):
        raise InvalidInput("unknown_sort", field=sort[:40])
    listed, target = _LISTS[table], table_of(MODELS[table]).c
    by = listed.columns[sort]
    statement = (
        select(target.id, target.retired, *(column.label(f"v_{name}") for name, column in listed.columns.items()))
        .select_from(listed.source)
        .where(*_conditions(table, narrowed))
        .order_by(by.desc().nulls_last() if descending else by.asc().nulls_last(), target.id)
        .offset(min(max(start, 0), MAX_ROWS))
        .limit(min(max(limit, 0), PAGE_LIMIT))
    )
    rows = session.execute(statement)
    return [MasterRow(row[0], row[1], dict(zip(listed.columns, row[2:], strict=True))) for row in rows]


def _conditions(table: RecordKind, narrowed: MasterFilter) -> list[ColumnElement[bool]]:
    listed = _LISTS[table]
    found: list[ColumnElement[bool]] = []
    if search := search_text(narrowed.search):
        found.append(contains(listed.searched, search))
    if narrowed.retired is not None:
        found.append(table_of(MODELS[table]).c.retired.is_(narrowed.retired))
    if narrowed.company_id is not None and listed.company is not None:
        found.append(listed.company == narrowed.company_id)
    return found


def counts_in_use(session: Session, table: RecordKind, narrowed: MasterFilter) -> dict[bool, int]:
    """Number of matching records: those in use under False, archived ones under True."""
    both = MasterFilter(narrowed.search, None, narrowed.company_id)
    retired = table_of(MODELS[table]).c.retired
    statement = select(retired, func.count()).select_from(_LISTS[table].source).where(*_conditions(table, both)).group_by(retired)
    return {False: 0, True: 0} | {bool(row[0]): row[1] for row in session.execute(statement)}


def to_bill(session: Session, company_ids: Sequence[int]) -> dict[int, BillableTickets]:
    """The work to bill of these companies, as the bucket has it; a company without any is left out."""
    its = work.c.company_id.in_(company_ids), *work_conditions(WorkFilter(Bucket.TO_BILL))
    sums = func.count(work.c.ticket_id.distinct()), func.sum(work.c.cents)
    rows = session.execute(select(work.c.company_id, *sums).where(*its).group_by(work.c.company_id))
    return {company_id: BillableTickets(tickets, int(value)) for company_id, tickets, value in rows}


def record_detail(session: Session, table: RecordKind, id_: int) -> RecordDetail:
    """A record in full. Raises NotFound."""
    values = values_of(session, table, id_)
    seen = SeenRecord(table, id_, {name: value for name, value in values.items() if name != "id"})
    of_company = select(_company.c.name).where(_company.c.id == values.get("company_id"))
    company = session.execute(of_company).scalar_one_or_none() if values.get("company_id") else ""
    return RecordDetail(seen, company or "", record_history(session, table_of(MODELS[table]).name, id_))


def related_to(session: Session, company_id: int) -> tuple[Related, ...]:
    """Contacts, contracts and plannings of a company."""
    of_company = MasterFilter(company_id=company_id)
    return tuple(
        Related(
            table,
            tuple(master_page(session, table, of_company, limit=RELATED)),
            counts_in_use(session, table, of_company)[False],
        )
        for table in (RecordKind.CONTACTS, RecordKind.CONTRACTS, RecordKind.PLANNINGS)
    )


def next_code(session: Session, table: RecordKind) -> str:
    """The code of the next new record; empty if imported records take the next ones."""
    series, code = table_of(Series).c, table_of(MODELS[table]).c.code
    last = session.execute(select(series.last).where(series.code == SERIES[table])).scalar_one_or_none() or 0
    offered = [master_code(table, last + step) for step in range(1, _LOOK_AHEAD + 1)]
    taken = set(session.execute(select(code).where(code.in_(offered))).scalars())
    return next((name for name in offered if name not in taken), "")
