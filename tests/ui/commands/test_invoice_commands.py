"""Invoices and credit notes on the command line (spec, sections 5 and 9)."""

from pathlib import Path

import pytest

from storage.database import Database
from storage.queries.check.check import check
from tests.builders import LEAD, NOW, World
from tests.support.shell import Shell

DONE, REFUSED, USAGE = 0, 1, 2


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    return Shell(database.url, tmp_path, NOW)


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def test_invoices_are_issued_in_the_order_asked_all_or_none(world: World, shell: Shell) -> None:
    first, second, draft = (
        approved(world, world.ticket(60)),
        approved(world, world.ticket(30)),
        world.proposal_of(world.ticket(5)).number,
    )
    refused = shell("invoice", first, draft, "--as", "mario", "--json")
    assert (refused.status, refused.json["error"], world.count("invoice")) == (REFUSED, "not_approved", 0)
    nobody = shell("invoice", first, "--json")
    assert (nobody.status, nobody.json["error"]) == (REFUSED, "permission_denied")
    done = shell("invoice", second, first, second, "--date", "2026-02-20", "--as", "mario", "--json")
    assert (done.status, done.json) == (
        DONE,
        [
            {"proposal": second, "status": "invoiced", "invoice": "FT-2026-000002", "net_cents": 3000, "total_cents": 3660,
             "issued_on": "2026-02-20"},
            {"proposal": first, "status": "invoiced", "invoice": "FT-2026-000001", "net_cents": 6000, "total_cents": 7320,
             "issued_on": "2026-02-20"},
        ],
    )  # fmt: skip
    (whole,) = shell("proposals", first, "--json").json
    names = ("status", "invoice", "submitted_by", "approved_by", "rejection_comment")
    assert [whole[name] for name in names] == ["invoiced", "FT-2026-000001", "mario", "lucia", ""]
    assert world.read(check).violations == []


def test_merged_proposals_share_their_invoice_and_a_date_that_is_none_is_wrong_usage(world: World, shell: Shell) -> None:
    numbers = [approved(world, world.ticket(60)) for _ in range(2)]
    assert shell("invoice", *numbers, "--date", "20/02/2026", "--as", "mario").status == USAGE
    early = shell("invoice", *numbers, "--date", "2199-01-01", "--as", "mario", "--json")
    assert (early.status, early.json["error"]) == (REFUSED, "date_in_future")
    done = shell("invoice", *numbers, "--merge", "--as", "mario", "--json")
    assert [(row["invoice"][-6:], row["total_cents"]) for row in done.json] == [("000001", 14640)] * 2


def test_an_invoice_of_two_proposals_is_said_once(world: World, shell: Shell) -> None:
    numbers = [approved(world, world.ticket(60)) for _ in range(2)]
    said = shell("invoice", *numbers, "--merge", "--as", "mario").out
    assert f"{', '.join(numbers)} →" in said
    assert said.count("146,40") == 1


def test_everything_that_keeps_an_invoice_from_being_issued_is_said_at_once(world: World, shell: Shell) -> None:
    numbers = [approved(world, world.ticket(60, company_id=world.company(name, vat_number=vat))) for name, vat in
               (("Neri", "12345"), ("Verdi", "00743110158"))]  # fmt: skip
    world.execute("UPDATE firm SET vat_number = '', city = ''")
    command = ("invoice", *numbers, "--date", "0001-01-01", "--as", "mario")
    refused = shell(*command, "--json")
    each = ("date_before_work", "customer_vat_number_wrong")
    codes = ["date_too_old", "issuer_incomplete", *each, *each]
    assert (refused.status, [one["error"] for one in refused.json["reasons"]]) == (REFUSED, codes)
    assert refused.json["reasons"][1]["params"] == {"firm_fields": ["vat_number", "city"]}
    said = shell(*command)
    assert (said.status, len(said.err.splitlines()), said.out) == (REFUSED, len(codes), "")
    assert all(word in said.err for word in ("01/01/0001", "Partita IVA, Comune", "12345", "00743110158", *numbers))
    assert shell("invoice", *numbers, "--date", "9999-12-31", "--as", "mario", "--json").json["error"] == "date_in_future"
    assert world.count("invoice") == 0


def test_a_credit_note_by_position_and_then_whole(world: World, shell: Shell) -> None:
    [invoice] = world.issue(approved(world, world.ticket(60, 30, 15)))
    by_manager = shell("credit", invoice.number, "--reason", "errore", "--as", "mario", "--json")
    assert (by_manager.status, by_manager.json["error"]) == (REFUSED, "permission_denied")
    assert shell("credit", invoice.number, "--reason", "errore", "--json").json["error"] == "permission_denied"
    assert shell("credit", invoice.number, "--as", "lucia").status == USAGE
    done = shell("credit", invoice.number, "--reason", "errore", "--line", "2", "--date", "2026-02-20", "--as", "lucia", "--json")
    assert (done.status, done.json) == (
        DONE,
        {"credit_note": "NC-2026-000001", "invoice": invoice.number, "net_cents": 3000, "total_cents": 3660, "lines": 1},
    )
    for line, code in (("2", "already_credited"), ("9", "unknown_invoice_line")):
        again = shell("credit", invoice.number, "--reason", "errore", "--line", line, "--as", "lucia", "--json")
        assert (again.status, again.json["error"]) == (REFUSED, code)
    assert shell("credit", invoice.number, "--reason", "errore", "--as", "lucia", "--json").json["lines"] == 2
    assert world.read(check).violations == []


def test_documents_are_listed_and_shown_whole(world: World, shell: Shell) -> None:
    other = world.company("Bianchi")
    (code,) = world.rows("SELECT code FROM company WHERE id = :id", id=other)[0]
    proposal = approved(world, world.ticket(60, company_id=other))
    [invoice], [second] = world.issue(proposal), world.issue(approved(world, world.ticket(30)))
    note = world.credit(invoice.number, "doppia", actor=LEAD)
    rows = shell("invoices", "--json").json
    names = ("number", "kind", "company", "net_cents", "vat_cents", "total_cents", "payable_cents", "credits", "credited_cents")
    assert [[row[name] for name in names] for row in rows] == [
        [invoice.number, "invoice", "Bianchi", 6000, 1320, 7320, 7320, None, 7320],
        [second.number, "invoice", "Rossi S.p.A.", 3000, 660, 3660, 3660, None, 0],
        [note.number, "credit_note", "Bianchi", 6000, 1320, 7320, 7320, invoice.number, 0],
    ]
    by_kind = shell(
        "invoices", "--kind", "credit_note", "--company", code, "--from", "2026-02-20", "--to", "2026-02-20", "--json"
    )
    assert [row["number"] for row in by_kind.json] == [note.number]
    assert shell("invoices", "--to", "2026-02-19", "--json").json == []
    (whole,) = shell("invoices", note.number, "--json").json
    assert (whole["credits"], whole["reason"], whole["buyer"]["name"], whole["proposals"]) == (
        invoice.number,
        "doppia",
        "Bianchi",
        [proposal],
    )
    assert whole["vat"] == [{"rate": 2200, "nature": "", "net_cents": 6000, "vat_cents": 1320}]
    assert [(line["position"], line["minutes"], line["rate_cents"], line["net_cents"]) for line in whole["lines"]] == [
        (1, 60, 6000, 6000)
    ]
    assert shell("invoices").status == shell("invoices", invoice.number).status == DONE
    assert shell("invoices", "FT-1", "--json").json["error"] == "unknown_invoice"
