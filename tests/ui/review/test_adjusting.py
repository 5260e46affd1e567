"""Adjusting a line, looking into it and splitting it, on screen (spec, section 5)."""

import asyncio
from dataclasses import replace

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.proposals.adjust import Adjust, adjust
from domain.vocabulary import LineState, ProposalStatus, Role
from storage.queries.proposals.table import LineRow, ProposalDetail
from tests.builders import OTHER_MANAGER, World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import do, press, reviewer, row, rows, texts, until


@pytest.fixture
def merged(world: World) -> ProposalDetail:
    """3 x 10 minutes at 65.00 on one line, and another ticket's hour and a half."""
    return world.proposal_of(world.ticket(10, 10, 10, hourly_rate=6500), world.ticket(60, 30), group_entries=True)


def line_of(world: World, detail: ProposalDetail, place: int = 0) -> LineRow:
    return world.proposal(detail.number).lines[place]


def field(user: User, marker: str) -> ui.input | ui.textarea:
    [element] = user.find(marker=marker).elements
    assert isinstance(element, ui.input | ui.textarea)
    return element


def fill(user: User, **values: str) -> None:
    for name, value in values.items():
        element = field(user, "reason-text" if name == "reason" else f"adjust-{name}")
        with user:
            element.set_value(value)


async def adjusting(user: User, detail: ProposalDetail, place: int = 0) -> None:
    do(user, "adjust", f"l{detail.lines[place].id}")
    await user.should_see(marker="adjust-go")


def changed_by_carla(world: World, detail: ProposalDetail, place: int, **values: int | str) -> None:
    now = world.proposal(detail.number)
    line = now.lines[place]
    as_it_is = Adjust(now.id, now.version, line.id, line.minutes, line.rate, line.description, "altro accordo")
    command = replace(as_it_is, **values)  # type: ignore[arg-type]
    world.act(lambda session: adjust(session, command, actor=OTHER_MANAGER))


async def refused_by(user: User, marker: str) -> None:
    await until(lambda: bool(field(user, marker).error))


