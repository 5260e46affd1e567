"""Test data: users, customers, services, tickets and time entries, with sensible defaults."""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select, text
from sqlalchemy import table as named
from sqlmodel import Session, SQLModel

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit
from domain.actions.invoices.documents import Issued
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.approval import SeenProposal, approve, submit
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.generate import Generate, GenerationResult, generate
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.model import Company, Contact, Planning, Service, ServiceContract, Ticket, TimeEntry, User
from domain.reads.firm import firm_of
from domain.reads.selection import Selection
from domain.rules.calendar import from_firm_time
from domain.rules.eligibility import BillableView, EntryView, ServiceView
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, ContractKind, LineState, ProposalStatus, Role, TicketStatus
from storage.database import Database
from storage.queries.invoices.table import invoice_id_of
from storage.queries.proposals.table import ProposalDetail, proposal_detail, proposal_id_of

T = TypeVar("T")

NOW = datetime(2026, 2, 20, 9, tzinfo=UTC)
FIRST_DAY = date(2026, 2, 3)
ROLES = {
    "mario": Role.BILLING_MANAGER,
    "carla": Role.BILLING_MANAGER,
    "lucia": Role.TEAM_LEAD,
    "olga": Role.OPERATOR,
    "ada": Role.ADMINISTRATOR,
}
MANAGER, OTHER_MANAGER, LEAD, OPERATOR, ADMINISTRATOR = (Actor(name, NOW) for name in ROLES)

FISCAL: dict[str, Any] = {"vat_number": "00743110157", "recipient_code": "ABC1234"}
"""Fields of a customer needed for invoicing."""

FIRM: dict[str, Any] = {
    "name": "Studio S.r.l.", "vat_number": "50000010285", "address": "Via Roma 1", "postal_code": "35100", "city": "Padova",
}  # fmt: skip
"""Company details needed to issue invoices."""

SERVICE = ServiceView(id=1, name="Assistenza", rate=6000, vat_rate=2200, vat_nature="")


def entry_view(id_: int = 1, minutes: int | None = 60, **changes: Any) -> EntryView:
    """A free entry of an hour on the first day."""
    entry = EntryView(id_, f"L-{id_}", SERVICE, FIRST_DAY, minutes, 0, f"lavoro {id_}", held=False, invoiced=False)
    return entry._replace(**changes)


def ticket_view(*entries: EntryView, **changes: Any) -> BillableView:
    """A billable ticket of company 7; with one entry by default."""
    ticket = BillableView(
        id=1,
        number="AC-1",
        title="Stampante",
        status=TicketStatus.CLOSED,
        billing_status=BillingStatus.TO_BILL,
        company_id=7,
        contact_id=None,
        contact_name="",
        contact_company_id=None,
        rate=0,
        proposal_id=None,
        proposal_number="",
        proposal_by="",
        entries=entries or (entry_view(),),
    )
    return ticket._replace(**changes)


@dataclass(frozen=True, slots=True)
class TicketState:
    """A ticket's billing fields in the database."""

    billing_status: str | None
    cancellation_reason: str
    proposal_id: int | None
    hourly_rate: int
    version: int


