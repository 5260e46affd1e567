"""The command line as scripts use it: process, exit status, JSON (spec, section 9)."""

from pathlib import Path

import pytest

from domain.actions.proposals.adjust import Adjust, adjust
from domain.vocabulary import TicketStatus
from storage.database import Database
from storage.queries.check.check import check
from tests.builders import MANAGER, World
from tests.support.postgres import PostgresServer
from tests.support.shell import Shell

DONE, REFUSED, USAGE = 0, 1, 2

COMPANIES = "code,name\nR1,Rossi S.p.A.\n"
SERVICES = "code,name,hourly_rate,vat_rate\nS1,Assistenza,60.00,22.00\n"
TICKETS = "number,title,status,company_code,closed_at\nT1,Stampante,closed,R1,2026-02-10T10:00:00\n"
ENTRIES = "code,ticket_number,service_code,started_at,worked_minutes,billable_minutes\nE1,T1,S1,2026-02-09T10:00,60,60\n"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    return Shell(database.url, tmp_path)


def number_of(world: World, ticket_id: int) -> str:
    return str(world.rows("SELECT number FROM ticket WHERE id = :id", id=ticket_id)[0][0])


def sound(world: World) -> bool:
    return world.read(check).violations == []


def test_a_command_is_typed_ends_and_can_be_read_by_a_machine(world: World, shell: Shell) -> None:
    world.ticket(60)
    assert shell.from_the_start("generate", "--json").json["net_cents"] == 6000
    assert shell.from_the_start("generate", "--as", "olga").status == REFUSED
    assert shell.from_the_start("generate", "--nonsense").status == USAGE


def test_generating_prints_what_the_dialog_says(world: World, shell: Shell) -> None:
    first, second, bad = world.ticket(60, 20), world.ticket(7), world.ticket(None, status=TicketStatus.OPEN)
    done = shell("generate", "--by-customer", "--group-entries", "--json")
    assert done.status == DONE
    said = done.json
    assert {name: said[name] for name in ("tickets", "billable", "proposals", "lines", "net_cents")} == {
        "tickets": 3,
        "billable": 2,
        "proposals": 1,
        "lines": 2,
        "net_cents": 8700,
    }
    assert len(said["numbers"]) == 1
    assert said["refused"] == {"NOT_CLOSED": 1, "ENTRY_WITHOUT_TIME": 1}
    assert [(row["ticket"], row["codes"]) for row in said["refusals"]] == [
        (number_of(world, bad), ["NOT_CLOSED", "ENTRY_WITHOUT_TIME"])
    ]
    assert world.rows("SELECT created_by FROM proposal")[0][0] == "system"
    assert [world.billing(t) for t in (first, second, bad)] == ["proposed", "proposed", "to_bill"]
    assert sound(world)


def test_a_dry_run_says_the_same_and_writes_nothing(world: World, shell: Shell) -> None:
    world.ticket(60)
    tables = ("generation", "proposal", "series", "audit_entry")
    done = shell("generate", "--dry-run", "--json")
    assert (done.status, done.json["proposals"], done.json["net_cents"], done.json["numbers"]) == (DONE, 1, 6000, [])
    assert {world.count(table) for table in tables} == {0}


