"""Settings: company details, preset reasons and counters (spec, sections 5 and 7)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.settings.firm import data_of
from domain.actions.settings.series import YEARS_AROUND
from domain.model.base import table_of
from domain.model.proposals import Reason, Series
from domain.reads.firm import firm_of
from domain.rules.firm import FirmData


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A preset reason; its position in the list is its shortcut key."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A counter of a year: the last number issued elsewhere (`start`) and at all (`last`), and the date of the last document.

    `of` says what it numbers: `invoices`, `credit_notes`, or `other`. It `can_start` elsewhere until its first number.
    """

    code: str
    year: int
    start: int
    last: int
    last_on: date | None
    of: str
    can_start: bool


def firm_data(session: Session) -> FirmData:
    """The company details and settings."""
    return data_of(firm_of(session))


def reason_rows(session: Session) -> list[ReasonRow]:
    """The preset reasons in their order."""
    reason = table_of(Reason).c
    rows = session.execute(select(reason.id, reason.text).order_by(reason.position, reason.id))
    return [ReasonRow(row.id, row.text) for row in rows]


def series_rows(session: Session, today: date) -> list[SeriesRow]:
    """Every counter, latest year first, with this year's for invoices and credit notes even before their first number."""
    firm = firm_of(session)
    numbers = {firm.invoice_series: "invoices", firm.credit_series: "credit_notes"}
    table = table_of(Series)
    found = {(row.code, row.year): row for row in session.execute(select(table))}
    keys = {*found, *((code, today.year) for code in numbers)}
    places = {code: place for place, code in enumerate(numbers)}
    rows = []
    for code, year in sorted(keys, key=lambda key: (-key[1], places.get(key[0], len(places)), key[0])):
        row = found.get((code, year))
        start, last, last_on = (row.start, row.last, row.last_on) if row else (0, 0, None)
        open_still = code in numbers and last == start and abs(year - today.year) <= YEARS_AROUND
        rows.append(SeriesRow(code, year, start, last, last_on, numbers.get(code, "other"), open_still))
    return rows
