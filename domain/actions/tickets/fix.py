"""Fixing billing issues of many tickets or time entries at once, all or none (spec, section 4).

A fix holds the value that somebody saw and the wanted one; each action returns the fixes that undo it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from domain.actions.contracts.draw import redraw
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import plain, record
from domain.actions.proposals.lines import active_lines
from domain.actions.records.edit import SeenRecord, edit_record, values_of
from domain.actions.tickets.edit import data_of, edit_ticket, locked_by, open_ticket
from domain.actions.tickets.late_work import forget_late, return_late
from domain.actions.tickets.set_billing import SetBilling, refuse_rate, set_billing
from domain.actions.tickets.time_entries import EntryData, entry_values
from domain.errors import NotFound, Refused, Stale
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_tickets import lock_tickets
from domain.rules.records.tables import RecordKind
from domain.vocabulary import AuditAction, BillingStatus, Permission, TicketStatus

_ticket, _entry = table_of(Ticket), table_of(TimeEntry)
_line, _proposal = table_of(ProposalLine), table_of(Proposal)

EntryField = Literal["service_id", "started_at", "billable_minutes"]


class StatusFix(NamedTuple):
    """How far the work on a ticket is, for the ticket in the version that was seen."""

    ticket_id: int
    seen_version: int
    status: TicketStatus


class RateFix(NamedTuple):
    """*Tariffa* of a ticket in the version that was seen: cents per hour, 0 = none."""

    ticket_id: int
    seen_version: int
    rate: int


class EntryFix(NamedTuple):
    """One field of a time entry: as it was seen, and as it should be. A service's id, an instant, or minutes."""

    entry_id: int
    seen: int | datetime | None
    value: int | datetime | None