class World:
    """A database with people of every role, a firm that can issue, one company and one service of 60,00 an hour.

    Each call is a transaction.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._ordinals = itertools.count(1)
        with database.write() as session:
            company = Company(code="C0", name="Rossi S.p.A.", **FISCAL)
            service = Service(code="S0", name="Assistenza", hourly_rate=6000, vat_rate=2200)
            firm_of(session).sqlmodel_update(FIRM)
            session.add_all([company, service, *(User(name=name, role=role) for name, role in ROLES.items())])
            session.flush()
            self.company_id, self.service_id = company.id or 0, service.id or 0

    def add(self, row: SQLModel) -> int:
        """Insert a row; returns its id."""
        with self.database.write() as session:
            session.add(row)
            session.flush()
            return int(row.id)  # type: ignore[attr-defined]

    def company(self, name: str, **fields: Any) -> int:
        return self.add(Company(**{"code": f"C{next(self._ordinals)}", "name": name, **FISCAL, **fields}))

    def contact(self, company_id: int | None, first: str = "Anna", last: str = "Verdi") -> int:
        return self.add(Contact(code=f"P{next(self._ordinals)}", first_name=first, last_name=last, company_id=company_id))

    def service(self, name: str = "Assistenza", rate: int = 6000, vat_rate: int = 2200, vat_nature: str = "") -> int:
        code = f"S{next(self._ordinals)}"
        return self.add(Service(code=code, name=name, hourly_rate=rate, vat_rate=vat_rate, vat_nature=vat_nature))

    def contract(self, kind: ContractKind, *, rate: int = 0, **fields: Any) -> int:
        code = f"K{next(self._ordinals)}"
        usual = {"code": code, "name": code, "company_id": self.company_id, "kind": kind, "hourly_rate": rate}
        return self.add(ServiceContract(**{**usual, **fields}))

    def planning(self) -> int:
        code = f"PL{next(self._ordinals)}"
        return self.add(Planning(code=code, name=code, company_id=self.company_id))

    def ticket(self, *minutes: int | None, **fields: Any) -> int:
        """A closed ticket to bill, with an entry for each of `minutes` on successive days."""
        number = f"T-{next(self._ordinals):04d}"
        customer = {} if "contact_id" in fields else {"company_id": self.company_id}
        usual = {
            "number": number,
            "title": f"Richiesta {number}",
            "status": TicketStatus.CLOSED,
            "billing_status": BillingStatus.TO_BILL,
            "opened_at": NOW - timedelta(days=30),
            "closed_at": NOW - timedelta(days=1),
            **customer,
        }
        ticket = Ticket(**{**usual, **fields})
        with self.database.write() as session:
            session.add(ticket)
            session.flush()
            ticket_id = ticket.id or 0
            days = enumerate(minutes)
            session.add_all(self._entry(ticket_id, worked, on=FIRST_DAY + timedelta(days=day)) for day, worked in days)
        return ticket_id

    def entry(self, ticket_id: int, minutes: int | None = 60, *, on: date | None = FIRST_DAY, **fields: Any) -> int:
        return self.add(self._entry(ticket_id, minutes, on=on, **fields))

    def _entry(self, ticket_id: int, minutes: int | None, *, on: date | None, **fields: Any) -> TimeEntry:
        code = f"E-{next(self._ordinals):04d}"
        started_at = from_firm_time(datetime.combine(on, time(9))) if on else None
        usual = {"code": code, "service_id": self.service_id, "description": f"lavoro {code}", "worked_minutes": minutes}
        entry = {**usual, "started_at": started_at, "worked_on": on, "billable_minutes": minutes, **fields}
        return TimeEntry(ticket_id=ticket_id, **entry)

    def add_claim(self, line_id: int, entry_id: int, *, live: bool) -> None:
        statement = "INSERT INTO claim (line_id, time_entry_id, live) VALUES (:line, :entry, :live)"
        self.execute(statement, line=line_id, entry=entry_id, live=live)

    def act(self, action: Callable[[Session], T]) -> T:
        """Run `action` in one committed transaction; returns its result."""
        with self.database.write() as session:
            return action(session)

    def read(self, query: Callable[[Session], T]) -> T:
        with self.database.read() as session:
            return query(session)

    def generate(
        self, *ticket_ids: int, by_customer: bool = True, group_entries: bool = False, actor: Actor = MANAGER
    ) -> GenerationResult:
        selection = Selection(frozenset(ticket_ids))
        command = Generate(selection, Options(by_customer, group_entries), f"key-{next(self._ordinals)}")
        return self.act(lambda session: generate(session, command, actor=actor))

    def proposal_of(self, *ticket_ids: int, group_entries: bool = False) -> ProposalDetail:
        """Generate a single proposal from these tickets."""
        (number,) = self.generate(*ticket_ids, group_entries=group_entries).outcome["numbers"]
        return self.proposal(number)

    def proposal(self, number: str) -> ProposalDetail:
        return self.read(lambda session: proposal_detail(session, proposal_id_of(session, number)))

    def decide(self, number: str, state: LineState, reason: str = "", *, actor: Actor = MANAGER, **chosen: set[int]) -> None:
        """Review lines of a proposal in its current version, by `line_ids` or `ticket_ids`."""
        seen = self.proposal(number)
        lines = LineChoice(seen.id, seen.version, **{name: frozenset(ids) for name, ids in chosen.items()})
        self.act(lambda session: decide(session, Decide(lines, state, reason), actor=actor))

    def remove_from_proposal(self, number: str, *ticket_ids: int) -> None:
        seen = self.proposal(number)
        lines = LineChoice(seen.id, seen.version, ticket_ids=frozenset(ticket_ids))
        self.act(lambda session: remove_from_proposal(session, lines, actor=MANAGER))

    def cancel(self, number: str, reason: str = "doppia") -> None:
        seen = self.proposal(number)
        self.act(lambda session: cancel(session, Cancel(seen.id, seen.version, reason), actor=MANAGER))

    def set_proposal_status(self, proposal_id: int, status: ProposalStatus) -> None:
        """Move a draft forward to this status."""
        [(number,)] = self.rows("SELECT number FROM proposal WHERE id = :id", id=proposal_id)
        if status is ProposalStatus.CANCELLED:
            self.cancel(number)
            return
        steps: tuple[Callable[[str], object], ...] = (self.submit, self.approve, self.issue)
        for step in steps[: list(ProposalStatus).index(status)]:
            step(number)

    def state(self, ticket_id: int) -> TicketState:
        statement = "SELECT billing_status, cancellation_reason, proposal_id, hourly_rate, version FROM ticket WHERE id = :id"
        return TicketState(*self.rows(statement, id=ticket_id)[0])

    def billing(self, ticket_id: int) -> str | None:
        return self.state(ticket_id).billing_status

    def entries_of(self, ticket_id: int) -> list[int]:
        return [row[0] for row in self.rows("SELECT id FROM time_entry WHERE ticket_id = :id ORDER BY id", id=ticket_id)]

    def count(self, table: str) -> int:
        counting = select(func.count()).select_from(named(table))
        return int(self.read(lambda session: session.execute(counting).scalar_one()))

    def rows(self, statement: str, **params: Any) -> list[Any]:
        """Rows of an SQL query."""
        return self.read(lambda session: list(session.connection().execute(text(statement), params)))

    def execute(self, statement: str, **params: Any) -> None:
        """Execute an SQL statement."""
        self.act(lambda session: session.connection().execute(text(statement), params))

    def submit(self, number: str, actor: Actor = MANAGER) -> None:
        seen = self.proposal(number)
        self.act(lambda session: submit(session, [SeenProposal(seen.id, seen.version)], actor=actor) and None)

    def approve(self, number: str, actor: Actor = LEAD) -> None:
        seen = self.proposal(number)
        self.act(lambda session: approve(session, [SeenProposal(seen.id, seen.version)], actor=actor) and None)

    def issue(self, *numbers: str, on: date | None = None, merge: bool = False, actor: Actor = MANAGER) -> list[Issued]:
        """Issue invoices of approved proposals in their current version."""
        seen = tuple(SeenProposal(one.id, one.version) for one in map(self.proposal, numbers))
        return self.act(lambda session: issue(session, Issue(seen, on, merge), actor=actor))

    def credit(self, invoice_number: str, reason: str = "errore", lines: Collection[int] = (), actor: Actor = LEAD) -> Issued:
        """Credit lines of an invoice by id, or all that remain."""
        invoice_id = self.read(lambda session: invoice_id_of(session, invoice_number))
        return self.act(lambda session: credit(session, Credit(invoice_id, reason, frozenset(lines)), actor=actor))
