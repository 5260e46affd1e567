"""Instants are UTC; dates of work and fiscal dates are the firm's, Europe/Rome (trust: invariant 14)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput

FIRM_ZONE = ZoneInfo("Europe/Rome")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years in which tickets are opened and work is done; others are typing errors."""


def check_year(instant: datetime | None, field: str) -> None:
    """Raises InvalidInput `year_out_of_range` for an instant that can only be a typing error."""
    if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise InvalidInput("year_out_of_range", field=field, first=FIRST_YEAR, last=LAST_YEAR)


def firm_date(instant: datetime) -> date:
    """The firm's date of an aware instant: 31 Dec 23:30 UTC is next year in Rome."""
    return instant.astimezone(FIRM_ZONE).date()


def from_firm_time(local: datetime) -> datetime:
    """The UTC instant of a naive local time of the firm."""
    return local.replace(tzinfo=FIRM_ZONE).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The UTC instant at which a date of the firm begins."""
    return from_firm_time(datetime.combine(day, time()))


def end_of_day(day: date) -> datetime:
    """The UTC instant at which a date of the firm ends, which is no part of it."""
    return start_of_day(day + timedelta(days=1))
