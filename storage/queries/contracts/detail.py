"""A contract on screen: what it holds and has given, its ledger, and the tickets under it (spec, section 6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, extract, func, select
from sqlmodel import Session

from domain.errors import NotFound
from domain.model.base import among, table_of
from domain.model.contracts import ContractDraw, ServiceContract
from domain.model.customers import Company
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.contract_ledger import units_left
from domain.reads.firm import firm_of
from domain.reads.work_buckets import work_of
from domain.rules.contracts import capacity, runs_low
from domain.vocabulary import BillingStatus, Bucket, ContractKind, ContractUnit, Overage, TicketStatus

PAGE_LIMIT = 500

_contract, _draw, _company = table_of(ServiceContract), table_of(ContractDraw), table_of(Company)
_ticket, _entry = table_of(Ticket), table_of(TimeEntry)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a units contract holds and has given, in units of its ledger: minutes, or incidents. A day has `day_minutes`.

    The firm wants to be warned where no more than `warning` units are left: then it is `low`.
    """

    unit: ContractUnit
    total: int
    used: int
    warning: int
    low: bool
    day_minutes: int

    @property
    def residual(self) -> int:
        """What is left; below zero where it is overdrawn."""
        return self.total - self.used


@dataclass(frozen=True, slots=True)
class MonthDraw:
    """What was drawn by work of one month, in units of the ledger."""

    year: int
    month: int
    units: int


@dataclass(frozen=True, slots=True)
class ContractDetail:
    """A contract. Rates in cents per hour, dates inclusive; `balance` is None where it counts no units.

    `months` are those with work that drew, oldest first. `tickets`: how many are under it, by status; `minutes` to bill or
    covered and their net `value` in cents at today's rates are of all their work.
    """

    id: int
    code: str
    name: str
    company_id: int
    company: str
    kind: ContractKind
    hourly_rate: int
    starts_on: date | None
    ends_on: date | None
    overage: Overage | None
    overage_rate: int
    retired: bool
    balance: Balance | None
    months: tuple[MonthDraw, ...]
    tickets: dict[TicketStatus, int]
    minutes: int
    value: int


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One line of the ledger; `entry` is the code of the work, empty where that was deleted since."""

    id: int
    at: datetime
    actor: str
    ticket_id: int
    ticket_number: str
    ticket_title: str
    entry: str
    worked_on: date
    units: int


@dataclass(frozen=True, slots=True)
class CoveredTicket:
    """A ticket under a contract: its minutes, those that the contract covers, and what all its work is worth in cents."""

    id: int
    number: str
    title: str
    status: TicketStatus
    billing_status: BillingStatus | None
    closed_at: datetime | None
    minutes: int
    covered: int
    value: int


def contract_balances(session: Session, ids: Collection[int]) -> dict[int, Balance]:
    """The balance of those of these contracts that count units, by id."""
    firm = firm_of(session)
    counting = among(_contract.c.id, ids) & (_contract.c.kind == ContractKind.UNITS) & _contract.c.unit.is_not(None)
    statement = select(_contract.c.id, _contract.c.unit, _contract.c.units_total).where(counting)
    contracts = {row.id: row for row in session.execute(statement)}
    found = {}
    for id_, left in units_left(session, contracts).items():
        unit, total = contracts[id_].unit, capacity(contracts[id_].units_total, contracts[id_].unit, firm.day_minutes)
        low = runs_low(total, left, firm.warning_percent)
        found[id_] = Balance(unit, total, total - left, total * firm.warning_percent // 100, low, firm.day_minutes)
    return found


def contract_detail(session: Session, contract_id: int) -> ContractDetail:
    """One contract. Raises NotFound."""
    names = (
        "id",
        "code",
        "name",
        "company_id",
        "kind",
        "hourly_rate",
        "starts_on",
        "ends_on",
        "overage",
        "overage_rate",
        "retired",
    )
    head = select(*(_contract.c[name] for name in names), _company.c.name.label("company"))
    head = head.join_from(_contract, _company, _company.c.id == _contract.c.company_id).where(_contract.c.id == contract_id)
    row = session.execute(head).one_or_none()
    if row is None:
        raise NotFound("unknown_contract", contract=str(contract_id))
    statement = select(_ticket.c.status, func.count()).where(_ticket.c.contract_id == contract_id).group_by(_ticket.c.status)
    counts = dict(map(tuple, session.execute(statement)))
    its = work_of(_ticket.c.contract_id == contract_id)
    minutes, value = session.execute(select(func.sum(its.c.minutes), func.sum(its.c.cents))).one()
    return ContractDetail(
        **row._asdict(),
        balance=contract_balances(session, [contract_id]).get(contract_id),
        months=_months(session, contract_id),
        tickets=counts,
        minutes=int(minutes or 0),
        value=int(value or 0),
    )


def _months(session: Session, contract_id: int) -> tuple[MonthDraw, ...]:
    year, month = extract("year", _draw.c.worked_on), extract("month", _draw.c.worked_on)
    statement = select(year, month, func.sum(_draw.c.units)).where(_draw.c.contract_id == contract_id)
    rows = session.execute(statement.group_by(year, month).order_by(year, month))
    return tuple(MonthDraw(int(row[0]), int(row[1]), int(row[2])) for row in rows)


def draw_page(session: Session, contract_id: int, *, start: int = 0, limit: int = 20) -> list[DrawRow]:
    """Lines `start` to `start + limit` of a contract's ledger, newest first."""
    names = ("id", "at", "actor", "ticket_id", "worked_on", "units")
    rows = session.execute(
        select(
            *(_draw.c[name] for name in names),
            _ticket.c.number.label("ticket_number"),
            _ticket.c.title.label("ticket_title"),
            func.coalesce(_entry.c.code, "").label("entry"),
        )
        .select_from(
            _draw.join(_ticket, _ticket.c.id == _draw.c.ticket_id).outerjoin(_entry, _entry.c.id == _draw.c.time_entry_id)
        )
        .where(_draw.c.contract_id == contract_id)
        .order_by(_draw.c.id.desc())
        .offset(max(start, 0))
        .limit(min(max(limit, 0), PAGE_LIMIT))
    )
    return [DrawRow(**row._asdict()) for row in rows]


