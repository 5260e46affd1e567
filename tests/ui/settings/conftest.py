"""What the tests of settings and of suspended work share: who opens which page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.vocabulary import Permission, Role
from storage.database import Database
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.page import Page
from ui.pages.settings import firm
from ui.pages.settings_people import people as people_page
from ui.pages.settings_reasons import reasons
from ui.pages.settings_series import series
from ui.pages.suspended import suspended
from ui.session import COOKIE

Opener = Callable[[Role, str], Awaitable[User]]
PAGES = {
    "settings": Page(firm, Permission.MANAGE_SETTINGS),
    "settings/reasons": Page(reasons, Permission.MANAGE_SETTINGS),
    "settings/series": Page(series, Permission.MANAGE_SETTINGS),
    "settings/people": Page(people_page, Permission.MANAGE_USERS),
    "suspended": Page(suspended),
}


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


@pytest.fixture
async def opened(world: World) -> AsyncIterator[Opener]:
    clients: list[httpx.AsyncClient] = []
    async with running(world.database, **PAGES) as sessions:

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


def one(user: User, marker: str) -> Any:
    [element] = user.find(marker=marker).elements
    return element


def rows(user: User) -> list[dict[str, Any]]:
    """Of the first table of the page; none while it is not there yet."""
    assert user.client is not None
    tables = [element for element in user.client.elements.values() if isinstance(element, ui.table) and element.visible]
    return min(tables, key=lambda table: table.id).rows if tables else []


def enter(user: User, marker: str, value: object) -> None:
    with user:
        one(user, marker).set_value(value)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        # What is not there yet is not found.
        with suppress(AssertionError):
            if holds():
                return
        await asyncio.sleep(0.03)
    pytest.fail("it did not come to hold")
