"""The list of proposals and the outcome of a generation on screen (spec, sections 4 and 5)."""

from nicegui import ui

from domain.vocabulary import LineState, Role
from storage.queries.proposals.table import ProposalDetail
from tests.builders import World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import do, give_reason, reviewer, texts, until
from ui.kit.addresses.proposals import View


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


async def test_an_empty_list_says_how_proposals_are_made(opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER, "/proposals")
    await user.should_see(marker="proposals.empty", retries=20)


async def test_a_list_in_which_nothing_matches_offers_to_take_the_filters_off(opened: Opener, drafted: ProposalDetail) -> None:
    user = await opened(Role.BILLING_MANAGER, "/proposals?search=nessuno&status=nonsense&sort=__class__&page=999&generation=9")
    await user.should_see(marker="proposals.none", retries=20)
    user.find(marker="nothing-go").click()
    await user.should_see(marker="proposals-table", retries=20)
    [table] = user.find(kind=ui.table).elements
    assert [each["id"] for each in table.rows] == [drafted.id]


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
    assert View.of_query({"page": "-1", "generation": "²"}).page_number == 1
