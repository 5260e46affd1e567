"""The global search: actions by role, hits, and no late answer replaces a newer one."""

import asyncio

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.model import Ticket
from domain.vocabulary import Role, TicketStatus
from storage.database import Database
from tests.ui.conftest import SignedIn
from ui.shell.search import GlobalSearch


@pytest.fixture
async def manager(signed_in: SignedIn) -> User:
    return await opened(await signed_in(Role.BILLING_MANAGER))


async def opened(user: User) -> User:
    await user.open("/tickets")
    user.find(marker="palette-open").click()
    await user.should_see(marker="palette-row")
    return user


def rows(user: User) -> list[tuple[str, str]]:
    """Address and words of what is offered, from top to bottom."""
    links = [element for element in user.find(marker="palette-row").elements if isinstance(element, ui.link)]
    return [(str(link.props["href"]), " ".join(each.text for each in link.descendants() if isinstance(each, ui.label)))
            for link in sorted(links, key=lambda link: link.id)]  # fmt: skip


async def test_a_number_finds_its_ticket_which_stands_first_and_is_announced(manager: User, database: Database) -> None:
    with database.write() as session:
        session.add(Ticket(number="TT-00042", title="<b>Rete</b> lenta", status=TicketStatus.OPEN))
    manager.find(marker="palette-field").type("42")
    await asyncio.sleep(0.1)
    await manager.should_see("1 risultato", retries=20)
    assert rows(manager) == [("/tickets/1", "TT-00042 <b>Rete</b> lenta")]


async def test_the_whole_name_of_a_page_means_the_page_before_what_speaks_of_it(manager: User, database: Database) -> None:
    with database.write() as session:
        session.add(Ticket(number="TT-00042", title="Fermi i servizi", status=TicketStatus.OPEN))
    manager.find(marker="palette-field").type("servizi")
    await manager.should_see("Fermi i servizi", retries=20)
    assert [path for path, _ in rows(manager)][:2] == ["/services", "/tickets/1"]


async def test_what_matches_nothing_says_what_to_try(manager: User) -> None:
    manager.find(marker="palette-field").type("zzz {0}")
    await manager.should_see(marker="palette-none", retries=20)


async def test_everybody_is_offered_only_the_pages_and_steps_of_their_role(signed_in: SignedIn) -> None:
    offered = {role: {path for path, _ in rows(await opened(await signed_in(role)))} for role in (Role.OPERATOR, Role.TEAM_LEAD)}
    assert offered[Role.TEAM_LEAD] - offered[Role.OPERATOR] >= {"/approvals", "/tickets?show=to_bill"}
    assert not any("show=to_bill" in path or path == "/approvals" for path in offered[Role.OPERATOR])


async def test_the_answer_to_an_older_search_is_dropped(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(GlobalSearch, "_show", lambda _, search, __: shown.append(search))
    field = manager.find(marker="palette-field")
    field.type("a")
    field.type("b")
    await asyncio.sleep(0.3)
    assert shown == ["ab"]
