"""What drawing on contracts reads: tickets, their work, their contracts, and the ledger so far (spec, section 6)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlmodel import Session

from domain.model.base import among, table_of
from domain.model.contracts import ContractDraw, ServiceContract
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.firm import firm_of
from domain.rules.contracts import capacity
from domain.vocabulary import ContractKind

_ticket, _entry = table_of(Ticket), table_of(TimeEntry)
_contract, _draw = table_of(ServiceContract), table_of(ContractDraw)


class Drawn(NamedTuple):
    """A ticket's lines of the ledger by contract, entry and work date, summed."""

    contract_id: int
    entry_id: int
    worked_on: date


def drawing_tickets(session: Session, ticket_ids: Collection[int]) -> list[Row[Any]]:
    """The tickets that draw, or drew: those of a units contract, and those that are marked."""
    names = ("id", "number", "status", "billing_status", "contract_id", "proposal_id", "drawn", "hourly_rate")
    statement = (
        select(*(_ticket.c[name] for name in names), _ticket.c.rate_from_contract, _contract.c.kind, _contract.c.unit)
        .select_from(_ticket.outerjoin(_contract, _contract.c.id == _ticket.c.contract_id))
        .where(among(_ticket.c.id, ticket_ids), _ticket.c.drawn | (_contract.c.kind == ContractKind.UNITS))
        .order_by(_ticket.c.id)
    )
    return list(session.execute(statement))


def ledger_of(session: Session, ticket_ids: Collection[int]) -> dict[int, dict[Drawn, int]]:
    key = (_draw.c.contract_id, _draw.c.time_entry_id, _draw.c.worked_on)
    statement = (
        select(_draw.c.ticket_id, *key, func.sum(_draw.c.units))
        .where(among(_draw.c.ticket_id, ticket_ids))
        .group_by(_draw.c.ticket_id, *key)
        .having(func.sum(_draw.c.units) != 0)
    )
    found: dict[int, dict[Drawn, int]] = defaultdict(dict)
    for ticket_id, contract_id, entry_id, worked_on, units in session.execute(statement):
        found[ticket_id][Drawn(contract_id, entry_id, worked_on)] = int(units)
    return found


def lock_contracts(session: Session, tickets: Sequence[Row[Any]], ledger: dict[int, dict[Drawn, int]]) -> dict[int, Row[Any]]:
    """Contracts come after tickets in the order of locks: who draws from the same one waits here."""
    ids = {row.contract_id for row in tickets if row.contract_id} | {key.contract_id for sums in ledger.values() for key in sums}
    names = ("id", "code", "unit", "units_total", "overage", "overage_rate", "starts_on", "ends_on")
    statement = select(*(_contract.c[name] for name in names)).where(among(_contract.c.id, ids)).order_by(_contract.c.id)
    return {row.id: row for row in session.execute(statement.with_for_update(key_share=True))}


def work_of(session: Session, ticket_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    names = ("ticket_id", "id", "worked_on", "billable_minutes", "covered_minutes", "line_id", "manual_decision")
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    statement = select(*(_entry.c[name] for name in names)).where(among(_entry.c.ticket_id, ticket_ids)).order_by(_entry.c.id)
    for row in session.execute(statement):
        found[row.ticket_id].append(row)
    return found


def units_left(session: Session, contracts: dict[int, Row[Any]]) -> dict[int, int]:
    """Units of the ledger that each units contract has left; below zero where it is overdrawn."""
    day_minutes = firm_of(session).day_minutes
    statement = select(_draw.c.contract_id, func.sum(_draw.c.units)).where(among(_draw.c.contract_id, contracts))
    used = {row[0]: int(row[1]) for row in session.execute(statement.group_by(_draw.c.contract_id))}
    return {
        id_: capacity(contract.units_total, contract.unit, day_minutes) - used.get(id_, 0)
        for id_, contract in contracts.items()
        if contract.unit is not None
    }