def count_draws(session: Session, contract_id: int) -> int:
    """How many lines a contract's ledger has."""
    statement = select(func.count()).select_from(_draw).where(_draw.c.contract_id == contract_id)
    return int(session.execute(statement).scalar_one())


def covered_tickets(
    session: Session, contract_id: int, status: TicketStatus | None = None, *, start: int = 0, limit: int = 20
) -> list[CoveredTicket]:
    """Tickets `start` to `start + limit` under a contract, in one status or in any, newest first."""
    chosen = [_ticket.c.contract_id == contract_id, *([_ticket.c.status == status] if status else [])]
    page = select(_ticket.c.id).where(*chosen).order_by(_ticket.c.opened_at.desc().nulls_last(), _ticket.c.id.desc())
    ids = list(session.execute(page.offset(max(start, 0)).limit(min(max(limit, 0), PAGE_LIMIT))).scalars())
    names = ("id", "number", "title", "status", "billing_status", "closed_at")
    its = work_of(among(_ticket.c.id, ids))
    covered = case(((its.c.bucket == Bucket.CONTRACT.value) & (_ticket.c.status == TicketStatus.CLOSED), its.c.minutes), else_=0)
    statement = (
        select(
            *(_ticket.c[name] for name in names),
            *(func.coalesce(func.sum(each), 0) for each in (its.c.minutes, covered, its.c.cents)),
        )
        .select_from(_ticket.outerjoin(its, its.c.ticket_id == _ticket.c.id))
        .where(among(_ticket.c.id, ids))
        .group_by(_ticket.c.id)
    )
    found = {row.id: row for row in session.execute(statement)}
    return [CoveredTicket(*found[id_][:6], *(int(figure) for figure in found[id_][6:])) for id_ in ids]


def draws_of_ticket(session: Session, ticket_id: int) -> int:
    """Units of its contract's ledger that a ticket draws now."""
    statement = select(func.coalesce(func.sum(_draw.c.units), 0)).where(_draw.c.ticket_id == ticket_id)
    return int(session.execute(statement).scalar_one())
