"""Which pages there are, and which of them the rail leads to."""

from typing import Final

from ui.components.frame import RailItem
from ui.page import Page
from ui.pages import generation, master_data, proposal, proposals, ticket, tickets

HOME: Final = "/tickets"

ROUTES: Final[dict[str, Page]] = {
    "/companies": Page(master_data.companies),
    "/companies/{company_id}": Page(master_data.company),
    "/contacts": Page(master_data.contacts),
    "/contacts/{contact_id}": Page(master_data.contact),
    "/contracts": Page(master_data.contracts),
    "/generations/{generation_id}": Page(generation.generation),
    "/plannings": Page(master_data.plannings),
    "/plannings/{planning_id}": Page(master_data.planning),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
    "/services": Page(master_data.services),
    "/services/{service_id}": Page(master_data.service),
    "/tickets": Page(tickets.tickets),
    "/tickets/{ticket_id}": Page(ticket.ticket),
}

RAIL: Final = (
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/companies", "nav.master_data", "contacts", beside=("/contacts", "/services", "/contracts", "/plannings")),
)
