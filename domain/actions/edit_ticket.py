"""Tickets created and edited by people; linking a contract or planning sets the billing status (spec, sections 2, 3 and 5)."""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, select

from domain.actions.acting import Actor, authorise
from domain.actions.audit import record
from domain.actions.billable import wait_for_imports
from domain.actions.billing import Move, move, open_billing
from domain.actions.contracts import redraw
from domain.actions.documents import firm_of
from domain.actions.lines import HeldLine, held_lines
from domain.actions.numbers import take_free_number
from domain.actions.ticket_links import TicketData, check_links
from domain.errors import NotFound, Refused, Stale
from domain.model.base import table_of
from domain.model.contracts import ServiceContract
from domain.model.tickets import OWNER_LENGTH, TITLE_LENGTH, Ticket
from domain.rules.billing_status import Status, status_when_linked
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


def create_ticket(session: Session, data: TicketData, *, actor: Actor) -> Ticket:
    """A new ticket with its first billing status. Never commits. Raises PermissionDenied, InvalidInput, NotFound."""
    authorise(session, actor, Permission.EDIT_TICKETS)
    wait_for_imports(session)
    opened_at = data.opened_at or actor.now
    contract = check_links(session, data, None, opened_at)
    year = actor.today.year
    kind = contract.kind if contract else None
    ticket = Ticket(
        **{**asdict(data), **_texts(data)},
        number=take_free_number(session, TICKET_SERIES, year, ticket_number, table_of(Ticket).c.number),
    )
    ticket.opened_at = opened_at
    _take_rate(ticket, contract)
    status = _status_when_linked(session, kind, data)
    ticket.closed_at = actor.now if data.status is TicketStatus.CLOSED else None
    open_billing(ticket, status)
    session.add(ticket)
    session.flush()
    after = {**_plain(data), "billing_status": status, "hourly_rate": ticket.hourly_rate}
    record(session, actor, AuditAction.CREATED, "ticket", ticket.id or 0, after=after)
    redraw(session, actor, [ticket.id or 0])
    session.refresh(ticket)
    return ticket


def edit_ticket(session: Session, ticket_id: int, seen_version: int, data: TicketData, *, actor: Actor) -> Ticket:
    """Change a ticket. Never commits.

    Raises PermissionDenied, InvalidInput, NotFound, Stale, and Refused where a proposal holds its work (`ticket_locked`), or
    held it when it was decided on (`ticket_decided`, `ticket_invoiced`), and the change would reopen it or move it to another
    customer or coverage; `params` name the proposal. ContractRefuses where closing it draws on a contract that does not take it.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    ticket = open_ticket(session, ticket_id, seen_version)
    contract = check_links(session, data, ticket, data.opened_at or ticket.opened_at or actor.now)
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
    if relinked:
        _take_rate(ticket, contract)
    _record_change(session, actor, ticket, before)
    session.flush()
    if relinked:
        _relink(session, ticket, contract.kind if contract else None, data, actor)
    redraw(session, actor, [ticket_id])
    session.refresh(ticket)
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
    ended = line.proposal_status in (ProposalStatus.CANCELLED, ProposalStatus.INVOICED)
    code = "ticket_locked" if not ended else "ticket_invoiced" if line.state is LineState.BILL else "ticket_decided"
    return Refused(
        code,
        number=line.proposal_number,
        proposal_id=line.proposal_id,
        proposal_status=line.proposal_status.value,
    )


def _relink(session: Session, ticket: Ticket, kind: ContractKind | None, data: TicketData, actor: Actor) -> None:
    # What the contract before had drawn goes back before anything is decided about that work.
    redraw(session, actor, [ticket.id or 0], give_back=True)
    session.refresh(ticket)
    event = BillingEvent.PLANNING_LINKED if data.planning_id else BillingEvent.CONTRACT_LINKED if kind else BillingEvent.UNLINKED
    after = _status_when_linked(session, kind, data)
    move(session, actor, event, [Move(ticket.id or 0, ticket.billing_status, after, "", None)])


def _status_when_linked(session: Session, kind: ContractKind | None, data: TicketData) -> Status:
    covered = firm_of(session).cover_time_and_materials
    return status_when_linked(kind, planned=data.planning_id is not None, cover_time_and_materials=covered)


def _take_rate(ticket: Ticket, contract: ServiceContract | None) -> None:
    """A contract before takes the rate that it filled with it; one of time and materials fills what is not set."""
    if ticket.rate_from_contract:
        ticket.hourly_rate, ticket.rate_from_contract = 0, False
    if contract and contract.kind is ContractKind.TIME_AND_MATERIALS and not ticket.hourly_rate and contract.hourly_rate:
        ticket.hourly_rate, ticket.rate_from_contract = contract.hourly_rate, True


def _touches_billed_work(ticket: Ticket, data: TicketData) -> bool:
    reopened = ticket.status is TicketStatus.CLOSED and data.status is not TicketStatus.CLOSED
    names = ("company_id", "contact_id", "contract_id", "planning_id")
    return reopened or any(getattr(ticket, name) != getattr(data, name) for name in names)


def _texts(data: TicketData) -> dict[str, str]:
    return {
        "title": clean_text(data.title, "title", TITLE_LENGTH),
        "owner": clean_text(data.owner, "owner", OWNER_LENGTH, required=False),
    }


def data_of(ticket: Ticket) -> TicketData:
    """What a person may write on a ticket, as it is."""
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
    return {**_plain(data_of(ticket)), "hourly_rate": ticket.hourly_rate}


def _record_change(session: Session, actor: Actor, ticket: Ticket, before: dict[str, Any]) -> None:
    after = _told(ticket)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        old, new = ({name: side[name] for name in changed} for side in (before, after))
        record(session, actor, AuditAction.CHANGED, "ticket", ticket.id or 0, before=old, after=new)


def _plain(data: TicketData) -> dict[str, Any]:
    return {**asdict(data), "opened_at": data.opened_at.isoformat() if data.opened_at else None}
