"""A declared list by keyboard in a real browser: rows are selected without losing one's place, and little is sent for it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from domain.vocabulary import Role
from tests.support.site import Site

SMALL = 6_000
"""Characters; a page of rows is about 30,000."""


def counted(page: Page) -> Callable[[], int]:
    """What the server sends to the page from now on; asked again, since it was asked last."""
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(len(frame))))

    def since() -> int:
        total = sum(frames)
        frames.clear()
        return total

    return since


def test_rows_are_selected_by_the_keyboard_and_only_what_changed_is_sent(page: Page, site: Site) -> None:
    site.enter(page.context, Role.BILLING_MANAGER)
    sent = counted(page)
    site.open(page, "/suspended")
    rows, bar, head = page.locator("tbody tr"), page.locator(".selection:visible"), page.locator("thead .q-checkbox")
    expect(rows.nth(2)).to_be_visible()
    rows.nth(0).focus()
    sent()
    page.keyboard.press("Space")
    expect(bar).to_contain_text(re.compile(r"^1 ticket · "))
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(bar).to_contain_text(re.compile(r"^2 ticket · "))
    expect(rows.nth(1)).to_be_focused()
    expect(head).to_have_attribute("aria-checked", "mixed")
    head.click()
    expect(head).to_have_attribute("aria-checked", "true")
    page.get_by_role("button", name="Deseleziona").click()
    expect(head).to_have_attribute("aria-checked", "false")
    assert 0 < sent() < SMALL
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tickets/\d+$"))
