"""What waits for a person when they come in, and what it is worth: the figures of the home page (screens).

Each figure holds the filter of the list that it opens, so that what it says and what the list shows are one thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import case, exists, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import WorkFilter, work, work_conditions
from domain.vocabulary import Bucket, InvoiceKind, LineState, MissingField, ProposalStatus, Refusal, Role
from storage.queries.invoices.table import InvoiceFilter, invoice_totals
from storage.queries.proposals.table import ProposalFilter
from storage.queries.reconciliation.buckets import prove
from storage.queries.suspended.table import SuspendedFilter, SuspendedSelection, suspended_totals
from storage.queries.tickets.grid import count_minutes

Opens = TicketFilter | SuspendedFilter | ProposalFilter | InvoiceFilter
"""The list behind a figure."""

YEAR: Final = 12
"""Months that the page looks back on."""

_ticket, _entry = table_of(Ticket), table_of(TimeEntry)
_proposal, _line = table_of(Proposal), table_of(ProposalLine)


class Card(StrEnum):
    """What may wait for somebody."""

    TO_BILL = "to_bill"
    DRAFTS = "drafts"
    SENT_BACK = "sent_back"
    DUE = "due"
    TO_INVOICE = "to_invoice"
    TO_APPROVE = "to_approve"
    NOT_BILLED = "not_billed"
    CREDITED = "credited"
    PROOF = "proof"
    NOT_CLOSED = "not_closed"
    WITHOUT_SERVICE = "without_service"
    WITHOUT_CUSTOMER = "without_customer"
    THIS_MONTH = "this_month"


_LEAD: Final = (Card.TO_APPROVE, Card.TO_INVOICE, Card.TO_BILL, Card.NOT_BILLED, Card.CREDITED)
CARDS: Final[dict[Role, tuple[Card, ...]]] = {
    Role.OPERATOR: (Card.NOT_CLOSED, Card.WITHOUT_SERVICE, Card.WITHOUT_CUSTOMER, Card.THIS_MONTH),
    Role.BILLING_MANAGER: (Card.TO_BILL, Card.DRAFTS, Card.SENT_BACK, Card.DUE, Card.TO_INVOICE),
    Role.TEAM_LEAD: _LEAD,
    Role.ADMINISTRATOR: (*_LEAD, Card.PROOF),
}
"""What each role looks at first, in this order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are (tickets; proposals or documents where `opens` lists those), their minutes and net in cents.

    `name` is a state, a month (`2026-02`), the number of an age, or what somebody or something is called; empty for none.
    `oldest`: since when the first of them waits.
    """

    name: str
    count: int
    minutes: int
    cents: int
    opens: Opens | None
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The cards of a person. `own`: an operator's are about what bears their name; else, since nothing does, about everything."""

    cards: dict[Card, Figure]
    own: bool = True


