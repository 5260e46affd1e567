"""The pre-flight in words: what a cause is called, what to do about it, what a row says."""

from domain.rules.calendar import firm_date
from domain.vocabulary import Refusal
from storage.queries.tickets.billing_issues import BillingIssue, EntryLine, TicketLine
from ui.i18n import Translator


def cause_name(text: Translator, cause: BillingIssue) -> str:
    """Its short name; what is not to bill is told apart by its state."""
    if cause.code is Refusal.NOT_TO_BILL:
        return text.t(f"billing_status.{cause.state or 'none'}")
    return text.t(f"refusal_short.{cause.code}")


def cause_advice(text: Translator, cause: BillingIssue) -> str:
    """One sentence: what can be done about it here, or why nothing can."""
    state = f".{cause.state or 'none'}" if cause.code is Refusal.NOT_TO_BILL else ""
    return text.t(f"preflight.advice.{cause.code}{state}")


def entry_text(text: Translator, entry: EntryLine) -> str:
    """When it was, by whom, how long, and what was done."""
    day = text.date(firm_date(entry.started_at)) if entry.started_at else text.t("preflight.no_date")
    parts = [entry.code, day, entry.operator]
    if entry.worked_minutes is not None:
        parts.append(text.t("preflight.worked", hours=text.hours(entry.worked_minutes)))
    return " · ".join(filter(None, [*parts, entry.service, entry.description]))


def ticket_text(text: Translator, cause: BillingIssue, ticket: TicketLine) -> str:
    """What a cause that is about the ticket itself has to add."""
    if cause.code is Refusal.NOT_TO_BILL:
        return text.t("review.quoted", text=ticket.reason) if ticket.reason else ""
    if cause.code is Refusal.NO_TIME_ENTRIES:
        return text.n("preflight.no_work", ticket.entries) if ticket.entries else text.t("preflight.no_work_at_all")
    if cause.code is Refusal.NOT_CLOSED:
        return text.t(f"ticket_status.{ticket.status}")
    return ticket.contact if cause.code is Refusal.CONTACT_WITHOUT_COMPANY else ""


def elsewhere(text: Translator, cause: BillingIssue, ticket: TicketLine) -> tuple[str, str]:
    """Where a cause that is not mended here is looked after: what the link says, and its path."""
    if ticket.proposal_id is not None and cause.code is Refusal.ALREADY_PROPOSED:
        return text.t("preflight.to_proposal", number=ticket.proposal_number), f"/proposals/{ticket.proposal_id}"
    if ticket.contract_id is not None and cause.state:
        return text.t("preflight.to_contract", name=ticket.contract), f"/contracts/{ticket.contract_id}"
    if ticket.planning_id is not None:
        return text.t("preflight.to_planning", name=ticket.planning), f"/plannings/{ticket.planning_id}"
    return text.t("preflight.to_ticket"), f"/tickets/{ticket.id}"
