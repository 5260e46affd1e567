"""Which pages there are, and which of them the rail leads to."""

from typing import Final

from domain.vocabulary import Permission
from storage.queries.approvals import count_waiting
from ui.components.frame import RailItem
from ui.page import Page
from ui.pages import approvals, contract, generation, invoice, invoices, proposal, proposals, ticket, tickets

HOME: Final = "/tickets"

ROUTES: Final[dict[str, Page]] = {
    "/contracts/{contract_id}": Page(contract.contract),
    "/approvals": Page(approvals.approvals, Permission.APPROVE),
    "/generations/{generation_id}": Page(generation.generation),
    "/invoices": Page(invoices.invoices),
    "/invoices/{invoice_id}": Page(invoice.invoice),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
    "/tickets": Page(tickets.tickets),
    "/tickets/{ticket_id}": Page(ticket.ticket),
}

RAIL: Final = (
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/invoices", "nav.invoices", "receipt_long"),
    RailItem("/approvals", "nav.approvals", "how_to_reg", Permission.APPROVE, count_waiting),
)
