"""Numbers from a counter row, taken in the transaction that uses them, so that none is skipped (spec, section 5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.errors import Refused
from domain.model.base import table_of
from domain.model.proposals import Series
from domain.rules.issuing import LastDocument
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

    Who issues locks every year of the series, so that two who issue at once, around New Year too, can't cross.
    Raises Refused `date_goes_back`.
    """
    table = table_of(Series)
    session.execute(select(table.c.year).where(table.c.code == series).order_by(table.c.year).with_for_update())
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(code=series, year=day.year, last=count, last_on=day)
    later = last_document(session, series)
    last: int | None = None
    if later is None or later.dated <= day:
        last = session.execute(
            statement.on_conflict_do_update(
                index_elements=["code", "year"],
                set_={"last": table.c.last + count, "last_on": day},
                where=table.c.last_on.is_(None) | (table.c.last_on <= day),
            ).returning(table.c.last)
        ).scalar_one_or_none()
    if last is None:
        # Asked again: whoever wrote the first document of a year meanwhile held no row that could have been locked.
        latest = last_document(session, series)
        raise Refused("date_goes_back", series=series, last_on=latest.dated if latest else day, day=day)
    return last - count + 1


def next_number(session: Session, series: str, day: date) -> str:
    """The number that a document of this date would get if nobody else takes it before."""
    table = table_of(Series)
    last = session.execute(select(table.c.last).where(table.c.code == series, table.c.year == day.year)).scalar_one_or_none()
    return document_number(series, day.year, (last or 0) + 1)


def last_document(session: Session, series: str) -> LastDocument | None:
    """The latest date in a series, of any year; None before its first document."""
    table = table_of(Series)
    dated: date | None = session.execute(select(func.max(table.c.last_on)).where(table.c.code == series)).scalar_one()
    return LastDocument(series, dated) if dated else None


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
