"""The inbox of approvals, submitting many drafts, and notifications (spec, section 5)."""

from datetime import timedelta

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.actions.proposals.approval import SeenProposal, reject
from domain.vocabulary import LineState, ProposalStatus, Role
from storage.queries.people.notices import unread_notices
from storage.queries.proposals.inbox import Waiting, WaitingRow
from storage.queries.proposals.table import ProposalDetail
from tests.builders import NOW, World
from tests.ui.conftest import NAMES, Opener
from tests.ui.review.conftest import give_reason, press, rows, sent, texts, until
from ui.approvals.state import InboxState

MARCO, ANNA = NAMES[Role.TEAM_LEAD], NAMES[Role.ADMINISTRATOR]


async def inbox(opened: Opener) -> User:
    user = await opened(Role.TEAM_LEAD, "/approvals")
    await user.should_see(marker="approvals-rows", retries=30)
    return user


def many(world: World, count: int) -> list[ProposalDetail]:
    """So many proposals, each of another customer."""
    return [world.proposal_of(world.ticket(60, company_id=world.company(f"Azienda {n}"))) for n in range(count)]


def pick(user: User, *details: ProposalDetail) -> None:
    for detail in details:
        user.find(marker="approvals-rows").trigger("row", {"verb": "pick", "id": detail.id})


def states(world: World, details: list[ProposalDetail]) -> list[ProposalStatus]:
    return [world.proposal(each.number).status for each in details]


async def test_many_are_approved_with_a_button_that_says_what_it_does(world: World, opened: Opener) -> None:
    first, second, third = made = many(world, 3)
    sent(world, *made)
    user = await inbox(opened)
    assert [each["number"] for each in rows(user)] == [each.number for each in made]
    await user.should_not_see(marker="approval-bar")
    pick(user, first, third)
    await user.should_see(marker="approval-bar", retries=20)
    await until(lambda: texts(user, "approve") == ["Approva 2 proposte · 146,40\xa0€"])
    user.find(marker="approve").click()
    await until(lambda: states(world, made) == ["approved", "submitted", "approved"])
    await until(lambda: [each["number"] for each in rows(user)] == [second.number])
    await user.should_not_see(marker="approval-bar")


async def test_if_one_has_changed_nothing_is_approved_and_it_is_said_which_and_by_whom(world: World, opened: Opener) -> None:
    first, second = made = many(world, 2)
    sent(world, *made)
    user = await inbox(opened)
    press(user, "X")
    await user.should_see(marker="approval-bar", retries=20)
    world.act(lambda session: len(reject(session, [SeenProposal(second.id)], "no", actor=Actor(ANNA, NOW))))
    world.decide(second.number, LineState.NOT_BILLED, "omaggio", line_ids={second.lines[0].id})
    user.find(marker="approve").click()
    await until(lambda: bool(user.notify.messages))
    assert (second.number in user.notify.messages[0], "mario" in user.notify.messages[0]) == (True, True)
    assert states(world, made) == [ProposalStatus.SUBMITTED, ProposalStatus.DRAFT]
    await until(lambda: [each["number"] for each in rows(user)] == [first.number])
    assert texts(user, "approve") == ["Approva 1 proposta · 73,20\xa0€"]


@pytest.mark.usefixtures("stale_pages")
async def test_many_are_rejected_with_one_comment_that_is_kept_where_somebody_was_faster(world: World, opened: Opener) -> None:
    first, second = made = many(world, 2)
    sent(world, *made)
    user = await inbox(opened)
    press(user, "X")
    press(user, "r")
    await user.should_see(marker="reason-text", retries=20)
    world.cancel(second.number)
    await give_reason(user, "mancano le ore")
    await user.should_see(marker="reason-refused", retries=30)
    assert states(world, made) == [ProposalStatus.SUBMITTED, ProposalStatus.CANCELLED]
    user.find(marker="reason-go").click()
    await until(lambda: world.proposal(first.number).rejection_comment == "mancano le ore")
    await user.should_see(marker="approvals-none", retries=30)


async def test_ones_own_submissions_are_shown_and_out_of_reach(world: World, opened: Opener) -> None:
    mine, theirs = made = many(world, 2)
    sent(world, mine, by=MARCO)
    sent(world, theirs, at=NOW + timedelta(hours=1))
    user = await inbox(opened)
    assert [bool(each.get("own")) for each in rows(user)] == [True, False]
    pick(user, mine)
    press(user, "a")
    await user.should_not_see(marker="approve-sheet")
    press(user, "X")
    await until(lambda: [bool(each.get("ticked")) for each in rows(user)] == [False, True])
    for forged in ({"verb": "pick", "id": 999}, {"verb": "pick", "id": "1"}, {"verb": "x"}, None, 7):
        user.find(marker="approvals-rows").trigger("row", forged)
    assert [bool(each.get("ticked")) for each in rows(user)] == [False, True]
    assert states(world, made) == [ProposalStatus.SUBMITTED] * 2


