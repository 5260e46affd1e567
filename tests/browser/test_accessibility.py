"""axe checks every page and the main dialogs against WCAG 2.2 AA in both themes, and pages in small windows."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize

from domain.vocabulary import Role
from tests.support.looking import faults
from tests.support.pages import DIALOGS, PAGES
from tests.support.site import NOWHERE, OVER, Site, settle, wear
from ui.routes import ROUTES

TAGS: Final = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What a theme changes: the rest of a page is the same in both.
COLOURS: Final = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Rows of a table come from one template: the first ones speak for the rest, which would take most of the time.
LATER_ROWS: Final = ["tbody tr:nth-child(n+11)", ".ag-row:nth-child(n+11)"]
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}
# 1440 x 900 seen at 200%, and a phone.
SMALL: Final = ((720, 450), (390, 844))
SEEN: Final = [(route, role) for route, shown in PAGES.items() for role in shown.who]


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """One browser window for all pages, so that what they share is loaded once; its theme is the system's."""
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", viewport=DESK)
    yield context.new_page()
    context.close()


def test_every_route_is_in_the_table_of_what_is_judged() -> None:
    assert PAGES.keys() == ROUTES.keys()


@pytest.mark.parametrize(("route", "role"), SEEN, ids=[f"{route} as {role}" for route, role in SEEN])
def test_a_page_satisfies_axe_and_fits_a_phone_and_a_window_at_twice_the_size(
    visitor: Page, site: Site, route: str, role: Role
) -> None:
    site.enter(visitor.context, role)
    site.open(visitor, site.address(route))
    assert visitor.title().endswith(" · Consuntivo")
    found = complaints(visitor)
    for width, height in SMALL:
        visitor.set_viewport_size({"width": width, "height": height})
        settle(visitor)
        found += [f"{width}: {fault}" for fault in faults(visitor, "it")]
    visitor.set_viewport_size(DESK)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", DIALOGS)
def test_axe_finds_nothing_in_a_dialog(visitor: Page, site: Site, name: str) -> None:
    dialog = DIALOGS[name]
    site.enter(visitor.context, dialog.who)
    site.open(visitor, site.address(dialog.route, dialog.example))
    dialog.open(visitor)
    visitor.locator(OVER).first.wait_for()
    settle(visitor)
    found = complaints(visitor, OVER)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", ["/login", NOWHERE])
def test_axe_finds_nothing_before_the_frame(visitor: Page, site: Site, address: str) -> None:
    if address == NOWHERE:
        site.enter(visitor.context, Role.OPERATOR)
    else:
        visitor.context.clear_cookies()
    visitor.goto(site.server.url + address)
    found = complaints(visitor)
    assert not found, "\n".join(found)


def complaints(page: Page, part: str = "html") -> list[str]:
    """What axe has against the page, or the parts of it that a selector names, in either theme: one line for each kind."""
    page.evaluate(Axe().axe_script)
    found = []
    for theme, rules in (("light", TAGS), ("dark", COLOURS)):
        wear(page, theme)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        run = "([context, options]) => axe.run(context, options).then(found => found.violations)"
        context = {"include": [part], "exclude": LATER_ROWS}
        violations: list[dict[str, Any]] = page.evaluate(run, [context, options])
        found += [f"{theme}: {one['help']}: {[_told(node) for node in one['nodes'][:4]]}" for one in violations]
    return found


def _told(node: dict[str, Any]) -> str:
    return f"{node['html'][:120]} {node['any'][0]['message'] if node['any'] else ''}"
