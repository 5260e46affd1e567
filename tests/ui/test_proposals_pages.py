"""The proposals on screen: the list, the review with its two hands at once, and the outcome of a generation (spec, section 5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.vocabulary import LineState, ProposalStatus, Role
from storage.database import Database
from storage.queries.proposals import ProposalDetail
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.components.review_list import RowsElement
from ui.components.review_rows import Row, change
from ui.page import Page
from ui.pages.generation import generation
from ui.pages.proposal import proposal
from ui.pages.proposals import View, proposals
from ui.session import COOKIE

Opener = Callable[[Role, str], Awaitable[User]]
PAGES = {
    "proposals": Page(proposals),
    "proposals/{proposal_id}": Page(proposal),
    "generations/{generation_id}": Page(generation),
}


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World, database: Database) -> AsyncIterator[Opener]:
    assert world
    clients: list[httpx.AsyncClient] = []
    async with running(database, **PAGES) as sessions:

        async def sign_in(role: Role, path: str) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            return user

        yield sign_in
    for client in clients:
        await client.aclose()


@pytest.fixture
def drafted(world: World) -> ProposalDetail:
    """Two tickets, with two lines and one."""
    return world.proposal_of(world.ticket(60, 30), world.ticket(90))


def rows(user: User) -> list[Row]:
    [element] = user.find(kind=RowsElement).elements
    return element.items


def row(user: User, kind: str, id_: int) -> Row:
    return next(each for each in rows(user) if each["key"] == f"{kind}{id_}")


def do(user: User, verb: str, key: str, **more: Any) -> None:
    user.find(marker="review-lines").trigger("desk", {"verb": verb, "key": key, **more})


def press(user: User, key: str) -> None:
    user.find(marker="keys").trigger("key", key)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(80):
        if holds():
            return
        await asyncio.sleep(0.03)
    pytest.fail("it did not come to hold")


async def reviewer(opened: Opener, detail: ProposalDetail, role: Role = Role.BILLING_MANAGER) -> User:
    user = await opened(role, f"/proposals/{detail.id}")
    await user.should_see(marker="review-lines", retries=20)
    return user


async def give_reason(user: User, reason: str) -> None:
    await user.should_see(marker="reason-text")
    [field] = user.find(marker="reason-text").elements
    assert isinstance(field, ui.textarea)
    with user:
        field.set_value(reason)
    user.find(marker="reason-go").click()


def states(world: World, detail: ProposalDetail) -> list[LineState]:
    return [line.state for line in world.proposal(detail.number).lines]


def texts(user: User, marker: str) -> list[str]:
    [element] = user.find(marker=marker).elements
    return [str(each.text) for each in element.descendants(include_self=True) if isinstance(each, ui.label | ui.button)]


async def test_lines_stand_under_their_ticket_with_hours_price_and_amount(opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted)
    heading, first, *_ = rows(user)
    assert [each.get("ticket", False) for each in rows(user)] == [True, False, False, True, False]
    assert (heading["number"], heading["time"], heading["net"]) == (drafted.lines[0].ticket_number, "1:30", "90,00\xa0€")
    assert (first["time"], first["rate"], first["net"]) == ("1:00", "60,00", "60,00\xa0€")
    assert "180,00\xa0€" in texts(user, "total-net")
    assert "219,60\xa0€" in texts(user, "total-total")


async def test_a_line_is_suspended_with_a_reason_keeps_its_place_and_the_totals_follow(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    line = drafted.lines[1]
    before = [each["key"] for each in rows(user)]
    do(user, "suspend", f"l{line.id}")
    await give_reason(user, "  in attesa   di conferma ")
    await until(lambda: row(user, "l", line.id)["tone"] == "suspended")
    assert [each["key"] for each in rows(user)] == before
    assert row(user, "l", line.id)["reason"] == "in attesa di conferma"
    assert row(user, "l", line.id)["who"].startswith("giulia · ")
    assert "30,00\xa0€" in texts(user, "total-suspended")
    assert "150,00\xa0€" in texts(user, "total-net")
    await user.should_see(marker="history-lines_reviewed")
    assert states(world, drafted) == [LineState.BILL, LineState.SUSPENDED, LineState.BILL]


async def test_without_a_reason_nothing_is_suspended(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted)
    do(user, "not_bill", f"l{drafted.lines[0].id}")
    await give_reason(user, "   ")
    await user.should_see(marker="reason-text")
    assert set(states(world, drafted)) == {LineState.BILL}


async def test_a_suspended_line_is_restored_at_once(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    line = drafted.lines[0]
    world.decide(drafted.number, LineState.SUSPENDED, "da capire", line_ids={line.id})
    user = await reviewer(opened, drafted)
    do(user, "restore", f"l{line.id}")
    await until(lambda: row(user, "l", line.id)["tone"] == "to_bill")
    assert set(states(world, drafted)) == {LineState.BILL}


async def test_what_is_ticked_is_decided_together_and_then_no_longer_ticked(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    do(user, "pick", f"t{drafted.lines[0].ticket_id}")
    do(user, "pick", f"l{drafted.lines[2].id}")
    await user.should_see(marker="bulk-bar")
    assert "3 righe · 2 ticket" in texts(user, "bulk-what")[0]
    user.find(marker="bulk-not_bill").click()
    await give_reason(user, "omaggio")
    await until(lambda: set(states(world, drafted)) == {LineState.NOT_BILLED})
    await user.should_not_see(marker="bulk-bar", retries=20)


async def test_undo_puts_back_what_the_lines_were_before(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    line = drafted.lines[0]
    world.decide(drafted.number, LineState.SUSPENDED, "da capire", line_ids={line.id})
    user = await reviewer(opened, drafted)
    do(user, "not_bill", f"l{line.id}")
    await give_reason(user, "garanzia")
    await user.should_see(marker="undo", retries=20)
    user.find(marker="undo").click()
    await until(lambda: row(user, "l", line.id).get("reason") == "da capire")
    assert world.proposal(drafted.number).lines[0].state is LineState.SUSPENDED


async def test_no_undo_where_the_lines_were_not_alike(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    world.decide(drafted.number, LineState.SUSPENDED, "da capire", line_ids={drafted.lines[0].id})
    user = await reviewer(opened, drafted)
    press(user, "a")
    press(user, "n")
    await give_reason(user, "garanzia")
    await user.should_see(marker="note", retries=20)
    await user.should_not_see(marker="undo")


async def test_undo_is_refused_where_somebody_decided_since(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    line = drafted.lines[0]
    user = await reviewer(opened, drafted)
    do(user, "suspend", f"l{line.id}")
    await give_reason(user, "da capire")
    await user.should_see(marker="undo", retries=20)
    world.decide(drafted.number, LineState.NOT_BILLED, "garanzia", line_ids={line.id})
    press(user, "u")
    await until(lambda: bool(user.notify.messages))
    assert world.proposal(drafted.number).lines[0].reason == "garanzia"


async def test_a_stale_page_is_told_who_was_faster_keeps_what_was_typed_and_can_go_on(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    mine, theirs = drafted.lines[0], drafted.lines[2]
    do(user, "suspend", f"l{mine.id}")
    await user.should_see(marker="reason-text")
    world.decide(drafted.number, LineState.NOT_BILLED, "garanzia", line_ids={theirs.id})
    await give_reason(user, "in attesa di ordine")
    await user.should_see(marker="reason-refused", retries=30)
    assert "mario" in texts(user, "reason-refused")[0]
    assert row(user, "l", theirs.id)["tone"] == "not_billed"
    [field] = user.find(marker="reason-text").elements
    assert isinstance(field, ui.textarea)
    assert field.value == "in attesa di ordine"
    user.find(marker="reason-go").click()
    await until(lambda: states(world, drafted)[0] is LineState.SUSPENDED)


async def test_a_decision_about_lines_that_changed_under_the_open_dialog_is_refused_once(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user, other = await reviewer(opened, drafted), await reviewer(opened, drafted, Role.TEAM_LEAD)
    line = drafted.lines[0]
    do(user, "suspend", f"l{line.id}")
    await user.should_see(marker="reason-text")
    do(other, "not_bill", f"l{line.id}")
    await give_reason(other, "garanzia")
    await until(lambda: row(user, "l", line.id)["tone"] == "not_billed")
    await give_reason(user, "in attesa di ordine")
    await user.should_see(marker="reason-refused", retries=30)
    assert "marco" in texts(user, "reason-refused")[0]
    assert states(world, drafted)[0] is LineState.NOT_BILLED


async def test_lines_of_another_proposal_are_out_of_reach(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(60, company_id=world.company("Altra S.r.l.")))
    user = await reviewer(opened, drafted)
    for verb in ("pick", "suspend", "take_off"):
        for key in (f"l{other.lines[0].id}", f"t{other.lines[0].ticket_id}", "l", "x9", 7, None):
            do(user, verb, key)  # type: ignore[arg-type] - what a browser sends may be anything
    await user.should_not_see(marker="reason-text")
    await user.should_not_see(marker="bulk-bar")
    assert states(world, other) == [LineState.BILL]


async def test_an_operator_reads_and_changes_nothing(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted, Role.OPERATOR)
    assert not any(each.get("editable") for each in rows(user))
    do(user, "suspend", f"l{drafted.lines[0].id}")
    do(user, "pick", f"l{drafted.lines[0].id}")
    press(user, "a")
    press(user, "s")
    await user.should_not_see(marker="reason-text")
    await user.should_not_see(marker="bulk-bar")
    await user.should_not_see(marker="more")
    assert set(states(world, drafted)) == {LineState.BILL}


async def test_a_ticket_is_taken_off_after_saying_so_and_its_lines_stay_readable(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    ticket_id = drafted.lines[0].ticket_id
    do(user, "take_off", f"t{ticket_id}")
    await user.should_see(marker="take-off-go")
    assert world.billing(ticket_id) == "proposed"
    user.find(marker="take-off-go").click()
    await until(lambda: row(user, "t", ticket_id).get("released", False))
    assert world.billing(ticket_id) == "to_bill"
    assert not row(user, "l", drafted.lines[0].id).get("editable")


async def test_a_proposal_is_cancelled_with_a_reason_and_stays_readable(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    user.find(marker="cancel-proposal").click()
    await give_reason(user, "generata due volte")
    await user.should_see(marker="banner", retries=30)
    assert "generata due volte" in texts(user, "banner")[0]
    assert all(each.get("released") for each in rows(user))
    await user.should_not_see(marker="more")
    assert world.proposal(drafted.number).status is ProposalStatus.CANCELLED
    again = await reviewer(opened, drafted)
    assert "generata due volte" in texts(again, "banner")[0]
    assert rows(again)[1]["text"] == drafted.lines[0].description


@pytest.mark.parametrize("status", [ProposalStatus.SUBMITTED, ProposalStatus.APPROVED, ProposalStatus.INVOICED])
async def test_past_the_draft_lines_are_only_read(
    world: World, opened: Opener, drafted: ProposalDetail, status: ProposalStatus
) -> None:
    world.set_proposal_status(drafted.id, status)
    user = await reviewer(opened, drafted)
    press(user, "s")
    await user.should_not_see(marker="reason-text")
    assert not any(each.get("editable") for each in rows(user))


async def test_two_people_see_each_other_and_each_others_changes_and_keep_their_own_hand(
    opened: Opener, drafted: ProposalDetail
) -> None:
    one, two = await reviewer(opened, drafted), await reviewer(opened, drafted, Role.TEAM_LEAD)
    await until(lambda: "marco" in texts(one, "onlookers")[0])
    assert "giulia" in texts(two, "onlookers")[0]
    first, last = drafted.lines[0], drafted.lines[2]
    do(one, "pick", f"l{first.id}")
    do(one, "fold", f"t{last.ticket_id}")
    do(two, "suspend", f"l{last.id}")
    await give_reason(two, "da capire")
    await until(lambda: "suspended" in row(one, "t", last.ticket_id))
    assert row(one, "l", first.id)["ticked"]
    assert f"l{last.id}" not in [each["key"] for each in rows(one)]
    await two.open("/proposals")
    await two.should_see(marker="proposals")


async def test_the_keys_move_fold_and_select(opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted)

    def current() -> str:
        return next(str(each["key"]) for each in rows(user) if each.get("current"))

    assert current() == f"t{drafted.lines[0].ticket_id}"
    press(user, "j")
    press(user, "ArrowDown")
    await until(lambda: current() == f"l{drafted.lines[1].id}")
    press(user, "x")
    await until(lambda: bool(row(user, "l", drafted.lines[1].id).get("ticked")))
    press(user, "Enter")
    await until(lambda: current() == f"t{drafted.lines[1].ticket_id}")
    assert row(user, "t", drafted.lines[1].ticket_id)["folded"]
    press(user, "Escape")
    press(user, "?")
    await user.should_see(marker="keys-card")


async def test_the_list_narrows_by_address_and_by_state(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(60, company_id=world.company("Altra S.r.l.")))
    world.decide(drafted.number, LineState.SUSPENDED, "da capire", line_ids={drafted.lines[0].id})
    world.cancel(other.number)
    user = await opened(Role.BILLING_MANAGER, "/proposals?status=draft")
    await user.should_see(marker="proposals-table", retries=20)
    [table] = user.find(kind=ui.table).elements
    [only] = table.rows
    assert (only["number"], only["suspended"], only["to_bill"], only["tickets"]) == (drafted.number, "1", "2", "2")
    assert texts(user, "count-all") == ["2"]
    user.find(marker="chip-cancelled").click()
    await until(lambda: [each["number"] for each in table.rows] == [other.number])
    user.find(marker="chip-all").click()
    await until(lambda: len(table.rows) == 2)
    table_request = {"pagination": {"sortBy": "company", "descending": False}}
    user.find(marker="proposals-table").trigger("request", table_request)
    await until(lambda: table.rows[0]["company"] == "Altra S.r.l.")
    user.find(marker="proposals-table").trigger("request", {"pagination": {"sortBy": "__class__", "descending": False}})
    assert table.rows[0]["company"] == "Altra S.r.l."


async def test_the_list_follows_what_happens_elsewhere(opened: Opener, drafted: ProposalDetail) -> None:
    watching = await opened(Role.TEAM_LEAD, "/proposals")
    await watching.should_see(marker="proposals-table", retries=20)
    [table] = watching.find(kind=ui.table).elements
    working = await reviewer(opened, drafted)
    do(working, "suspend", f"l{drafted.lines[0].id}")
    await give_reason(working, "da capire")
    await until(lambda: table.rows[0]["suspended"] == "1")


async def test_an_empty_list_says_how_proposals_are_made_and_a_narrow_one_how_to_widen_it(opened: Opener, world: World) -> None:
    assert world
    user = await opened(Role.BILLING_MANAGER, "/proposals")
    await user.should_see(marker="proposals.empty", retries=20)
    other = await opened(Role.BILLING_MANAGER, "/proposals?search=nessuno&status=nonsense&sort=__class__&page=999")
    await other.should_see(marker="proposals.none", retries=20)


async def test_an_outcome_says_what_was_made_and_why_the_rest_was_not(world: World, opened: Opener) -> None:
    good, bad = world.ticket(60), world.ticket()
    result = world.generate(good, bad)
    user = await opened(Role.BILLING_MANAGER, f"/generations/{result.id}")
    await user.should_see(marker="refused-table", retries=20)
    assert "60,00\xa0€" in texts(user, "figure-net")
    [table] = user.find(kind=ui.table).elements
    [refused] = table.rows
    assert (refused["id"], refused["path"], len(refused["reasons"])) == (bad, f"/tickets/{bad}", 1)
    user.find(marker="refused-NO_TIME_ENTRIES").click()
    await until(lambda: len(table.rows) == 1)
    await user.should_see(marker="open-proposals")


async def test_an_outcome_without_proposals_or_without_refusals_says_so(world: World, opened: Opener) -> None:
    nothing = await opened(Role.BILLING_MANAGER, f"/generations/{world.generate(world.ticket()).id}")
    await nothing.should_see(marker="nothing-made", retries=20)
    everything = await opened(Role.BILLING_MANAGER, f"/generations/{world.generate(world.ticket(60)).id}")
    await everything.should_see(marker="refused-none", retries=20)


async def test_what_does_not_exist_is_said(opened: Opener) -> None:
    for path in ("/proposals/999", "/generations/999"):
        user = await opened(Role.BILLING_MANAGER, path)
        await user.should_see(marker="page-refused", retries=20)


def test_an_address_says_only_what_it_knows() -> None:
    view = View.of_query({"status": "draft", "search": "Rossi", "sort": "net", "page": "2"})
    assert View.of_query({"status": "draft", "search": "Rossi", "sort": "net", "page": "2", "x": "y"}) == view
    assert view.address == "/proposals?status=draft&search=Rossi&sort=net&page=2"
    assert View.of_query({"page": "-1", "generation": "²"}).number == 1


def test_only_what_changed_is_sent() -> None:
    before = [{"key": "t1"}, {"key": "l1", "net": "1"}, {"key": "t2"}]
    assert change(before, [{"key": "t1"}, {"key": "l1", "off": True}, {"key": "t2"}]) == (
        2,
        0,
        [],
        {"l1": {"net": None, "off": True}},
    )
    assert change(before, [{"key": "t1", "folded": True}, {"key": "t2"}]) == (1, 1, [], {"t1": {"folded": True}})
    assert change(before, before).nothing
