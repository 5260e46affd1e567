"""What a units contract covers of a ticket's work, and what it leaves to bill (spec, section 6)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.vocabulary import ContractUnit, Overage


class Work(NamedTuple):
    """A dated time entry: `minutes` are those to bill."""

    entry_id: int
    worked_on: date
    minutes: int


class Coverage(NamedTuple):
    """What the contract takes of one entry: minutes that are not billed, and units for the ledger (minutes, or incidents)."""

    entry_id: int
    worked_on: date
    minutes: int
    units: int


def capacity(units_total: int, unit: ContractUnit, day_minutes: int) -> int:
    """What a contract holds, in units of its ledger: whole minutes, or incidents. `units_total` in hundredths of its unit."""
    if unit is ContractUnit.INCIDENTS:
        return units_total // 100
    return units_total * (60 if unit is ContractUnit.HOURS else day_minutes) // 100


def cover(work: Sequence[Work], left: int, unit: ContractUnit, overage: Overage) -> list[Coverage]:
    """What a contract with `left` units (below zero where it is overdrawn) covers of one ticket's work, oldest first.

    *Go negative* covers everything; *bill* what is left, minute by minute, or the whole incident; *refuse* as *bill* does, and
    it is for the caller to refuse what is left out.
    """
    found: list[Coverage] = []
    for one in sorted(work, key=lambda w: (w.worked_on, w.entry_id)):
        if unit is ContractUnit.INCIDENTS:
            taken = 0 if found else 1
            covered = one.minutes if found or left >= 1 or overage is Overage.GO_NEGATIVE else 0
        else:
            covered = one.minutes if overage is Overage.GO_NEGATIVE else max(0, min(one.minutes, left))
            taken = covered
            left -= covered
        if covered:
            found.append(Coverage(one.entry_id, one.worked_on, covered, taken))
    return found


def runs_low(total: int, left: int, warning_percent: int) -> bool:
    """Whether a contract has come to the share of its units at which its firm wants to be warned."""
    return left * 100 <= total * warning_percent
