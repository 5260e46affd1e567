"""Which pages there are, and which of them the rail leads to."""

from typing import Final

from domain.vocabulary import Permission
from storage.queries.approvals import count_waiting
from storage.queries.suspended import count_suspended
from ui.components.frame import RailItem
from ui.page import Page
from ui.pages import (
    approvals,
    contract,
    control,
    generation,
    guide,
    home,
    invoice,
    invoices,
    master_data,
    preflight,
    proposal,
    proposals,
    settings,
    settings_people,
    settings_reasons,
    settings_series,
    suspended,
    ticket,
    tickets,
)

ROUTES: Final[dict[str, Page]] = {
    "/": Page(home.home),
    "/approvals": Page(approvals.approvals, Permission.APPROVE),
    "/companies": Page(master_data.companies),
    "/companies/{company_id}": Page(master_data.company),
    "/contacts": Page(master_data.contacts),
    "/contacts/{contact_id}": Page(master_data.contact),
    "/contracts": Page(master_data.contracts),
    "/contracts/{contract_id}": Page(contract.contract),
    "/control": Page(control.control, Permission.REVIEW),
    "/generations/{generation_id}": Page(generation.generation),
    "/help": Page(guide.guide),
    "/invoices": Page(invoices.invoices),
    "/invoices/{invoice_id}": Page(invoice.invoice),
    "/plannings": Page(master_data.plannings),
    "/plannings/{planning_id}": Page(master_data.planning),
    "/preflight": Page(preflight.preflight, Permission.EDIT_TICKETS),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
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

RAIL: Final = (
    RailItem("/", "nav.home", "home"),
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/approvals", "nav.approvals", "how_to_reg", Permission.APPROVE, count_waiting),
    RailItem("/invoices", "nav.invoices", "receipt_long"),
    RailItem("/suspended", "nav.suspended", "pause_circle", counter=count_suspended),
    RailItem("/companies", "nav.master_data", "contacts", beside=("/contacts", "/services", "/contracts", "/plannings")),
    RailItem("/control", "nav.control", "fact_check", Permission.REVIEW),
    RailItem("/settings", "nav.settings", "settings", Permission.MANAGE_SETTINGS),
)
