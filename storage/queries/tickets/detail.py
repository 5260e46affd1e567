"""A ticket in full: its fields, its time entries with their lines, and its history (spec, section 2; screens, Ticket)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from domain.actions.tickets.time_entries import EntryData
from domain.errors import NotFound
from domain.model import sql
from domain.model.audit import AuditEntry
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact, full_name
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_tickets import billable_views
from domain.reads.selection import Selection
from domain.rules.calendar import firm_date
from domain.rules.eligibility import Objection, objections
from domain.vocabulary import (
    AuditAction,
    BillingEvent,
    BillingStatus,
    Bucket,
    ContractKind,
    InvoiceKind,
    LineState,
    Overage,
    ProposalStatus,
    TicketStatus,
)
from storage.queries.contracts.detail import Balance, contract_balances, draws_of_ticket
from storage.queries.tickets.documents import TicketDocument, documents_of
from storage.queries.tickets.parts import Part, parts_of_entries

HISTORY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A time entry with its line; minutes, rates in cents per hour. A contract covers `covered_minutes` of it.

    `parts`: what of it is in each bucket.
    """

    id: int
    code: str
    service_id: int | None
    service_name: str
    service_rate: int
    started_at: datetime | None
    worked_on: date | None
    worked_minutes: int | None
    billable_minutes: int | None
    covered_minutes: int
    operator: str
    description: str
    manual_decision: BillingStatus | None
    line_state: LineState | None
    line_reason: str
    proposal_id: int | None
    proposal_number: str
    proposal_status: ProposalStatus | None
    parts: Mapping[Bucket, Part]

    @property
    def net(self) -> int:
        """What all of it is worth, in cents, in whatever bucket it is."""
        return sum(part.net for part in self.parts.values())

    @property
    def open_minutes(self) -> int | None:
        """Minutes to bill that no contract covers; None if not yet known."""
        return None if self.billable_minutes is None else self.billable_minutes - self.covered_minutes

    @property
    def data(self) -> EntryData:
        """Its editable values, as seen."""
        return EntryData(
            self.description,
            self.service_id,
            self.started_at,
            self.worked_minutes,
            self.billable_minutes,
            self.operator,
        )


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A history entry; `subject` is the table of the changed record."""

    id: int
    at: datetime
    actor: str
    subject: str
    action: AuditAction
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """A ticket. `minutes` and `value` (cents) are of all its work, `objections` why it can't be billed; `documents` bill it.

    `balance` is that of its contract, if that counts units, of which the ticket draws `drawn_units` now. `rate_from_contract`:
    the contract filled *Tariffa*.
    """

    id: int
    number: str
    title: str
    status: TicketStatus
    billing_status: BillingStatus | None
    company_id: int | None
    company: str
    contact_id: int | None
    contact: str
    contract_id: int | None
    contract: str
    contract_kind: ContractKind | None
    contract_overage: Overage | None
    contract_starts_on: date | None
    contract_ends_on: date | None
    planning_id: int | None
    planning: str
    proposal_id: int | None
    proposal_number: str
    proposal_status: ProposalStatus | None
    hourly_rate: int
    rate_from_contract: bool
    drawn: bool
    cancellation_reason: str
    opened_at: datetime | None
    closed_at: datetime | None
    owner: str
    version: int
    minutes: int
    value: int
    balance: Balance | None
    drawn_units: int
    objections: tuple[Objection, ...]
    entries: tuple[EntryRow, ...]
    history: tuple[HistoryRow, ...]
    documents: tuple[TicketDocument, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The firm's dates on which it was opened, and worked on."""
        opened = (firm_date(self.opened_at),) if self.opened_at else ()
        return (*opened, *(entry.worked_on for entry in self.entries if entry.worked_on))


def ticket_detail(session: Session, ticket_id: int) -> TicketDetail:
    """A ticket in full. Raises NotFound."""
    row = session.execute(_head(ticket_id)).one_or_none()
    if row is None:
        raise NotFound("unknown_ticket", numbers=str(ticket_id), count=1)
    [view] = billable_views(session, Selection(frozenset({ticket_id})))
    entries, documents = _entries(session, ticket_id), documents_of(session, ticket_id)
    balances = contract_balances(session, [row.contract_id]) if row.contract_id else {}
    return TicketDetail(
        **row._asdict(),
        minutes=sum(part.minutes for entry in entries for part in entry.parts.values()),
        value=sum(entry.net for entry in entries),
        balance=balances.get(row.contract_id),
        drawn_units=draws_of_ticket(session, ticket_id) if row.drawn else 0,
        objections=objections(view),
        entries=entries,
        history=tuple(_named(row, documents) for row in history(session, ticket_id, [entry.id for entry in entries])),
        documents=documents,
    )


