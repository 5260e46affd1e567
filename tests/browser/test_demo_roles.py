"""The demonstration's role switch in a real browser: the role that was pressed is the role that one is, in every window."""

from collections.abc import Iterator
from itertools import cycle, islice

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.vocabulary import Role
from tests.support.site import Site, demo_site, settle
from ui.server.sessions import DEMO_ROLES

SWITCHES = 40


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served as itself."""
    with demo_site(tmp_path_factory.mktemp("demo"), demo=True) as served:
        yield served


def test_forty_switches_with_two_windows_open_each_give_the_role_that_was_pressed(demo: Site, page: Page) -> None:
    context: BrowserContext = page.context
    windows = (page, context.new_page())
    for window in windows:
        demo.open(window, "/")
    wrong = []
    for number, role in enumerate(islice(cycle((*DEMO_ROLES[1:], DEMO_ROLES[0])), SWITCHES)):
        press(windows[number // 2 % 2], role)
        if any(pressed(window) != [role.value] for window in windows):
            wrong.append((number, role.value, [pressed(window) for window in windows]))
    assert wrong == []


def test_signing_out_closes_every_window(demo: Site, page: Page) -> None:
    windows = (page, page.context.new_page())
    for window in windows:
        demo.open(window, "/")
    page.locator(".who").click()
    page.locator("form[action='/logout'] button").click()
    for window in windows:
        expect(window).to_have_url(f"{demo.server.url}/login?left")
        expect(window.locator(".login__go")).to_have_count(len(DEMO_ROLES))


def press(window: Page, role: Role) -> None:
    """Press a role, and give every window the time to follow."""
    window.locator(f"form[action='/demo/switch']:has(input[value={role.value}]) button").click()
    for each in window.context.pages:
        each.wait_for_load_state("networkidle")
        settle(each)
        expect(each.locator(".demo__role")).to_have_count(len(DEMO_ROLES))


def pressed(window: Page) -> list[str | None]:
    """The role that a window shows as one's own."""
    mine = window.locator("form[action='/demo/switch']:has(button[aria-pressed=true]) input[name=role]")
    return [field.get_attribute("value") for field in mine.all()]
