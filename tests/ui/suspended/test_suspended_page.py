"""Suspended work on screen: list, selection, *Riprendi* and review date (spec, section 5)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.actions.tickets.review_date import set_review
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus, LineState, ProposalStatus, Role
from tests.builders import MANAGER, World
from tests.ui.conftest import Opener
from tests.ui.settings.conftest import enter, one, rows, until
from ui.kit.addresses.suspended import View


@pytest.fixture
def waiting(world: World) -> list[int]:
    """A ticket that was suspended by hand, and one that a proposal under approval holds."""
    by_hand, held = world.ticket(60), world.ticket(30)
    command = SetBilling(by_hand, 1, BillingStatus.SUSPENDED, 0, "ordine")
    world.act(lambda session: set_billing(session, command, actor=MANAGER))
    proposal = world.proposal_of(held, world.ticket(10))
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={held})
    world.set_proposal_status(proposal.id, ProposalStatus.SUBMITTED)
    return [by_hand, held]


async def test_what_can_be_resumed_is_resumed_and_the_rest_is_counted_beside_it(
    world: World, opened: Opener, waiting: list[int]
) -> None:
    user = await opened(Role.BILLING_MANAGER, "/suspended")
    await until(lambda: len(rows(user)) == 2)
    assert {row["id"]: bool(row["blocked"]) for row in rows(user)} == {waiting[0]: False, waiting[1]: True}
    table = user.find(marker="suspended-table")
    for forged in ([999, True], [waiting[0], "yes"], [waiting[0]], None, "x"):
        table.trigger("tick", forged)
    table.trigger("tick_page", True)
    await until(lambda: "60,00" in one(user, "resume").text)
    assert one(user, "selection-remark").text.startswith("1 ")
    user.find(marker="resume").click()
    await until(lambda: [row["id"] for row in rows(user)] == waiting[1:])
    assert (world.billing(waiting[0]), world.billing(waiting[1])) == ("to_bill", "suspended")
    await until(lambda: one(user, "resumed-link").props["href"] == f"/tickets/{waiting[0]}")


@pytest.mark.usefixtures("stale_pages")
async def test_a_selection_that_changed_since_the_button_was_read_resumes_nothing(
    world: World, opened: Opener, waiting: list[int]
) -> None:
    user = await opened(Role.BILLING_MANAGER, "/suspended")
    await until(lambda: len(rows(user)) == 2)
    user.find(marker="suspended-table").trigger("tick", [waiting[1], True])
    await user.should_see(marker="select-matching")
    user.find(marker="select-matching").click()
    await until(lambda: "60,00" in one(user, "resume").text)
    world.execute("UPDATE ticket SET hourly_rate = 9000 WHERE id = :id", id=waiting[0])
    user.find(marker="resume").click()
    await until(lambda: "90,00" in one(user, "resume").text)
    assert world.billing(waiting[0]) == "suspended"


async def test_a_review_date_is_set_for_what_is_selected_and_a_past_one_is_refused(
    world: World, opened: Opener, waiting: list[int]
) -> None:
    user = await opened(Role.BILLING_MANAGER, "/suspended")
    await until(lambda: len(rows(user)) == 2)
    user.find(marker="suspended-table").trigger("tick", [waiting[1], True])
    await until(lambda: "30,00" in one(user, "selection-summary").text)
    user.find(marker="set-review").click()
    await user.should_see(marker="review-review_on")
    enter(user, "review-review_on", "01/02/2020")
    user.find(marker="review-go").click()
    await until(lambda: bool(one(user, "review-review_on").error))
    today = datetime.now(UTC).date() + timedelta(days=1)
    enter(user, "review-review_on", f"{today:%d/%m/%Y}")
    user.find(marker="review-go").click()
    await until(lambda: world.rows("SELECT id FROM ticket WHERE review_on IS NOT NULL") == [(waiting[1],)])
    await until(lambda: f"{today:%d/%m/%Y}" in [row["review_on"] for row in rows(user)])


async def test_an_operator_reads_the_list_and_chooses_nothing(world: World, opened: Opener, waiting: list[int]) -> None:
    world.act(lambda session: set_review(session, waiting[:1], MANAGER.today, actor=MANAGER))
    user = await opened(Role.OPERATOR, "/suspended?show=due")
    await until(lambda: [row["id"] for row in rows(user)] == waiting[:1])
    assert rows(user)[0]["due"]
    assert "tick" not in [column["name"] for column in one(user, "suspended-table").columns]
    user.find(marker="suspended-table").trigger("tick", [waiting[0], True])
    await user.should_not_see(marker="resume")


async def test_an_empty_list_explains_the_page_and_filters_can_be_cleared(opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER, "/suspended")
    await user.should_see(marker="suspended.empty", retries=20)
    await user.open("/suspended?search=nessuno&sort=__class__&show=x&page=999")
    await user.should_see(marker="suspended.none", retries=20)


def test_an_address_says_only_what_it_knows() -> None:
    view = View.of_query({"show": "due", "sort": "__class__", "company": "²", "page": "0", "x": "y"})
    assert (view.show, view.sort, view.company_id, view.page_number) == ("due", "since", None, 1)
    assert View(show="due", by="mario").address == "/suspended?show=due&by=mario"
