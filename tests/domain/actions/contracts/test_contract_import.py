"""An imported closing draws units, the same file twice changes nothing, a refused closing is a bad row (spec, section 8)."""

from pathlib import Path
from typing import Any

import pytest

from domain.vocabulary import BillingStatus
from storage.database import Database
from tests.builders import World
from tests.support.contracts import by_hand
from tests.support.importing import Folder, faults

FILES = {
    "companies": "code,name\nC1,Rossi S.r.l.\n",
    "services": "code,name,hourly_rate,vat_rate\nS1,Assistenza,60,22\n",
    "contracts": (
        "code,name,company_code,kind,unit,units_total,overage,overage_rate\n"
        "KB,Pacchetto,C1,units,hours,1,bill,88\nKR,Chiuso,C1,units,hours,1,refuse,\n"
    ),
    "tickets": "number,title,status,company_code,contract_code\nT1,Uno,closed,C1,KB\nT2,Due,closed,C1,KR\nT3,Tre,closed,C1,KR\n",
    "time_entries": (
        "code,ticket_number,service_code,started_at,worked_minutes,billable_minutes\n"
        "E1,T1,S1,2026-02-01T10:00,45,45\nE2,T1,S1,2026-02-02T10:00,45,45\n"
        "E3,T2,S1,2026-02-01T10:00,40,40\nE4,T2,S1,2026-02-02T10:00,10,10\n"
    ),
}
HEAD = FILES["time_entries"].splitlines()[0]


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Folder:
    (tmp_path / "in").mkdir()
    return Folder(tmp_path / "in", database).write(**FILES)


def ledger(folder: Folder) -> dict[str, Any]:
    """Covered minutes of each entry, and the lines of the ledger of its ticket."""
    statement = """SELECT e.code, e.covered_minutes FROM time_entry e ORDER BY e.code"""
    with folder.database.read() as session:
        rows = list(session.connection().exec_driver_sql(statement))
        lines = [row[0] for row in session.connection().exec_driver_sql("SELECT units FROM contract_draw ORDER BY id")]
    return {row[0]: row[1] for row in rows} | {"ledger": lines}


def test_closed_work_is_drawn_once_however_often_it_comes(folder: Folder) -> None:
    assert not folder.run().errors
    first = ledger(folder)
    assert first == {"E1": 45, "E2": 15, "E3": 40, "E4": 10, "ledger": [45, 40, 15, 10]}
    folder.run()
    assert ledger(folder) == first


def test_a_changed_row_draws_what_it_is_now(folder: Folder) -> None:
    folder.run()
    changed = f"{HEAD}\nE1,T1,S1,2026-02-01T10:00,45,5\nE4,T1,S1,2026-02-02T10:00,10,10\n"
    assert not folder.only(time_entries=changed).errors
    after = ledger(folder)
    assert {code: after[code] for code in ("E1", "E2", "E3", "E4")} == {"E1": 5, "E2": 45, "E3": 40, "E4": 10}
    assert sum(after["ledger"]) == 100


def test_a_ticket_that_is_reopened_or_relinked_by_a_file_gives_back(folder: Folder) -> None:
    folder.run()
    head = FILES["tickets"].splitlines()[0]
    assert not folder.only(tickets=f"{head}\nT1,Uno,open,C1,KR\nT2,Due,closed,C1,\n").errors
    after = ledger(folder)
    assert (sum(after.pop("ledger")), set(after.values())) == (0, {0})


def test_what_a_contract_refuses_is_a_bad_row_and_the_good_ones_come_in(folder: Folder) -> None:
    folder.run()
    late = f"{HEAD}\nE5,T3,S1,2026-02-03T10:00,20,20\nE6,T1,S1,2026-02-03T10:00,20,20\n"
    report = folder.only(time_entries=late)
    assert report.refused
    assert faults(report) == [("time_entries.csv", 2, "ticket_number", "contract_exhausted")]
    assert "E5" not in ledger(folder)
    assert len(folder.run(good_rows_only=True).errors) == 1
    after = ledger(folder)
    assert ("E5" in after, after["E6"]) == (False, 0)


