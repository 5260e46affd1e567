"""Numbers from a counter row, taken in the transaction that uses them, so that none is skipped (spec, section 5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.errors import Refused
from domain.model.base import table_of
from domain.model.proposals import Series
from domain.rules.numbering import document_number


def take_numbers(session: Session, series: str, year: int, count: int) -> int:
    """The first of `count` consecutive numbers. Whoever takes from the same series waits until this transaction ends."""
    table = table_of(Series)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(code=series, year=year, last=count)
    last: int = session.execute(
        statement.on_conflict_do_update(index_elements=["code", "year"], set_={"last": table.c.last + count}).returning(
            table.c.last
        )
    ).scalar_one()
    return last - count + 1


def take_dated_numbers(session: Session, series: str, day: date, count: int) -> int:
    """The first of `count` consecutive numbers for documents of this date, in the year of the date; dates never go back.

    The same row says the last date, so that two who issue at once can't cross. Raises Refused `date_goes_back`.
    """
    table = table_of(Series)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(code=series, year=day.year, last=count, last_on=day)
    last: int | None = session.execute(
        statement.on_conflict_do_update(
            index_elements=["code", "year"],
            set_={"last": table.c.last + count, "last_on": day},
            where=table.c.last_on.is_(None) | (table.c.last_on <= day),
        ).returning(table.c.last)
    ).scalar_one_or_none()
    if last is None:
        raise _goes_back(session.execute(select(table).where(table.c.code == series, table.c.year == day.year)).one(), day)
    return last - count + 1


def next_number(session: Session, series: str, day: date) -> str:
    """The number that a document of this date would get if nobody else takes it before. Raises Refused `date_goes_back`."""
    table = table_of(Series)
    held = session.execute(select(table).where(table.c.code == series, table.c.year == day.year)).one_or_none()
    if held is not None and held.last_on is not None and held.last_on > day:
        raise _goes_back(held, day)
    return document_number(series, day.year, held.last + 1 if held is not None else 1)


def _goes_back(held: Row[Any], day: date) -> Refused:
    return Refused("date_goes_back", series=held.code, ordinal=held.last, last_on=held.last_on, day=day)


def take_free_number(
    session: Session, series: str, year: int, naming: Callable[[int, int], str], column: ColumnElement[Any]
) -> str:
    """The next number, as `naming(year, ordinal)` writes it, that no row has in `column`: an import may have brought it.

    Numbers of tickets and entries are taken before contracts are locked, those of documents last: nobody takes both.
    """
    while True:
        number = naming(year, take_numbers(session, series, year, 1))
        if session.execute(select(column).where(column == number)).first() is None:
            return number
