"""Import from files on both databases: imported rows, refusals, and all or nothing (spec, section 8)."""

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from domain.actions.core.acting import Actor
from domain.actions.core.audit import broken_links
from domain.errors import Cancelled, PermissionDenied
from domain.model import AuditEntry, Ticket
from domain.model.base import table_of
from domain.rules.records.tables import RecordKind
from domain.vocabulary import AuditAction, BillingStatus
from storage.database import Database
from storage.importers.run import import_paths
from tests.support.importing import GOOD, HEADERS, SYSTEM, Folder, faults, rows, ticket


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Folder:
    path = tmp_path / "files"
    path.mkdir()
    return Folder(path, database)


@pytest.fixture
def loaded(folder: Folder) -> Folder:
    assert folder.write(**GOOD).run().errors == []
    return folder


def test_the_helpdesk_comes_in_whole_and_a_second_time_changes_nothing(database: Database, helpdesk: Path) -> None:
    first = import_paths(database, [helpdesk], actor=SYSTEM)
    assert first.errors == []
    assert first.imported() == {
        "companies": 397, "contacts": 397, "services": 11, "contracts": 79, "plannings": 0, "tickets": 4_580,
        "time_entries": 11_637,
    }  # fmt: skip
    after_first = rows(database)
    assert after_first["ticket"] == 4_580
    second = import_paths(database, [helpdesk], actor=SYSTEM)
    assert set(second.imported().values()) == {0}
    assert second.counts[RecordKind.TIME_ENTRIES].unchanged == 11_637
    assert rows(database) == after_first
    with database.read() as session:
        assert list(broken_links(session)) == []


def test_each_ticket_gets_the_state_and_rate_of_what_it_is_linked_to(loaded: Folder) -> None:
    found = {number: ticket(loaded.database, number) for number in ("T1", "T2", "T3", "T4", "T5", "T6")}
    assert {number: t.billing_status for number, t in found.items()} == {
        "T1": BillingStatus.TO_BILL,
        "T2": BillingStatus.TO_BILL,
        "T3": BillingStatus.SERVICE_CONTRACT,
        "T4": None,
        "T5": BillingStatus.TO_BILL,
        "T6": BillingStatus.TO_BILL,
    }
    assert {number: t.hourly_rate for number, t in found.items()} == {
        "T1": 0, "T2": 5_000, "T3": 0, "T4": 0, "T5": 0, "T6": 8_050,
    }  # fmt: skip


def test_the_same_files_again_are_all_unchanged(loaded: Folder) -> None:
    before = rows(loaded.database)
    report = loaded.run()
    assert set(report.imported().values()) == {0}
    assert sum(count.unchanged for count in report.counts.values()) == 20
    assert rows(loaded.database) == before


def test_a_dry_run_counts_and_writes_nothing(folder: Folder) -> None:
    before = rows(folder.database)
    report = folder.write(**GOOD).run(dry_run=True)
    assert (report.dry_run, report.imported()["tickets"]) == (True, 6)
    assert rows(folder.database) == before


def test_a_changed_row_updates_its_record_and_says_so_in_the_history(loaded: Folder) -> None:
    report = loaded.only(tickets=f"{HEADERS['tickets']}\nT1,Stampa di nuovo,open,C1,,,,\n")
    assert (report.errors, report.counts[RecordKind.TICKETS].updated) == ([], 1)
    with loaded.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(table_of(AuditEntry).c.action == AuditAction.CHANGED)).one()
    assert entry.before == {"title": "Non stampa", "status": "closed"}
    assert entry.after == {"title": "Stampa di nuovo", "status": "open"}
    assert ticket(loaded.database, "T1").version == 2


def test_a_missing_column_leaves_the_values_unchanged(loaded: Folder) -> None:
    report = loaded.only(tickets="number,title,status\nT6,Altro titolo,closed\n")
    assert report.counts[RecordKind.TICKETS].updated == 1
    found = ticket(loaded.database, "T6")
    assert (found.title, found.hourly_rate, found.contract_id is None) == ("Altro titolo", 8_050, False)


