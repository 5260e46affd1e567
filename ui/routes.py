"""Which pages there are, and which of them the rail leads to."""

from typing import Final

from domain.vocabulary import Permission
from ui.components.frame import RailItem
from ui.page import Page
from ui.pages import control, generation, proposal, proposals, ticket, tickets

HOME: Final = "/tickets"

ROUTES: Final[dict[str, Page]] = {
    "/control": Page(control.control, Permission.REVIEW),
    "/generations/{generation_id}": Page(generation.generation),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
    "/tickets": Page(tickets.tickets),
    "/tickets/{ticket_id}": Page(ticket.ticket),
}

RAIL: Final = (
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/control", "nav.control", "balance", Permission.REVIEW),
)
