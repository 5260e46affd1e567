"""The main job in a real browser on a real help desk: from the ticket list to a reviewed proposal, and back."""

import json
import re
import sqlite3
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import run, sign_in
from tests.support.server import AppServer

REASON = "In attesa di conferma delle ore dal cliente"


def test_thousands_of_tickets_become_proposals_and_one_line_is_suspended_and_restored(
    page: Page, server: AppServer, help_desk: Path
) -> None:
    sign_in(page, server, "giulia")
    excluded = select_all_but_two(page)
    generate(page)
    number, total = open_largest(page)
    line = page.locator(".rv-row[data-key]:not(.rv-row--ticket)").first
    ticket = page.locator(".rv-row--ticket").first.get_by_role("link")
    ticket_number = ticket.inner_text()
    suspend(page, line)
    expect(suspended(page)).to_contain_text("1 riga")
    assert net_of(page) < total
    restore(line)
    expect(suspended(page)).to_be_hidden()
    assert net_of(page) == total
    ticket.click()
    panel(page, number)
    assert state_of(help_desk, ticket_number) == "proposed"
    assert {state_of(help_desk, one) for one in excluded} == {"to_bill"}
    assert json.loads(run(help_desk, "check", "--json"))["violations"] == []


def test_one_browser_sees_what_the_other_decides(page: Page, second_page: Page, server: AppServer, help_desk: Path) -> None:
    run(help_desk, "generate", "--by-customer", "--group-entries", "--company", "CLI-0005")
    for who, name in ((page, "giulia"), (second_page, "marco")):
        sign_in(who, server, name)
        who.goto(f"{server.url}/proposals/1")
        expect(who.locator(".rv-row[data-key]").first).to_be_visible()
    expect(page.get_by_text("marco", exact=False).first).to_be_visible()
    suspend(page, page.locator(".rv-row[data-key]:not(.rv-row--ticket)").first)
    expect(suspended(second_page)).to_contain_text("1 riga")
    expect(second_page.get_by_text(REASON).first).to_be_visible()
    assert net_of(page) == net_of(second_page)
    assert len(json.loads(run(help_desk, "tickets", "--billing", "suspended", "--json"))) == 1


def test_the_rail_opens_the_list_without_filters(page: Page, server: AppServer) -> None:
    sign_in(page, server, "paolo")
    page.locator(".quick", has_text="A contratto").click()
    expect(page.locator(".pager")).to_contain_text("di 87")
    expect(page).to_have_url(re.compile("show=service_contract"))
    page.locator(".rail").get_by_role("link", name="Assistenze").click()
    expect(page.locator(".pager")).to_contain_text("di 4.580")


def select_all_but_two(page: Page) -> list[str]:
    """Everything that matches, less the second and the fifth row; their numbers."""
    boxes = page.locator(".ag-row .ag-checkbox-input")
    boxes.nth(0).click()
    page.get_by_role("button", name="Seleziona tutti i 4.580").click()
    expect(page.locator(".selection")).to_contain_text("4.580 ticket")
    for row in (1, 4):
        boxes.nth(row).click()
    expect(page.locator(".selection")).to_contain_text("4.578 ticket")
    return [page.locator(f".ag-row[row-index='{row}'] [col-id=number]").inner_text() for row in (1, 4)]


def generate(page: Page) -> None:
    """Read what it would do, by customer and grouped; then do it."""
    page.locator(".selection").get_by_role("button", name="Genera Proposte Fattura").click()
    dialog = page.locator(".generation")
    expect(dialog).to_contain_text("4.578 ticket selezionati")
    expect(dialog).to_contain_text("125 ticket non entrano in proposta")
    for option in ("Raggruppa ticket per cliente", "Raggruppa lavori"):
        dialog.get_by_role("checkbox", name=option).click()
    go = dialog.get_by_role("button", name=re.compile(r"Genera 385 proposte · 806\.\d{3},\d{2}"))
    expect(go).to_be_enabled()
    go.click()
    expect(page).to_have_url(re.compile(r"/generations/\d+$"))


def open_largest(page: Page) -> tuple[str, int]:
    """The first of the proposals that the result names; its number, and its net in cents."""
    page.locator("a[href^='/proposals/']").first.click()
    expect(page.locator(".rv-row[data-key]").first).to_be_visible()
    number = re.search(r"PF-\d{4}-\d{6}", page.title())
    assert number is not None
    return number.group(), net_of(page)


def net_of(page: Page) -> int:
    """What the proposal says that it bills, in cents."""
    text = page.locator(".rv-figure", has_text="Imponibile").inner_text()
    found = re.search(r"([\d.]+),(\d\d)", text)
    assert found is not None, text
    return int(found[1].replace(".", "") + found[2])


def suspended(page: Page) -> Locator:
    """What the totals say of suspended lines."""
    return page.locator(".rv-figure--suspended")


def suspend(page: Page, line: Locator) -> None:
    """With the first usual reason, by keyboard."""
    line.hover()
    line.get_by_role("button", name="Sospendi").click()
    expect(page.get_by_role("dialog")).to_contain_text(REASON)
    expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("Sospesa")


def restore(line: Locator) -> None:
    line.hover()
    line.get_by_role("button", name="Ripristina").click()
    expect(line).to_contain_text("Da fatturare")


def panel(page: Page, number: str) -> None:
    """The ticket's panel says which proposal holds it."""
    box = page.locator(".panel", has=page.get_by_text("Fatturazione Avanzata"))
    expect(box.get_by_role("link", name=number)).to_be_visible()
    expect(page.get_by_text(f"È nella proposta {number}", exact=False).first).to_be_visible()


def state_of(database: Path, ticket: str) -> str:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT billing_status FROM ticket WHERE number = ?", (ticket,)).fetchone()
    connection.close()
    return str(found[0])
