"""Dates of the demo: working days, billed months, and the period still to bill."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.rules.calendar import firm_date, from_firm_time

MONTHS = 6
_MONTHS_A_YEAR = 12
_DECEMBER_HOLIDAYS = ((12, 8), (12, 24), (12, 25), (12, 26), (12, 31))
_HOLIDAYS = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 14), (8, 15), (11, 1), *_DECEMBER_HOLIDAYS}
_SATURDAY, _FRIDAY = 5, 4
_BILLED_FROM_DAY = 24
"""Until this day of a month, the month before is still to bill, so that there is always enough to generate."""
_BILLING_DAY = 6


@dataclass(frozen=True, slots=True)
class Month:
    """A billed month, and the day of its billing."""

    first: date
    last: date
    billed_on: date


@dataclass(frozen=True, slots=True)
class Span:
    """Six months: the `billed` ones, and the time to bill from `open_from` to the day before `today`."""

    start: date
    billed: tuple[Month, ...]
    open_from: date
    today: date

    @property
    def open_to(self) -> date:
        """The last day with work."""
        return self.today - timedelta(days=1)


def span_until(now: datetime) -> Span:
    """The last six calendar months, this one included."""
    today = firm_date(now)
    start = _first_of_month(today, 1 - MONTHS)
    open_from = _first_of_month(today, 0 if today.day >= _BILLED_FROM_DAY else -1)
    billed = []
    first = start
    while first < open_from:
        following = _first_of_month(first, 1)
        billed.append(Month(first, following - timedelta(days=1), _billing_day(following)))
        first = following
    return Span(start, tuple(billed), open_from, today)


def working_days(first: date, last: date) -> list[date]:
    """The working days, both ends inclusive."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < _SATURDAY and (day.month, day.day) not in _HOLIDAYS]


def fridays(first: date, last: date) -> list[date]:
    """Every Friday, holidays included, when the help desk exports."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() == _FRIDAY]


def local(day: date, minute: int) -> datetime:
    """Local time on a day, `minute` minutes after midnight."""
    return datetime.combine(day, time(*divmod(minute, 60)))


def instant(day: date, minute: int) -> datetime:
    """The same as an instant (UTC)."""
    return from_firm_time(local(day, minute))


def _first_of_month(day: date, shift: int) -> date:
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + shift, _MONTHS_A_YEAR)
    return date(year, month + 1, 1)


def _billing_day(month: date) -> date:
    """The sixth or the next working day, after the export of the last Friday of the month before."""
    return working_days(month + timedelta(days=_BILLING_DAY - 1), month + timedelta(days=_BILLING_DAY + 8))[0]
