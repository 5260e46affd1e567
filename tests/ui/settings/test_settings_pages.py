"""Settings on screen: company details, preset reasons, series, users (spec, sections 5 to 7)."""

from dataclasses import replace

import pytest

from domain.actions.settings.firm import edit_firm
from domain.vocabulary import Role
from storage.queries.proposals.table import usual_reasons
from storage.queries.settings.firm import firm_data
from tests.builders import ADMINISTRATOR, FIRM, World
from tests.ui.conftest import Opener
from tests.ui.settings.conftest import enter, one, rows, until
from ui.server.passwords import matches


@pytest.mark.parametrize("path", ["/settings", "/settings/reasons", "/settings/series", "/settings/people"])
async def test_settings_are_for_administrators(opened: Opener, path: str) -> None:
    user = await opened(Role.TEAM_LEAD, path)
    await user.should_see(marker="page-refused", retries=20)


async def test_every_bad_field_of_the_firm_is_marked_at_once_and_what_was_typed_stays(world: World, opened: Opener) -> None:
    user = await opened(Role.ADMINISTRATOR, "/settings")
    await user.should_see(marker="firm-save", retries=20)
    before = world.read(firm_data)
    for name, value in {"name": "Studio", "iban": "IT00", "province": "1", "day_minutes": "otto", "warning_percent": "x"}.items():
        enter(user, f"firm-{name}", value)
    user.find(marker="firm").trigger("keydown.ctrl.enter")
    await until(lambda: bool(one(user, "firm-iban").error))
    wrong = [name for name in ("name", "iban", "province", "day_minutes", "warning_percent") if one(user, f"firm-{name}").error]
    assert wrong == ["iban", "province", "day_minutes", "warning_percent"]
    assert (one(user, "firm-iban").value, world.read(firm_data)) == ("IT00", before)
    for name, value in {"iban": "", "province": "mi", "day_minutes": "7:30", "warning_percent": "15 %"}.items():
        enter(user, f"firm-{name}", value)
    user.find(marker="firm").trigger("keydown.ctrl.enter")
    await until(
        lambda: world.read(firm_data) == replace(before, name="Studio", province="MI", day_minutes=450, warning_percent=15)
    )
    await until(lambda: one(user, "firm-province").value == "MI")


async def test_a_concurrent_change_of_the_company_details_is_shown_and_input_stays(world: World, opened: Opener) -> None:
    user = await opened(Role.ADMINISTRATOR, "/settings")
    await user.should_see(marker="firm-save", retries=20)
    seen = world.read(firm_data)
    world.act(lambda session: edit_firm(session, seen, replace(seen, city="Milano"), actor=ADMINISTRATOR))
    enter(user, "firm-name", "Studio")
    user.find(marker="firm-save").click()
    await until(lambda: "ada" in one(user, "firm-refused").text)
    assert (one(user, "firm-name").value, world.read(firm_data).name) == ("Studio", FIRM["name"])


async def test_reasons_are_added_moved_and_deleted_and_made_up_ids_do_nothing(world: World, opened: Opener) -> None:
    user = await opened(Role.ADMINISTRATOR, "/settings/reasons")
    await until(lambda: bool(rows(user)))
    first, second, third = (row["text"] for row in rows(user)[:3])
    table = user.find(marker="reasons")
    for forged in ([999, 1], ["x", 1], [rows(user)[0]["id"], 5], [rows(user)[0]["id"]], None, 7):
        table.trigger("move", forged)
    table.trigger("move", [rows(user)[0]["id"], 1])
    await until(lambda: [row["text"] for row in rows(user)[:3]] == [second, first, third])
    assert [row["key"] for row in rows(user)[:2]] == ["1", "2"]
    table.trigger("remove", rows(user)[0]["id"])
    await user.should_see(marker="remove-go")
    user.find(marker="remove-go").click()
    await until(lambda: second not in [row["text"] for row in rows(user)])
    user.find(marker="add-reason").click()
    await user.should_see(marker="reason-sheet-text")
    enter(user, "reason-sheet-text", first.upper())
    user.find(marker="reason-sheet-go").click()
    await until(lambda: bool(one(user, "reason-sheet-text").error))
    enter(user, "reason-sheet-text", "Da chiarire")
    user.find(marker="reason-sheet-go").click()
    await until(lambda: rows(user)[-1]["text"] == "Da chiarire")
    assert world.read(usual_reasons)[:2] == [first, third]


async def test_a_series_begins_after_the_last_number_given_elsewhere(world: World, opened: Opener) -> None:
    user = await opened(Role.ADMINISTRATOR, "/settings/series")
    await until(lambda: bool(rows(user)))
    first = rows(user)[0]
    for forged in ("PF-2026", 3, None, first["id"]):
        user.find(marker="series").trigger("begin", forged)
    await user.should_see(marker="begin-last")
    enter(user, "begin-last", "-3")
    user.find(marker="begin-go").click()
    await until(lambda: bool(one(user, "begin-last").error))
    enter(user, "begin-last", "41")
    assert "000042" in one(user, "begin-follows").text
    user.find(marker="begin-go").click()
    await until(lambda: rows(user)[0]["next"].endswith("000042"))
    assert world.rows("SELECT code, start, last FROM series") == [("FT", 41, 41)]


async def test_a_person_is_added_with_a_password_that_is_shown_once(world: World, opened: Opener) -> None:
    user = await opened(Role.ADMINISTRATOR, "/settings/people")
    await until(lambda: bool(rows(user)))
    user.find(marker="add-person").click()
    await user.should_see(marker="person-name")
    enter(user, "person-password", "corta")
    user.find(marker="person-go").click()
    await until(lambda: bool(one(user, "person-password").error and one(user, "person-name").error))
    enter(user, "person-name", "berta")
    enter(user, "person-password", "")
    user.find(marker="person-go").click()
    await user.should_see(marker="made-password-text", retries=60)
    stored = world.rows("SELECT password_hash FROM user_account WHERE name = 'berta'")[0][0]
    assert matches(one(user, "made-password-text").text, stored)
    await until(lambda: "berta" in [row["name"] for row in rows(user)])


async def test_an_access_is_ended_and_its_pages_close_and_nobody_ends_their_own(world: World, opened: Opener) -> None:
    theirs = await opened(Role.OPERATOR, "/suspended")
    user = await opened(Role.ADMINISTRATOR, "/settings/people")
    await until(lambda: any("me" in row for row in rows(user)))
    mine = next(row for row in rows(user) if row["me"])
    user.find(marker="people").trigger("access", 999)
    user.find(marker="people").trigger("access", mine["id"])
    await user.should_see(marker="access-go")
    user.find(marker="access-go").click()
    await until(lambda: bool(one(user, "access-refused").text))
    user.find(marker="access-cancel").click()
    await user.open("/settings/people")
    await until(lambda: any("me" in row for row in rows(user)))
    sara = next(row["id"] for row in rows(user) if row["name"] == "sara")
    user.find(marker="people").trigger("access", sara)
    await user.should_see(marker="access-go")
    user.find(marker="access-go").click()
    await until(lambda: world.rows("SELECT active FROM user_account WHERE name = 'sara'") == [(0,)])
    assert theirs.client is not None
    closed = theirs.client
    await until(lambda: closed.is_deleted)
    assert world.rows("SELECT active FROM user_account WHERE name = 'anna'") == [(1,)]
