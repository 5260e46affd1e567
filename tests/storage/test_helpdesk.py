"""Generates proposals for a whole help desk and compares every number with a second computation from its files.

The second one shares nothing with the product: it reads the CSV files and reckons in fractions.
"""

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.generate import Generate, generate, outcome_of, preview_generation
from domain.model.people import SYSTEM_USER
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from storage.database import Database, migrate, open_database
from storage.importers.run import import_paths
from storage.queries.check.check import check
from storage.queries.tickets.grid import selection_totals
from tests.support.postgres import PostgresServer

EVERYTHING = Selection(filter=TicketFilter())
SYSTEM = Actor(SYSTEM_USER, datetime(2026, 2, 20, 9, tzinfo=UTC))
EVERY_PAIR = [(by_customer, grouped) for by_customer in (False, True) for grouped in (False, True)]


class Sums(NamedTuple):
    """What one pair of check boxes comes to."""

    proposals: int
    lines: int
    minutes: int
    net: int


class Reckoned(NamedTuple):
    """What the files say: refused tickets by code, and the sums of each pair."""

    tickets: int
    refused: dict[str, int]
    companies: int
    sums: dict[tuple[bool, bool], Sums]


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


@cache
def reckoned(folder: Path) -> Reckoned:
    """The helpdesk billed on paper."""
    employer = {row["code"]: row["company_code"] for row in rows_of(folder, "contacts")}
    contracts = {row["code"]: row for row in rows_of(folder, "contracts")}
    rates = {row["code"]: Fraction(row["hourly_rate"]) for row in rows_of(folder, "services")}
    entries = defaultdict(list)
    for row in rows_of(folder, "time_entries"):
        entries[row["ticket_number"]].append(row)
    refused: Counter[str] = Counter()
    billed: dict[str, tuple[str, list[tuple[str, Fraction, int]]]] = {}
    tickets = rows_of(folder, "tickets")
    for ticket in tickets:
        contract = contracts.get(ticket["contract_code"])
        agreed = Fraction(contract["hourly_rate"]) if contract and contract["kind"] == "time_and_materials" else Fraction(0)
        customer = ticket["company_code"] or employer.get(ticket["contact_code"], "")
        work = [row for row in entries[ticket["number"]] if row["billable_minutes"] != "0"]
        codes = [
            *(["NOT_CLOSED"] if ticket["status"] != "closed" else []),
            *(["NOT_TO_BILL"] if contract and contract["kind"] != "time_and_materials" else []),
            *([] if work else ["NO_TIME_ENTRIES"]),
            *([] if customer or not ticket["contact_code"] else ["CONTACT_WITHOUT_COMPANY"]),
        ]
        refused.update(codes)
        if not codes:
            priced = [(row["service_code"], agreed or rates[row["service_code"]], int(row["billable_minutes"])) for row in work]
            billed[ticket["number"]] = customer, priced
    companies = {customer for customer, _ in billed.values()}
    sums = {pair: sums_of(billed, len(companies), *pair) for pair in EVERY_PAIR}
    return Reckoned(len(tickets), dict(refused), len(companies), sums)


def sums_of(
    billed: dict[str, tuple[str, list[tuple[str, Fraction, int]]]], companies: int, by_customer: bool, grouped: bool
) -> Sums:
    lines: list[tuple[Fraction, int]] = []
    for _, work in billed.values():
        if grouped:
            merged: Counter[tuple[str, Fraction]] = Counter()
            for service, rate, minutes in work:
                merged[service, rate] += minutes
            lines += [(rate, minutes) for (_, rate), minutes in merged.items()]
        else:
            lines += [(rate, minutes) for _, rate, minutes in work]
    net = sum(half_up(rate * 100 * minutes / 60) for rate, minutes in lines)
    return Sums(companies if by_customer else len(billed), len(lines), sum(minutes for _, minutes in lines), net)


def load(url: str, folder: Path) -> None:
    database = open_database(url)
    assert import_paths(database, [folder], actor=SYSTEM).error_count == 0
    database.dispose()


@pytest.fixture(scope="session")
def helpdesk_file(sqlite_template: Path, helpdesk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("helpdesk") / "helpdesk.sqlite"))
    load(f"sqlite:///{path}", helpdesk)
    return path


