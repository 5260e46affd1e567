"""Cells and rows of imported files: valid values, and problems with their codes (spec, section 8)."""

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions.records.drafts import MODELS, fields_of
from domain.model.base import table_of
from domain.money import MAX_CENTS, format_decimal
from domain.rules.calendar import FIRM_ZONE
from domain.rules.records.fields import SHOWN_LENGTH, Problem, shown
from domain.rules.records.rows import defaults_of, parse_row, row_problems
from domain.rules.records.tables import TABLES, Column, RecordKind, columns_of, table_named, table_with
from domain.vocabulary import ContractKind, ContractUnit, Overage, TicketStatus

GOOD: dict[RecordKind, dict[str, str]] = {
    RecordKind.COMPANIES: {"code": "C1", "name": "Rossi S.r.l.", "vat_number": "IT 00743110157", "country": "it"},
    RecordKind.CONTACTS: {"code": "P1", "first_name": "Ada", "last_name": "Rossi", "email": "ada@rossi.example"},
    RecordKind.SERVICES: {"code": "S1", "name": "Assistenza", "hourly_rate": "58.75", "vat_rate": "22"},
    RecordKind.CONTRACTS: {
        "code": "K1", "name": "Ore", "company_code": "C1", "kind": "units", "unit": "hours", "units_total": "40",
        "starts_on": "2012-01-01", "ends_on": "2012-12-31", "overage": "bill", "overage_rate": "70.5",
    },
    RecordKind.PLANNINGS: {"code": "P1", "name": "Progetto", "company_code": "C1"},
    RecordKind.TICKETS: {"number": "T1", "title": "Non stampa", "status": "closed", "opened_at": "2012-10-09T14:50:17"},
    RecordKind.TIME_ENTRIES: {
        "code": "E1", "ticket_number": "T1", "service_code": "S1", "started_at": "2012-10-09T14:50",
        "worked_minutes": "50", "billable_minutes": "60", "operator": "OP-01", "description": "Fatto",
    },
}  # fmt: skip


