"""The SQL expressions say the same as the rules, on both databases, and stand in one module."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, FromClause, Integer, String, literal, select, true

from domain.model import sql
from domain.money import MAX_CENTS, MAX_MINUTES, line_amount
from domain.rules.eligibility import billable_entries
from domain.rules.pricing import unit_price
from storage.database import Database
from tests.builders import SERVICE, entry_view, ticket_view

ROOT = Path(__file__).resolve().parents[3]

RATES = st.one_of(st.just(0), st.integers(1, 20_000), st.integers(0, MAX_CENTS))
MINUTES = st.one_of(st.integers(0, 600), st.integers(0, MAX_MINUTES))
# The same database serves every example: nothing is written.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(**columns: Any) -> FromClause:
    """A table of one row with these columns."""
    types = {str: String, bool: Boolean, int: BigInteger}
    return select(
        *(literal(value, types.get(type(value), Integer)).label(name) for name, value in columns.items())
    ).subquery()  # fmt: skip


def answers(database: Database, *asked: Any) -> tuple[Any, ...]:
    """The values of some expressions on tables of one row."""
    with database.read() as session:
        tables = {table for expression in asked for table in expression._from_objects}  # noqa: SLF001
        first, *others = tables
        source = first
        for other in others:
            source = source.join(other, true())
        return tuple(session.execute(select(*asked).select_from(source)).one())


@many
@given(minutes=MINUTES, rate=RATES)
def test_an_amount_in_sql_is_that_of_the_rule(database: Database, minutes: int, rate: int) -> None:
    line = row(minutes=minutes, rate=rate)
    assert answers(database, sql.line_amount(line.c.minutes, line.c.rate)) == (line_amount(minutes, rate),)


@many
@given(own=RATES, of_service=RATES)
def test_a_price_in_sql_is_that_of_the_rule_with_its_source(database: Database, own: int, of_service: int) -> None:
    ticket, service = row(hourly_rate=own), row(hourly_rate=of_service)
    found = answers(
        database, sql.unit_price(ticket, service), sql.price_source(ticket, service), sql.unpriced(ticket, service)
    )  # fmt: skip
    price = unit_price(own, of_service)
    assert found == ((price.rate, price.source.value, False) if price else (0, None, True))


@many
@given(own=RATES, of_service=RATES, billable=st.none() | MINUTES, data=st.data())
def test_open_work_and_its_value_in_sql_are_those_of_the_rules(
    database: Database, own: int, of_service: int, billable: int | None, data: st.DataObject
) -> None:
    covered = data.draw(st.integers(0, billable or 0))
    entry = row(billable_minutes=billable, covered_minutes=covered)
    ticket, service = row(hourly_rate=own), row(hourly_rate=of_service)
    found = answers(database, sql.open_minutes(entry), sql.has_open_work(entry), sql.open_value(entry, ticket, service))
    minutes = None if billable is None else billable - covered
    takes = bool(billable_entries(ticket_view(entry_view(minutes=minutes, covered=covered, service=SERVICE))))
    price = unit_price(own, of_service)
    assert found == (minutes, takes, line_amount(minutes or 0, price.rate if price else 0))


@many
@given(own=RATES, of_service=RATES, covered=MINUTES, from_contract=st.booleans())
def test_what_is_covered_is_worth_what_it_would_have_cost(
    database: Database, own: int, of_service: int, covered: int, from_contract: bool
) -> None:
    entry = row(covered_minutes=covered)
    ticket, service = row(hourly_rate=own, rate_from_contract=from_contract), row(hourly_rate=of_service)
    price = unit_price(0 if from_contract else own, of_service)
    worth = line_amount(covered, price.rate if price else 0)
    assert answers(database, sql.covered_value(entry, ticket, service)) == (worth,)


@pytest.mark.parametrize(("own", "of_contact"), [(7, None), (None, 8), (None, None)])
def test_the_customer_in_sql_is_that_of_the_rule(database: Database, own: int | None, of_contact: int | None) -> None:
    ticket, contact = row(company_id=own), row(company_id=of_contact)
    wanted = ticket_view(company_id=own, contact_company_id=of_contact).customer_id
    assert answers(database, sql.customer_id(ticket, contact)) == (wanted,)


FORMULAS = {
    "amount": re.compile(r"\+ 30\W+60\b"),
    "price": re.compile(r"nullif\([^)]*hourly_rate|case\([^)]*hourly_rate > 0|hourly_rate <= 0", re.IGNORECASE),
    "open work": re.compile(r"\bcovered_minutes\W+!?=\W*\w*\.?\w*\.?billable|billable_minutes[),0 ]* - [\w.]*covered_minutes"),
    "customer": re.compile(r"coalesce\(\s*\w+\.c\.(company_id|name),\s*\w*(contact|employer)\.c\.(company_id|name)"),
}
PROOFS = {"storage/queries/check", "storage/queries/reconciliation"}
"""Proofs repeat the formulas, so that they share no error with what they prove."""
OWN_PLACE = {"domain/model/sql.py", "domain/money.py"}
ALSO = {
    "amount": {"domain/model/invoices.py", "domain/model/proposals.py"},  # the CHECK constraints
    "open work": {"storage/queries/tickets/detail.py"},  # of a row that was read, in Python
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_no_other_module_contains_the_formula(name: str) -> None:
    allowed = OWN_PLACE | ALSO.get(name, set())
    files = [path for room in ("domain", "storage", "ui") for path in (ROOT / room).rglob("*.py")]
    sources = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}
    holding = {path for path, text in sources.items() if FORMULAS[name].search(text)}
    proofs = {path for path in holding if any(path.startswith(f"{room}/") for room in (*PROOFS, "storage/migrations"))}
    assert holding - allowed - proofs == set()
    assert holding & OWN_PLACE, "the pattern does not find the formula where it stands"
