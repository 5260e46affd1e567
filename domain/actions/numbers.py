"""Numbers from a counter row, taken in the transaction that uses them, so that none is skipped (spec, section 5)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.proposals import Series


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


def take_free_number(
    session: Session, series: str, year: int, naming: Callable[[int, int], str], column: ColumnElement[Any]
) -> str:
    """The next number, as `naming(year, ordinal)` writes it, that no row has in `column`: an import may have brought it."""
    while True:
        number = naming(year, take_numbers(session, series, year, 1))
        if session.execute(select(column).where(column == number)).first() is None:
            return number