async def test_the_keyboard_is_enough_and_a_key_asks_before_it_approves(world: World, opened: Opener) -> None:
    first, second = made = many(world, 2)
    sent(world, *made)
    user = await inbox(opened)
    press(user, "j")
    await until(lambda: bool(rows(user)[1].get("current")))
    await user.should_see(second.lines[0].ticket_title, retries=30)
    press(user, "a")
    await user.should_see(marker="approve-sheet-go", retries=20)
    assert states(world, made) == [ProposalStatus.SUBMITTED] * 2
    user.find(marker="approve-sheet-go").click()
    await until(lambda: states(world, made) == [ProposalStatus.SUBMITTED, ProposalStatus.APPROVED])
    await until(lambda: [each["number"] for each in rows(user)] == [first.number])
    press(user, "Enter")
    await user.should_see(marker="review-lines", retries=30)
    assert first.number in texts(user, "review-header")


async def test_a_look_shows_what_was_held_back_and_why(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    world.decide(drafted.number, LineState.SUSPENDED, "in attesa di ordine", line_ids={drafted.lines[0].id})
    sent(world, drafted)
    user = await inbox(opened)
    await user.should_see(marker=f"remark-{drafted.lines[0].id}", retries=30)
    assert "«in attesa di ordine» · mario" in texts(user, f"remark-{drafted.lines[0].id}")
    biggest, other = drafted.lines[2].ticket_id, drafted.lines[0].ticket_id
    tickets = [mark for each in user.find(kind=ui.element).elements for mark in each._markers if mark.startswith("look-ticket")]  # noqa: SLF001
    assert sorted(tickets) == sorted((f"look-ticket-{biggest}", f"look-ticket-{other}"))


async def test_the_inbox_follows_what_others_send(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    lead = await opened(Role.TEAM_LEAD, "/approvals")
    await lead.should_see(marker="approvals-none", retries=30)
    manager = await opened(Role.BILLING_MANAGER, "/proposals")
    await manager.should_see(marker="proposals-table", retries=30)
    [table] = manager.find(kind=ui.table).elements
    empty = world.proposal_of(world.ticket(60))
    world.decide(empty.number, LineState.SUSPENDED, "attesa", line_ids={empty.lines[0].id})
    manager.find(marker="chip-draft").click()
    await until(lambda: len(table.rows) == 2)
    manager.find(marker="proposals-table").trigger("tick_page", True)
    await manager.should_see(marker="selection-remark", retries=20)
    assert texts(manager, "proposals-submit") == ["Invia 1 proposta in approvazione"]
    manager.find(marker="proposals-submit").click()
    await until(lambda: world.proposal(drafted.number).status is ProposalStatus.SUBMITTED)
    await lead.should_not_see(marker="approvals-none", retries=30)
    await until(lambda: [each["number"] for each in rows(lead)] == [drafted.number])
    await manager.should_not_see(marker="selection", retries=30)


async def test_the_bell_counts_acts_and_to_open_it_is_to_have_read_it(world: World, opened: Opener) -> None:
    made = many(world, 3)
    sent(world, *made[:2])
    sent(world, made[2], at=NOW + timedelta(hours=1))
    user = await opened(Role.TEAM_LEAD, "/tickets")
    await until(lambda: texts(user, "notices-count") == ["2"])
    user.find(marker="notices").click()
    await user.should_see(marker="notice-submitted", retries=30)
    links = [each for each in user.find(marker="notice-submitted").elements if isinstance(each, ui.link)]
    targets = sorted(str(each.props["href"]) for each in links)
    assert targets == sorted(["/approvals", f"/proposals/{made[2].id}"])
    assert texts(user, "notices-count") == [""]
    (lead_id,) = world.rows("SELECT id FROM user_account WHERE name = :name", name=MARCO)[0]
    assert world.read(lambda session: unread_notices(session, lead_id)) == 0


async def test_an_operator_has_no_bell(opened: Opener) -> None:
    user = await opened(Role.OPERATOR, "/tickets")
    await user.should_not_see(marker="notices")


def waiting(id_: int, version: int = 1, by: str = "mario") -> WaitingRow:
    return WaitingRow(id_, f"PF-{id_}", "Rossi", version, NOW, by, 1, 1, 0, 0, 60, 6000, 7320)


def test_what_is_ticked_keeps_the_version_in_which_it_was_and_is_lost_with_it() -> None:
    state = InboxState("lucia")
    state.adopt(Waiting((waiting(1), waiting(2), waiting(3, by="lucia")), 3, 1, 18000), {1: 1, 2: 1, 3: 1})
    state.pick_page()
    assert list(state.selected) == [1, 2]
    changed = Waiting((waiting(1, version=2), waiting(2)), 2, 0, 12000)
    assert [row.id for row in state.adopt(changed, {1: 2, 2: 1})] == [1]
    assert list(state.selected) == [2]
    state.pick_all([waiting(1, version=2), waiting(2), waiting(9, by="lucia")])
    assert state.selected[1].version == 2
    assert list(state.selected) == [1, 2]


def test_the_cursor_stays_where_it_stood_when_its_row_goes() -> None:
    state = InboxState("lucia")
    state.adopt(Waiting((waiting(1), waiting(2), waiting(3)), 3, 0, 18000), {1: 1, 2: 1, 3: 1})
    state.move(1)
    state.adopt(Waiting((waiting(1), waiting(3)), 2, 0, 12000), {1: 1, 3: 1})
    assert state.current == 3
    state.move(9)
    assert state.current == 3
    state.adopt(Waiting(), {})
    assert not state.targets()