def first_month(today: date) -> date:
    """The first day of the twelve months that end with the one of `today`."""
    months = today.year * 12 + today.month - YEAR
    return date(months // 12, months % 12 + 1, 1)


def lost_since(today: date) -> WorkFilter:
    """Work of the last twelve months that will not be billed."""
    return WorkFilter(lost=True, worked_from=first_month(today))


def waiting_for(session: Session, role: Role, person: str, today: date) -> Waiting:
    """What waits for `person`, as their role sees it."""
    if role is Role.OPERATOR:
        return _of_operator(session, person, today)
    proposals = {figure.name: figure for figure in proposals_under_way(session)}
    found = {
        Card.DRAFTS: proposals[ProposalStatus.DRAFT],
        Card.TO_APPROVE: proposals[ProposalStatus.SUBMITTED],
        Card.TO_INVOICE: proposals[ProposalStatus.APPROVED],
        Card.TO_BILL: work_figure(session, WorkFilter(Bucket.TO_BILL)),
    }
    if Card.SENT_BACK in CARDS[role]:
        found[Card.SENT_BACK] = sent_back(session)
        found[Card.DUE] = _due(session, today)
    else:
        found[Card.NOT_BILLED] = work_figure(session, lost_since(today))
        found[Card.CREDITED] = _credited(session, today)
    if Card.PROOF in CARDS[role]:
        proof = prove(session)
        found[Card.PROOF] = Figure("", len(proof.differences), proof.whole.minutes, proof.whole.cents, None)
    return Waiting({card: found[card] for card in CARDS[role]})


def _of_operator(session: Session, person: str, today: date) -> Waiting:
    by_name = exists().where(_ticket.c.owner == person) | exists().where(_entry.c.operator == person)
    own = bool(session.execute(select(by_name)).scalar_one())
    owner, operator = (person, person) if own else ("", None)
    cards = {
        Card.NOT_CLOSED: _tickets(session, TicketFilter(refusal=Refusal.NOT_CLOSED, owner=owner)),
        Card.WITHOUT_SERVICE: _tickets(session, TicketFilter(owner=owner, lacks=MissingField.SERVICE)),
        Card.WITHOUT_CUSTOMER: _tickets(session, TicketFilter(owner=owner, lacks=MissingField.CUSTOMER)),
        Card.THIS_MONTH: work_figure(session, WorkFilter(month=f"{today:%Y-%m}", operator=operator)),
    }
    return Waiting(cards, own)


def work_figure(session: Session, narrowed: WorkFilter) -> Figure:
    """What some work comes to, and how many tickets have it."""
    sums = (func.count(work.c.ticket_id.distinct()), func.sum(work.c.minutes), func.sum(work.c.cents))
    count, minutes, cents = session.execute(select(*sums).where(*work_conditions(narrowed))).one()
    return Figure("", count, int(minutes or 0), int(cents or 0), TicketFilter(work=narrowed))


def _tickets(session: Session, narrowed: TicketFilter) -> Figure:
    """Some tickets, and the minutes to bill of all their work."""
    return Figure("", *count_minutes(session, narrowed), 0, narrowed)


UNDER_WAY: Final = (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED, ProposalStatus.APPROVED)


def proposals_under_way(session: Session) -> list[Figure]:
    """Proposals by the state in which they wait, with what they bill."""
    found = {row.status: row for row in session.execute(_proposals(UNDER_WAY))}
    return [_proposal_figure(status, found.get(status), ProposalFilter(statuses=frozenset({status}))) for status in UNDER_WAY]


def sent_back(session: Session) -> Figure:
    """Drafts that approval sent back."""
    draft = ProposalStatus.DRAFT
    row = session.execute(_proposals([draft]).where(_proposal.c.rejection_comment != "")).one_or_none()
    return _proposal_figure(draft, row, ProposalFilter(statuses=frozenset({draft}), rejected=True))


def _proposals(statuses: Sequence[ProposalStatus]) -> Any:
    to_bill = _line.c.state == LineState.BILL
    sums = (func.sum(case((to_bill, column), else_=0)) for column in (_line.c.minutes, _line.c.net))
    return (
        select(_proposal.c.status, func.count(_proposal.c.id.distinct()), *sums, func.min(_proposal.c.submitted_at))
        .select_from(_proposal.outerjoin(_line, _line.c.proposal_id == _proposal.c.id))
        .where(_proposal.c.status.in_(statuses))
        .group_by(_proposal.c.status)
    )


def _proposal_figure(status: ProposalStatus, row: Any, opens: ProposalFilter) -> Figure:
    count, minutes, cents, oldest = row[1:] if row else (0, 0, 0, None)
    waits = oldest if status is ProposalStatus.SUBMITTED else None
    return Figure(status, count, int(minutes), int(cents), opens, waits)


def _due(session: Session, today: date) -> Figure:
    narrowed = SuspendedFilter(due_by=today)
    totals = suspended_totals(session, SuspendedSelection(filter=narrowed))
    return Figure("", totals.tickets, totals.minutes, totals.value, narrowed)


def _credited(session: Session, today: date) -> Figure:
    narrowed = InvoiceFilter(kind=InvoiceKind.CREDIT_NOTE, issued_from=first_month(today))
    totals = invoice_totals(session, narrowed)
    return Figure("", totals.documents, 0, totals.net, narrowed)
