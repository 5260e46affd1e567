"""States as chips: an icon, a word and a colour, so that none of the three has to be told apart alone."""

from typing import Final

from nicegui import ui

from domain.vocabulary import BillingStatus, Bucket, LineState, ProposalStatus, TicketStatus
from storage.queries.contracts.detail import Balance
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


def chip(tone: str, icon: str, word: str, *, reason: str = "", meaning: str = "") -> ui.element:
    """One state. Its reason, and what a state of its kind means, are a hover or a focus away."""
    with ui.element("span").classes(f"chip chip--{tone}").mark(f"chip-{tone}") as element:
        ui.icon(icon).props("aria-hidden=true")
        ui.label(word).classes("chip__word")
        if reason or meaning:
            _explain(element, [text for text in (reason, meaning) if text])
        if reason:
            element.classes("chip--explained")
    return element


def _explain(element: ui.element, sentences: list[str]) -> None:
    """A tooltip for who points, who comes by the keyboard, and who listens."""
    with ui.tooltip() as tip:
        for number, sentence in enumerate(sentences):
            ui.label(sentence).classes("chip__meaning" if number else "")
    ui.label(". ".join(["", *sentences])).classes("visually-hidden")
    element.props("tabindex=0")
    # Quasar shows a tooltip to the mouse alone.
    element.on("focus", js_handler=f"() => runMethod({tip.id}, 'show', [])")
    element.on("blur", js_handler=f"() => runMethod({tip.id}, 'hide', [])")


def billing_badge(translator: Translator, status: BillingStatus | None, *, reason: str = "") -> ui.element:
    """Stato Fatturazione; None is billed through a planning."""
    name = status.value if status else "none"
    meaning = translator.t(f"help.means.billing_status.{name}")
    return chip(name, BILLING[status], translator.t(f"billing_status.{name}"), reason=reason, meaning=meaning)


def ticket_badge(translator: Translator, status: TicketStatus) -> ui.element:
    """Stato of a ticket."""
    return chip(*TICKET[status], translator.t(f"ticket_status.{status}"))


def balance_badge(translator: Translator, balance: Balance | None) -> ui.element | None:
    """A contract that runs low, or is overdrawn; nothing where it has enough, or counts no units."""
    if balance is None or not balance.low:
        return None
    name = "overdrawn" if balance.residual < 0 else "low" if balance.residual else "exhausted"
    return chip(
        "suspended" if balance.residual <= 0 else "to_bill", "warning_amber", translator.t(f"contract_labels.{name}_chip")
    )


def proposal_badge(translator: Translator, status: ProposalStatus, *, reason: str = "") -> ui.element:
    """Where a proposal is on its way."""
    meaning = translator.t(f"help.means.proposal_status.{status}")
    return chip(*PROPOSAL[status], translator.t(f"proposal_status.{status}"), reason=reason, meaning=meaning)


_AS_STATUS: Final[dict[Bucket, BillingStatus | None]] = {
    Bucket.TO_BILL: BillingStatus.TO_BILL,
    Bucket.PROPOSED: BillingStatus.PROPOSED,
    Bucket.SUSPENDED: BillingStatus.SUSPENDED,
    Bucket.NOT_BILLED: BillingStatus.NOT_BILLED,
    Bucket.CONTRACT: BillingStatus.SERVICE_CONTRACT,
    Bucket.PLANNING: None,
    Bucket.INVOICED: BillingStatus.BILLED,
    Bucket.BILLED_ELSEWHERE: BillingStatus.BILLED,
    Bucket.WRITTEN_OFF: BillingStatus.NOT_BILLED,
}

BUCKET_ICONS: Final = {bucket: BILLING[status] for bucket, status in _AS_STATUS.items()} | {
    Bucket.BILLED_ELSEWHERE: "call_made",
    Bucket.WRITTEN_OFF: "money_off",
}
BUCKET_TONES: Final = {bucket: status.value if status else "none" for bucket, status in _AS_STATUS.items()}
"""A bucket looks like the state that most of its tickets have."""
