"""Cents and the only rounding."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_CENTS, format_decimal, format_hours, line_amount, parse_hundredths, vat_amount

MINUTES = st.integers(0, 60 * 24 * 366)
RATES = st.integers(0, MAX_CENTS)


@pytest.mark.parametrize(
    ("minutes", "rate", "net"),
    [
        (60, 6000, 6000),
        (1, 30, 1),
        (1, 29, 0),
        (1, 90, 2),
        (3, 50, 3),
        (7, 8333, 972),
        (15, 5875, 1469),
        (0, 6000, 0),
        (45, 0, 0),
    ],
)
def test_an_amount_is_minutes_times_rate_rounded_half_up(minutes: int, rate: int, net: int) -> None:
    assert line_amount(minutes, rate) == net


@given(minutes=MINUTES, rate=RATES)
def test_an_amount_is_what_a_decimal_rounds_half_up(minutes: int, rate: int) -> None:
    exact = Decimal(minutes * rate) / 60
    assert line_amount(minutes, rate) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_an_amount_stays_exact_where_a_float_would_not() -> None:
    assert line_amount(2**63 - 1, 3) == (3 * (2**63 - 1) + 30) // 60 == 461168601842738790


@pytest.mark.parametrize(("minutes", "rate"), [(-1, 6000), (60, -1)])
def test_a_negative_minute_or_rate_is_a_bug(minutes: int, rate: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        line_amount(minutes, rate)


@given(net=RATES, rate=st.integers(0, 10_000))
def test_vat_is_what_a_decimal_rounds_half_up(net: int, rate: int) -> None:
    exact = Decimal(net) * Decimal(rate) / 10_000
    assert vat_amount(net, rate) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("net", "rate"), [(-1, 2200), (100, -1)])
def test_vat_of_a_negative_is_a_bug(net: int, rate: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        vat_amount(net, rate)


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("65", 6500), ("65.5", 6550), ("65.50", 6550), (" 0.01 ", 1), ("0", 0), ("1.500", 150), ("1000000000.00", MAX_CENTS)],
)
def test_a_plain_decimal_is_read(text: str, hundredths: int) -> None:
    assert parse_hundredths(text) == hundredths


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1e308", "not_a_number"),
        ("1E2", "not_a_number"),
        ("+1", "not_a_number"),
        ("1_000", "not_a_number"),
        ("1.234.56", "not_a_number"),
        ("1,50", "not_a_number"),
        ("0x10", "not_a_number"),
        ("٣", "not_a_number"),
        ("²", "not_a_number"),
        ("", "not_a_number"),
        (".", "not_a_number"),
        ("9" * 41, "not_a_number"),
        ("-1", "negative"),
        ("-0.01", "negative"),
        ("0.001", "too_precise"),
        ("65.505", "too_precise"),
        ("1000000000.01", "too_large"),
        ("9" * 40, "too_large"),
    ],
)
def test_what_is_no_plain_amount_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        parse_hundredths(text)


def test_a_lower_maximum_is_kept() -> None:
    assert parse_hundredths("100", maximum=10_000) == 10_000
    with pytest.raises(ValueError, match="too_large"):
        parse_hundredths("100.01", maximum=10_000)


@given(hundredths=RATES)
def test_what_is_written_is_read_back(hundredths: int) -> None:
    assert parse_hundredths(format_decimal(hundredths)) == hundredths


@pytest.mark.parametrize(("cents", "text"), [(6550, "65.50"), (5, "0.05"), (-5, "-0.05"), (-12345, "-123.45"), (0, "0.00")])
def test_cents_print_with_a_point_and_two_digits(cents: int, text: str) -> None:
    assert format_decimal(cents) == text


@pytest.mark.parametrize(("minutes", "text"), [(105, "1:45"), (5, "0:05"), (60 * 120, "120:00"), (-90, "-1:30"), (-5, "-0:05")])
def test_time_prints_as_hours_and_minutes(minutes: int, text: str) -> None:
    assert format_hours(minutes) == text