def test_a_rate_set_by_hand_stays_where_the_file_leaves_it_open(loaded: Folder) -> None:
    table = table_of(Ticket)
    with loaded.database.write() as session:
        session.execute(table.update().where(table.c.number == "T2").values(hourly_rate=6_600))
    assert set(loaded.run().imported().values()) == {0}
    assert ticket(loaded.database, "T2").hourly_rate == 6_600


BAD = [
    ("tickets", "T9,Rotto,closed,C1,,,,\nT9,Rotto,closed,C1,,,,\n", (3, "number", "duplicate_code")),
    ("tickets", "T9,x,closed,CX,,,,\n", (2, "company_code", "unknown_code")),
    ("tickets", "T9,x,closed,C1,P1,,,\n", (2, "contact_code", "two_customers")),
    ("tickets", "T9,x,closed,C1,,KTM,PL1,\n", (2, "planning_code", "two_coverages")),
    ("tickets", "T9,x,closed,C2,,KTM,,\n", (2, "contract_code", "other_customer")),
    ("tickets", "T9,x,closed,C2,,,PL1,\n", (2, "planning_code", "other_customer")),
    ("tickets", "T9,x,closed,,P1,KF,,\n", (2, "contract_code", "other_customer")),
    ("tickets", f"T9,{'x' * 1_000_000},closed,C1,,,,\n", (2, "title", "too_long")),
    ("tickets", "T9,a\x00b,closed,C1,,,,\n", (2, "title", "control_character")),
    ("tickets", "T9,x,closed,C1,,,,1e308\n", (2, "hourly_rate", "not_a_number")),
    ("tickets", "T9,x,closed,C1,,,,NaN\n", (2, "hourly_rate", "not_a_number")),
    ("tickets", "T9,x,closed,C1\n", (2, "", "wrong_number_of_fields")),
    ("tickets", 'T9,"x,closed,C1,,,,\nT10,y,closed,C1,,,,\n', (2, "", "unclosed_quote")),
    ("tickets", 'T9,"x"y,closed,C1,,,,\n', (2, "", "text_after_quote")),
    ("time_entries", "E9,T1,SX,2026-02-01T10:00,1,1,,\n", (2, "service_code", "unknown_code")),
    ("time_entries", "E9,TX,S1,2026-02-01T10:00,1,1,,\n", (2, "ticket_number", "unknown_code")),
    ("time_entries", "E9,T1,S1,31/02/2026,1,1,,\n", (2, "started_at", "not_a_time")),
    ("time_entries", "E9,T1,S1,2026-02-31T10:00,1,1,,\n", (2, "started_at", "not_a_time")),
    ("time_entries", "E9,T1,S1,2026-02-01T10:00,1,-1,,\n", (2, "billable_minutes", "negative")),
    ("contacts", "P9,a,b,CX\n", (2, "company_code", "unknown_code")),
]


@pytest.mark.parametrize(("table", "body", "fault"), BAD)
def test_a_bad_row_is_named_with_its_place_and_keeps_everything_out(
    loaded: Folder, table: str, body: str, fault: tuple[int, str, str]
) -> None:
    before = rows(loaded.database)
    report = loaded.only(companies=f"{HEADERS['companies']}\nC9,Nuova,\n", **{table: f"{HEADERS[table]}\n{body}"})
    assert faults(report) == [(f"{table}.csv", *fault)]
    assert report.refused
    assert set(report.imported().values()) == {0}
    assert rows(loaded.database) == before


def test_good_rows_alone_come_in_when_they_are_asked_for_and_what_needs_a_bad_row_is_bad(loaded: Folder) -> None:
    loaded.write(
        tickets=f"{HEADERS['tickets']}\nT8,Buono,closed,C1,,,,\nT9,Cattivo,closed,C1,,,,-1\n",
        time_entries=f"{HEADERS['time_entries']}\nE8,T8,S1,,,,,\nE9,T9,S1,,,,,\n",
    )
    report = loaded.run(good_rows_only=True)
    assert faults(report) == [
        ("tickets.csv", 3, "hourly_rate", "negative"),
        ("time_entries.csv", 3, "ticket_number", "unknown_code"),
    ]
    assert (report.refused, report.imported()["tickets"], report.imported()["time_entries"]) == (False, 1, 1)
    assert ticket(loaded.database, "T8").title == "Buono"


