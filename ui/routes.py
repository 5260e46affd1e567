"""Which pages there are, and which of them the rail leads to."""

from typing import Final

from domain.vocabulary import Permission
from storage.queries.suspended import count_suspended
from ui.components.frame import RailItem
from ui.page import Page
from ui.pages import (
    generation,
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

HOME: Final = "/tickets"

ROUTES: Final[dict[str, Page]] = {
    "/generations/{generation_id}": Page(generation.generation),
    "/proposals": Page(proposals.proposals),
    "/proposals/{proposal_id}": Page(proposal.proposal),
    "/settings": Page(settings.firm, Permission.MANAGE_SETTINGS),
    "/settings/people": Page(settings_people.people, Permission.MANAGE_USERS),
    "/settings/reasons": Page(settings_reasons.reasons, Permission.MANAGE_SETTINGS),
    "/settings/series": Page(settings_series.series, Permission.MANAGE_SETTINGS),
    "/suspended": Page(suspended.suspended),
    "/tickets": Page(tickets.tickets),
    "/tickets/{ticket_id}": Page(ticket.ticket),
}

RAIL: Final = (
    RailItem("/tickets", "nav.tickets", "confirmation_number"),
    RailItem("/proposals", "nav.proposals", "request_quote"),
    RailItem("/suspended", "nav.suspended", "pause_circle", counter=count_suspended),
    RailItem("/settings", "nav.settings", "settings", Permission.MANAGE_SETTINGS),
)
