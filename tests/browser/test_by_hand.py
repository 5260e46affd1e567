"""Checks beyond axe: keyboard, focus, system preferences, and an approval on a phone."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from domain.vocabulary import Role
from tests.support.site import OVER, PASSWORD, Site, settle

Visit = Callable[..., Page]

# Where the focus is, and whether it is seen: an outline, that of the row on which keys act, a frame of the field, a grid's own.
FOCUS: Final = """() => {
  const holder = document.activeElement, it = holder.querySelector(':scope.rv-list .rv-row--current') || holder;
  const style = getComputedStyle(it), field = it.closest('.q-field');
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  const framed = field && parseFloat(getComputedStyle(field.querySelector('.q-field__control'), '::after').borderTopWidth) >= 2;
  const inGrid = it.matches('.ag-cell, .ag-header-cell') || (it.closest('.ag-checkbox-input-wrapper') !== null);
  return {name: it.outerHTML.slice(0, 160), seen: Boolean(outlined || framed || inGrid), body: it === document.body};
}"""
STILL: Final = """() => [...document.querySelectorAll('*')].every(it => {
  const style = getComputedStyle(it);
  return style.animationName === 'none' && style.transitionDuration.split(', ').every(time => parseFloat(time) < 0.001);
})"""


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens an address as a person of a role, in a browser with the wishes that are given."""
    contexts: list[BrowserContext] = []

    def open_page(address: str, role: Role = Role.BILLING_MANAGER, **wishes: Any) -> Page:
        wishes = {"viewport": {"width": 1440, "height": 900}, **wishes}
        context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", **wishes)
        contexts.append(context)
        site.enter(context, role)
        page = context.new_page()
        site.open(page, address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("route", ["/tickets", "/proposals", "/proposals/{proposal_id}"])
def test_tab_goes_on_without_a_trap_and_the_focus_is_seen_at_every_stop(visit: Visit, site: Site, route: str) -> None:
    page = visit(site.address(route))
    page.locator(".skip").focus()
    unseen, stops = [], 0
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"]:
            break
        stops += 1
        if not focus["seen"]:
            unseen.append(focus["name"])
    assert stops > 15
    assert unseen == []


def test_the_first_tab_stop_skips_to_the_content(visit: Visit) -> None:
    page = visit("/proposals")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main#content")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("lang", "it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Proposte")


def test_a_dialog_takes_the_focus_and_gives_it_back(visit: Visit) -> None:
    page = visit("/tickets")
    opener = page.get_by_role("button", name="Crea", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name(re.compile("ticket"))
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(OVER)).to_have_count(0)
    expect(opener).to_be_focused()


def test_nothing_moves_for_who_asked_for_less_motion(visit: Visit) -> None:
    page = visit("/tickets", reduced_motion="reduce")
    page.get_by_role("button", name="Crea", exact=True).click()
    page.locator(OVER).wait_for()
    assert page.evaluate(STILL)


def test_forced_colours_keep_the_shape_of_what_a_background_showed(visit: Visit) -> None:
    page = visit("/proposals", forced_colors="active")
    for what in (".chip", ".quick", ".rail__item--here"):
        assert page.locator(what).first.evaluate("it => getComputedStyle(it).borderTopStyle") == "solid"


def test_a_team_lead_approves_and_rejects_on_a_phone(visit: Visit, site: Site) -> None:
    phone = visit("/approvals", Role.TEAM_LEAD, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.context.clear_cookies()
    phone.goto(f"{site.server.url}/login?next=/approvals")
    phone.locator("[name=name]").fill("marco")
    phone.locator("[name=password]").fill(PASSWORD)
    touch(phone.get_by_role("button", name="Accedi"), least=36)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Approvazioni")
    settle(phone)
    rejected, approved = phone.locator(".rv-list a").all_inner_texts()[:2]
    touch(row(phone, approved))
    expect(phone.locator(".ap-look")).to_contain_text(approved)
    decide(phone, approved, re.compile("^Approva 1"))
    expect(row(phone, approved)).to_have_count(0)
    expect(phone.locator(".ap-look")).not_to_contain_text(approved)
    decide(phone, rejected, re.compile("^Respingi 1"))
    phone.get_by_role("dialog").get_by_role("textbox").fill("Le ore non tornano")
    settle(phone)
    touch(phone.get_by_role("dialog").get_by_role("button", name=re.compile("^Respingi")))
    expect(phone.get_by_role("alert").filter(has_text="respinta")).to_be_visible()
    expect(row(phone, rejected)).to_have_count(0)
    assert phone.evaluate("document.scrollingElement.scrollWidth") == 390


def decide(phone: Page, number: str, verb: re.Pattern[str]) -> None:
    """Tick a proposal and answer by the bar at the foot."""
    touch(row(phone, number).get_by_role("checkbox"), least=40)
    touch(phone.get_by_role("toolbar").get_by_role("button", name=verb))


def row(phone: Page, number: str) -> Locator:
    return phone.get_by_role("listitem").filter(has=phone.get_by_role("link", name=number))


def touch(target: Locator, *, least: int = 44) -> None:
    """With a finger, for which it must be large enough, in pixels."""
    # What is laid out anew while others act has no place for a moment.
    expect(target).to_be_visible()
    box = target.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= least
    target.tap()
