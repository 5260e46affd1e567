"""Helpers for tests of a ticket's page in a simulated browser."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.testing import User

from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus, Role
from storage.database import Database
from storage.queries.tickets.detail import EntryRow, TicketDetail, ticket_detail
from tests.builders import OTHER_MANAGER, World
from tests.ui.conftest import NAMES, new_client, running
from ui.contracts.page import contract
from ui.kit.page import Page, PageContext
from ui.server.sessions import COOKIE
from ui.ticket.form import new_ticket_dialog
from ui.ticket.page import ticket

EVIL = "<img src=x onerror=alert(1)>"

OpenPath = Callable[[str, str, Role], Awaitable[User]]

created: list[int | None] = []
"""Result of the dialog for a new ticket."""


class Opener:
    """Opens pages, each person in a browser of their own."""

    def __init__(self, open_path: OpenPath) -> None:
        self.path = open_path

    async def __call__(self, ticket_id: int, role: Role = Role.BILLING_MANAGER) -> User:
        return await self.path(f"/tickets/{ticket_id}", "billing-panel", role)


async def creating(page: PageContext) -> None:
    """A page with nothing but the button that creates a ticket."""
    created.clear()

    async def create() -> None:
        created.append(await new_ticket_dialog(page))

    page.heading("Create")
    ui.button("create", on_click=create).mark("create")


@asynccontextmanager
async def ticket_screens(database: Database) -> AsyncIterator[Opener]:
    """Our app with the page of a ticket."""
    clients: list[httpx.AsyncClient] = []
    async with running(
        database, **{"tickets/{ticket_id}": Page(ticket), "creating": Page(creating), "contracts/{contract_id}": Page(contract)}
    ) as sessions:

        async def open_path(path: str, marker: str, role: Role) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            await user.should_see(marker=marker)
            return user

        yield Opener(open_path)
    for client in clients:
        await client.aclose()


def only(user: User, marker: str) -> Any:
    """The one element of this marker."""
    with user:
        (element,) = user.find(marker=marker).elements
    return element


def put(user: User, marker: str, value: object) -> None:
    """Set a field as a person would, whatever stood there."""
    element = only(user, marker)
    assert isinstance(element, ValueElement)
    with user:
        element.set_value(value)


def click(user: User, marker: str) -> None:
    user.find(marker=marker).click()


def rows(user: User) -> list[dict[str, Any]]:
    table = only(user, "entries-table")
    assert isinstance(table, ui.table)
    return table.rows


def emit(user: User, event: str, args: object) -> None:
    """An event of the table, as a browser sends it, or somebody who makes one up."""
    user.find(marker="entries-table").trigger(event, args)


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"never happened: {what}")


def detail(world: World, ticket_id: int) -> TicketDetail:
    return world.read(lambda session: ticket_detail(session, ticket_id))


def entry(world: World, ticket_id: int) -> EntryRow:
    (found,) = detail(world, ticket_id).entries
    return found


def set_by_another(world: World, ticket_id: int, status: BillingStatus | None, reason: str, rate: int = 0) -> None:
    """Somebody else saves the panel, and open pages are told."""
    version = world.state(ticket_id).version
    world.act(lambda s: set_billing(s, SetBilling(ticket_id, version, status, rate, reason), actor=OTHER_MANAGER))
