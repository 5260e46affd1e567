"""Reviewing a proposal on screen: lines, reasons, selection, keys (spec, section 5)."""

import pytest

from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.table import ProposalDetail
from tests.builders import World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import do, give_reason, press, reviewer, row, rows, states, texts, until
from ui.kit.virtual_rows import change


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
    await until(lambda: set(states(world, drafted)) == {LineState.BILL})


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


@pytest.mark.parametrize("status", [ProposalStatus.SUBMITTED, ProposalStatus.APPROVED, ProposalStatus.INVOICED])
async def test_past_the_draft_lines_are_only_read(
    world: World, opened: Opener, drafted: ProposalDetail, status: ProposalStatus
) -> None:
    world.set_proposal_status(drafted.id, status)
    user = await reviewer(opened, drafted)
    press(user, "s")
    await user.should_not_see(marker="reason-text")
    assert not any(each.get("editable") for each in rows(user))


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


def test_only_what_changed_is_sent() -> None:
    before = [{"key": "t1"}, {"key": "l1", "net": "1"}, {"key": "t2"}]
    assert change(before, [{"key": "t1"}, {"key": "l1", "off": True}, {"key": "t2"}]) == (
        3,
        0,
        [],
        {"l1": {"net": None, "off": True}},
    )
    assert change(before, [{"key": "t1", "folded": True}, {"key": "t2"}]) == (1, 1, [], {"t1": {"folded": True}})
    assert change(before, before).nothing
