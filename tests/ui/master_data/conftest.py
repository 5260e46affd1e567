"""Fixtures of the tests of master data."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.records.edit import set_retired
from domain.rules.records.tables import RecordKind as T
from domain.vocabulary import Role
from storage.database import Database
from storage.queries.records.records import record_detail
from tests.builders import MANAGER, World
from tests.ui.conftest import NAMES, new_client, running
from tests.ui.ticket_screen import only
from ui.contracts.form import open_contract_form
from ui.i18n import translator
from ui.kit.page import Page, PageContext
from ui.routes import ROUTES
from ui.server.sessions import COOKIE

Opener = Callable[..., Awaitable[User]]
IT = translator("it", strict=True)


async def contract_page(page: PageContext, contract_id: int) -> None:
    """Stands in for the page of a contract, which offers the form."""
    page.heading("Contract")
    ui.button("edit", on_click=lambda: open_contract_form(page, contract_id)).mark("edit-contract")


@pytest.fixture
async def opened(world: World, database: Database) -> AsyncIterator[Opener]:  # noqa: ARG001 - who is there
    clients: list[httpx.AsyncClient] = []
    pages = {path.strip("/"): page for path, page in ROUTES.items() if path != "/tickets"}
    pages["contracts/{contract_id}"] = Page(contract_page)
    async with running(database, **pages) as sessions:

        async def open_path(path: str, marker: str, role: Role = Role.BILLING_MANAGER) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            await user.should_see(marker=marker, retries=20)
            return user

        yield open_path
    for client in clients:
        await client.aclose()


def rows(user: User) -> list[dict[str, Any]]:
    return list(only(user, "master-table").rows)


def names(user: User) -> list[str]:
    return [row["name"] for row in rows(user)]


def values(world: World, table: T, id_: int) -> dict[str, Any]:
    return dict(world.read(lambda session: record_detail(session, table, id_)).seen.values)


def retire(world: World, table: T, id_: int) -> None:
    seen = world.read(lambda session: record_detail(session, table, id_)).seen
    world.act(lambda session: set_retired(session, seen, retired=True, actor=MANAGER))


def error(user: User, field: str) -> str:
    return str(only(user, f"field-{field}").error or "")