def set_ticket_status(session: Session, fixes: Sequence[StatusFix], *, actor: Actor) -> list[StatusFix]:
    """Close or reopen many tickets.

    Raises PermissionDenied, NotFound, Stale `ticket_changed`, ContractRefuses, and what `locked_by` says where a proposal holds
    the work of one that would be reopened.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    found = _tickets_as_seen(session, {fix.ticket_id: fix.seen_version for fix in fixes})
    wanted = {fix.ticket_id: fix.status for fix in fixes if fix.status is not found[fix.ticket_id].status}
    reopened = [id_ for id_ in wanted if found[id_].status is TicketStatus.CLOSED]
    if held := active_lines(session, reopened):
        raise locked_by(next(iter(held.values())))
    for status in sorted(set(wanted.values())):
        its = [id_ for id_, to in wanted.items() if to is status]
        closed_at = actor.now if status is TicketStatus.CLOSED else None
        values = {"status": status, "closed_at": closed_at, "version": _ticket.c.version + 1}
        session.execute(update(_ticket).where(among(_ticket.c.id, its)).values(values))
    for id_, status in wanted.items():
        before, after = {"status": found[id_].status}, {"status": status}
        record(session, actor, AuditAction.CHANGED, "ticket", id_, before=before, after=after)
    redraw(session, actor, list(wanted))
    versions = _versions(session, found)
    return [StatusFix(id_, versions[id_], row.status) for id_, row in found.items()]


def set_rates(session: Session, fixes: Sequence[RateFix], *, actor: Actor) -> list[RateFix]:
    """Set the rate of many tickets.

    Raises PermissionDenied, InvalidInput `rate_out_of_range`, NotFound, Stale `ticket_changed`, Refused `rate_on_proposal`.
    """
    authorise(session, actor, Permission.SET_BILLING)
    found = _tickets_as_seen(session, {fix.ticket_id: fix.seen_version for fix in fixes})
    lines = active_lines(session, list(found))
    for fix in fixes:
        refuse_rate(fix.rate, lines.get(fix.ticket_id, ()))
    changed = [fix for fix in fixes if fix.rate != found[fix.ticket_id].hourly_rate]
    _each(session, _RATE, [{"of_id": fix.ticket_id, "to": fix.rate} for fix in changed])
    for fix in changed:
        before, after = {"hourly_rate": found[fix.ticket_id].hourly_rate}, {"hourly_rate": fix.rate}
        record(session, actor, AuditAction.CHANGED, "ticket", fix.ticket_id, before=before, after=after)
    versions = _versions(session, found)
    return [RateFix(id_, versions[id_], row.hourly_rate) for id_, row in found.items()]


def fix_entries(session: Session, field: EntryField, fixes: Sequence[EntryFix], *, actor: Actor) -> list[EntryFix]:
    """Set a field of many time entries that are on no line.

    Raises PermissionDenied, NotFound `unknown_entry`, InvalidInput, Stale `entry_changed`, Refused `entry_locked`,
    ContractRefuses.
    """
    authorise(session, actor, Permission.EDIT_TICKETS)
    columns = {value: _columns(session, field, value) for value in {fix.value for fix in fixes}}
    found = _entries_as_seen(session, field, fixes)
    open_before = _with_open_work(session, found)
    _each(session, _SET[field], [{"of_id": fix.entry_id, **columns[fix.value]} for fix in fixes])
    for fix in fixes:
        before, after = {str(field): plain(fix.seen)}, {str(field): plain(fix.value)}
        record(session, actor, AuditAction.CHANGED, "time_entry", fix.entry_id, before=before, after=after)
    if field != "service_id":  # what a contract takes depends on when it was and how long, never on who charges what
        redraw(session, actor, sorted({row.ticket_id for row in found.values()}))
    open_now = _with_open_work(session, found)
    if opened := {found[id_].ticket_id for id_ in open_now - open_before}:
        return_late(session, actor, opened)
    if shut := {found[id_].ticket_id for id_ in open_before - open_now}:
        forget_late(session, actor, shut)
    return [EntryFix(fix.entry_id, fix.value, fix.seen) for fix in fixes]


def link_company(session: Session, ticket_id: int, seen_version: int, company_id: int | None, *, actor: Actor) -> int:
    """Say of which company a ticket is that names nobody, or take that back: its version then. Raises as `edit_ticket` does."""
    authorise(session, actor, Permission.EDIT_TICKETS)
    data = replace(data_of(open_ticket(session, ticket_id, seen_version)), company_id=company_id)
    return edit_ticket(session, ticket_id, seen_version, data, actor=actor).version


def bill_again(session: Session, ticket_id: int, seen_version: int, *, actor: Actor) -> SetBilling | None:
    """Set a ticket that was not billed back to TO_BILL. Raises like `set_billing`.

    None where that can't be taken back as it was: a line held its work, and let go of it.
    """
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise NotFound("unknown_ticket", numbers=str(ticket_id), count=1)
    before, reason, rate = ticket.billing_status, ticket.cancellation_reason, ticket.hourly_rate
    held = active_lines(session, [ticket_id])
    set_billing(session, SetBilling(ticket_id, seen_version, BillingStatus.TO_BILL, rate), actor=actor)
    session.refresh(ticket)
    return None if held else SetBilling(ticket_id, ticket.version, before, rate, reason)


def link_contact(session: Session, contact_id: int, seen: int | None, company_id: int | None, *, actor: Actor) -> None:
    """Say at which company a contact is, which was at the one of id `seen`: that is the customer of all its tickets.

    Raises as `edit_record` does.
    """
    values = {name: value for name, value in values_of(session, RecordKind.CONTACTS, contact_id).items() if name != "id"}
    record_seen = SeenRecord(RecordKind.CONTACTS, contact_id, {**values, "company_id": seen})
    cells = {name: "" if value is None else str(value) for name, value in {**values, "company_id": company_id}.items()}
    edit_record(session, record_seen, cells, actor=actor)


def _tickets_as_seen(session: Session, versions: Mapping[int, int]) -> dict[int, Row[Any]]:
    """The tickets, locked, by id. Raises NotFound, Stale."""
    lock_tickets(session, versions)
    columns = (_ticket.c.id, _ticket.c.number, _ticket.c.status, _ticket.c.hourly_rate, _ticket.c.version)
    rows = session.execute(select(*columns).where(among(_ticket.c.id, versions)).order_by(_ticket.c.id))
    found: dict[int, Row[Any]] = {row.id: row for row in rows}
    if missing := sorted(set(versions) - set(found)):
        raise NotFound("unknown_ticket", numbers=", ".join(map(str, missing[:10])), count=len(missing))
    for id_, row in found.items():
        if row.version != versions[id_]:
            raise Stale("ticket_changed", number=row.number)
    return found


def _entries_as_seen(session: Session, field: EntryField, fixes: Sequence[EntryFix]) -> dict[int, Row[Any]]:
    """The entries by id, their tickets locked. Raises NotFound, Stale, Refused."""
    seen = {fix.entry_id: fix.seen for fix in fixes}
    its = among(_entry.c.id, seen)
    lock_tickets(session, set(session.execute(select(_entry.c.ticket_id).where(its)).scalars()))
    rows = session.execute(
        select(_entry.c.id, _entry.c.code, _entry.c.ticket_id, _entry.c[field].label("now"), _proposal.c.number)
        .select_from(
            _entry.outerjoin(_line, _entry.c.line_id == _line.c.id).outerjoin(_proposal, _line.c.proposal_id == _proposal.c.id)
        )
        .where(its)
        .order_by(_entry.c.id)
    )
    found: dict[int, Row[Any]] = {row.id: row for row in rows}
    if missing := sorted(set(seen) - set(found)):
        raise NotFound("unknown_entry", entry=str(missing[0]))
    for id_, row in found.items():
        if row.number is not None:
            raise Refused("entry_locked", entry=row.code, number=row.number)
        if row.now != seen[id_]:
            raise Stale("entry_changed", entry=row.code)
    return found


def _columns(session: Session, field: EntryField, value: int | datetime | None) -> dict[str, Any]:
    data: dict[str, Any] = {field: value}
    values = entry_values(session, EntryData("", **data))
    return {"to": values[field], "day": values["worked_on"]} if field == "started_at" else {"to": values[field]}


def _with_open_work(session: Session, ids: Collection[int]) -> set[int]:
    """Those entries of which anything may be billed: neither goodwill nor covered whole."""
    open_work = sql.has_open_work(_entry)
    return set(session.execute(select(_entry.c.id).where(among(_entry.c.id, ids), open_work)).scalars())


def _versions(session: Session, ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(select(_ticket.c.id, _ticket.c.version).where(among(_ticket.c.id, ids)))
    return {row.id: row.version for row in rows}


def _each(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(statement, rows)


_RATE = update(_ticket).where(_ticket.c.id == bindparam("of_id")).values(
    hourly_rate=bindparam("to"), rate_from_contract=False, version=_ticket.c.version + 1
)  # fmt: skip
_ONE = update(_entry).where(_entry.c.id == bindparam("of_id"))
# What a contract covered of other minutes, or on another day, it takes anew: `redraw` follows.
_SET: dict[EntryField, Any] = {
    "service_id": _ONE.values(service_id=bindparam("to")),
    "started_at": _ONE.values(started_at=bindparam("to"), worked_on=bindparam("day"), covered_minutes=0),
    "billable_minutes": _ONE.values(billable_minutes=bindparam("to"), covered_minutes=0),
}
