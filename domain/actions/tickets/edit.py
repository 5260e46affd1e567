"""Tickets created and edited by people; linking a contract or planning sets the billing status (spec, sections 2, 3 and 5)."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from domain.actions.contracts.draw import redraw
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.core.numbers import take_free_number
from domain.actions.proposals.lines import ActiveLine, active_lines
from domain.actions.tickets.billing import Move, move, open_billing
from domain.actions.tickets.links import TicketData, check_links
from domain.errors import NotFound, Refused, Stale
from domain.model.base import among, table_of
from domain.model.contracts import ServiceContract
from domain.model.tickets import OWNER_LENGTH, TITLE_LENGTH, Ticket
from domain.reads.billable_tickets import wait_for_imports
from domain.reads.firm import firm_of
from domain.rules.billing_status import Status, status_when_linked
from domain.rules.contracts import rate_when_linked
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
    """Create a ticket with its first billing status. Raises PermissionDenied, InvalidInput, NotFound."""
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
    status = status_of_link(session, kind, planned=data.planning_id is not None)
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
    """Change a ticket.

    Raises PermissionDenied, InvalidInput, NotFound, Stale, and Refused where a proposal holds its work (`ticket_locked`), or
    held it when it was decided on (`ticket_decided`, `ticket_invoiced`), and the change would reopen it or move it to another
    customer or coverage; `params` name the proposal. ContractRefuses where closing it draws on a contract that does not take it.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    ticket = open_ticket(session, ticket_id, seen_version)
    contract = check_links(session, data, ticket, data.opened_at or ticket.opened_at or actor.now)
    lines = active_lines(session, [ticket_id]).get(ticket_id, [])
    before = _audited(ticket)
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
        relink(session, actor, [ticket_id], contract.kind if contract else None, planned=data.planning_id is not None)
    else:
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


def locked_by(lines: list[ActiveLine]) -> Refused:
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


def relink(session: Session, actor: Actor, ticket_ids: Collection[int], kind: ContractKind | None, *, planned: bool) -> None:
    """Tickets, locked, have another contract of this kind, or planning, or none: their work and their state follow."""
    # What the contract before had drawn goes back before anything is decided about that work.
    redraw(session, actor, ticket_ids, give_back=True)
    after = status_of_link(session, kind, planned=planned)
    ticket = table_of(Ticket).c
    rows = session.execute(select_columns(ticket.id, ticket.billing_status).where(among(ticket.id, ticket_ids)))
    moves = [Move(id_, before, after, "", None) for id_, before in rows.all()]
    move(session, actor, event_of_link(kind, planned=planned), moves)
    redraw(session, actor, ticket_ids)


def event_of_link(kind: ContractKind | None, *, planned: bool) -> BillingEvent:
    """What happened to a ticket that is linked so."""
    return BillingEvent.PLANNING_LINKED if planned else BillingEvent.CONTRACT_LINKED if kind else BillingEvent.UNLINKED


def status_of_link(session: Session, kind: ContractKind | None, *, planned: bool) -> Status:
    """The state that a link gives, by the setting of the firm."""
    covered = firm_of(session).cover_time_and_materials
    return status_when_linked(kind, planned=planned, cover_time_and_materials=covered)


def _take_rate(ticket: Ticket, contract: ServiceContract | None) -> None:
    kind, rate = (contract.kind, contract.hourly_rate) if contract else (None, 0)
    taken = rate_when_linked(ticket.hourly_rate, kind, rate, filled=ticket.rate_from_contract)
    ticket.hourly_rate, ticket.rate_from_contract = taken


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


def _audited(ticket: Ticket) -> dict[str, Any]:
    return {**_plain(data_of(ticket)), "hourly_rate": ticket.hourly_rate}


def _record_change(session: Session, actor: Actor, ticket: Ticket, before: dict[str, Any]) -> None:
    after = _audited(ticket)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        old, new = ({name: side[name] for name in changed} for side in (before, after))
        record(session, actor, AuditAction.CHANGED, "ticket", ticket.id or 0, before=old, after=new)


def _plain(data: TicketData) -> dict[str, Any]:
    return {**asdict(data), "opened_at": data.opened_at.isoformat() if data.opened_at else None}