def test_a_duplicate_is_found_however_far_from_the_first(loaded: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.actions.records.import_records.CHUNK", 2)
    new = "".join(f"T{n},Nuovo,closed,C1,,,,\n" for n in (11, 12, 13, 14, 11))
    report = loaded.only(
        tickets=f"{HEADERS['tickets']}\n{new}T1,Non stampa,closed,C1,,,,\nT2,x,closed,,P1,KTM,,\nT1,y,open,C1,,,,\n"
    )
    assert faults(report) == [("tickets.csv", 6, "number", "duplicate_code"), ("tickets.csv", 9, "number", "duplicate_code")]


def test_a_title_with_markup_is_stored_as_it_is(loaded: Folder) -> None:
    report = loaded.only(tickets=f"{HEADERS['tickets']}\nT9,<img src=x onerror=alert(1)>,closed,C1,,,,0\n")
    assert report.errors == []
    assert ticket(loaded.database, "T9").title == "<img src=x onerror=alert(1)>"


def test_a_ticket_whose_customer_is_not_yet_known_comes_in_with_its_contract(loaded: Folder) -> None:
    assert loaded.only(tickets=f"{HEADERS['tickets']}\nT9,x,closed,,P2,KU,,\nT10,x,closed,,,KU,,\n").errors == []
    assert ticket(loaded.database, "T9").billing_status is BillingStatus.SERVICE_CONTRACT


def test_nobody_unknown_imports(folder: Folder) -> None:
    folder.write(**GOOD)
    with pytest.raises(PermissionDenied):
        import_paths(folder.database, [folder.path], actor=Actor("nessuno", SYSTEM.now))


def test_an_import_that_is_stopped_writes_nothing(folder: Folder) -> None:
    def stop_at_tickets(file: str, _line: int) -> None:
        if file == "tickets.csv":
            raise Cancelled

    before = rows(folder.database)
    folder.write(**GOOD)
    with pytest.raises(Cancelled):
        import_paths(folder.database, [folder.path], actor=SYSTEM, progress=stop_at_tickets)
    assert rows(folder.database) == before


def test_errors_beyond_the_limit_are_counted_and_not_kept(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.rules.records.report.MAX_ERRORS", 3)
    report = folder.write(companies="code,name\n" + "C1,\n" * 10).run()
    assert (len(report.errors), report.error_count) == (3, 10)


def test_a_workbook_comes_in_like_a_csv_file_and_again_changes_nothing(loaded: Folder, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["code", "ticket_number", "service_code", "started_at", "billable_minutes", "description"],
        ["E1", "T1", "S1", dt.datetime(2026, 2, 1, 10, 0), 60, "Uno"],  # noqa: DTZ001 - Excel knows no zones
        ["E7", "T1", "S1", dt.datetime(2026, 2, 1, 10, 0), 45, "Nuovo"],  # noqa: DTZ001
    ):
        sheet.append(row)
    book.save(tmp_path / "time_entries.xlsx")
    report = import_paths(loaded.database, [tmp_path / "time_entries.xlsx"], actor=SYSTEM)
    count = report.counts[RecordKind.TIME_ENTRIES]
    assert (report.errors, count.created, count.unchanged) == ([], 1, 1)
    assert import_paths(loaded.database, [tmp_path / "time_entries.xlsx"], actor=SYSTEM).imported()["time_entries"] == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (0, "", "empty_file")),
        (b"number,title\nT9,x\n", (1, "status", "missing_column")),
        (b"number,title,status,note\nT9,x,closed,y\n", (1, "note", "unknown_column")),
        ("number,title,status\nT9,Città,closed\n".encode("cp1252"), (2, "title", "wrong_encoding")),
        ("number,title,status\nT9,x,closed\n".encode("utf-16"), (1, "", "wrong_encoding")),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_keeps_the_others_out(
    folder: Folder, content: bytes, fault: tuple[int, str, str]
) -> None:
    before = rows(folder.database)
    folder.write(companies=GOOD["companies"])
    folder.path.joinpath("tickets.csv").write_bytes(content)
    assert faults(folder.run()) == [("tickets.csv", *fault)]
    assert rows(folder.database) == before
    assert folder.run(good_rows_only=True).imported()["companies"] == 2
