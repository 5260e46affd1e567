"""Tickets created and edited by people; linking a contract or planning sets the billing status (spec, sections 2, 3 and 5)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.actions.acting import Actor, authorise
from domain.actions.audit import record
from domain.actions.billable import wait_for_imports
from domain.actions.billing import Move, move, open_billing
from domain.actions.lines import HeldLine, held_lines
from domain.actions.numbers import take_free_number
from domain.errors import InvalidInput, NotFound, Refused, Stale
from domain.model.base import table_of
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact
from domain.model.tickets import OWNER_LENGTH, TITLE_LENGTH, Ticket
from domain.rules.billing_status import status_when_linked
from domain.rules.numbering import TICKET_SERIES, ticket_number
from domain.rules.text import clean_text
from domain.vocabulary import (
    AuditAction,
    BillingEvent,
    ContractKind,
    LineState,
    Permission,
    ProposalStatus,
    TicketStatus,
)


@dataclass(frozen=True, slots=True)
class TicketData:
    """What a person may write on a ticket, apart from its billing. Company or contact, contract or planning: one of each pair."""

    title: str
    status: TicketStatus = TicketStatus.OPEN
    company_id: int | None = None
    contact_id: int | None = None
    contract_id: int | None = None
    planning_id: int | None = None
    owner: str = ""
    opened_at: datetime | None = None


def create_ticket(session: Session, data: TicketData, *, actor: Actor) -> Ticket:
    """A new ticket with its first billing status. Never commits. Raises PermissionDenied, InvalidInput, NotFound."""
    authorise(session, actor, Permission.EDIT_TICKETS)
    wait_for_imports(session)
    kind, contract_rate = _check(session, data)
    year = actor.today.year
    status = status_when_linked(kind, planned=data.planning_id is not None)
    ticket = Ticket(
        **{**asdict(data), **_texts(data)},
        number=take_free_number(session, TICKET_SERIES, year, ticket_number, table_of(Ticket).c.number),
        hourly_rate=contract_rate,
    )
    ticket.opened_at = data.opened_at or actor.now
    ticket.closed_at = actor.now if data.status is TicketStatus.CLOSED else None
    open_billing(ticket, status)
    session.add(ticket)
    session.flush()
    after = {**_plain(data), "billing_status": status, "hourly_rate": contract_rate}
    record(session, actor, AuditAction.CREATED, "ticket", ticket.id or 0, after=after)
    return ticket


def edit_ticket(session: Session, ticket_id: int, seen_version: int, data: TicketData, *, actor: Actor) -> Ticket:
    """Change a ticket. Never commits.

    Raises PermissionDenied, InvalidInput, NotFound, Stale, and Refused where a proposal holds its work (`ticket_locked`), or
    held it when it was decided on (`ticket_decided`), and the change would reopen it or move it to another customer or
    coverage; `params` name the proposal.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    ticket = open_ticket(session, ticket_id, seen_version)
    kind, contract_rate = _check(session, data)
    lines = held_lines(session, [ticket_id]).get(ticket_id, [])
    before = _told(ticket)
    if lines and _touches_billed_work(ticket, data):
        raise locked_by(lines)
    linked_before = (ticket.contract_id, ticket.planning_id)
    if data.status is TicketStatus.CLOSED and ticket.status is not TicketStatus.CLOSED:
        ticket.closed_at = actor.now
    elif data.status is not TicketStatus.CLOSED:
        ticket.closed_at = None
    for name, value in asdict(data).items():
        if name != "opened_at" or value is not None:
            setattr(ticket, name, value)
    ticket.title, ticket.owner = _texts(data).values()
    relinked = linked_before != (ticket.contract_id, ticket.planning_id)
    if relinked and kind is ContractKind.TIME_AND_MATERIALS and not ticket.hourly_rate:
        ticket.hourly_rate = contract_rate
    _record_change(session, actor, ticket, before)
    if relinked:
        session.flush()
        _relink(session, ticket, kind, actor)
    return ticket


