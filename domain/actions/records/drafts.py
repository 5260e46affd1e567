"""A chunk of rows on its way in: parsed, its codes resolved, laid over what is stored. No object per row, no query per row."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact
from domain.model.tickets import Ticket, TimeEntry
from domain.rules.records.fields import Problem
from domain.rules.records.rows import Values, defaults_of, parse_row, row_problems
from domain.rules.records.source import RawRow
from domain.rules.records.tables import TABLES, Column, RecordKind, key_of

MODELS: dict[RecordKind, type[SQLModel]] = {
    RecordKind.COMPANIES: Company,
    RecordKind.CONTACTS: Contact,
    RecordKind.SERVICES: Service,
    RecordKind.CONTRACTS: ServiceContract,
    RecordKind.PLANNINGS: Planning,
    RecordKind.TICKETS: Ticket,
    RecordKind.TIME_ENTRIES: TimeEntry,
}

# What follows from imported columns, and is written with them.
_DERIVED = {RecordKind.TICKETS: ("rate_from_contract",), RecordKind.TIME_ENTRIES: ("worked_on",)}

# What guards and effects need beside the imported columns; the import itself never writes these.
_READ_ALONG = {RecordKind.TICKETS: ("billing_status",), RecordKind.TIME_ENTRIES: ("line_id", "covered_minutes")}


@dataclass(slots=True)
class Draft:
    """One row: what the file says (`values`), what is `stored` under its code, and the whole record that would be (`row`)."""

    line: int
    table: RecordKind
    values: Values
    problems: list[Problem]
    stored: Mapping[str, Any] | None = None
    row: Values = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The stored record's id."""
        assert self.stored is not None  # noqa: S101 - asked of stored records only
        return int(self.stored["id"])

    @property
    def key(self) -> str:
        """Its code or number; empty where that cell is wrong."""
        return str(self.values.get(key_of(self.table).field, ""))

    def refuse(self, column: str, code: str, **params: str | int) -> None:
        """Make it a bad row."""
        self.problems.append(Problem(column, code, params))

    def changed(self, *fields: str) -> list[str]:
        """Which of these attributes, or of all, the stored record has otherwise. A new record changes nothing."""
        stored = self.stored
        if stored is None:
            return []
        return [name for name in fields or fields_of(self.table) if stored[name] != self.row[name]]


def fields_of(table: RecordKind) -> tuple[str, ...]:
    """The attributes that an import writes."""
    return (*(column.field for column in TABLES[table]), *_DERIVED.get(table, ()))


def column_of(table: RecordKind, field_name: str) -> str:
    """The file's column that fills an attribute."""
    return next((column.name for column in TABLES[table] if column.field == field_name), "started_at")


def draft_rows(session: Session, table: RecordKind, columns: Sequence[Column], rows: Sequence[RawRow]) -> list[Draft]:
    """Drafts of these rows with everything that is wrong with each row by itself, and with the codes that it names."""
    drafts = [Draft(row.line, table, *parse_row(columns, row.cells)) for row in rows]
    _attach_stored(session, table, drafts)
    for column in columns:
        if column.refers_to:
            _resolve(session, column, column.refers_to, drafts)
    defaults = defaults_of(table)
    for draft in drafts:
        draft.row = {**defaults, **(draft.stored or {}), **draft.values}
        draft.problems += row_problems(table, draft.row, draft.problems)
    return drafts


def by_ids(session: Session, model: type[SQLModel], ids: Collection[int], *names: str) -> Iterator[Any]:
    """Rows `(id, *names)` of these ids."""
    table = table_of(model)
    return iter(session.execute(select(table.c.id, *(table.c[name] for name in names)).where(table.c.id.in_(ids))))


def _attach_stored(session: Session, table: RecordKind, drafts: Sequence[Draft]) -> None:
    stored = table_of(MODELS[table])
    key = stored.c[key_of(table).field]
    names = ("id", *fields_of(table), *_READ_ALONG.get(table, ()))
    wanted = {draft.key for draft in drafts} - {""}
    rows = session.execute(select(*(stored.c[name] for name in names)).where(key.in_(wanted))).mappings()
    found: dict[str, Any] = {row[key.name]: row for row in rows}
    for draft in drafts:
        draft.stored = found.get(draft.key)


def _resolve(session: Session, column: Column, table: RecordKind, drafts: Sequence[Draft]) -> None:
    """Put ids in the place of codes; a code that nobody has makes a bad row."""
    target = table_of(MODELS[table])
    key = target.c[key_of(table).field]
    wanted = {code for draft in drafts if (code := draft.values.get(column.field))}
    if not wanted:
        return
    ids = dict(map(tuple, session.execute(select(key, target.c.id).where(key.in_(wanted)))))
    for draft in drafts:
        code = draft.values.get(column.field)
        if code is None:
            continue
        if code in ids:
            draft.values[column.field] = ids[code]
        else:
            del draft.values[column.field]
            draft.refuse(column.name, "unknown_code", value=code, table=table.value)
