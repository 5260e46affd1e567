"""From a raw row to typed values, and every error of the row as a value (spec, section 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domain.rules.calendar import firm_date
from domain.rules.records.fields import (
    Problem,
    Wrong,
    forbidden_character,
)
from domain.rules.records.tables import TABLES, Column, RecordKind

Values = dict[str, Any]
"""Attributes of a record: amounts in cents or hundredths, times in minutes, instants in UTC, ids where a column refers."""


def parse_row(columns: Sequence[Column], cells: Sequence[str]) -> tuple[Values, list[Problem]]:
    """The values of a row by attribute, and the problems of its cells. References are still codes."""
    values: Values = {}
    problems: list[Problem] = []
    suspect = forbidden_character("\n".join(cells)) is not None
    for column, raw in zip(columns, cells, strict=True):
        text = raw.strip()
        try:
            if suspect and (wrong := forbidden_character(raw)):
                raise wrong
            if text:
                values[column.field] = column.parse(text)
            elif column.required:
                raise Wrong("missing")
            else:
                values[column.field] = column.empty
        except Wrong as wrong_cell:
            problems.append(Problem(column.name, wrong_cell.code, wrong_cell.params))
    if "started_at" in values:
        values["worked_on"] = values["started_at"] and firm_date(values["started_at"])
    return values, problems


def defaults_of(table: RecordKind) -> Values:
    """Values of a new record for columns that the file lacks."""
    values = {column.field: column.empty for column in TABLES[table] if not column.required}
    return values | _DERIVED.get(table, {})


_DERIVED: dict[RecordKind, Values] = {
    RecordKind.TICKETS: {"rate_from_contract": False},
    RecordKind.TIME_ENTRIES: {"worked_on": None},
}
"""Initial values of attributes that follow from other columns."""


def row_problems(table: RecordKind, row: Mapping[str, Any], cell_problems: Sequence[Problem]) -> list[Problem]:
    """Problems between columns of a record; columns with a problem of their own are skipped."""
    known = {problem.column for problem in cell_problems}
    check = _CHECKS.get(table, _nothing)
    return [problem for problem in check(row) if problem.column not in known]


def _nothing(_row: Mapping[str, Any]) -> Iterator[Problem]:
    return iter(())


def _service(row: Mapping[str, Any]) -> Iterator[Problem]:
    """A Natura needs a VAT rate of 0. A missing one is accepted here and required by an invoice."""
    rate, nature = row.get("vat_rate"), row.get("vat_nature")
    if rate and nature:
        yield Problem("vat_nature", "nature_without_zero", {"value": nature})


def _contract(row: Mapping[str, Any]) -> Iterator[Problem]:
    starts_on, ends_on = row.get("starts_on"), row.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        yield Problem("ends_on", "ends_before_start", {"starts": starts_on.isoformat(), "ends": ends_on.isoformat()})


def _ticket(row: Mapping[str, Any]) -> Iterator[Problem]:
    if row.get("company_id") and row.get("contact_id"):
        yield Problem("contact_code", "two_customers", {})
    if row.get("contract_id") and row.get("planning_id"):
        yield Problem("planning_code", "two_coverages", {})


_CHECKS: dict[RecordKind, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    RecordKind.SERVICES: _service,
    RecordKind.CONTRACTS: _contract,
    RecordKind.TICKETS: _ticket,
}