def _named(row: HistoryRow, documents: Sequence[TicketDocument]) -> HistoryRow:
    """With the number of the credit note where work was credited: the note got it later in the same act, so at that moment."""
    if row.after.get("event") != BillingEvent.CREDITED:
        return row
    notes = {one.issued_at: one.number for one in documents if one.kind is InvoiceKind.CREDIT_NOTE}
    return replace(row, after={**row.after, "document": notes.get(row.at, "")})


def _head(ticket_id: int) -> Any:
    ticket, contact, contract = table_of(Ticket), table_of(Contact), table_of(ServiceContract)
    company, employer = table_of(Company), table_of(Company).alias("employer")
    planning, proposal = table_of(Planning), table_of(Proposal)
    names = ("id", "number", "title", "status", "billing_status", "company_id", "contact_id", "contract_id", "planning_id")
    more = (
        "proposal_id", "hourly_rate", "cancellation_reason", "opened_at", "closed_at", "owner", "version",
        "rate_from_contract", "drawn",
    )  # fmt: skip
    return (
        select(
            *(ticket.c[name] for name in (*names, *more)),
            sql.customer_name(company, employer).label("company"),
            full_name(contact).label("contact"),
            func.coalesce(contract.c.name, "").label("contract"),
            contract.c.kind.label("contract_kind"),
            contract.c.overage.label("contract_overage"),
            contract.c.starts_on.label("contract_starts_on"),
            contract.c.ends_on.label("contract_ends_on"),
            func.coalesce(planning.c.name, "").label("planning"),
            func.coalesce(proposal.c.number, "").label("proposal_number"),
            proposal.c.status.label("proposal_status"),
        )
        .select_from(
            sql.with_customer(ticket, company, contact, employer)
            .outerjoin(contract, ticket.c.contract_id == contract.c.id)
            .outerjoin(planning, ticket.c.planning_id == planning.c.id)
            .outerjoin(proposal, ticket.c.proposal_id == proposal.c.id)
        )
        .where(ticket.c.id == ticket_id)
    )


def _entries(session: Session, ticket_id: int) -> tuple[EntryRow, ...]:
    entry, service = table_of(TimeEntry), table_of(Service)
    line, proposal = table_of(ProposalLine), table_of(Proposal)
    names = (
        "id", "code", "service_id", "started_at", "worked_on", "worked_minutes", "billable_minutes", "covered_minutes",
        "operator", "manual_decision", "description",
    )  # fmt: skip
    rows = session.execute(
        select(
            *(entry.c[name] for name in names),
            func.coalesce(service.c.name, "").label("service_name"),
            sql.list_price(service).label("service_rate"),
            line.c.state.label("line_state"),
            func.coalesce(line.c.reason, "").label("line_reason"),
            proposal.c.id.label("proposal_id"),
            func.coalesce(proposal.c.number, "").label("proposal_number"),
            proposal.c.status.label("proposal_status"),
        )
        .select_from(
            entry.outerjoin(service, entry.c.service_id == service.c.id)
            .outerjoin(line, entry.c.line_id == line.c.id)
            .outerjoin(proposal, line.c.proposal_id == proposal.c.id)
        )
        .where(entry.c.ticket_id == ticket_id)
        .order_by(entry.c.started_at.is_(None), entry.c.started_at, entry.c.id)
    )
    parts = parts_of_entries(session, ticket_id)
    return tuple(EntryRow(**row._asdict(), parts=parts.get(row.id, {})) for row in rows)


def history(session: Session, ticket_id: int, entry_ids: list[int]) -> tuple[HistoryRow, ...]:
    """Newest changes of a ticket and of its time entries."""
    return _history(session, ("ticket", [ticket_id]), ("time_entry", entry_ids))


def proposal_history(session: Session, proposal_id: int) -> tuple[HistoryRow, ...]:
    """Newest changes of a proposal."""
    return _history(session, ("proposal", [proposal_id]))


def invoice_history(session: Session, invoice_id: int) -> tuple[HistoryRow, ...]:
    """Newest changes that concern an invoice or a credit note, which itself never changes."""
    return _history(session, ("invoice", [invoice_id]))


def record_history(session: Session, subject: str, id_: int) -> tuple[HistoryRow, ...]:
    """Newest changes of a record of the table `subject`; a deleted record may have had its id before."""
    rows = _history(session, (subject, [id_]))
    return tuple(takewhile(lambda row: row.action is not AuditAction.DELETED, rows))


def _history(session: Session, *subjects: tuple[str, list[int]]) -> tuple[HistoryRow, ...]:
    audit = table_of(AuditEntry).c
    about = [(audit.subject == subject) & audit.subject_id.in_(ids) for subject, ids in subjects]
    rows = session.execute(
        select(audit.id, audit.at, audit.actor, audit.subject, audit.action, audit.before, audit.after, audit.reason)
        .where(or_(*about))
        .order_by(audit.id.desc())
        .limit(HISTORY_LIMIT)
    )
    return tuple(HistoryRow(**row._asdict()) for row in rows)
