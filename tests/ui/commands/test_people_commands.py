"""Users by command: roles, deactivation, passwords (spec, sections 7 and 9)."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.builders import World
from tests.support.shell import Shell
from ui.server.passwords import matches

REFUSED = 1


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    return Shell(database.url, tmp_path)


def test_a_role_and_an_access_are_changed_one_at_a_time(world: World, shell: Shell) -> None:
    assert shell("user", "change", "olga", "--role", "team_lead", "--json").json == [
        {"name": "olga", "role": "team_lead", "active": True}
    ]
    ended = shell("user", "change", "olga", "--inactive", "--json").json
    assert ended == [{"name": "olga", "role": "team_lead", "active": False}]
    refused = shell("generate", "--as", "olga", "--json")
    assert (refused.status, refused.json["error"]) == (REFUSED, "unknown_user")
    assert world.rows("SELECT count(*) FROM audit_entry WHERE subject = 'user' AND action = 'changed'")[0][0] == 2


def test_only_who_manages_people_changes_them(world: World, shell: Shell) -> None:
    refused = shell("user", "change", "olga", "--role", "administrator", "--as", "mario", "--json")
    assert (refused.status, refused.json["error"]) == (REFUSED, "permission_denied")
    unknown = shell("user", "change", "nessuno", "--inactive", "--json")
    assert (unknown.status, unknown.json["error"]) == (REFUSED, "unknown_user")
    assert world.rows("SELECT role FROM user_account WHERE name = 'olga'")[0][0] == "operator"


def test_a_new_password_is_shown_once_or_read_and_never_kept_as_it_is(world: World, shell: Shell) -> None:
    shown = shell("user", "password", "olga", "--json").json[0]["password"]
    assert matches(shown, stored(world))
    shell("user", "password", "olga", "--password-stdin", entered="una frase lunga\n")
    assert matches("una frase lunga", stored(world))
    short = shell("user", "password", "olga", "--password-stdin", "--json", entered="corta\n")
    assert (short.status, short.json["error"]) == (REFUSED, "password_short")
    assert matches("una frase lunga", stored(world))


def stored(world: World) -> str:
    return str(world.rows("SELECT password_hash FROM user_account WHERE name = 'olga'")[0][0])
