"""Shared by all tables: constraint names, enum columns, bulk inserts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, islice
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Enum,
    Integer,
    String,
    Table,
    TypeDecorator,
    bindparam,
    func,
    inspect,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


CHUNK = 5_000
"""Rows per statement handed to the driver."""


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, naive in the column, so that both databases compare alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive datetime, whose zone is unknown."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Add the zone."""
        return None if value is None else value.replace(tzinfo=UTC)


def enum_column(kind: type[StrEnum], name: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A column that stores a StrEnum by value, with a CHECK on both databases; `name` names the CHECK."""
    values = Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
    )
    return Column(name, values, nullable=nullable, index=index)


def table_of(model: type[SQLModel]) -> Table:
    """The plain table of a model, for set-based statements and bulk rows."""
    return cast(Table, inspect(model).local_table)


def among(column: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether `column` is one of `ids`, as literals, since there may be more than PostgreSQL's limit of parameters."""
    return column.in_(bindparam(None, sorted(ids), Integer, expanding=True, literal_execute=True))


class Contains(FunctionElement[bool]):
    """SQL function: whether a text contains a search, ignoring case. `contains(text, search)` builds it."""

    type = Boolean()
    inherit_cache = True
    name = "contains"


@compiles(Contains)
def _contains(element: Contains, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite's LIKE ignores case by itself; lower() on both sides would double its time.
    word = "LIKE" if compiler.dialect.name == "sqlite" else "ILIKE"
    text_, pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({text_}) {word} {pattern} ESCAPE '/'"


def contains(column: ColumnElement[Any], search: str) -> ColumnElement[bool]:
    """Whether `column` contains `search`, literally."""
    escaped = search.replace("/", "//").replace("%", "/%").replace("_", "/_")
    # SQLite compares only ASCII without case, so a search with other letters is tried in lower and upper case.
    written = {escaped} if escaped.isascii() else {escaped, escaped.lower(), escaped.upper()}
    return or_(*(Contains(column, bindparam(None, f"%{text_}%", String)) for text_ in sorted(written)))


def reserve_ids(session: Session, model: type[SQLModel], count: int) -> list[int]:
    """`count` new primary keys of `model`, ascending, for bulk inserts with known ids.

    On PostgreSQL they come from the sequence; on SQLite from the highest key, which is safe under its single writer.
    """
    table = table_of(model)
    if session.get_bind().dialect.name == "postgresql":
        statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return sorted(session.execute(statement, {"table": table.name, "count": count}).scalars())
    highest = session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    if table.dialect_options["sqlite"]["autoincrement"]:
        given = session.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        highest = max(highest, given.scalar_one_or_none() or 0)
    return list(range(highest + 1, highest + 1 + count))


def bulk_insert(session: Session, model: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert dicts that all have the same keys, without building objects; on PostgreSQL by COPY."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    table, connection = table_of(model), session.connection()
    columns = [table.c[name] for name in first]
    names = ", ".join(connection.dialect.identifier_preparer.quote(column.name) for column in columns)
    values = _bound(columns, connection.dialect, chain([first], rows))
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", values)
    else:
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608  our own names
        while chunk := list(islice(values, CHUNK)):
            connection.exec_driver_sql(statement, chunk)


def _bound(columns: Sequence[Column[Any]], dialect: Dialect, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """The values of rows as the driver takes them. An object equal to the previous row's is not converted again."""
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    wanted = [(place, processor) for place, processor in enumerate(processors) if processor]
    cells_of = itemgetter(*(column.name for column in columns))
    seen: list[Any] = [object()] * len(columns)
    converted: list[Any] = [None] * len(columns)
    for row in rows:
        cells = list(cells_of(row))
        for place, process in wanted:
            if cells[place] is not seen[place]:
                seen[place], converted[place] = cells[place], process(cells[place])
            cells[place] = converted[place]
        yield tuple(cells)


def _copy(connection: Connection, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except errors as error:
        # Errors of the driver must look like errors through SQLAlchemy.
        raise DBAPIError.instance(statement, None, error, errors, dialect=connection.dialect) from error
