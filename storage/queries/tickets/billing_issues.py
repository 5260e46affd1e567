"""Why tickets are blocked, by the rule of generation, and the data to fix them (spec, section 4)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from domain.model import sql
from domain.model.base import CHUNK, among, table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact, full_name
from domain.model.proposals import Proposal
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_tickets import billable_views
from domain.reads.selection import Selection
from domain.rules.eligibility import BillableView, objections
from domain.vocabulary import BillingStatus, Refusal, TicketStatus


class BillingIssue(NamedTuple):
    """A kind of reason; for NOT_TO_BILL with the billing status (empty: billed through a planning)."""

    code: Refusal
    state: str = ""


class Evaluation(NamedTuple):
    """A ticket in a version with its causes, each with the ids of its entries; without causes it is ready."""

    version: int
    causes: Mapping[BillingIssue, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket row: `hourly_rate` in cents per hour, `entries` is the number of its time entries."""

    id: int
    number: str
    title: str
    company: str
    contact_id: int | None
    contact: str
    status: TicketStatus
    billing_status: BillingStatus | None
    reason: str
    hourly_rate: int
    contract_id: int | None
    contract: str
    planning_id: int | None
    planning: str
    proposal_id: int | None
    proposal_number: str
    entries: int
    version: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A time entry row; times in minutes."""

    id: int
    code: str
    worked_on: date | None
    started_at: datetime | None
    operator: str
    description: str
    worked_minutes: int | None
    billable_minutes: int | None
    service_id: int | None
    service: str


def verdicts(session: Session, selection: Selection) -> dict[int, Evaluation]:
    """Every ticket of a selection, in id order."""
    causes = {view.id: _causes(view) for part in _parts(selection) for view in billable_views(session, part)}
    ticket = table_of(Ticket).c
    refused = [id_ for id_, its in causes.items() if its]
    rows = session.execute(select(ticket.id, ticket.version).where(among(ticket.id, refused)))
    versions = {row.id: row.version for row in rows}
    return {id_: Evaluation(versions.get(id_, 0), its) for id_, its in causes.items()}


def _parts(selection: Selection) -> Iterator[Selection]:
    """The same tickets in chunks, since each query lists the ids of its chunk."""
    if selection.filter is not None:
        yield selection
        return
    ids = sorted(selection.ids)
    for start in range(0, len(ids), CHUNK):
        yield Selection(frozenset(ids[start : start + CHUNK]))


def _causes(view: BillableView) -> Mapping[BillingIssue, tuple[int, ...]]:
    found = objections(view)
    if not found:
        return _NONE
    ids = {entry.code: entry.id for entry in view.entries}
    causes: dict[BillingIssue, tuple[int, ...]] = {}
    for code, params in found:
        cause = BillingIssue(code, str(params["billing_status"]) if code is Refusal.NOT_TO_BILL else "")
        about = (ids[str(params["entry"])],) if "entry" in params else ()
        causes[cause] = causes.get(cause, ()) + about
    return causes


_NONE: Mapping[BillingIssue, tuple[int, ...]] = {}


def ticket_lines(session: Session, ids: Collection[int]) -> dict[int, TicketLine]:
    """Tickets by id, for one page of rows."""
    ticket, contact, proposal = table_of(Ticket), table_of(Contact), table_of(Proposal)
    company, employer = table_of(Company), table_of(Company).alias("employer")
    contract, planning, entry = table_of(ServiceContract), table_of(Planning), table_of(TimeEntry)
    own = ("id", "number", "title", "contact_id", "status", "billing_status", "hourly_rate", "contract_id", "planning_id")
    rows = session.execute(
        select(
            *(ticket.c[name] for name in (*own, "proposal_id", "version")),
            ticket.c.cancellation_reason.label("reason"),
            sql.customer_name(company, employer).label("company"),
            func.coalesce(full_name(contact), "").label("contact"),
            func.coalesce(contract.c.name, "").label("contract"),
            func.coalesce(planning.c.name, "").label("planning"),
            func.coalesce(proposal.c.number, "").label("proposal_number"),
            select(func.count()).where(entry.c.ticket_id == ticket.c.id).scalar_subquery().label("entries"),
        )
        .select_from(
            sql.with_customer(ticket, company, contact, employer)
            .outerjoin(contract, ticket.c.contract_id == contract.c.id)
            .outerjoin(planning, ticket.c.planning_id == planning.c.id)
            .outerjoin(proposal, ticket.c.proposal_id == proposal.c.id)
        )
        .where(among(ticket.c.id, ids))
    )
    return {row.id: TicketLine(**row._asdict()) for row in rows}


def entry_lines(session: Session, ids: Collection[int]) -> dict[int, EntryLine]:
    """Time entries by id: a page of rows, or all that are fixed together."""
    entry, service = table_of(TimeEntry), table_of(Service)
    own = ("id", "code", "worked_on", "started_at", "operator", "description", "worked_minutes", "billable_minutes", "service_id")
    rows = session.execute(
        select(*(entry.c[name] for name in own), func.coalesce(service.c.name, "").label("service"))
        .select_from(entry.outerjoin(service, entry.c.service_id == service.c.id))
        .where(among(entry.c.id, ids))
    )
    return {row.id: EntryLine(**row._asdict()) for row in rows}