def open_ticket(session: Session, ticket_id: int, seen_version: int) -> Ticket:
    """The ticket, locked, as somebody saw it. Raises NotFound, Stale."""
    statement = select(Ticket).where(col(Ticket.id) == ticket_id).with_for_update()
    ticket = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if ticket is None:
        raise NotFound("unknown_ticket", numbers=str(ticket_id), count=1)
    if ticket.version != seen_version:
        raise Stale("ticket_changed", number=ticket.number)
    return ticket


def locked_by(lines: list[HeldLine]) -> Refused:
    """The refusal that names the proposal which holds a ticket's work, and whether it can still be taken off there."""
    line = next((line for line in lines if line.state is LineState.BILL), lines[0])
    ended = line.proposal_status in (ProposalStatus.CANCELLED, ProposalStatus.INVOICED) and line.state is not LineState.BILL
    return Refused(
        "ticket_decided" if ended else "ticket_locked",
        number=line.proposal_number,
        proposal_id=line.proposal_id,
        proposal_status=line.proposal_status.value,
    )


def _relink(session: Session, ticket: Ticket, kind: ContractKind | None, actor: Actor) -> None:
    planned = ticket.planning_id is not None
    event = BillingEvent.PLANNING_LINKED if planned else BillingEvent.CONTRACT_LINKED if kind else BillingEvent.UNLINKED
    after = status_when_linked(kind, planned=planned)
    move(session, actor, event, [Move(ticket.id or 0, ticket.billing_status, after, "", None)])
    session.refresh(ticket)


def _touches_billed_work(ticket: Ticket, data: TicketData) -> bool:
    reopened = ticket.status is TicketStatus.CLOSED and data.status is not TicketStatus.CLOSED
    names = ("company_id", "contact_id", "contract_id", "planning_id")
    return reopened or any(getattr(ticket, name) != getattr(data, name) for name in names)


def _check(session: Session, data: TicketData) -> tuple[ContractKind | None, int]:
    """Kind and rate of the contract. Raises InvalidInput where the data contradict each other."""
    if data.company_id and data.contact_id:
        raise InvalidInput("two_customers", field="contact_id")
    if data.contract_id and data.planning_id:
        raise InvalidInput("two_coverages", field="planning_id")
    if data.company_id and session.get(Company, data.company_id) is None:
        raise InvalidInput("unknown_customer", field="company_id")
    contact = session.get(Contact, data.contact_id) if data.contact_id else None
    if data.contact_id and contact is None:
        raise InvalidInput("unknown_customer", field="contact_id")
    customer = data.company_id or (contact.company_id if contact else None)
    kind: ContractKind | None = None
    rate = 0
    coverage: ServiceContract | Planning | None = None
    if data.contract_id:
        contract = coverage = session.get(ServiceContract, data.contract_id)
        if contract is not None:
            kind = contract.kind
            rate = contract.hourly_rate if kind is ContractKind.TIME_AND_MATERIALS else 0
    elif data.planning_id:
        coverage = session.get(Planning, data.planning_id)
    if (data.contract_id or data.planning_id) and (
        coverage is None or (customer is not None and coverage.company_id != customer)
    ):
        raise InvalidInput("coverage_of_another_customer", field="contract_id" if data.contract_id else "planning_id")
    return kind, rate


def _texts(data: TicketData) -> dict[str, str]:
    return {
        "title": clean_text(data.title, "title", TITLE_LENGTH),
        "owner": clean_text(data.owner, "owner", OWNER_LENGTH, required=False),
    }


def _data_of(ticket: Ticket) -> TicketData:
    return TicketData(
        ticket.title,
        ticket.status,
        ticket.company_id,
        ticket.contact_id,
        ticket.contract_id,
        ticket.planning_id,
        ticket.owner,
        ticket.opened_at,
    )


def _told(ticket: Ticket) -> dict[str, Any]:
    return {**_plain(_data_of(ticket)), "hourly_rate": ticket.hourly_rate}


def _record_change(session: Session, actor: Actor, ticket: Ticket, before: dict[str, Any]) -> None:
    after = _told(ticket)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        old, new = ({name: side[name] for name in changed} for side in (before, after))
        record(session, actor, AuditAction.CHANGED, "ticket", ticket.id or 0, before=old, after=new)


def _plain(data: TicketData) -> dict[str, Any]:
    return {**asdict(data), "opened_at": data.opened_at.isoformat() if data.opened_at else None}
