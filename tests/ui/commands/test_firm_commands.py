"""The firm's own data by command, by the rule of the settings page (spec, sections 6 and 9)."""

from pathlib import Path

import pytest

from storage.database import Database
from storage.queries.settings.firm import firm_data
from tests.builders import FIRM, World
from tests.support.shell import Shell

DONE, REFUSED, USAGE = 0, 1, 2
AS = ("--as", "ada")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    return Shell(database.url, tmp_path)


def test_the_firm_is_changed_field_by_field_and_shown(world: World, shell: Shell) -> None:
    given = ("name=  Ditta   S.r.l. ", "province=pd", "day_minutes=7:30", "warning_percent=15", "cover_time_and_materials=true")
    done = shell("firm", "set", *given, "city=", *AS, "--json")
    expected = {"name": "Ditta S.r.l.", "province": "PD", "day_minutes": 450, "warning_percent": 15,
                "cover_time_and_materials": True, "city": "", "vat_number": FIRM["vat_number"], "missing": ["city"]}  # fmt: skip
    assert (done.status, {name: done.json[name] for name in expected}) == (DONE, expected)
    assert shell("firm", "show", "--json").json == done.json
    said = shell("firm", "show").out
    assert all(word in said for word in ("Ditta S.r.l.", "7:30", "cover_time_and_materials", "true", "city"))
    [changed] = world.rows("SELECT actor, action FROM audit_entry WHERE subject = 'firm'")
    assert tuple(changed) == ("ada", "changed")


def test_every_wrong_field_is_said_at_once_and_nothing_is_changed(world: World, shell: Shell) -> None:
    before = world.read(firm_data)
    wrong = ("name=Altra", "vat_number=00743110158", "day_minutes=presto", "warning_percent=1.5", "province=Padova")
    refused = shell("firm", "set", *wrong, *AS, "--json")
    problems = [(one["field"], one["error"]) for one in refused.json["problems"]]
    assert (refused.status, problems) == (
        REFUSED,
        [
            ("province", "too_long"),
            ("vat_number", "bad_vat_number"),
            ("day_minutes", "bad_day"),
            ("warning_percent", "bad_percent"),
        ],
    )
    said = shell("firm", "set", *wrong, *AS)
    assert (said.status, len(said.err.splitlines())) == (REFUSED, len(problems))
    assert world.read(firm_data) == before


@pytest.mark.parametrize("given", ["nome=Ditta", "name", "__class__=x", "cover_time_and_materials=forse"])
def test_what_names_no_field_is_wrong_usage_and_says_which_there_are(world: World, shell: Shell, given: str) -> None:
    before = world.read(firm_data)
    refused = shell("firm", "set", given, *AS)
    known = ("true", "false") if "forse" in given else ("name", "vat_number", "warning_percent")
    assert (refused.status, all(name in refused.err for name in known)) == (USAGE, True)
    assert world.read(firm_data) == before


@pytest.mark.parametrize("who", ["mario", "system", "nessuno"])
def test_only_an_administrator_changes_the_firm(world: World, shell: Shell, who: str) -> None:
    before = world.read(firm_data)
    refused = shell("firm", "set", "name=Mia", "--as", who, "--json")
    assert (refused.status, refused.json["error"]) == (REFUSED, "unknown_user" if who == "nessuno" else "permission_denied")
    assert world.read(firm_data) == before
