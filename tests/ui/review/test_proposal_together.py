"""Undo in a review, stale pages, other roles, and two reviewers at once (spec, section 5)."""

import pytest
from nicegui import ui

from domain.vocabulary import LineState, ProposalStatus, Role
from storage.queries.proposals.table import ProposalDetail
from tests.builders import World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import do, give_reason, press, reviewer, row, rows, states, texts, until


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


async def test_undo_goes_back_several_steps_also_where_the_lines_were_not_alike(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    do(user, "suspend", f"l{drafted.lines[0].id}")
    await give_reason(user, "da capire")
    await until(lambda: states(world, drafted)[0] is LineState.SUSPENDED)
    await user.should_not_see(marker="reason-text", retries=20)
    press(user, "a")
    press(user, "n")
    await give_reason(user, "garanzia")
    await until(lambda: set(states(world, drafted)) == {LineState.NOT_BILLED})
    await user.should_not_see(marker="reason-text", retries=30)
    press(user, "u")
    await until(lambda: states(world, drafted) == [LineState.SUSPENDED, LineState.BILL, LineState.BILL])
    await until(lambda: row(user, "l", drafted.lines[0].id).get("reason") == "da capire")
    press(user, "u")
    await until(lambda: set(states(world, drafted)) == {LineState.BILL})


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


@pytest.mark.usefixtures("stale_pages")
async def test_a_stale_page_shows_who_changed_it_and_keeps_the_input(
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
    for verb in ("pick", "suspend", "remove_from_proposal"):
        for key in (f"l{other.lines[0].id}", f"t{other.lines[0].ticket_id}", "l", "x9", 7, None):
            do(user, verb, key)
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


async def test_a_ticket_is_removed_after_confirmation_and_its_lines_stay_readable(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    user = await reviewer(opened, drafted)
    ticket_id = drafted.lines[0].ticket_id
    do(user, "remove_from_proposal", f"t{ticket_id}")
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
