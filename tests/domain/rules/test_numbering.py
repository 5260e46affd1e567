"""Formats of document numbers (spec, section 5)."""

from domain.rules.numbering import proposal_number, ticket_number


def test_a_proposal_is_numbered_by_year_and_six_digits() -> None:
    assert proposal_number(2026, 1) == "PF-2026-000001"
    assert proposal_number(2026, 999_999) == "PF-2026-999999"


def test_a_ticket_created_here_has_a_series_of_its_own() -> None:
    assert ticket_number(2026, 42) == "AC-2026-000042"


def test_numbers_of_a_year_sort_as_they_were_given() -> None:
    numbers = [proposal_number(2026, ordinal) for ordinal in range(1, 2_000)]
    assert sorted(numbers) == numbers