def test_closing_by_a_file_over_a_contract_that_is_over_is_a_bad_row(folder: Folder) -> None:
    opened = FILES["tickets"].replace("T3,Tre,closed", "T3,Tre,open")
    folder.write(tickets=opened, time_entries=FILES["time_entries"] + "E5,T3,S1,2026-02-03T10:00,5,5\n").run()
    ended = FILES["contracts"].replace("overage_rate", "overage_rate,ends_on").replace("bill,88", "bill,88,").replace(
        "refuse,", "refuse,,2026-02-02"
    )  # fmt: skip
    report = folder.write(tickets=FILES["tickets"], contracts=ended).run()
    assert report.refused
    assert faults(report) == [("tickets.csv", 4, "status", "contract_ended")]


def test_the_unit_of_a_contract_stays_while_tickets_are_linked_to_it(folder: Folder) -> None:
    folder.run()
    report = folder.only(contracts=FILES["contracts"].replace("units,hours,1,bill", "units,incidents,1,bill"))
    assert report.refused
    assert faults(report) == [("contracts.csv", 2, "unit", "contract_in_use")]


def test_a_contract_that_says_its_unit_at_last_draws_what_was_closed_under_it_or_refuses(folder: Folder) -> None:
    without = FILES["contracts"].replace("hours,1,", ",,")
    folder.write(contracts=without).run()
    assert ledger(folder)["ledger"] == []
    small = FILES["contracts"].replace("hours,1,refuse", "hours,0.5,refuse")
    report = folder.only(contracts=small)
    assert report.refused
    assert faults(report) == [("contracts.csv", 3, "unit", "contract_exhausted")]
    folder.only(contracts=FILES["contracts"])
    assert sum(ledger(folder)["ledger"]) == 60 + 50


def test_work_beyond_an_invoiced_excess_comes_in_by_a_file_after_its_ticket_was_set_covered(folder: Folder) -> None:
    fiscal = "code,name,vat_number,recipient_code\nC1,Rossi S.r.l.,00743110157,ABCDEF1\n"
    folder.write(companies=fiscal).run()
    world = World(folder.database)
    [[ticket_id]] = world.rows("SELECT id FROM ticket WHERE number = 'T1'")
    number = world.proposal_of(ticket_id).number
    world.submit(number)
    world.approve(number)
    world.issue(number)
    by_hand(world, ticket_id, BillingStatus.SERVICE_CONTRACT)
    late = f"{HEAD}\nE8,T1,S1,2026-02-04T10:00,60,60\n"
    assert not folder.only(time_entries=late).errors
    assert (ledger(folder)["E8"], world.billing(ticket_id)) == (0, "to_bill")


def test_late_work_that_a_file_sets_to_nothing_or_moves_away_gives_its_ticket_back(folder: Folder) -> None:
    plain = "number,title,status,company_code\nT4,Quattro,closed,C1\nT5,Cinque,closed,C1\n"
    first = f"{HEAD}\nE5,T4,S1,2026-02-01T10:00,30,30\n"
    folder.run()
    folder.write(tickets=plain, time_entries=first).run()
    world = World(folder.database)
    [[ticket_id]] = world.rows("SELECT id FROM ticket WHERE number = 'T4'")
    by_hand(world, ticket_id, BillingStatus.BILLED)
    for gone in ("E6,T4,S1,2026-02-02T10:00,20,0", "E6,T5,S1,2026-02-02T10:00,20,20"):
        folder.only(time_entries=f"{HEAD}\nE6,T4,S1,2026-02-02T10:00,20,20\n")
        assert world.billing(ticket_id) == "to_bill"
        assert not folder.only(time_entries=f"{HEAD}\n{gone}\n").errors
        assert world.billing(ticket_id) == "billed"


def test_work_moved_off_a_ticket_whose_contract_refuses_the_rest_is_a_bad_row(folder: Folder) -> None:
    folder.run()
    # An entry of which the minutes were not known, and a contract that has become too small for them.
    folder.only(time_entries=f"{HEAD}\nE7,T2,S1,,,\n")
    moved = f"{HEAD}\nE7,T2,S1,2026-02-03T10:00,30,30\nE3,T1,S1,2026-02-01T10:00,40,40\n"
    assert not folder.only(time_entries=moved).errors
    again = f"{HEAD}\nE7,T2,S1,2026-02-03T10:00,90,90\nE4,T1,S1,2026-02-02T10:00,10,10\n"
    report = folder.only(time_entries=again)
    assert report.refused
    assert {fault[3] for fault in faults(report)} == {"contract_exhausted"}
