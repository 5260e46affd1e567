"""The addresses of all pages, and the items of the navigation rail."""

from typing import Final

from domain.vocabulary import Permission
from storage.queries.proposals.inbox import count_waiting
from storage.queries.suspended.table import count_suspended
from ui.approvals import page as approvals
from ui.contracts import page as contract
from ui.generation import page as generation
from ui.help import page as guide
from ui.home import page as home
from ui.invoices import invoice_page as invoice
from ui.invoices import page as invoices
from ui.kit.page import Page
from ui.master_data import page as master_data
from ui.preflight import page as preflight
from ui.proposals import page as proposals
from ui.reconciliation import page as reconciliation
from ui.review import page as proposal
from ui.settings import firm_page as settings
from ui.settings import people_page as settings_people
from ui.settings import reasons_page as settings_reasons
from ui.settings import series_page as settings_series
from ui.shell.frame import RailItem
from ui.suspended import page as suspended
from ui.ticket import page as ticket
from ui.tickets import page as tickets

ROUTES: Final[dict[str, Page]] = {
    "/": Page(home.home),
    "/approvals": Page(approvals.approvals, Permission.APPROVE),
    "/companies": Page(master_data.companies),
    "/companies/{company_id}": Page(master_data.company),
    "/contacts": Page(master_data.contacts),
    "/contacts/{contact_id}": Page(master_data.contact),
    "/contracts": Page(master_data.contracts),
    "/contracts/{contract_id}": Page(contract.contract),
    "/generations/{generation_id}": Page(generation.generation),
    "/help": Page(guide.guide),
    "/invoices": Page(invoices.invoices),
    "/invoices/{invoice_id}": Page(invoice.invoice),
    "/plannings": Page(master_data.plannings),
    "/plannings/{planning_id}": Page(master_data.planning),
    "/preflight": Page(preflight.preflight, Permission.EDIT_TICKETS),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
    "/reconciliation": Page(reconciliation.reconciliation, Permission.REVIEW),
    "/services": Page(master_data.services),
    "/services/{service_id}": Page(master_data.service),
    "/settings": Page(settings.firm, Permission.MANAGE_SETTINGS),
    "/settings/people": Page(settings_people.people, Permission.MANAGE_USERS),
    "/settings/reasons": Page(settings_reasons.reasons, Permission.MANAGE_SETTINGS),
    "/settings/series": Page(settings_series.series, Permission.MANAGE_SETTINGS),
    "/suspended": Page(suspended.suspended),
    "/tickets": Page(tickets.tickets),
    "/tickets/{ticket_id}": Page(ticket.ticket),
}

MOVED: Final = {"/control": "/reconciliation"}
"""Former addresses of pages, which redirect to the current ones."""

RAIL: Final = (
    RailItem("/", "nav.home", "home"),
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/approvals", "nav.approvals", "how_to_reg", Permission.APPROVE, count_waiting),
    RailItem("/invoices", "nav.invoices", "receipt_long"),
    RailItem("/suspended", "nav.suspended", "pause_circle", counter=count_suspended),
    RailItem("/companies", "nav.master_data", "contacts", beside=("/contacts", "/services", "/contracts", "/plannings")),
    RailItem("/reconciliation", "nav.reconciliation", "fact_check", Permission.REVIEW),
    RailItem("/settings", "nav.settings", "settings", Permission.MANAGE_SETTINGS),
)
