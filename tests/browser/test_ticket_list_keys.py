"""The ticket list by keyboard in a real browser: preview, next ticket, and back through views."""

import re

from playwright.sync_api import Page, expect

from domain.vocabulary import Role
from tests.support.site import Site


def test_a_ticket_is_looked_at_and_left_by_the_keyboard_and_the_way_back_leads_through_the_views(page: Page, site: Site) -> None:
    site.enter(page.context, Role.BILLING_MANAGER)
    site.open(page, "/tickets")
    rows = page.locator(".ag-center-cols-container .ag-row")
    expect(rows.nth(3)).to_be_visible()
    rows.nth(0).locator("[col-id=title]").focus()
    page.keyboard.press("Enter")
    title = page.locator(".peek__title")
    expect(title).to_have_text(rows.nth(0).locator("[col-id=title]").inner_text())
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text(rows.nth(1).locator("[col-id=title]").inner_text())
    page.keyboard.press("Escape")
    expect(title).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.get_by_text(re.compile(r"^1 ticket · "))).to_be_visible()
    page.locator(".quick", has_text="Bloccati").click()
    expect(page).to_have_url(re.compile(r"show=refused"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/tickets$"))
    expect(page.locator(".quick--here")).to_contain_text("Tutti")