def test_filters_and_numbers_choose_the_tickets(world: World, shell: Shell) -> None:
    other = world.company("Bianchi")
    (code,) = world.rows("SELECT code FROM company WHERE id = :id", id=other)[0]
    chosen, named = world.ticket(60, company_id=other), world.ticket(30)
    world.ticket(15)
    by_company = shell("generate", "--company", code, "--closed-from", "2026-02-19", "--closed-to", "2026-02-19", "--json")
    assert (by_company.status, by_company.json["tickets"], by_company.json["net_cents"]) == (DONE, 1, 6000)
    outside = shell("generate", "--closed-from", "2026-02-20", "--dry-run", "--json")
    assert outside.json["tickets"] == 0
    by_number = shell("generate", "--number", number_of(world, named), "--json")
    assert (by_number.json["tickets"], by_number.json["net_cents"]) == (1, 3000)
    assert world.billing(chosen) == "proposed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--number", "T-0", "--company", "C1"],
        ["generate", "--closed-from", "31/12/2026"],
        ["generate", "--nonsense"],
        ["suspend", "PF-2026-000001", "--reason", "attesa"],
        ["user", "add", "gino", "--role", "king"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two(shell: Shell, arguments: list[str]) -> None:
    done = shell(*arguments)
    assert (done.status, done.out) == (USAGE, "")
    assert done.err


def test_what_is_refused_ends_with_one_and_says_why(world: World, shell: Shell) -> None:
    world.ticket(60)
    for arguments, code in (
        (["generate", "--number", "T-9999"], "unknown_ticket"),
        (["generate", "--company", "NO"], "unknown_company"),
        (["generate", "--as", "olga"], "permission_denied"),
        (["generate", "--as", "nessuno"], "unknown_user"),
        (["suspend", "PF-2026-000009", "--ticket", "T-0003", "--reason", "x"], "unknown_proposal"),
    ):
        done = shell(*arguments, "--json")
        assert (done.status, done.json["error"]) == (REFUSED, code)
        assert done.json["message"]
    plain = shell("generate", "--as", "olga")
    assert (plain.status, plain.out) == (REFUSED, "")
    assert plain.err.strip()
    assert world.count("proposal") == 0


def test_review_by_ticket_suspends_sets_not_billed_and_restores(world: World, shell: Shell) -> None:
    first, second = world.ticket(60), world.ticket(30)
    number = world.proposal_of(first, second).number
    names = {ticket_id: number_of(world, ticket_id) for ticket_id in (first, second)}
    suspended = shell("suspend", number, "--ticket", names[first], "--reason", "attesa ordine", "--as", "mario", "--json")
    assert suspended.status == DONE
    assert suspended.json == {"proposal": number, "net_cents": 3000, "lines": {"bill": 1, "suspended": 1, "not_billed": 0}}
    assert world.state(first).cancellation_reason == "attesa ordine"
    both = ["--ticket", names[first], "--ticket", names[second]]
    refused = shell("not-bill", number, *both, "--reason", "  ", "--json")
    assert (refused.status, refused.json["error"]) == (REFUSED, "reason_required")
    set_aside = shell("not-bill", number, *both, "--reason", "omaggio", "--json")
    assert set_aside.json == {"proposal": number, "net_cents": 0, "lines": {"bill": 0, "suspended": 0, "not_billed": 2}}
    restored = shell("restore", number, *both, "--json")
    assert restored.json == {"proposal": number, "net_cents": 9000, "lines": {"bill": 2, "suspended": 0, "not_billed": 0}}
    assert sound(world)


def test_cancelling_gives_the_tickets_back(world: World, shell: Shell) -> None:
    ticket_id = world.ticket(60)
    number = world.proposal_of(ticket_id).number
    assert shell("cancel", number, "--reason", "doppia", "--as", "olga").status == REFUSED
    done = shell("cancel", number, "--reason", "doppia", "--json")
    assert (done.status, done.json) == (DONE, [{"proposal": number, "status": "cancelled"}])
    assert world.billing(ticket_id) == "to_bill"
    again = shell("cancel", number, "--reason", "doppia", "--json")
    assert (again.status, again.json["error"]) == (REFUSED, "not_cancellable")


def test_of_many_cancellations_none_happens_if_one_cannot(world: World, shell: Shell) -> None:
    numbers = [world.proposal_of(world.ticket(60)).number for _ in range(2)]
    world.cancel(numbers[1])
    assert shell("cancel", *numbers, "--reason", "doppia").status == REFUSED
    assert world.proposal(numbers[0]).status == "draft"


def test_lists_and_single_rows_come_as_json(world: World, shell: Shell) -> None:
    held, free = world.ticket(60, 15), world.ticket(30)
    number = world.proposal_of(held).number
    rows = shell("tickets", "--json").json
    assert [(row["number"], row["billing_status"], row["proposal"], row["minutes"], row["value_cents"]) for row in rows] == [
        (number_of(world, held), "proposed", number, 75, 7500),
        (number_of(world, free), "to_bill", None, 30, 3000),
    ]
    assert [row["number"] for row in shell("tickets", "--billing", "to_bill", "--json").json] == [number_of(world, free)]
    (whole,) = shell("tickets", number_of(world, held), "--json").json
    assert [(entry["billable_minutes"], entry["proposal"], entry["state"]) for entry in whole["entries"]] == [
        (60, number, "bill"),
        (15, number, "bill"),
    ]
    (listed,) = shell("proposals", "--json").json
    assert (listed["number"], listed["status"], listed["tickets"], listed["net_cents"]) == (number, "draft", 1, 7500)
    (proposal,) = shell("proposals", number, "--json").json
    assert (proposal["net_cents"], [line["net_cents"] for line in proposal["lines"]]) == (7500, [6000, 1500])
    assert shell("tickets").status == shell("proposals", number).status == DONE


def test_an_adjusted_line_shows_what_it_was_and_why(world: World, shell: Shell) -> None:
    proposal = world.proposal_of(world.ticket(60, 30))
    line = proposal.lines[0]
    command = Adjust(proposal.id, None, line.id, 45, line.rate, "controllo", "accordo")
    world.act(lambda session: adjust(session, command, actor=MANAGER))
    (whole,) = shell("proposals", proposal.number, "--json").json
    first, second = whole["lines"]
    assert (first["minutes"], first["net_cents"], first["adjustment_reason"]) == (45, 4500, "accordo")
    assert first["original"] == {"minutes": 60, "rate_cents": line.rate, "description": line.description}
    assert (second["original"], second["adjustment_reason"]) == (None, "")


def test_checking_prints_the_buckets_and_ends_with_one_on_a_broken_database(world: World, shell: Shell) -> None:
    world.proposal_of(world.ticket(60))
    world.ticket(30)
    clean = shell("check", "--json")
    assert (clean.status, clean.json["ok"], clean.json["violations"]) == (DONE, True, [])
    minutes = {name: bucket["minutes"] for name, bucket in clean.json["buckets"].items()}
    assert (minutes["proposed"], minutes["to_bill"], sum(minutes.values())) == (60, 30, 90)
    world.execute("UPDATE time_entry SET line_id = NULL")
    broken = shell("check", "--json")
    assert (broken.status, broken.json["ok"]) == (REFUSED, False)
    assert any("line and claim disagree" in violation for violation in broken.json["violations"])
    assert shell("check").status == REFUSED


def test_people_are_added_and_listed(world: World, shell: Shell) -> None:
    added = shell("user", "add", "gino", "--role", "operator", "--password-stdin", "--json", entered="una frase lunga\n")
    assert (added.status, added.json[0]["name"], added.json[0]["role"]) == (DONE, "gino", "operator")
    assert "una frase lunga" not in added.out + added.err
    listed = {row["name"]: row["role"] for row in shell("user", "list", "--json").json}
    assert (listed["gino"], listed["system"]) == ("operator", "system")
    again = shell("user", "add", "gino", "--role", "operator", "--json")
    assert (again.status, again.json["error"]) == (REFUSED, "user_exists")
    by_nobody = shell("user", "add", "pino", "--role", "operator", "--as", "mario", "--json")
    assert (by_nobody.status, by_nobody.json["error"]) == (REFUSED, "permission_denied")
    assert world.rows("SELECT count(*) FROM user_account WHERE name = 'pino'")[0][0] == 0


def written(folder: Path, **tables: str) -> Path:
    target = folder / "in"
    target.mkdir(exist_ok=True)
    for name, content in tables.items():
        (target / f"{name}.csv").write_text(content, encoding="utf-8")
    return target


def test_an_import_counts_what_came_in_and_a_fresh_database_is_made_for_it(tmp_path: Path) -> None:
    shell = Shell(f"sqlite:///{tmp_path / 'nuovo.sqlite'}", tmp_path)
    folder = written(tmp_path, companies=COMPANIES, services=SERVICES, tickets=TICKETS, time_entries=ENTRIES)
    dry = shell("import", folder, "--dry-run", "--json")
    assert (dry.status, dry.json["imported"]["tickets"], shell("tickets", "--json").json) == (DONE, 1, [])
    done = shell("import", folder, "--json")
    assert (done.status, done.json["errors"]) == (DONE, [])
    assert {name: n for name, n in done.json["imported"].items() if n} == {
        "companies": 1,
        "services": 1,
        "tickets": 1,
        "time_entries": 1,
    }
    assert shell("generate", "--json").json["net_cents"] == 6000
    assert shell("check").status == DONE


def test_a_bad_row_keeps_an_import_out_unless_good_rows_are_asked_for(world: World, shell: Shell, tmp_path: Path) -> None:
    folder = written(tmp_path, companies=COMPANIES + "R2,\n")
    refused = shell("import", folder, "--json")
    assert refused.status == REFUSED
    (error,) = refused.json["errors"]
    assert (error["file"], error["line"], error["column"]) == ("companies.csv", 3, "name")
    assert error["code"]
    assert error["message"]
    assert world.rows("SELECT count(*) FROM company WHERE code IN ('R1', 'R2')")[0][0] == 0
    taken = shell("import", folder, "--good-rows-only", "--json")
    assert (taken.status, taken.json["imported"]["companies"], len(taken.json["errors"])) == (DONE, 1, 1)
    assert shell("import", tmp_path / "nothing", "--json").status == REFUSED


def test_migrating_makes_a_database_and_does_nothing_the_second_time(tmp_path: Path) -> None:
    shell = Shell(f"sqlite:///{tmp_path / 'nuovo.sqlite'}", tmp_path)
    assert [shell("migrate").status for _ in range(2)] == [DONE, DONE]
    assert (tmp_path / "nuovo.sqlite").exists()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "oracle://x", "no url at all"])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    done = Shell(url, tmp_path)("check", "--json")
    assert (done.status, done.json["error"]) == (REFUSED, "database_url")


def test_the_commands_work_on_postgresql_too(postgres_server: PostgresServer, postgres_template: str, tmp_path: Path) -> None:
    with postgres_server.database(template=postgres_template) as url:
        database = Database(url)
        World(database).ticket(60)
        database.dispose()
        shell = Shell(url, tmp_path)
        assert shell("generate", "--json").json["net_cents"] == 6000
        assert shell("check", "--json").json["ok"] is True
