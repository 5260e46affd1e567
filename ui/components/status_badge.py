"""States as chips: an icon, a word and a colour, so that none of the three has to be told apart alone."""

from typing import Final

from nicegui import ui

from domain.vocabulary import BillingStatus, LineState, ProposalStatus, TicketStatus
from storage.queries.contracts import Balance
from ui.i18n import Translator

# The tone is the class that `theme.css` colours: the six of billing, and two more for what is no billing.
BILLING: Final[dict[BillingStatus | None, str]] = {
    BillingStatus.TO_BILL: "radio_button_unchecked",
    BillingStatus.SERVICE_CONTRACT: "handshake",
    BillingStatus.NOT_BILLED: "block",
    BillingStatus.BILLED: "check_circle",
    BillingStatus.SUSPENDED: "pause_circle",
    BillingStatus.PROPOSED: "description",
    None: "event_note",
}
TICKET: Final = {
    TicketStatus.OPEN: ("open", "adjust"),
    TicketStatus.IN_PROGRESS: ("proposed", "timelapse"),
    TicketStatus.WAITING: ("suspended", "hourglass_empty"),
    TicketStatus.CLOSED: ("done", "check"),
}
PROPOSAL: Final = {
    ProposalStatus.DRAFT: ("to_bill", "edit_note"),
    ProposalStatus.SUBMITTED: ("proposed", "how_to_reg"),
    ProposalStatus.APPROVED: ("service_contract", "task_alt"),
    ProposalStatus.INVOICED: ("billed", "check_circle"),
    ProposalStatus.CANCELLED: ("not_billed", "block"),
}
LINE: Final = {
    LineState.BILL: ("to_bill", "radio_button_unchecked"),
    LineState.SUSPENDED: ("suspended", "pause_circle"),
    LineState.NOT_BILLED: ("not_billed", "block"),
    LineState.RELEASED: ("done", "undo"),
}


def chip(tone: str, icon: str, word: str, *, reason: str = "") -> ui.element:
    """One state. Its reason is a hover or a focus away."""
    with ui.element("span").classes(f"chip chip--{tone}").mark(f"chip-{tone}") as element:
        ui.icon(icon).props("aria-hidden=true")
        ui.label(word).classes("chip__word")
        if reason:
            element.props("tabindex=0").classes("chip--explained")
            ui.tooltip(reason)
    return element


def billing_badge(translator: Translator, status: BillingStatus | None, *, reason: str = "") -> ui.element:
    """Stato Fatturazione; None is billed through a planning."""
    name = status.value if status else "none"
    return chip(name, BILLING[status], translator.t(f"billing_status.{name}"), reason=reason)


def ticket_badge(translator: Translator, status: TicketStatus) -> ui.element:
    """Stato of a ticket."""
    return chip(*TICKET[status], translator.t(f"ticket_status.{status}"))


def balance_badge(translator: Translator, balance: Balance | None) -> ui.element | None:
    """A contract that runs low, or is overdrawn; nothing where it has enough, or counts no units."""
    if balance is None or not balance.low:
        return None
    name = "overdrawn" if balance.residual < 0 else "low" if balance.residual else "exhausted"
    return chip("suspended" if balance.residual <= 0 else "to_bill", "warning_amber", translator.t(f"contract_words.{name}_chip"))


def proposal_badge(translator: Translator, status: ProposalStatus, *, reason: str = "") -> ui.element:
    """Where a proposal is on its way."""
    return chip(*PROPOSAL[status], translator.t(f"proposal_status.{status}"), reason=reason)