async def test_a_key_opens_the_line_under_the_cursor_and_the_net_follows_typing(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    user = await reviewer(opened, merged)
    press(user, "j")
    press(user, "e")
    await user.should_see(marker="adjust-go")
    fill(user, minutes="0:25")
    assert texts(user, "adjust-net") == ["32,50\xa0€ → 27,08\xa0€"]
    assert texts(user, "adjust-go") == ["Rettifica · 32,50\xa0€ → 27,08\xa0€"]
    fill(user, minutes="mezz'ora")
    assert texts(user, "adjust-net") == ["32,50\xa0€ → —"]
    fill(user, minutes="0:25", rate="60,00", description="controllo", reason="accordo")
    user.find(marker="adjust-go").click()
    await until(lambda: row(user, "l", merged.lines[0].id)["net"] == "25,00\xa0€")
    line = line_of(world, merged)
    assert (line.minutes, line.rate, line.description, line.net) == (25, 6000, "controllo", 2500)
    assert (line.original_minutes, line.adjustment_reason, line.adjusted_by) == (30, "accordo", "giulia")


async def test_the_original_stands_beside_what_was_adjusted_with_who_and_why(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    changed_by_carla(world, merged, 0, minutes=25, rate=6000, description="controllo")
    user = await reviewer(opened, merged)
    shown = row(user, "l", merged.lines[0].id)
    assert (shown["was_time"], shown["was_rate"], shown["was_net"]) == ("0:30", "65,00", "32,50\xa0€")
    assert shown["was_text"] == merged.lines[0].description
    assert "carla" in shown["adjusted"]
    assert "«altro accordo»" in shown["adjusted"]
    assert "adjusted" not in row(user, "l", merged.lines[1].id)


async def test_an_adjustment_is_taken_back(world: World, opened: Opener, merged: ProposalDetail) -> None:
    user = await reviewer(opened, merged)
    await adjusting(user, merged)
    fill(user, minutes="1:00", reason="1")
    user.find(marker="adjust-go").click()
    await until(lambda: line_of(world, merged).minutes == 60)
    await user.should_see(marker="undo", retries=20)
    user.find(marker="undo").click()
    await until(lambda: line_of(world, merged) == merged.lines[0])


@pytest.mark.usefixtures("stale_pages")
async def test_taking_back_spares_what_somebody_else_adjusted_since(world: World, opened: Opener, merged: ProposalDetail) -> None:
    user = await reviewer(opened, merged)
    await adjusting(user, merged)
    fill(user, minutes="1:00", reason="accordo")
    user.find(marker="adjust-go").click()
    await user.should_see(marker="undo", retries=20)
    changed_by_carla(world, merged, 0, minutes=45)
    user.find(marker="undo").click()
    await until(lambda: any("carla" in str(message) for message in user.notify.messages))
    assert line_of(world, merged).minutes == 45


async def test_the_original_values_are_filled_in_again(world: World, opened: Opener, merged: ProposalDetail) -> None:
    changed_by_carla(world, merged, 0, minutes=25, description="controllo")
    user = await reviewer(opened, merged)
    await adjusting(user, merged)
    user.find(marker="adjust-restore").click()
    await until(lambda: field(user, "adjust-minutes").value == "0:30")
    assert texts(user, "adjust-go") == ["Ripristina l’originale · 27,08\xa0€ → 32,50\xa0€"]
    user.find(marker="adjust-go").click()
    await until(lambda: line_of(world, merged) == merged.lines[0])


async def test_a_value_that_can_not_be_is_marked_in_its_field_and_kept(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    user = await reviewer(opened, merged)
    await adjusting(user, merged)
    good = {"minutes": "0:20", "rate": "65,00", "description": "controllo", "reason": "accordo"}
    for name, wrong in (
        ("minutes", "0:00"),
        ("minutes", "-1:00"),
        ("minutes", "9223372036854775808:00"),
        ("rate", "0"),
        ("rate", "65.5"),
        ("rate", "1e308"),
        ("description", "a\x00b"),
        ("reason", "  "),
    ):
        marked = "reason-text" if name == "reason" else f"adjust-{name}"
        fill(user, **{**good, name: wrong})
        assert not field(user, marked).error
        user.find(marker="adjust-go").click()
        await refused_by(user, marked)
        assert field(user, marked).value == wrong
    assert line_of(world, merged) == merged.lines[0]


@pytest.mark.usefixtures("stale_pages")
async def test_who_was_faster_is_named_what_was_typed_stays_and_the_next_attempt_goes_through(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    user = await reviewer(opened, merged)
    await adjusting(user, merged)
    fill(user, minutes="0:20", reason="accordo")
    changed_by_carla(world, merged, 0, rate=6000)
    user.find(marker="adjust-go").click()
    await user.should_see(marker="adjust-refused", retries=20)
    assert texts(user, "adjust-refused")[0].startswith("carla ha modificato la proposta")
    assert (field(user, "adjust-minutes").value, line_of(world, merged).minutes) == ("0:20", 30)
    assert texts(user, "adjust-net") == ["30,00\xa0€ → 20,00\xa0€"], "the price that nobody typed is the other's"
    user.find(marker="adjust-go").click()
    await until(lambda: line_of(world, merged).minutes == 20)
    assert line_of(world, merged).rate == 6000


async def test_the_work_of_a_line_is_shown_and_splitting_says_what_it_will_do(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    user = await reviewer(opened, merged)
    assert "lavoro per lavoro sarebbe 32,49\xa0€ (−0,01\xa0€" in row(user, "l", merged.lines[0].id)["calculation"]
    assert "anche lavoro per lavoro" in row(user, "l", merged.lines[1].id)["calculation"]
    press(user, "j")
    press(user, "d")
    await user.should_see(marker="work-go")
    assert texts(user, "work-entries").count("10,83\xa0€") == 3
    assert texts(user, "work-apart") == ["Uno per uno: 32,49\xa0€ (−0,01\xa0€)"]
    assert "3 lavori → 3 righe; imponibile 32,50\xa0€ → 32,49\xa0€" in texts(user, "split-what")[0]
    assert texts(user, "work-go") == ["Dividi in 3 righe · 32,49\xa0€"]
    user.find(marker="work-go").click()
    await until(lambda: len(rows(user)) == 6)
    lines = world.proposal(merged.number).lines
    assert [each["key"] for each in rows(user)][:4] == [f"t{lines[0].ticket_id}", *(f"l{line.id}" for line in lines[:3])]
    assert row(user, "l", lines[0].id)["current"]
    assert "32,49\xa0€" in row(user, "t", lines[0].ticket_id)["net"]


async def test_what_was_adjusted_or_is_past_the_draft_is_shown_and_not_split(
    world: World, opened: Opener, merged: ProposalDetail
) -> None:
    changed_by_carla(world, merged, 0, minutes=25)
    user = await reviewer(opened, merged)
    do(user, "entries", f"l{merged.lines[0].id}")
    await user.should_see(marker="work-adjusted")
    await user.should_not_see(marker="work-go")
    world.set_proposal_status(merged.id, ProposalStatus.SUBMITTED)
    other = await reviewer(opened, merged, Role.TEAM_LEAD)
    do(other, "adjust", f"l{merged.lines[1].id}")
    do(other, "entries", f"l{merged.lines[1].id}")
    await other.should_see(marker="work-entries")
    await other.should_not_see(marker="work-go")
    await other.should_not_see(marker="adjust-go")


async def test_forged_rows_and_more_than_one_line_open_nothing(world: World, opened: Opener, merged: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(20, 20), group_entries=True)
    user = await reviewer(opened, merged)
    for key in (f"l{other.lines[0].id}", "l999999", "l-1", None, {"id": 1}):
        do(user, "adjust", key)
        do(user, "entries", key)
    press(user, "a")
    await user.should_see(marker="bulk-bar")
    press(user, "e")
    await user.should_see(marker="note-text", retries=20)
    assert texts(user, "note-text") == ["Per rettificare, scegli una sola riga."]
    await asyncio.sleep(0.05)
    await user.should_not_see(marker="adjust-go")
    await user.should_not_see(marker="work-entries")
    assert {line.state for line in world.proposal(other.number).lines} == {LineState.BILL}
