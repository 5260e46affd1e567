"""Coverage and overage of a prepaid contract (spec, section 6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.contracts import Work, capacity, cover, runs_low
from domain.vocabulary import ContractUnit, Overage

DAY = date(2026, 2, 3)
MINUTES = (ContractUnit.HOURS, ContractUnit.DAYS)


def work(*minutes: int) -> list[Work]:
    return [Work(number, DAY + timedelta(days=number), worked) for number, worked in enumerate(minutes, start=1)]


def test_hours_days_and_incidents_hold_what_they_are_worth() -> None:
    assert [capacity(hours, ContractUnit.HOURS, 480) for hours in (550, 33, 67)] == [330, 20, 40]
    assert capacity(550, ContractUnit.DAYS, 450) == 2475
    assert capacity(300, ContractUnit.INCIDENTS, 480) == 3


def test_the_oldest_work_is_covered_first_and_split_where_the_units_end() -> None:
    newest, oldest = Work(1, DAY + timedelta(days=9), 60), Work(2, DAY, 30)
    found = cover([newest, oldest], 50, ContractUnit.HOURS, Overage.BILL)
    assert [(one.entry_id, one.minutes, one.units) for one in found] == [(2, 30, 30), (1, 20, 20)]


@pytest.mark.parametrize(("left", "overage", "minutes"), [
    (1, Overage.BILL, [60, 30]), (0, Overage.BILL, []), (0, Overage.REFUSE, []), (0, Overage.GO_NEGATIVE, [60, 30]),
])  # fmt: skip
def test_an_incident_is_covered_whole_or_not_at_all_and_drawn_once(left: int, overage: Overage, minutes: list[int]) -> None:
    found = cover(work(60, 30), left, ContractUnit.INCIDENTS, overage)
    assert [one.minutes for one in found] == minutes
    assert [one.units for one in found] == [1, 0][: len(minutes)]


def test_what_is_kept_stays_though_the_contract_is_overdrawn() -> None:
    kept = [Work(1, DAY, 60, kept=60), Work(2, DAY, 60, kept=20)]
    assert [one.minutes for one in cover(kept, -100, ContractUnit.HOURS, Overage.BILL)] == [60, 20]
    assert [one.minutes for one in cover(kept, -1, ContractUnit.INCIDENTS, Overage.REFUSE)] == [60, 60]


def test_a_contract_runs_low_at_its_share_and_below() -> None:
    assert [runs_low(300, left, 20) for left in (61, 60, -1)] == [False, True, True]


works = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 600), st.integers(0, 600)), max_size=8)


@given(works, st.integers(-500, 3_000), st.sampled_from(ContractUnit), st.sampled_from(Overage))
def test_never_more_is_covered_than_is_asked_nor_than_is_left(
    asked: list[tuple[int, int, int]], left: int, unit: ContractUnit, overage: Overage
) -> None:
    each = [Work(id_, DAY + timedelta(days=day), m, min(m, kept)) for id_, (day, m, kept) in enumerate(asked)]
    wanted = {one.entry_id: one for one in each}
    found = cover(each, left, unit, overage)
    assert all(wanted[one.entry_id].kept <= one.minutes <= wanted[one.entry_id].minutes and one.minutes > 0 for one in found)
    assert len({one.entry_id for one in found}) == len(found)
    total, kept = sum(one.minutes for one in each), sum(one.kept for one in each)
    taken = sum(one.minutes for one in found)
    if overage is Overage.GO_NEGATIVE:
        assert taken == total
    elif unit in MINUTES:
        assert taken - kept == max(0, min(total - kept, left))
    if unit in MINUTES:
        assert [one.units for one in found] == [one.minutes for one in found]
    else:
        assert sum(one.units for one in found) == (1 if found else 0)
