"""The weekly export of the help desk, read by the product's import."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.records.import_records import import_records
from domain.rules.records.source import ImportFile, ImportSource, RawRow
from domain.rules.records.tables import TABLES, RecordKind
from domain.vocabulary import TicketStatus
from storage.demo.customers import Rows, rate_text
from storage.demo.tickets import DemoTicket, Work


def import_rows(session: Session, rows: Rows, *, actor: Actor) -> None:
    """Import rows as if from files. Raises ImportRefused for an invalid row, which is a bug of the demo."""
    import_records(session, ImportSource([_file(table, cells) for table, cells in rows.items() if cells]), actor=actor)


def export_between(tickets: Iterable[DemoTicket], after: datetime, until: datetime) -> Rows:
    """Export of a week in local time: tickets opened or closed, and work entered."""
    rows: Rows = {RecordKind.TICKETS: [], RecordKind.TIME_ENTRIES: []}
    for ticket in tickets:
        if ticket.opened_at > until:
            break
        if ticket.opened_at > after or (ticket.closed_at and after < ticket.closed_at <= until):
            rows[RecordKind.TICKETS].append(_ticket(ticket, until))
        rows[RecordKind.TIME_ENTRIES] += [_entry(ticket, work) for work in ticket.work if after < work.entered_at <= until]
    return rows


def _ticket(ticket: DemoTicket, until: datetime) -> dict[str, str]:
    closed_at = ticket.closed_at if ticket.closed_at and ticket.closed_at <= until else None
    unfinished = ticket.status if ticket.closed_at is None else TicketStatus.IN_PROGRESS
    return {
        "number": ticket.number,
        "title": ticket.title,
        "status": (TicketStatus.CLOSED if closed_at else unfinished).value,
        "company_code": ticket.company,
        "contact_code": ticket.contact,
        "contract_code": ticket.contract,
        "planning_code": ticket.planning,
        "hourly_rate": rate_text(ticket.rate),
        "opened_at": ticket.opened_at.isoformat(),
        "closed_at": closed_at.isoformat() if closed_at else "",
        "owner": ticket.owner,
    }


def _entry(ticket: DemoTicket, work: Work) -> dict[str, str]:
    return {
        "code": work.code,
        "ticket_number": ticket.number,
        "service_code": work.service,
        "started_at": work.started_at.isoformat() if work.started_at else "",
        "worked_minutes": str(work.worked),
        "billable_minutes": "" if work.billable is None else str(work.billable),
        "operator": work.operator,
        "description": work.description,
    }


def _file(table: RecordKind, cells: list[dict[str, str]]) -> ImportFile:
    columns = TABLES[table]
    names = [column.name for column in columns]
    rows = [RawRow(line, [row.get(name, "") for name in names]) for line, row in enumerate(cells, start=2)]
    return ImportFile(f"{table.value}.csv", table, columns, partial(iter, rows))
