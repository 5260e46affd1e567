"""Import and billing: states, locks, links, late work (spec, sections 3, 5 and 8)."""

from pathlib import Path

import pytest

from domain.vocabulary import BillingStatus
from storage.database import Database
from tests.support.importing import GOOD, HEADERS, Folder, faults, propose, rows, set_state, ticket


@pytest.fixture
def loaded(tmp_path: Path, database: Database) -> Folder:
    path = tmp_path / "files"
    path.mkdir()
    folder = Folder(path, database)
    assert folder.write(**GOOD).run().errors == []
    return folder


def test_an_entry_on_a_proposal_is_locked_and_the_refusal_names_it(loaded: Folder) -> None:
    number = propose(loaded.database, "T1")
    report = loaded.only(time_entries=f"{HEADERS['time_entries']}\nE1,T1,S1,2026-02-01T10:00,50,90,OP,Uno\n")
    assert faults(report) == [("time_entries.csv", 2, "billable_minutes", "entry_locked")]
    assert report.errors[0].params == {"proposal": number}
    assert loaded.only(time_entries=GOOD["time_entries"]).errors == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("T1,Non stampa,open,C1,,,,", "status"),
        ("T1,Non stampa,closed,C2,,,,", "company_code"),
        ("T1,Non stampa,closed,,P1,,,", "company_code"),
        ("T1,Non stampa,closed,C1,,KTM,,", "contract_code"),
        ("T1,Non stampa,closed,C1,,,PL1,", "planning_code"),
        ("T1,Non stampa,closed,C1,,,,99", "hourly_rate"),
    ],
)
def test_a_ticket_on_a_proposal_keeps_what_its_lines_were_made_of(loaded: Folder, row: str, column: str) -> None:
    number = propose(loaded.database, "T1")
    before = rows(loaded.database)
    loaded.write(tickets=f"{HEADERS['tickets']}\n{row}\n{row}\n")
    report = loaded.run(good_rows_only=True)
    assert faults(report) == [("tickets.csv", 2, column, "ticket_locked"), ("tickets.csv", 3, "number", "duplicate_code")]
    assert report.errors[0].params == {"proposal": number}
    assert rows(loaded.database) == before


def test_a_ticket_on_a_proposal_may_still_be_renamed(loaded: Folder) -> None:
    propose(loaded.database, "T1")
    assert loaded.only(tickets=f"{HEADERS['tickets']}\nT1,Nuovo titolo,closed,C1,,,,\n").errors == []
    assert ticket(loaded.database, "T1").billing_status is BillingStatus.PROPOSED


def test_the_company_of_a_contact_stays_while_its_ticket_is_on_a_proposal(loaded: Folder) -> None:
    table = GOOD["time_entries"].replace("E3,T2,,,,,,", "E3,T2,S1,2026-02-02T10:00,30,30,OP,Due")
    assert loaded.only(time_entries=table).errors == []
    propose(loaded.database, "T2")
    report = loaded.only(contacts=f"{HEADERS['contacts']}\nP1,Ada,Rossi,C2\n")
    assert faults(report) == [("contacts.csv", 2, "company_code", "contact_locked")]


@pytest.mark.parametrize(
    ("table", "row", "fault"),
    [
        ("contacts", "P1,Ada,Rossi,C2", ("company_code", "contact_in_use")),
        ("contracts", "KTM,Consuntivo,C2,time_and_materials,,,50", ("company_code", "contract_in_use")),
        ("contracts", "KTM,Consuntivo,C1,flat,,,50", ("kind", "contract_in_use")),
        ("plannings", "PL1,Progetto,C2", ("company_code", "planning_in_use")),
    ],
)
def test_master_data_is_not_torn_from_its_tickets(loaded: Folder, table: str, row: str, fault: tuple[str, str]) -> None:
    assert faults(loaded.only(**{table: f"{HEADERS[table]}\n{row}\n"})) == [(f"{table}.csv", 2, *fault)]


LINKS = [
    ("T1,Non stampa,closed,C1,,KU,,", BillingStatus.SERVICE_CONTRACT, 0),
    ("T1,Non stampa,closed,C1,,KTM,,", BillingStatus.TO_BILL, 5_000),
    ("T1,Non stampa,closed,C1,,,PL1,", None, 0),
    ("T3,A ore,closed,C1,,,,", BillingStatus.TO_BILL, 0),
    ("T3,A ore,closed,C1,,KTM,,", BillingStatus.TO_BILL, 5_000),
    ("T4,Progetto,open,C1,,,,", BillingStatus.TO_BILL, 0),
]


@pytest.mark.parametrize(("row", "status", "rate"), LINKS)
def test_another_link_sets_state_and_rate(loaded: Folder, row: str, status: BillingStatus | None, rate: int) -> None:
    assert loaded.only(tickets=f"{HEADERS['tickets']}\n{row}\n").errors == []
    found = ticket(loaded.database, row[:2])
    assert (found.billing_status, found.hourly_rate) == (status, rate)


def test_without_another_link_a_state_set_by_hand_stays(loaded: Folder) -> None:
    set_state(loaded.database, "T3", BillingStatus.NOT_BILLED)
    assert loaded.only(tickets=f"{HEADERS['tickets']}\nT3,Altro titolo,open,C1,,KU,,\n").imported()["tickets"] == 1
    assert ticket(loaded.database, "T3").billing_status is BillingStatus.NOT_BILLED


def test_a_billed_ticket_gets_no_other_link(loaded: Folder) -> None:
    set_state(loaded.database, "T1", BillingStatus.BILLED)
    report = loaded.only(tickets=f"{HEADERS['tickets']}\nT1,Non stampa,closed,C1,,KU,,\n")
    assert faults(report) == [("tickets.csv", 2, "contract_code", "ticket_billed")]


@pytest.mark.parametrize("status", [BillingStatus.BILLED, BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED])
@pytest.mark.parametrize(
    "row", ["E9,T1,S1,2026-02-09T10:00,10,10,,", "E9,T1,S1,2026-02-09T10:00,10,,,", "E2,T1,S1,2026-02-02T10:00,20,15,OP,Omaggio"]
)
def test_late_work_sends_its_ticket_back_to_be_billed(loaded: Folder, status: BillingStatus, row: str) -> None:
    set_state(loaded.database, "T1", status)
    assert loaded.only(time_entries=f"{HEADERS['time_entries']}\n{row}\n").errors == []
    assert ticket(loaded.database, "T1").billing_status is BillingStatus.TO_BILL


@pytest.mark.parametrize("row", ["E9,T1,S1,2026-02-09T10:00,10,0,,", "E1,T1,S1,2026-02-01T10:00,50,60,OP,Altro testo"])
def test_free_work_and_known_work_do_not_reopen_billing(loaded: Folder, row: str) -> None:
    set_state(loaded.database, "T1", BillingStatus.BILLED)
    assert loaded.only(time_entries=f"{HEADERS['time_entries']}\n{row}\n").imported()["time_entries"] == 1
    assert ticket(loaded.database, "T1").billing_status is BillingStatus.BILLED
