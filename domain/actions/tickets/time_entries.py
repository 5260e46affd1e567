"""Lavori written by people: late work returns its ticket, work on a line is locked (spec, section 5)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.actions.contracts.draw import redraw
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.core.numbers import take_free_number
from domain.actions.tickets.late_work import forget_late, return_late
from domain.errors import InvalidInput, NotFound, Refused, Stale
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.proposals import Claim, Proposal, ProposalLine
from domain.model.tickets import DESCRIPTION_LENGTH, Ticket, TimeEntry
from domain.money import MAX_MINUTES
from domain.reads.billable_tickets import lock_tickets
from domain.rules.calendar import check_year, firm_date
from domain.rules.numbering import ENTRY_SERIES, entry_code
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, Permission


@dataclass(frozen=True, slots=True)
class EntryData:
    """What a person may write on a time entry. Minutes; 0 to bill is goodwill, None is not yet known."""

    description: str
    service_id: int | None = None
    started_at: datetime | None = None
    worked_minutes: int | None = None
    billable_minutes: int | None = None
    operator: str = ""


def add_entry(session: Session, ticket_id: int, data: EntryData, *, actor: Actor) -> TimeEntry:
    """A new entry on a ticket. Raises PermissionDenied, NotFound, InvalidInput."""
    authorise(session, actor, Permission.EDIT_TICKETS)
    lock_tickets(session, [ticket_id])
    ticket = session.get(Ticket, ticket_id, populate_existing=True)
    if ticket is None:
        raise NotFound("unknown_ticket", numbers=str(ticket_id), count=1)
    year = actor.today.year
    code = take_free_number(session, ENTRY_SERIES, year, entry_code, table_of(TimeEntry).c.code)
    entry = TimeEntry(ticket_id=ticket_id, code=code, **entry_values(session, data))
    session.add(entry)
    session.flush()
    record(session, actor, AuditAction.CREATED, "time_entry", entry.id or 0, after={**_plain(data), "ticket": ticket_id})
    _draw_again(session, ticket, entry, actor)
    if _has_open_work(entry):
        return_late(session, actor, [ticket_id])
    return entry


def edit_entry(session: Session, entry_id: int, seen: EntryData, data: EntryData, *, actor: Actor) -> TimeEntry:
    """Change an entry from what was `seen` to `data`.

    Raises PermissionDenied, NotFound, InvalidInput, Stale `entry_changed`, Refused `entry_locked`.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    entry, ticket = _open_entry(session, entry_id, seen)
    before, was_open, worked_on = _plain(_data_of(entry)), _has_open_work(entry), entry.worked_on
    for name, value in entry_values(session, data, entry.service_id).items():
        setattr(entry, name, value)
    # What its contract covers already it keeps, unless it is of another day now: then the contract takes it anew.
    entry.covered_minutes = min(entry.covered_minutes, entry.billable_minutes or 0) if entry.worked_on == worked_on else 0
    session.flush()
    record(session, actor, AuditAction.CHANGED, "time_entry", entry_id, before=before, after=_plain(_data_of(entry)))
    _draw_again(session, ticket, entry, actor)
    # A correction of earlier work changes no decision.
    if not was_open and _has_open_work(entry):
        return_late(session, actor, [entry.ticket_id])
    elif was_open and not _has_open_work(entry):
        forget_late(session, actor, [entry.ticket_id])
    return entry


def delete_entry(session: Session, entry_id: int, seen: EntryData, *, actor: Actor) -> None:
    """Remove an entry that no proposal ever took.

    Raises PermissionDenied, NotFound, Stale `entry_changed`, Refused (`entry_locked`, `entry_was_proposed`).
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    entry, ticket = _open_entry(session, entry_id, seen)
    if session.exec(select(Claim.line_id).where(col(Claim.time_entry_id) == entry_id).limit(1)).first():
        raise Refused("entry_was_proposed", entry=entry.code)
    before = {**_plain(_data_of(entry)), "code": entry.code, "time_entry": entry_id}
    record(session, actor, AuditAction.CHANGED, "ticket", ticket.id or 0, before=before, after={"deleted": entry.code})
    session.delete(entry)
    session.flush()
    _draw_again(session, ticket, None, actor)
    forget_late(session, actor, [ticket.id or 0])


def _open_entry(session: Session, entry_id: int, seen: EntryData) -> tuple[TimeEntry, Ticket]:
    """The entry and its ticket, locked. An entry has no version: it must be what somebody saw, value by value."""
    found = session.get(TimeEntry, entry_id)
    if found is None:
        raise NotFound("unknown_entry", entry=str(entry_id))
    lock_tickets(session, [found.ticket_id])
    entry = session.get(TimeEntry, entry_id, populate_existing=True)
    ticket = session.get(Ticket, found.ticket_id, populate_existing=True)
    if entry is None or ticket is None:
        raise NotFound("unknown_entry", entry=found.code)
    if entry.line_id is not None:
        number = session.exec(
            select(Proposal.number)
            .join(ProposalLine, col(ProposalLine.proposal_id) == col(Proposal.id))
            .where(col(ProposalLine.id) == entry.line_id)
        ).one()
        raise Refused("entry_locked", entry=entry.code, number=number)
    if _data_of(entry) != seen:
        raise Stale("entry_changed", entry=entry.code)
    return entry, ticket


def _draw_again(session: Session, ticket: Ticket, entry: TimeEntry | None, actor: Actor) -> None:
    """The contract takes the ticket's work as it is now; both are read again, since that is written past the session."""
    redraw(session, actor, [ticket.id or 0])
    for changed in filter(None, (ticket, entry)):
        session.refresh(changed)


def _has_open_work(entry: TimeEntry) -> bool:
    """Whether anything of it may be billed: it is not goodwill, and no contract covers it whole."""
    return entry.billable_minutes is None or entry.billable_minutes > entry.covered_minutes


def entry_values(session: Session, data: EntryData, service_before: int | None = None) -> dict[str, Any]:
    """The columns that `data` fill. Raises InvalidInput, also for a service that is retired and was not there before."""
    for name, minutes in (("worked_minutes", data.worked_minutes), ("billable_minutes", data.billable_minutes)):
        if minutes is not None and not 0 <= minutes <= MAX_MINUTES:
            raise InvalidInput("minutes_out_of_range", field=name, maximum=MAX_MINUTES)
    check_year(data.started_at, "started_at")
    service = session.get(Service, data.service_id) if data.service_id is not None else None
    if data.service_id is not None and service is None:
        raise InvalidInput("unknown_service", field="service_id")
    if service is not None and service.retired and service.id != service_before:
        raise InvalidInput("retired", field="service_id", code=service.code)
    return {
        **asdict(data),
        "description": clean_text(data.description, "description", DESCRIPTION_LENGTH, required=False),
        "operator": clean_text(data.operator, "operator", 100, required=False),
        "worked_on": firm_date(data.started_at) if data.started_at else None,
    }


def _data_of(entry: TimeEntry) -> EntryData:
    return EntryData(
        entry.description,
        entry.service_id,
        entry.started_at,
        entry.worked_minutes,
        entry.billable_minutes,
        entry.operator,
    )


def _plain(data: EntryData) -> dict[str, Any]:
    return {**asdict(data), "started_at": data.started_at.isoformat() if data.started_at else None}
