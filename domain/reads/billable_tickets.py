"""Tickets as billing sees them, read in slim rows and chunks: no object per row, no query per ticket."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Row, Select, func, select, text
from sqlmodel import Session

from domain.model import sql
from domain.model.base import among, table_of
from domain.model.catalog import Service
from domain.model.customers import Contact, full_name
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.selection import Selection, selection_conditions
from domain.rules.eligibility import BillableView, EntryView, ServiceView
from domain.vocabulary import LineState, ProposalStatus

CHUNK = 5_000

Progress = Callable[[int, int], None]
"""Called with how much is done and of how much; it may raise `domain.errors.Cancelled`."""


def billable_views(
    session: Session, selection: Selection, *, lock: bool = False, progress: Callable[[int], None] | None = None
) -> Iterator[BillableView]:
    """The selected tickets in id order. With `lock` nobody else changes them until the transaction ends."""
    done, last_id = 0, 0
    while rows := _tickets(session, selection, last_id, lock=lock):
        last_id = rows[-1].id
        entries = _entries(session, [row.id for row in rows], _services(session))
        for row in rows:
            yield BillableView._make((*row, entries.get(row.id, ())))
        done += len(rows)
        if progress:
            progress(done)


def _services(session: Session) -> dict[int, ServiceView]:
    """Read with each chunk, after its tickets are locked: who waited for an import bills at the prices that it brought."""
    service = table_of(Service).c
    statement = select(service.id, service.name, service.hourly_rate, service.vat_rate, service.vat_nature)
    return {row.id: ServiceView._make(row) for row in session.connection().execute(statement)}


def _tickets(session: Session, selection: Selection, after: int, *, lock: bool) -> list[Row[Any]]:
    ticket, contact, proposal = table_of(Ticket), table_of(Contact), table_of(Proposal)
    chosen = [ticket.c.id > after, *selection_conditions(selection)]
    if lock and session.get_bind().dialect.name == "postgresql":
        # Locked first, read afterwards: what it joins to a row that it waited for is as old as the statement. SQLite has
        # one writer at a time and locks no rows.
        held = select(ticket.c.id).where(*chosen).order_by(ticket.c.id).limit(CHUNK).with_for_update()
        chosen = [among(ticket.c.id, session.connection().execute(held).scalars())]
    statement: Select[Any] = (
        select(
            ticket.c.id,
            ticket.c.number,
            ticket.c.title,
            ticket.c.status,
            ticket.c.billing_status,
            ticket.c.company_id,
            ticket.c.contact_id,
            full_name(contact),
            contact.c.company_id.label("contact_company_id"),
            ticket.c.hourly_rate,
            ticket.c.proposal_id,
            func.coalesce(proposal.c.number, ""),
            func.coalesce(proposal.c.created_by, ""),
        )
        .select_from(
            ticket.outerjoin(contact, ticket.c.contact_id == contact.c.id).outerjoin(
                proposal, ticket.c.proposal_id == proposal.c.id
            )
        )
        .where(*chosen)
        .order_by(ticket.c.id)
        .limit(CHUNK)
    )
    return list(session.connection().execute(statement))


def _entries(session: Session, ticket_ids: list[int], services: dict[int, ServiceView]) -> dict[int, list[EntryView]]:
    entry, line, proposal = table_of(TimeEntry), table_of(ProposalLine), table_of(Proposal)
    invoiced = (proposal.c.status == ProposalStatus.INVOICED) & (line.c.state == LineState.BILL)
    statement = (
        select(
            entry.c.ticket_id,
            entry.c.id,
            entry.c.code,
            entry.c.service_id,
            entry.c.worked_on,
            sql.open_minutes(entry),
            entry.c.covered_minutes,
            entry.c.description,
            entry.c.line_id,
            entry.c.manual_decision,
            func.coalesce(invoiced, False),
        )
        .select_from(entry.outerjoin(line, entry.c.line_id == line.c.id).outerjoin(proposal, line.c.proposal_id == proposal.c.id))
        .where(entry.c.ticket_id.in_(ticket_ids))
        .order_by(entry.c.ticket_id, entry.c.id)
    )
    found: dict[int, list[EntryView]] = defaultdict(list)
    for row in session.connection().execute(statement):
        ticket_id, id_, code, service_id, worked_on, minutes, covered, text, line_id, manual_decision, billed = row
        held = line_id is not None or manual_decision is not None
        view = EntryView(id_, code, services.get(service_id), worked_on, minutes, covered, text, held, bool(billed))
        found[ticket_id].append(view)
    return found


def lock_tickets(session: Session, ticket_ids: Collection[int]) -> None:
    """Hold these tickets, in id order, so that what is read of them and their entries stays true until the end."""
    ticket = table_of(Ticket).c
    session.execute(select(ticket.id).where(among(ticket.id, ticket_ids)).order_by(ticket.id).with_for_update())


def wait_for_imports(session: Session) -> None:
    """Wait until an import that is under way ends: what a new ticket is made from must not change behind its back.

    Whoever locks a ticket waits for it anyway, and so does everybody on SQLite.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE ticket IN ROW EXCLUSIVE MODE")


def hold_all_tickets(session: Session) -> None:
    """On PostgreSQL, keep generations, reviews and edits of tickets waiting, as SQLite's single writer does anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE ticket IN EXCLUSIVE MODE"))
