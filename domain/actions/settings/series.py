"""Where the numbers of a year begin, for a firm that issued documents elsewhere before (spec, section 5)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.settings.firm import lock_settings
from domain.errors import InvalidInput, Refused
from domain.model.base import table_of
from domain.model.proposals import Series
from domain.vocabulary import AuditAction, Permission

MAX_ORDINAL = 999_999
"""The numbers of a year have six digits."""

YEARS_AROUND = 1
"""A year before this one and one after it can be begun: documents are dated then, if at all."""


def start_series(session: Session, code: str, year: int, last_elsewhere: int, *, actor: Actor) -> None:
    """Set the last number issued elsewhere, so that the first one here follows it.

    Raises PermissionDenied, InvalidInput (`year_out_of_range`, `ordinal_out_of_range`), Refused (`unknown_series` but for
    invoices and credit notes, `series_begun` once a number was given here).
    """
    authorise(session, actor, Permission.MANAGE_SETTINGS)
    firm = lock_settings(session)
    if code not in (firm.invoice_series, firm.credit_series):
        raise Refused("unknown_series", series=code[:40])
    first, last = actor.today.year - YEARS_AROUND, actor.today.year + YEARS_AROUND
    if not first <= year <= last:
        raise InvalidInput("year_out_of_range", field="year", first=str(first), last=str(last))
    if not 0 <= last_elsewhere < MAX_ORDINAL:
        raise InvalidInput("ordinal_out_of_range", field="last_elsewhere", maximum=MAX_ORDINAL - 1)
    before = _begin(session, code, year, last_elsewhere)
    if before != last_elsewhere:
        about = {"code": code, "year": year}
        sides = [{**about, "start": start} for start in (before, last_elsewhere)]
        record(session, actor, AuditAction.CHANGED, "series", year, before=sides[0], after=sides[1])


def _begin(session: Session, code: str, year: int, last_elsewhere: int) -> int:
    """Set the counter where nobody took a number from it yet, in one statement: who issues meanwhile waits, or was first."""
    table = table_of(Series)
    held: Any = session.execute(select(table.c.start).where(table.c.code == code, table.c.year == year)).scalar_one_or_none()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"start": last_elsewhere, "last": last_elsewhere}
    statement = dialect.insert(table).values(code=code, year=year, **values)
    statement = statement.on_conflict_do_update(index_elements=["code", "year"], set_=values, where=table.c.last == table.c.start)
    if session.execute(statement.returning(table.c.last)).first() is None:
        raise Refused("series_begun", series=code, year=str(year))
    return int(held or 0)
