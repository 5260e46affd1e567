"""The help page is made from the rules, and each state has an explanation."""

from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.rules.billing_status import TRANSITIONS
from domain.rules.permissions import PERMISSIONS
from domain.vocabulary import BillingStatus, ContractKind, LineState, Overage, Permission, ProposalStatus, Refusal, Role
from storage.database import Database
from tests.ui.conftest import new_client, running
from ui.help.page import guide
from ui.i18n import LANGUAGES, translator
from ui.kit.badges import billing_badge
from ui.kit.page import Page, PageContext
from ui.server.sessions import COOKIE

Opener = Callable[[str], Awaitable[User]]

SENTENCES = {
    "help.means.billing_status": BillingStatus,
    "help.means.proposal_status": ProposalStatus,
    "help.means.line_state": LineState,
    "refusal_fix": Refusal,
    "help.kind": ContractKind,
    "help.overage": Overage,
}


async def states(page: PageContext) -> None:
    billing_badge(page.translator, BillingStatus.SUSPENDED, reason="in attesa").mark("badge")


@pytest.fixture
async def opened(database: Database, people: dict[Role, str]) -> AsyncIterator[Opener]:
    async with running(database, help=Page(guide), states=Page(states)) as sessions:
        client = new_client()
        client.cookies.set(COOKIE, sessions.open(people[Role.OPERATOR]))

        async def open_page(path: str) -> User:
            user = User(client)
            await user.open(path)
            return user

        yield open_page
        await client.aclose()


def said(user: User, marker: str) -> list[str]:
    [element] = user.find(marker=marker).elements
    return [each.text for each in element.descendants() if isinstance(each, ui.label)]


def body_rows(user: User, marker: str) -> int:
    [element] = user.find(marker=marker).elements
    return sum(each.tag == "tr" for each in element.descendants()) - sum(each.tag == "thead" for each in element.descendants())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "kind"), SENTENCES.items())
def test_every_state_refusal_and_contract_is_explained(language: str, words: str, kind: type[StrEnum]) -> None:
    text = translator(language)
    assert [member for member in kind if not text.knows(f"{words}.{member}")] == []


async def test_the_page_shows_every_event_refusal_and_permission_of_the_rules(opened: Opener) -> None:
    it = translator("it")
    user = await opened("/help")
    assert body_rows(user, "help-transitions") == len(TRANSITIONS)
    assert body_rows(user, "help-refusals") == len(Refusal)
    assert body_rows(user, "help-roles") == len(Permission)
    granted = sum(len(PERMISSIONS[role]) for role in Role if role is not Role.SYSTEM)
    assert said(user, "help-roles").count("✓") == granted
    assert {it.t(f"refusal_short.{code}") for code in Refusal} <= set(said(user, "help-refusals"))


async def test_the_page_reckons_its_example_with_the_rounding_that_bills(opened: Opener) -> None:
    sentences = " ".join(said(await opened("/help"), "help-price"))
    assert "10,83\xa0€" in sentences
    assert "32,50\xa0€" in sentences
    assert "32,49\xa0€" in sentences


async def test_a_state_says_its_reason_and_its_meaning_to_the_mouse_and_to_who_listens(opened: Opener) -> None:
    user = await opened("/states")
    meaning = translator("it").t("help.means.billing_status.suspended")
    assert said(user, "badge") == ["Sospeso", "in attesa", meaning, f". in attesa. {meaning}"]