@pytest.fixture(scope="session")
def helpdesk_template(postgres_server: PostgresServer, helpdesk: Path) -> Iterator[str]:
    def prepare(url: str) -> None:
        migrate(url)
        load(url, helpdesk)

    with postgres_server.template(prepare) as name:
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The imported helpdesk, on each database."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("helpdesk_file"), tmp_path / "helpdesk.sqlite")
        yield from opened(f"sqlite:///{copy}")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(template=request.getfixturevalue("helpdesk_template")) as url:
            yield from opened(url)


def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    with database.read() as session:
        assert check(session).violations == []
    database.dispose()


def in_database(database: Database) -> Sums:
    """The sums by plain SQL."""
    with database.read() as session:
        driver = session.connection().exec_driver_sql
        proposals = driver("SELECT count(*) FROM proposal").scalar_one()
        lines = driver("SELECT count(*), sum(minutes), sum(net) FROM proposal_line WHERE state = 'bill'").one()
        return Sums(proposals, *(int(value) for value in lines))


def states(database: Database) -> dict[str, int]:
    with database.read() as session:
        statement = "SELECT coalesce(billing_status, ''), count(*) FROM ticket GROUP BY 1"
        return {row[0]: row[1] for row in session.connection().exec_driver_sql(statement)}


def test_the_second_computation_knows_the_helpdesk(helpdesk: Path) -> None:
    found = reckoned(helpdesk)
    assert (found.tickets, found.sums[False, False].proposals) == (4580, 4455)
    assert found.refused == {"NOT_CLOSED": 23, "NOT_TO_BILL": 87, "NO_TIME_ENTRIES": 1, "CONTACT_WITHOUT_COMPANY": 18}


def test_the_preview_of_every_pair_is_what_the_files_come_to(loaded: Database, helpdesk: Path) -> None:
    expected = reckoned(helpdesk)
    with loaded.read() as session:
        plan = preview_generation(session, EVERYTHING, Options(by_customer=True))
    shown = {tuple(options): Sums(*totals) for options, totals in plan.alternatives.items()}
    assert shown == expected.sums
    outcome = outcome_of(plan)
    assert (outcome["tickets"], outcome["billable"], outcome["refused"]) == (4580, 4455, expected.refused)


@pytest.mark.parametrize("pair", EVERY_PAIR)
def test_what_is_written_is_what_the_files_come_to(loaded: Database, helpdesk: Path, pair: tuple[bool, bool]) -> None:
    expected = reckoned(helpdesk)
    with loaded.write() as session:
        outcome = generate(session, Generate(EVERYTHING, Options(*pair), "everything"), actor=SYSTEM).outcome
    assert in_database(loaded) == expected.sums[pair]
    assert Sums(*(outcome[name] for name in ("proposals", "lines", "minutes", "net_cents"))) == expected.sums[pair]
    assert outcome["numbers"] == [f"PF-2026-{n:06d}" for n in range(1, expected.sums[pair].proposals + 1)]
    assert states(loaded)["proposed"] == 4455


def test_a_second_run_takes_nothing(loaded: Database) -> None:
    run_all(loaded, "first")
    before = in_database(loaded)
    outcome = run_all(loaded, "second")
    assert (outcome["billable"], outcome["proposals"], outcome["refused"]["ALREADY_PROPOSED"]) == (0, 0, 4455)
    assert in_database(loaded) == before


def run_all(database: Database, key: str) -> dict[str, Any]:
    with database.write() as session:
        return dict(generate(session, Generate(EVERYTHING, Options(by_customer=True), key), actor=SYSTEM).outcome)


def test_the_buckets_of_the_helpdesk_hold_all_its_work_before_and_after(loaded: Database, helpdesk: Path) -> None:
    expected = reckoned(helpdesk).sums[True, False]
    with loaded.read() as session:
        before = check(session).buckets
        totals = selection_totals(session, EVERYTHING)
    run_all(loaded, "key")
    with loaded.read() as session:
        after = check(session).buckets
    assert (after["proposed"].minutes, after["proposed"].cents) == (expected.minutes, expected.net)
    assert before["proposed"].minutes == 0
    assert sum(bucket.minutes for bucket in before.values()) == sum(bucket.minutes for bucket in after.values())
    assert before["to_bill"].minutes - after["to_bill"].minutes == expected.minutes
    assert (totals.tickets, totals.billable, totals.minutes, totals.value) == (4580, 4455, expected.minutes, expected.net)
