"""Net of work on separate lines (spec, section 4; trust, invariant 7)."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_CENTS, MAX_MINUTES, line_amount
from domain.rules.pricing import split_nets


def test_three_times_ten_minutes_lose_a_cent_to_half_an_hour() -> None:
    assert split_nets([10, 10, 10], 6500) == [1083, 1083, 1083]
    assert line_amount(30, 6500) == 3250


@given(st.lists(st.integers(1, MAX_MINUTES), min_size=1, max_size=40), st.integers(1, MAX_CENTS))
def test_splitting_moves_at_most_half_a_cent_a_line_and_half_a_cent(minutes: list[int], rate: int) -> None:
    nets = split_nets(minutes, rate)
    assert len(nets) == len(minutes)
    assert abs(sum(nets) - line_amount(sum(minutes), rate)) <= Fraction(1, 2) * (len(minutes) + 1)
