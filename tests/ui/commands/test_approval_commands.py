"""`submit`, `approve`, `reject` and `cancel` as scripts use them (spec, section 9)."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.builders import World
from tests.support.shell import Shell

DONE, REFUSED, USAGE = 0, 1, 2


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    return Shell(database.url, tmp_path)


def made(world: World, count: int) -> list[str]:
    return [world.proposal_of(world.ticket(60)).number for _ in range(count)]


def test_a_proposal_goes_its_way_in_the_order_in_which_it_was_named(world: World, shell: Shell) -> None:
    first, second = made(world, 2)
    sent = shell("submit", second, first, second, "--json")
    assert (sent.status, sent.json) == (DONE, [{"proposal": each, "status": "submitted"} for each in (second, first)])
    back = shell("reject", first, "--reason", "mancano le ore", "--as", "lucia", "--json")
    assert (back.status, back.json) == (DONE, [{"proposal": first, "status": "draft"}])
    assert world.proposal(first).rejection_comment == "mancano le ore"
    done = shell("approve", second, "--as", "lucia", "--json")
    assert (done.status, done.json) == (DONE, [{"proposal": second, "status": "approved"}])
    assert second in shell("cancel", second, "--reason", "doppia").out


def test_what_is_refused_changes_nothing_and_says_why(world: World, shell: Shell) -> None:
    first, second = made(world, 2)
    assert shell("submit", first, "--as", "lucia").status == DONE
    for arguments, code in (
        (["approve", first], "permission_denied"),
        (["approve", first, "--as", "lucia"], "own_submission"),
        (["approve", first, second, "--as", "ada"], "not_submitted"),
        (["submit", second, first], "not_draft"),
        (["submit", second, "PF-2026-000009"], "unknown_proposal"),
        (["reject", first, "--reason", " ", "--as", "ada"], "reason_required"),
        (["submit", second, "--as", "olga"], "permission_denied"),
    ):
        done = shell(*arguments, "--json")
        assert (done.status, done.json["error"]) == (REFUSED, code)
        assert done.json["message"]
    assert [world.proposal(each).status for each in (first, second)] == ["submitted", "draft"]
    assert shell("reject", first).status == shell("approve").status == USAGE
