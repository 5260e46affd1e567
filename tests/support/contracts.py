"""Prepaid contracts, their tickets and their ledger, for tests."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry, delete_entry, edit_entry
from domain.model.tickets import Ticket
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, Overage, TicketStatus
from storage.database import Database
from storage.queries.tickets.detail import EntryRow, ticket_detail
from tests.builders import MANAGER, NOW, OPERATOR, World

OVERAGE_RATE = 8_800


def units(world: World, total: int, unit: ContractUnit = ContractUnit.HOURS, overage: Overage = Overage.BILL, **more: Any) -> int:
    """A units contract; `total` in minutes for hours, else in units."""
    hundredths = total * 100 // 60 if unit is ContractUnit.HOURS else total * 100
    fields = {"unit": unit, "units_total": hundredths, "overage": overage, "overage_rate": OVERAGE_RATE, **more}
    return world.contract(ContractKind.UNITS, **fields)


def under(world: World, contract_id: int, *minutes: int | None, **fields: Any) -> int:
    """An open ticket under a contract that covers it."""
    usual = {"status": TicketStatus.OPEN, "closed_at": None, "billing_status": BillingStatus.SERVICE_CONTRACT}
    return world.ticket(*minutes, **{**usual, "contract_id": contract_id, **fields})


def closed(world: World, contract_id: int, *minutes: int | None) -> int:
    """A ticket under a contract, closed by the product."""
    ticket_id = under(world, contract_id, *minutes)
    close(world, ticket_id)
    return ticket_id


def edit(world: World, ticket_id: int, **fields: Any) -> None:
    world.act(lambda session: editing(session, ticket_id, **fields))


def editing(session: Session, ticket_id: int, **fields: Any) -> None:
    row = session.get_one(Ticket, ticket_id)
    links = {name: getattr(row, name) for name in ("company_id", "contact_id", "contract_id", "planning_id")}
    data = TicketData(row.title, row.status, owner=row.owner, opened_at=row.opened_at, **links)
    edit_ticket(session, ticket_id, row.version, replace(data, **fields), actor=OPERATOR)


def close(world: World, ticket_id: int) -> None:
    edit(world, ticket_id, status=TicketStatus.CLOSED)


def reopen(world: World, ticket_id: int) -> None:
    edit(world, ticket_id, status=TicketStatus.OPEN)


def closing(database: Database, ticket_id: int, before_commit: float = 0) -> str:
    """Close the ticket in parallel with others, and wait some seconds before the commit."""
    with database.write() as session:
        editing(session, ticket_id, status=TicketStatus.CLOSED)
        time.sleep(before_commit)
    return "closed"


def work(minutes: int | None, service_id: int | None = None) -> EntryData:
    return EntryData("lavoro", service_id, NOW, minutes, minutes, "olga")


def add(world: World, ticket_id: int, minutes: int | None) -> None:
    world.act(lambda session: add_entry(session, ticket_id, work(minutes, world.service_id), actor=OPERATOR).id)


def entries(world: World, ticket_id: int) -> tuple[EntryRow, ...]:
    return world.read(lambda session: ticket_detail(session, ticket_id)).entries


def change(world: World, ticket_id: int, place: int, **fields: Any) -> None:
    """Edit the ticket's entry at this place."""
    entry = entries(world, ticket_id)[place]
    world.act(lambda session: edit_entry(session, entry.id, entry.data, replace(entry.data, **fields), actor=OPERATOR).id)


def delete(world: World, ticket_id: int, place: int) -> None:
    entry = entries(world, ticket_id)[place]
    world.act(lambda session: delete_entry(session, entry.id, entry.data, actor=OPERATOR))


def by_hand(world: World, ticket_id: int, status: BillingStatus | None, reason: str = "deciso", rate: int | None = None) -> None:
    seen = world.state(ticket_id)
    command = SetBilling(ticket_id, seen.version, status, seen.hourly_rate if rate is None else rate, reason)
    world.act(lambda session: set_billing(session, command, actor=MANAGER))


def used(world: World, contract_id: int) -> int:
    """The balance of the ledger, in its units."""
    return sum(row[0] for row in world.rows("SELECT units FROM contract_draw WHERE contract_id = :id", id=contract_id))


def lines(world: World, ticket_id: int) -> list[int]:
    """Every line of the ledger for a ticket, in order."""
    return [row[0] for row in world.rows("SELECT units FROM contract_draw WHERE ticket_id = :id ORDER BY id", id=ticket_id)]


def covered(world: World, ticket_id: int) -> list[int]:
    statement = "SELECT covered_minutes FROM time_entry WHERE ticket_id = :id ORDER BY id"
    return [row[0] for row in world.rows(statement, id=ticket_id)]


def rate(world: World, ticket_id: int) -> tuple[int, bool]:
    """The ticket's rate, and whether a contract filled it in."""
    row = world.rows("SELECT hourly_rate, rate_from_contract FROM ticket WHERE id = :id", id=ticket_id)[0]
    return row[0], bool(row[1])


def billed(world: World, number: str) -> Iterable[tuple[int, int]]:
    """Minutes and rate of each line of a proposal."""
    return [(line.minutes, line.rate) for line in world.proposal(number).lines]
