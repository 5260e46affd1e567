"""The tour of the demo: offered once, not again after skipping or finishing, always in the help menu."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from nicegui.testing import User

from domain.vocabulary import Permission, ProposalStatus, Role
from storage.database import Database
from tests.ui.conftest import new_client, running, sample_page
from ui.kit.page import Page
from ui.server.sessions import COOKIE

Opener = Callable[[Role], Awaitable[User]]


@pytest.fixture
async def demo(database: Database, people: dict[Role, str]) -> AsyncIterator[Opener]:
    pages = {"proposals": Page(sample_page), "approvals": Page(sample_page, Permission.APPROVE)}
    async with running(database, True, **pages) as sessions:
        clients = []

        async def open_as(role: Role) -> User:
            clients.append(client := new_client())
            client.cookies.set(COOKIE, sessions.open(people[role]))
            user = User(client)
            await user.open("/tickets")
            return user

        yield open_as
        for client in clients:
            await client.aclose()


async def press(user: User, marker: str, shown: str) -> None:
    user.find(marker=marker).click()
    await user.should_see(shown, retries=20)


async def test_five_steps_lead_over_real_pages_and_are_over_for_good(demo: Opener) -> None:
    user = await demo(Role.TEAM_LEAD)
    await user.should_see("La prima volta qui?", retries=20)
    for step in ("1. I ticket", "2. Genera", "3. Rivedi", "4. Approva"):
        user.find(marker="tour-next").click()
        await user.should_see(step, retries=20)
    assert user.back_history[-1] == "/approvals"
    await press(user, "tour-next", "5. Emetti")
    assert user.back_history[-1] == f"/proposals?status={ProposalStatus.APPROVED}"
    user.find(marker="tour-next").click()
    await user.should_not_see(marker="tour", retries=20)
    again = await demo(Role.TEAM_LEAD)
    await again.should_not_see(marker="tour")
    await press(again, "tour-begin", "1. I ticket")


async def test_who_skips_is_not_asked_again_and_who_leaves_half_way_may_resume(demo: Opener) -> None:
    first = await demo(Role.OPERATOR)
    await first.should_see("La prima volta qui?", retries=20)
    await press(first, "tour-next", "1. I ticket")
    await press(first, "tour-next", "2. Genera")
    second = await demo(Role.OPERATOR)
    await second.should_see("Tour interrotto", retries=20)
    await press(second, "tour-next", "2. Genera")
    second.find(marker="tour-skip").click()
    await second.should_not_see(marker="tour", retries=20)
    await (await demo(Role.OPERATOR)).should_not_see(marker="tour")


async def test_who_may_not_approve_is_shown_the_way_to_somebody_who_may(demo: Opener) -> None:
    user = await demo(Role.BILLING_MANAGER)
    await user.should_see("La prima volta qui?", retries=20)
    for step in ("1. I ticket", "2. Genera", "3. Rivedi", "4. Approva un’altra persona"):
        await press(user, "tour-next", step)
