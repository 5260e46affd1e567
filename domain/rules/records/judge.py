"""What a person may write on companies, contacts, services, contracts and plannings (spec, sections 1, 6 and 8).

The fields are the import's, judged by the same rules, and a few of companies that no file has. What an import takes as not yet
known, a person who writes the record must say: the units of a units contract.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.rules.records import fields as cell
from domain.rules.records.fields import Problem
from domain.rules.records.rows import Values, parse_row, row_problems
from domain.rules.records.tables import TABLES, Column, RecordKind, key_of
from domain.vocabulary import ContractKind, ContractUnit, Overage

Cells = Mapping[str, str]
"""What stands in a form, by field: as a file has it, with a decimal point, ISO dates, and an id where a field refers."""

SERIES: Final = {
    RecordKind.COMPANIES: "AZ",
    RecordKind.CONTACTS: "CT",
    RecordKind.SERVICES: "SV",
    RecordKind.CONTRACTS: "CO",
    RecordKind.PLANNINGS: "PN",
}
"""The five tables, and the series that their codes come from where nobody gives one."""

_LARGEST_ID = 2**31 - 1
_UNITS_ONLY = ("unit", "units_total", "overage")

_MORE: dict[RecordKind, tuple[Column, ...]] = {
    RecordKind.COMPANIES: (
        Column("split_payment", "split_payment", cell.flag, empty=False),
        Column("needs_cig", "needs_cig", cell.flag, empty=False),
        Column("cig", "cig", cell.matching(r"[0-9A-Z]{10}", "bad_cig", length=10)),
        Column("cup", "cup", cell.matching(r"[0-9A-Z]{15}", "bad_cup", length=15)),
    ),
}


def _on_screen(table: RecordKind, column: Column) -> Column:
    """A column as a form has it: a reference is an id, and a new record may be left without a code."""
    if column.refers_to:
        return column._replace(name=column.field, parse=cell.whole(_LARGEST_ID))
    return column._replace(required=False) if column == key_of(table) else column


FIELDS: Final[dict[RecordKind, tuple[Column, ...]]] = {
    table: (*(_on_screen(table, column) for column in TABLES[table]), *_MORE.get(table, ())) for table in SERIES
}
"""The fields of each table; `name` and attribute are the same."""


def master_code(table: RecordKind, ordinal: int) -> str:
    """`AZ-00012`: the code of a record that nobody gave one."""
    return f"{SERIES[table]}-{ordinal:05d}"


def field_named(table: RecordKind, column: str) -> str:
    """The field that a file's column fills."""
    return next((each.field for each in TABLES[table] if each.name == column), column)


def judge(table: RecordKind, cells: Cells) -> tuple[Values, list[Problem]]:
    """What a form says, by field, and everything that is wrong with it by itself; a field that is wrong has no value."""
    columns = FIELDS[table]
    values, problems = parse_row(columns, [cells.get(column.name, "") for column in columns])
    problems += row_problems(table, values, problems)
    if table is RecordKind.CONTRACTS and "kind" in values:
        known = {problem.column for problem in problems}
        problems += [problem for problem in _of_its_kind(values) if problem.column not in known]
    return values, problems


def _of_its_kind(contract: Mapping[str, Any]) -> Iterator[Problem]:
    """A contract has what its kind needs, and nothing that would mean nothing (spec, section 6)."""
    kind, unit, units = contract["kind"], contract.get("unit"), contract.get("units_total")
    if kind is not ContractKind.UNITS:
        yield from (Problem(name, "not_of_kind", {"kind": kind.value}) for name in _UNITS_ONLY if contract.get(name))
    elif unit is None:
        yield Problem("unit", "missing", {})
    if kind is ContractKind.UNITS and not units:
        yield Problem("units_total", "not_above_zero", {})
    elif unit is ContractUnit.INCIDENTS and units and units % 100:
        yield Problem("units_total", "incidents_not_whole", {})
    if kind is not ContractKind.TIME_AND_MATERIALS and contract.get("hourly_rate"):
        yield Problem("hourly_rate", "not_of_kind", {"kind": kind.value})
    if contract.get("overage_rate") and contract.get("overage") is not Overage.BILL:
        yield Problem("overage_rate", "nothing_past_the_last", {})