def parse(table: RecordKind, **cells: str) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a good row with some cells changed, and all that is wrong with it."""
    row = GOOD[table] | cells
    columns, problems = columns_of(table, list(row))
    assert problems == []
    values, problems = parse_row(columns, list(row.values()))
    return values, problems + row_problems(table, defaults_of(table) | values, problems)


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in problems]


@pytest.mark.parametrize("table", RecordKind)
def test_a_good_row_has_no_problem(table: RecordKind) -> None:
    assert parse(table)[1] == []


def test_a_time_entry_becomes_minutes_an_utc_instant_and_the_firms_date_of_work() -> None:
    values, _ = parse(RecordKind.TIME_ENTRIES, started_at="2012-07-01T00:30")
    assert values == {
        "code": "E1",
        "ticket_id": "T1",
        "service_id": "S1",
        "started_at": dt.datetime(2012, 6, 30, 22, 30, tzinfo=dt.UTC),
        "worked_on": dt.date(2012, 7, 1),
        "worked_minutes": 50,
        "billable_minutes": 60,
        "operator": "OP-01",
        "description": "Fatto",
    }


def test_a_contract_becomes_words_dates_and_hundredths() -> None:
    values, _ = parse(RecordKind.CONTRACTS)
    assert (values["kind"], values["unit"], values["overage"]) == (ContractKind.UNITS, ContractUnit.HOURS, Overage.BILL)
    assert (values["units_total"], values["overage_rate"]) == (4_000, 7_050)
    assert (values["starts_on"], values["ends_on"]) == (dt.date(2012, 1, 1), dt.date(2012, 12, 31))


def test_a_vat_number_is_kept_without_country_and_spaces() -> None:
    values, _ = parse(RecordKind.COMPANIES)
    assert (values["vat_number"], values["country"]) == ("00743110157", "IT")


def test_what_is_empty_is_not_yet_known() -> None:
    empty = dict.fromkeys(("service_code", "started_at", "worked_minutes", "billable_minutes", "operator", "description"), " ")
    values, problems = parse(RecordKind.TIME_ENTRIES, **empty)
    assert problems == []
    assert values["service_id"] is values["started_at"] is values["worked_on"] is values["billable_minutes"] is None
    assert values["operator"] == ""


T, E, K, S, C = (
    RecordKind.TICKETS, RecordKind.TIME_ENTRIES, RecordKind.CONTRACTS, RecordKind.SERVICES, RecordKind.COMPANIES,
)  # fmt: skip
WRONG = [
    (T, "number", " ", "missing"), (T, "title", "", "missing"), (T, "status", "", "missing"),
    (E, "ticket_number", "", "missing"), (S, "hourly_rate", "", "missing"), (K, "company_code", "", "missing"),
    (E, "started_at", "2012-02-31T10:00", "not_a_time"), (E, "started_at", "31/02/2012", "not_a_time"),
    (E, "started_at", "2012-10-09T25:00", "not_a_time"), (E, "started_at", "2012-10-09T14:50Z", "not_a_time"),
    (E, "started_at", "2012-W41-2", "not_a_time"), (E, "started_at", "NaN", "not_a_time"),
    (E, "started_at", "0001-01-01T00:00", "year_out_of_range"), (E, "started_at", "9999-12-31", "year_out_of_range"),
    (K, "starts_on", "31/02/2012", "not_a_date"), (K, "starts_on", "2012-02-31", "not_a_date"),
    (K, "starts_on", "20120231", "not_a_date"), (K, "starts_on", "2012-01-01T10:00:00", "not_a_date"),
    (E, "billable_minutes", "-1", "negative"), (E, "worked_minutes", "-15", "negative"),
    (E, "billable_minutes", "NaN", "not_a_number"), (E, "billable_minutes", "1e308", "not_a_number"),
    (E, "billable_minutes", "7.5", "not_whole"), (E, "billable_minutes", str(2**63), "too_large"),
    (E, "billable_minutes", "9" * 5_000, "too_large"), (E, "billable_minutes", "٣", "not_a_number"),
    (T, "hourly_rate", "-1", "negative"), (T, "hourly_rate", "NaN", "not_a_number"), (T, "hourly_rate", "inf", "not_a_number"),
    (T, "hourly_rate", "1e308", "not_a_number"), (T, "hourly_rate", "58,75", "not_a_number"),
    (T, "hourly_rate", "0.001", "too_precise"), (T, "hourly_rate", "99999999999", "too_large"),
    (S, "vat_rate", "101", "too_large"), (S, "vat_nature", "N9", "bad_nature"),
    (T, "status", "chiuso", "bad_choice"), (K, "kind", "forfait", "bad_choice"), (K, "overage", "ignore", "bad_choice"),
    (T, "title", "x" * 1_000_000, "too_long"), (T, "number", "x" * 41, "too_long"), (T, "number", "T\r1", "control_character"),
    (E, "description", "x" * 4_001, "too_long"), (T, "title", "a\x00b", "control_character"),
    (T, "title", "\ud800", "control_character"), (T, "title", "\x1b[31mrosso", "control_character"),
    (T, "title", "gnp.\u202eexe", "control_character"), (T, "title", "perch\udce9", "wrong_encoding"),
    (C, "vat_number", "IT", "bad_vat_number"),
    (C, "recipient_code", "12", "bad_recipient_code"),
    (C, "pec", "nessuna", "bad_email"), (C, "province", "Milano", "too_long"), (C, "country", "1T", "bad_country"),
    (C, "payment_days", "-30", "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "text", "code"), WRONG)
def test_what_is_wrong_is_refused_with_column_and_reason(table: RecordKind, column: str, text: str, code: str) -> None:
    assert codes(parse(table, **{column: text})[1]) == [(column, code)]


@pytest.mark.parametrize(
    ("table", "cells", "problem"),
    [
        (T, {"company_code": "C1", "contact_code": "P1"}, ("contact_code", "two_customers")),
        (T, {"contract_code": "K1", "planning_code": "P1"}, ("planning_code", "two_coverages")),
        (S, {"vat_nature": "N4"}, ("vat_nature", "nature_without_zero")),
        (K, {"starts_on": "2013-01-01"}, ("ends_on", "ends_before_start")),
    ],
)
def test_what_does_not_fit_together_is_refused(table: RecordKind, cells: dict[str, str], problem: tuple[str, str]) -> None:
    assert codes(parse(table, **cells)[1]) == [problem]


@pytest.mark.parametrize(
    ("table", "cells", "field", "value"),
    [
        (T, {"title": "<img src=x onerror=alert(1)>"}, "title", "<img src=x onerror=alert(1)>"),
        (T, {"title": "riga uno\r\nriga due\t!"}, "title", "riga uno\nriga due\t!"),
        (T, {"hourly_rate": "0"}, "hourly_rate", 0),
        (S, {"hourly_rate": "0"}, "hourly_rate", 0),
        (S, {"vat_rate": "0", "vat_nature": "n2.2"}, "vat_nature", "N2.2"),
        (E, {"billable_minutes": "0"}, "billable_minutes", 0),
        (E, {"started_at": "2012-10-09"}, "started_at", dt.datetime(2012, 10, 8, 22, tzinfo=dt.UTC)),
        (E, {"started_at": "2012-10-09 14:50:17"}, "started_at", dt.datetime(2012, 10, 9, 12, 50, 17, tzinfo=dt.UTC)),
        (K, {"ends_on": "9999-12-31"}, "ends_on", dt.date(9999, 12, 31)),
        (C, {"country": "DE", "vat_number": "DE136695976"}, "vat_number", "DE136695976"),
        (C, {"tax_code": "RCCMNL83S18D969H"}, "tax_code", "RCCMNL83S18D969H"),
    ],
)
def test_what_is_unusual_but_right_is_taken(table: RecordKind, cells: dict[str, str], field: str, value: object) -> None:
    values, problems = parse(table, **cells)
    assert problems == []
    assert values[field] == value


def test_a_row_reports_all_its_errors_at_once() -> None:
    problems = parse(E, code="", started_at="31/02/2012", worked_minutes="-1", billable_minutes="NaN")[1]
    assert codes(problems) == [
        ("code", "missing"),
        ("started_at", "not_a_time"),
        ("worked_minutes", "negative"),
        ("billable_minutes", "not_a_number"),
    ]


def test_a_time_that_the_clocks_skipped_is_an_hour_later_and_one_that_came_twice_is_the_first() -> None:
    assert parse(E, started_at="2026-03-29T02:30")[0]["started_at"] == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert parse(E, started_at="2026-10-25T02:30")[0]["started_at"] == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


@given(st.integers(0, MAX_CENTS))
def test_every_amount_comes_in_to_the_cent(cents: int) -> None:
    values, problems = parse(T, hourly_rate=format_decimal(cents))
    assert (values["hourly_rate"], problems) == (cents, [])


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2199, 12, 31)))  # noqa: DTZ001 - local times of the firm
def test_the_firms_date_of_work_is_the_date_that_the_file_says(local: dt.datetime) -> None:
    local = local.replace(second=0, microsecond=0)
    values, problems = parse(E, started_at=local.isoformat(timespec="minutes"))
    assert problems == []
    assert values["worked_on"] == local.date()
    back = values["started_at"].astimezone(FIRM_ZONE).replace(tzinfo=None)
    assert back - local in (dt.timedelta(0), dt.timedelta(minutes=60))


ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@given(st.sampled_from(list(RecordKind)), st.data())
def test_any_text_at_all_is_a_value_or_a_problem_and_never_an_exception(table: RecordKind, data: st.DataObject) -> None:
    cells = {column.name: data.draw(ANY_TEXT, label=column.name) for column in TABLES[table]}
    values, problems = parse(table, **cells)
    bad = {problem.column for problem in problems}
    for column in TABLES[table]:
        assert column.field in values or column.name in bad
    for problem in problems:
        quoted = str(problem.params.get("value", ""))
        assert len(quoted) <= SHOWN_LENGTH
        quoted.encode()


@given(ANY_TEXT)
def test_text_comes_in_as_it_is_or_not_at_all(title: str) -> None:
    values, problems = parse(T, title=title)
    assert problems or values["title"] == title.strip().replace("\r\n", "\n").replace("\r", "\n")


def test_quoted_text_is_short_and_holds_no_control_character() -> None:
    assert shown("a\x1b[31m\ud800") == "a\ufffd[31m\ufffd"
    assert shown("x" * 1_000_000) == "x" * 59 + "…"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("tickets", RecordKind.TICKETS),
        ("Tickets 2014", RecordKind.TICKETS),
        ("export-time_entries-3", RecordKind.TIME_ENTRIES),
        ("Time Entries", RecordKind.TIME_ENTRIES),
        ("contracts_and_tickets", None),
        ("Foglio1", None),
        ("mytickets", None),
    ],
)
def test_a_file_name_gives_its_table_if_it_names_exactly_one(name: str, table: RecordKind | None) -> None:
    assert table_named(name) is table


@pytest.mark.parametrize("table", RecordKind)
def test_columns_give_their_table(table: RecordKind) -> None:
    assert table_with([column.name for column in TABLES[table]]) is table
    assert table_with([column.name for column in TABLES[table] if column.required]) is table


def test_columns_of_no_table_give_none() -> None:
    assert table_with(["codice", "nome"]) is None
    assert table_with([]) is None


def test_a_header_reports_all_its_errors() -> None:
    _, problems = columns_of(T, ["number", "titel", "number", "status"])
    assert codes(problems) == [("titel", "unknown_column"), ("number", "duplicate_column"), ("title", "missing_column")]


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in RecordKind for column in TABLES[table]])
def test_no_column_takes_more_than_its_table_holds(table: RecordKind, column: Column) -> None:
    length = getattr(table_of(MODELS[table]).c[column.field].type, "length", None)
    if length is None or column.refers_to or column.name in ("kind", "unit", "overage", "status"):
        return
    for text in ("1" * (length + 1), "A" * (length + 1), f"a@{'b' * length}.it"):
        _, problems = parse(table, **{column.name: text})
        assert problems, text[:10]


@pytest.mark.parametrize("table", RecordKind)
def test_a_new_row_fills_every_attribute_of_its_record_that_is_not_the_systems(table: RecordKind) -> None:
    systems = {"id", "retired", "billing_status", "proposal_id", "cancellation_reason", "drawn", "review_on", "version"}
    systems |= {"line_id", "covered_minutes", "manual_decision", "decision_reason", "decided_by", "decided_at"}
    on_screen_alone = {"split_payment", "needs_cig", "cig", "cup"}
    assert set(table_of(MODELS[table]).c.keys()) - systems - on_screen_alone == set(fields_of(table))


def test_the_words_of_statuses_are_those_of_the_specification() -> None:
    assert [status.value for status in TicketStatus] == ["open", "in_progress", "waiting", "closed"]
    problem = parse(T, status="x")[1][0]
    assert re.split(", ", str(problem.params["allowed"])) == ["open", "in_progress", "waiting", "closed"]
