"""Coverage of a ticket's work by a contract, its overage, and the contract's rate (spec, section 6)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.vocabulary import ContractKind, ContractUnit, Overage


class Work(NamedTuple):
    """A dated time entry with its `minutes` to bill; the contract already covers `kept` of them and continues to."""

    entry_id: int
    worked_on: date
    minutes: int
    kept: int = 0


class Coverage(NamedTuple):
    """Coverage of one entry: minutes not billed, and units for the ledger (minutes or incidents)."""

    entry_id: int
    worked_on: date
    minutes: int
    units: int


def capacity(units_total: int, unit: ContractUnit, day_minutes: int) -> int:
    """The units of a contract in its ledger: incidents or whole minutes. `units_total` is in hundredths of its unit.

    To the nearest minute: a third of an hour, written 0.33, is meant as 20.
    """
    if unit is ContractUnit.INCIDENTS:
        return units_total // 100
    return (units_total * (60 if unit is ContractUnit.HOURS else day_minutes) + 50) // 100


def kept_units(work: Sequence[Work], unit: ContractUnit) -> int:
    """Ledger units of the work that is already covered."""
    kept = sum(one.kept for one in work)
    return min(1, kept) if unit is ContractUnit.INCIDENTS else kept


def cover(work: Sequence[Work], left: int, unit: ContractUnit, overage: Overage) -> list[Coverage]:
    """Coverage of one ticket's work, oldest first, by a contract with `left` units (negative if overdrawn).

    What is kept stays, whatever is left. *Go negative* covers everything; *bill* what is left, minute by minute, or the whole
    incident; *refuse* as *bill* does, and it is for the caller to refuse what is left out.
    """
    by_incident = unit is ContractUnit.INCIDENTS
    whole = overage is Overage.GO_NEGATIVE or (by_incident and (left >= 1 or kept_units(work, unit) == 1))
    spare = 0 if by_incident else max(0, left)
    found: list[Coverage] = []
    for one in sorted(work, key=lambda w: (w.worked_on, w.entry_id)):
        more = one.minutes - one.kept if whole else min(one.minutes - one.kept, spare)
        spare -= 0 if whole else more
        if covered := one.kept + more:
            found.append(Coverage(one.entry_id, one.worked_on, covered, int(not found) if by_incident else covered))
    return found


def runs_low(total: int, left: int, warning_percent: int) -> bool:
    """Whether a contract's remaining units are at or below the warning percentage."""
    return left * 100 <= total * warning_percent


def rate_when_linked(rate: int, kind: ContractKind | None, contract_rate: int, *, filled: bool) -> tuple[int, bool]:
    """The rate of a ticket linked to a contract of this kind, or to none, and whether the contract filled it in.

    A contract before takes the rate that it `filled` with it; one of time and materials fills what is not set.
    """
    kept = 0 if filled else rate
    if kind is ContractKind.TIME_AND_MATERIALS and not kept and contract_rate:
        return contract_rate, True
    return kept, False
