"""Instants are UTC; work dates and fiscal dates are local, Europe/Rome (trust: invariant 14)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput

FIRM_ZONE = ZoneInfo("Europe/Rome")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Range of valid years; others are typing errors."""


def check_year(instant: datetime | None, field: str) -> None:
    """Raise InvalidInput `year_out_of_range` for a year outside the valid range."""
    if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise InvalidInput("year_out_of_range", field=field, first=FIRST_YEAR, last=LAST_YEAR)


def firm_date(instant: datetime) -> date:
    """The local date of an aware instant: 31 Dec 23:30 UTC is next year in Rome."""
    return instant.astimezone(FIRM_ZONE).date()


def from_firm_time(local: datetime) -> datetime:
    """The UTC instant of a naive local time."""
    return local.replace(tzinfo=FIRM_ZONE).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The UTC instant at which a local date begins."""
    return from_firm_time(datetime.combine(day, time()))


def end_of_day(day: date) -> datetime:
    """The UTC instant at which a local date ends (exclusive)."""
    return start_of_day(day + timedelta(days=1))
