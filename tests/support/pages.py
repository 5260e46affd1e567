"""Every page with an example that has content, for tests of all pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from domain.vocabulary import Role

MANAGER: Final = (Role.BILLING_MANAGER,)
LEAD: Final = (Role.TEAM_LEAD,)
ADMINISTRATOR: Final = (Role.ADMINISTRATOR,)


@dataclass(frozen=True, slots=True)
class Shown:
    """An example of a route: the roles that see all of it, and the query `example` that finds its id."""

    who: tuple[Role, ...] = MANAGER
    example: str = ""


# A route of `ui.routes` that is missing here fails the tests of accessibility: give it a line.
PAGES: Final[dict[str, Shown]] = {
    "/": Shown((Role.BILLING_MANAGER, Role.TEAM_LEAD, Role.OPERATOR)),
    "/approvals": Shown(LEAD),
    "/companies": Shown(),
    "/companies/{company_id}": Shown(example="SELECT company_id FROM proposal GROUP BY 1 ORDER BY count(*) DESC"),
    "/contacts": Shown(),
    "/contacts/{contact_id}": Shown(
        example="SELECT contact_id FROM ticket WHERE contact_id > 0 GROUP BY 1 ORDER BY count(*) DESC"
    ),
    "/contracts": Shown(),
    "/contracts/{contract_id}": Shown(example="SELECT contract_id FROM contract_draw GROUP BY 1 ORDER BY count(*) DESC"),
    "/reconciliation": Shown(),
    "/generations/{generation_id}": Shown(example="SELECT max(id) FROM generation"),
    "/help": Shown(),
    "/invoices": Shown(),
    "/invoices/{invoice_id}": Shown(LEAD, "SELECT max(id) FROM invoice"),
    "/plannings": Shown(),
    "/plannings/{planning_id}": Shown(example="SELECT min(id) FROM planning"),
    "/preflight": Shown(),
    "/proposals": Shown(),
    "/proposals/{proposal_id}": Shown(
        example="SELECT p.id FROM proposal p JOIN proposal_line l ON l.proposal_id = p.id WHERE p.status = 'draft' "
        "GROUP BY p.id ORDER BY count(DISTINCT l.state) DESC, count(*) DESC"
    ),
    "/services": Shown(),
    "/services/{service_id}": Shown(example="SELECT min(id) FROM service"),
    "/settings": Shown(ADMINISTRATOR),
    "/settings/people": Shown(ADMINISTRATOR),
    "/settings/reasons": Shown(ADMINISTRATOR),
    "/settings/series": Shown(ADMINISTRATOR),
    "/suspended": Shown(),
    "/tickets": Shown(),
    "/tickets/{ticket_id}": Shown(example="SELECT ticket_id FROM time_entry GROUP BY 1 ORDER BY count(*) DESC"),
}


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog over a page, opened by `open`. Labels are in both languages."""

    route: str
    open: Callable[[Page], None]
    who: Role = Role.BILLING_MANAGER
    example: str = ""


def _click(*labels: str) -> Callable[[Page], None]:
    """Click the first button with this label."""
    name = re.compile("|".join(f"^{re.escape(label)}" for label in labels))
    return lambda page: page.get_by_role("button", name=name).first.click()


def _press(*keys: str) -> Callable[[Page], None]:
    """Press keys once the rows handle them."""

    def press(page: Page) -> None:
        page.locator(".rv-list:focus").wait_for()
        for key in keys:
            page.keyboard.press(key)

    return press


DIALOGS: Final[dict[str, Dialog]] = {
    "approve": Dialog("/approvals", _press("x", "a"), Role.TEAM_LEAD),
    "credit": Dialog(
        "/invoices/{invoice_id}",
        _click("Nota di credito", "Credit note"),
        Role.TEAM_LEAD,
        "SELECT max(id) FROM invoice WHERE kind = 'invoice'",
    ),
    "date": Dialog("/tickets", lambda page: page.locator(".date-pick").first.click()),
    "generation": Dialog("/tickets", _click("Genera Proposte Fattura", "Generate")),
    "issue": Dialog(
        "/proposals/{proposal_id}", _click("Emetti fattura", "Issue"), example="SELECT id FROM proposal WHERE status = 'approved'"
    ),
    "keys": Dialog("/proposals/{proposal_id}", _press("?")),
    "master": Dialog("/companies", _click("Nuova azienda", "New customer")),
    "notices": Dialog("/proposals", lambda page: page.locator(".bell").click()),
    "reason": Dialog("/proposals/{proposal_id}", _press("ArrowDown", "s")),
    "ticket": Dialog("/tickets", _click("Crea", "Create")),
    "who": Dialog("/tickets", lambda page: page.locator(".who").click()),
}
"""The most common dialogs, by name."""
