"""Billing issues in words: what one is called, what to do about it, what a row says of a time entry."""

from domain.rules.calendar import firm_date
from domain.vocabulary import Refusal
from storage.queries.tickets.billing_issues import BillingIssue, EntryLine, TicketLine
from ui.i18n import Translator


def issue_name(text: Translator, issue: BillingIssue) -> str:
    """Its short name; what is not to bill is named by its state."""
    if issue.code is Refusal.NOT_TO_BILL:
        return text.t(f"billing_status.{issue.state or 'none'}")
    return text.t(f"refusal_short.{issue.code}")


def issue_key(issue: BillingIssue) -> str:
    """The part of a sentence's name that stands for it."""
    return f"{issue.code}.{issue.state}" if issue.state else issue.code.value


def issue_advice(text: Translator, issue: BillingIssue) -> str:
    """One sentence: what can be done about it here, or why nothing can."""
    state = f".{issue.state or 'none'}" if issue.code is Refusal.NOT_TO_BILL else ""
    return text.t(f"preflight.advice.{issue.code}{state}")


def entry_text(text: Translator, entry: EntryLine) -> str:
    """When it was, by whom, how long, and what was done."""
    day = text.date(firm_date(entry.started_at)) if entry.started_at else text.t("preflight.no_date")
    parts = [entry.code, day, entry.operator]
    if entry.worked_minutes is not None:
        parts.append(text.t("preflight.worked", hours=text.hours(entry.worked_minutes)))
    return " · ".join(filter(None, [*parts, entry.service, entry.description]))


def elsewhere(text: Translator, issue: BillingIssue, ticket: TicketLine) -> tuple[str, str]:
    """Where an issue that is not fixed here is looked after: what the link says, and its path."""
    if ticket.proposal_id is not None and issue.code is Refusal.ALREADY_PROPOSED:
        return text.t("preflight.to_proposal", number=ticket.proposal_number), f"/proposals/{ticket.proposal_id}"
    if ticket.contract_id is not None and issue.state:
        return text.t("preflight.to_contract", name=ticket.contract), f"/contracts/{ticket.contract_id}"
    if ticket.planning_id is not None:
        return text.t("preflight.to_planning", name=ticket.planning), f"/plannings/{ticket.planning_id}"
    return text.t("preflight.to_ticket"), f"/tickets/{ticket.id}"
