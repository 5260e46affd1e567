"""Two roles in real browsers, from submission to invoice: inbox, rejection, approval, and no approval of one's own."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import run, sign_in
from tests.support.server import AppServer

COMMENT = "Le ore del secondo ticket non tornano"
COMPANIES = ("CLI-0003", "CLI-0005", "CLI-0007")
ISSUER = ("name=Ditta", "vat_number=50000010285", "address=Via Roma 1", "postal_code=35100", "city=Padova")


def test_a_manager_submits_a_lead_rejects_and_approves_and_the_manager_invoices(
    page: Page, second_page: Page, server: AppServer, help_desk: Path
) -> None:
    run(help_desk, "user", "add", "elena", "--role", "administrator")
    run(help_desk, "firm", "set", *ISSUER, "--as", "elena")
    for company in COMPANIES:
        run(help_desk, "generate", "--by-customer", "--group-entries", "--company", company)
    manager, lead = page, second_page
    sign_in(manager, server, "giulia")
    sign_in(lead, server, "marco")
    first, *others = submit_all(manager, server)
    own = submit_own(lead, server, help_desk)
    reject(lead, server, first)
    resubmit(manager, server, first)
    approve_all(lead, server, [first, *others], own)
    invoice(manager, server, first)
    states = {row["number"]: row["status"] for row in json.loads(run(help_desk, "proposals", "--json"))}
    assert states == {first: "invoiced", **dict.fromkeys(others, "approved"), own: "submitted"}
    assert json.loads(run(help_desk, "check", "--json"))["violations"] == []


def submit_all(manager: Page, server: AppServer) -> list[str]:
    """The manager sends what was generated to be approved, all at once; the numbers."""
    manager.goto(f"{server.url}/proposals")
    links = manager.get_by_role("link", name=re.compile(r"^PF-\d{4}-\d{6}$"))
    expect(links).to_have_count(len(COMPANIES))
    numbers = sorted(links.all_inner_texts())
    manager.locator("thead .q-checkbox").click()
    manager.get_by_role("button", name=re.compile("^Invia 3 proposte")).click()
    expect(manager.get_by_text("In approvazione", exact=True).first).to_be_visible()
    return numbers


def submit_own(lead: Page, server: AppServer, help_desk: Path) -> str:
    """The lead submits a proposal as well, and may not approve it."""
    own: str
    (own,) = json.loads(run(help_desk, "generate", "--by-customer", "--company", "CLI-0009", "--json"))["numbers"]
    run(help_desk, "submit", own, "--as", "marco")
    open_proposal(lead, server, own)
    expect(lead.get_by_role("button", name=re.compile("^Approva"))).to_be_disabled()
    return own


def reject(lead: Page, server: AppServer, number: str) -> None:
    """From the proposal's page, with a comment."""
    open_proposal(lead, server, number)
    lead.get_by_role("button", name=re.compile("^Respingi")).click()
    dialog = lead.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(COMMENT)
    dialog.get_by_role("button", name=re.compile("^Respingi")).click()
    expect(lead.get_by_text("In revisione", exact=True).first).to_be_visible()


def resubmit(manager: Page, server: AppServer, number: str) -> None:
    """The manager is told why it came back, and sends it again."""
    open_proposal(manager, server, number)
    expect(manager.get_by_text(COMMENT, exact=False).first).to_be_visible()
    manager.get_by_role("button", name=re.compile("^Invia in approvazione")).click()
    expect(manager.get_by_text("In approvazione", exact=True).first).to_be_visible()


def approve_all(lead: Page, server: AppServer, numbers: list[str], own: str) -> None:
    """The whole inbox but one's own."""
    lead.goto(f"{server.url}/approvals")
    for number in [*numbers, own]:
        expect(lead.get_by_role("link", name=number).first).to_be_visible()
    lead.locator(".rv-tick").first.click()
    lead.get_by_role("button", name=re.compile(f"^Approva {len(numbers)} proposte")).click()
    expect(lead.get_by_role("link", name=numbers[-1])).to_have_count(0)
    expect(lead.get_by_role("link", name=own).first).to_be_visible()


def invoice(manager: Page, server: AppServer, number: str) -> None:
    """One approved proposal becomes an invoice, which opens."""
    open_proposal(manager, server, number)
    manager.get_by_role("button", name=re.compile("^Emetti fattura")).click()
    manager.get_by_role("dialog").get_by_role("button", name=re.compile("^Emetti")).click()
    expect(manager).to_have_url(re.compile(r"/invoices/1$"))
    expect(manager.get_by_text(re.compile(r"^FT-\d{4}-000001$")).first).to_be_visible()


def open_proposal(page: Page, server: AppServer, number: str) -> None:
    page.goto(f"{server.url}/proposals/{int(number[-6:])}")
    expect(page.locator(".rv-row[data-key]").first).to_be_visible()
