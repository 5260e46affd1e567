"""Anomalies, rule by rule."""

import doctest
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import anomalies
from domain.rules.anomalies import (
    Finding,
    Priced,
    Work,
    merged,
    old_work,
    overlaps,
    says_little,
    thin,
    unusual_rates,
    unusual_total,
)
from domain.vocabulary import Anomaly

NINE = datetime(2026, 2, 3, 9, tzinfo=UTC)


def work(line_id: int | None, start: int = 0, minutes: int = 60, operator: str = "Anna", **fields: object) -> Work:
    """Work that begins `start` minutes after nine."""
    begins = NINE + timedelta(minutes=start)
    whole = Work(line_id or 0, f"LV-{line_id}", line_id, "TT-1", operator, begins, begins.date(), minutes, "Router sostituito")
    return whole._replace(**fields)  # type: ignore[arg-type]


def test_the_examples_hold() -> None:
    assert doctest.testmod(anomalies) == (0, 4)


def test_an_overlap_names_both_pieces_of_work_the_operator_and_the_ticket() -> None:
    elsewhere = work(None, 30, 60, id=9, code="LV-9", ticket_number="TT-44")
    [finding] = overlaps([work(1), elsewhere])[1]
    assert finding == Finding(
        Anomaly.OVERLAP,
        {
            "code": "LV-1",
            "operator": "Anna",
            "other": "LV-9",
            "from": NINE + timedelta(minutes=30),
            "to": NINE + timedelta(minutes=90),
            "ticket": "TT-44",
        },
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 90), st.sampled_from(["", "Anna", "Bruno"]), st.booleans()), max_size=12
    )
)
def test_exactly_the_lines_that_overlap_something_of_their_operator_are_found(
    drawn: list[tuple[int, int, str, bool]],
) -> None:
    ids = count(1)
    works = [
        work(id_ if own else None, start, minutes, operator, id=id_)
        for (start, minutes, operator, own), id_ in zip(drawn, ids, strict=False)
    ]
    together = {
        one.line_id
        for one in works
        for other in works
        if one.id != other.id
        and one.operator == other.operator != ""
        and min(one.minutes, other.minutes) > 0
        and one.started_at < other.ends_at
        and other.started_at < one.ends_at
    }
    assert overlaps(works).keys() == together - {None}


def test_the_oldest_work_of_a_line_speaks_for_it_and_work_of_others_for_none() -> None:
    days = [date(2026, 1, 2), date(2026, 1, 1), date(2026, 5, 1)]
    found = old_work([*(work(1, worked_on=day) for day in days), work(None, worked_on=days[0])], date(2026, 5, 2))
    assert {line_id: its[0].facts["on"] for line_id, its in found.items()} == {1: days[1]}


@pytest.mark.parametrize("text", ["", "  ", "ok", "Intervento", "assistenza di supporto!", "1234567"])
def test_too_little_is_said(text: str) -> None:
    assert says_little(text)
    assert thin([work(1, description=text)])[1][0].facts["text"] == text.strip()


@pytest.mark.parametrize("text", ["Cambio toner", "Intervento su stampante", "Reset VPN utente"])
def test_enough_is_said(text: str) -> None:
    assert thin([work(1, description=text)]) == {}


def test_a_rate_is_unusual_beyond_twice_or_below_half_of_the_median_of_at_least_five_lines() -> None:
    past = {7: [(6_000, 4), (20_000, 1)], 8: [(6_000, 4)]}
    lines = [Priced(1, 7, 12_001), Priced(2, 7, 12_000), Priced(3, 7, 2_999), Priced(4, 7, 3_000), Priced(5, 8, 99_000)]
    found = unusual_rates(lines, past)
    assert {line_id: its[0].facts for line_id, its in found.items()} == {
        1: {"rate": 12_001, "usual": 6_000, "count": 5},
        3: {"rate": 2_999, "usual": 6_000, "count": 5},
    }


def test_a_total_needs_a_past_to_be_unusual() -> None:
    assert unusual_total(99_999, [1_000] * 4) == []


def test_findings_of_one_line_stand_together_in_the_order_of_the_rules() -> None:
    old, little = (Finding(kind, {}) for kind in (Anomaly.OLD, Anomaly.THIN))
    assert merged({1: [old]}, {2: [old], 1: [little]}) == {1: [old, little], 2: [old]}
