"""The seven tables of an import and their columns (spec, section 8)."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from domain.rules.records import fields as cell
from domain.rules.records.fields import Parse
from domain.vocabulary import ContractKind, ContractUnit, Overage, TicketStatus


class RecordKind(StrEnum):
    """The tables, in order of their references."""

    COMPANIES = "companies"
    CONTACTS = "contacts"
    SERVICES = "services"
    CONTRACTS = "contracts"
    PLANNINGS = "plannings"
    TICKETS = "tickets"
    TIME_ENTRIES = "time_entries"


class Column(NamedTuple):
    """A column of a file. `field`: the attribute it fills; `empty`: the value of an empty cell or a missing column.

    Where `refers_to` names a table, the cell holds a code of it and the attribute an id.
    """

    name: str
    field: str
    parse: Parse
    required: bool = False
    empty: Any = ""
    refers_to: RecordKind | None = None


def _required(name: str, parse: Parse) -> Column:
    return Column(name, name, parse, required=True)


def _optional(name: str, parse: Parse, empty: Any = "") -> Column:
    return Column(name, name, parse, empty=empty)


def _reference(name: str, field: str, table: RecordKind, *, required: bool = False) -> Column:
    return Column(name, field, cell.code, required, None, table)


_CODE = _required("code", cell.code)
_COMPANY = _reference("company_code", "company_id", RecordKind.COMPANIES, required=True)
_NATURE = cell.matching(r"N(1|2\.[12]|3\.[1-6]|4|5|6\.[1-9]|7)", "bad_nature", length=4)

TABLES: dict[RecordKind, tuple[Column, ...]] = {
    RecordKind.COMPANIES: (
        _CODE,
        _required("name", cell.text_of(200)),
        _optional("vat_number", cell.vat_number),
        _optional("tax_code", cell.matching(r"[0-9A-Z]+", "bad_tax_code", length=20)),
        _optional("recipient_code", cell.matching(r"[0-9A-Z]{6,7}", "bad_recipient_code", length=7)),
        _optional("pec", cell.email),
        _optional("address", cell.text_of(200)),
        _optional("postal_code", cell.text_of(10)),
        _optional("city", cell.text_of(100)),
        _optional("province", cell.matching(r"[A-Z]{2}", "bad_province", length=2)),
        _optional("country", cell.matching(r"[A-Z]{2}", "bad_country", length=2), "IT"),
        _optional("payment_days", cell.days, 30),
    ),
    RecordKind.CONTACTS: (
        _CODE,
        _required("first_name", cell.text_of(100)),
        _required("last_name", cell.text_of(100)),
        _optional("email", cell.email),
        _reference("company_code", "company_id", RecordKind.COMPANIES),
    ),
    RecordKind.SERVICES: (
        _CODE,
        _required("name", cell.text_of(200)),
        _required("hourly_rate", cell.amount),
        _required("vat_rate", cell.percentage),
        _optional("vat_nature", _NATURE),
    ),
    RecordKind.CONTRACTS: (
        _CODE,
        _required("name", cell.text_of(200)),
        _COMPANY,
        _required("kind", cell.choice(ContractKind)),
        _optional("unit", cell.choice(ContractUnit), None),
        _optional("units_total", cell.amount, 0),
        _optional("hourly_rate", cell.amount, 0),
        _optional("starts_on", cell.day, None),
        _optional("ends_on", cell.day, None),
        _optional("overage", cell.choice(Overage), None),
        _optional("overage_rate", cell.amount, 0),
    ),
    RecordKind.PLANNINGS: (_CODE, _required("name", cell.text_of(200)), _COMPANY),
    RecordKind.TICKETS: (
        _required("number", cell.code),
        _required("title", cell.text_of(300)),
        _required("status", cell.choice(TicketStatus)),
        _reference("company_code", "company_id", RecordKind.COMPANIES),
        _reference("contact_code", "contact_id", RecordKind.CONTACTS),
        _reference("contract_code", "contract_id", RecordKind.CONTRACTS),
        _reference("planning_code", "planning_id", RecordKind.PLANNINGS),
        _optional("hourly_rate", cell.amount, 0),
        _optional("opened_at", cell.instant, None),
        _optional("closed_at", cell.instant, None),
        _optional("owner", cell.text_of(100)),
    ),
    RecordKind.TIME_ENTRIES: (
        _CODE,
        _reference("ticket_number", "ticket_id", RecordKind.TICKETS, required=True),
        _reference("service_code", "service_id", RecordKind.SERVICES),
        _optional("started_at", cell.instant, None),
        _optional("worked_minutes", cell.minutes, None),
        _optional("billable_minutes", cell.minutes, None),
        _optional("operator", cell.text_of(100)),
        _optional("description", cell.text_of(4_000)),
    ),
}
"""The columns of each table; the first one is the key."""


def key_of(table: RecordKind) -> Column:
    """The key column of a table: a code, or a ticket's number."""
    return TABLES[table][0]


def table_named(name: str) -> RecordKind | None:
    """The table named by a file or sheet: `tickets`, `Tickets 2014`, `export-time_entries`; None unless exactly one."""
    words = f"_{re.sub(r'[^a-z]+', '_', name.lower())}_"
    found = [table for table in RecordKind if f"_{table.value}_" in words]
    return found[0] if len(found) == 1 else None


def table_with(header: Sequence[str]) -> RecordKind | None:
    """The table with all required columns present and most of the others known; None unless exactly one."""
    names = set(header)
    known = {
        table: len(names & {column.name for column in columns})
        for table, columns in TABLES.items()
        if names.issuperset(column.name for column in columns if column.required)
    }
    most = max(known.values(), default=0)
    best = [table for table, count in known.items() if count == most]
    return best[0] if len(best) == 1 else None


def columns_of(table: RecordKind, header: Sequence[str]) -> tuple[list[Column], list[cell.Problem]]:
    """The columns in the order of a file's header, or all problems of the header."""
    by_name = {column.name: column for column in TABLES[table]}
    allowed = ", ".join(by_name)
    problems = [
        cell.Problem(
            name,
            "duplicate_column" if name in by_name else "unknown_column",
            {"name": cell.shown(name), "table": table.value, "allowed": allowed},
        )
        for position, name in enumerate(header)
        if name not in by_name or name in header[:position]
    ]
    problems += [
        cell.Problem(column.name, "missing_column", {"name": column.name, "table": table.value})
        for column in TABLES[table]
        if column.required and column.name not in header
    ]
    return [by_name[name] for name in header if name in by_name], problems
