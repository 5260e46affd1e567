"""Instants are UTC, dates are local (trust, invariant 14)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.rules.calendar import end_of_day, firm_date, from_firm_time, start_of_day


def local(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute)  # noqa: DTZ001 - a wall clock has no zone


@pytest.mark.parametrize(
    ("month", "day", "hours"),
    [(3, 28, 2), (3, 29, 1), (10, 24, 2), (10, 25, 3)],
    ids=["the day before summer time", "summer time begins", "the day before it ends", "summer time ends"],
)
def test_half_past_one_to_half_past_three_lasts_as_long_as_the_clocks_say(month: int, day: int, hours: int) -> None:
    lasted = from_firm_time(local(month, day, 3, 30)) - from_firm_time(local(month, day, 1, 30))
    assert lasted == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_a_day_of_the_firm_has_as_many_hours_as_it_has(day: date, hours: int) -> None:
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


def test_half_past_eleven_of_new_years_eve_in_utc_is_next_year_in_rome() -> None:
    assert firm_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert firm_date(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == date(2026, 12, 31)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)])
def test_a_day_begins_with_its_first_instant_and_ends_before_the_next_day(day: date) -> None:
    moment = timedelta(microseconds=1)
    assert firm_date(start_of_day(day)) == day
    assert firm_date(start_of_day(day) - moment) == day - timedelta(days=1)
    assert firm_date(end_of_day(day) - moment) == day
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))
