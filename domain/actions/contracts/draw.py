"""The ledger of units contracts: closing draws a ticket's time, reopening gives it back, nothing twice (spec, section 6).

`redraw` is all there is: it reckons what tickets should draw as they are now, compares it with what the ledger says, and
writes the difference. Whoever changes a ticket, its work or its link calls it afterwards. What was drawn stays drawn while
its work and its ticket stay as they are, whatever became of the contract meanwhile: only what is new asks for units.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.actions.proposals.lines import active_lines, follow_lines
from domain.actions.tickets.billing import Move, move
from domain.errors import Refused
from domain.model.base import among, bulk_insert, table_of
from domain.model.contracts import ContractDraw, ServiceContract
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_tickets import lock_tickets
from domain.reads.contract_ledger import Drawn, drawing_tickets, ledger_of, lock_contracts, units_left, work_of
from domain.rules.contracts import Coverage, Work, cover, kept_units
from domain.vocabulary import AuditAction, BillingEvent, BillingStatus, ContractKind, Overage, TicketStatus

_ticket, _entry = table_of(Ticket), table_of(TimeEntry)
_contract, _draw = table_of(ServiceContract), table_of(ContractDraw)


class ContractRefuses(Refused):
    """A contract does not take a ticket's time: the refusal of the first ticket; `each` has those of all, by their ids."""

    def __init__(self, each: dict[int, Refused]) -> None:
        first = next(iter(each.values()))
        super().__init__(first.code, **first.params)
        self.each = each


def redraw(
    session: Session,
    actor: Actor,
    ticket_ids: Collection[int],
    *,
    past_the_last: bool = False,
    give_back: bool = False,
) -> None:
    """Bring the ledger, and the tickets' state and rate, in line with tickets as they are. They must be locked.

    A person may want the contract to take it all, `past_the_last` unit unless it refuses; or to `give_back` what it has, since
    something else is about to be decided: then the state is left to that.
    Raises ContractRefuses (`contract_exhausted`, `contract_ended`), naming the ticket and the contract.
    """
    session.flush()
    tickets = drawing_tickets(session, ticket_ids)
    if not tickets:
        return
    ledger = ledger_of(session, [row.id for row in tickets])
    contracts = lock_contracts(session, tickets, ledger)
    work = work_of(session, [row.id for row in tickets])
    redrawn = [
        _Redrawn(row, work.get(row.id, []), ledger.get(row.id, {}), active=not give_back and _is_drawn(row)) for row in tickets
    ]
    left = units_left(session, contracts)
    for one in redrawn:
        one.give_back(left)
    refused = {}
    for one in redrawn:
        try:
            one.cover_by(contracts, left, past_the_last=past_the_last)
        except Refused as refusal:
            refused[one.ticket.id] = refusal
    if refused:
        raise ContractRefuses(refused)
    _write(session, actor, [one for one in redrawn if one.changes], contracts)
    _follow(session, actor, redrawn, contracts, states=not give_back)


def redraw_contracts(session: Session, actor: Actor, contract_ids: Collection[int]) -> None:
    """Draw what was closed under contracts before it was known what they count. Raises as `redraw` does."""
    under = among(_ticket.c.contract_id, contract_ids) & (_ticket.c.status == TicketStatus.CLOSED)
    tickets = session.execute(select(_ticket.c.id).where(under)).scalars().all()
    lock_tickets(session, tickets)
    redraw(session, actor, tickets)


class _Redrawn:
    """One ticket on its way: what it has drawn, and what it should have."""

    def __init__(self, ticket: Row[Any], work: Sequence[Row[Any]], drawn: dict[Drawn, int], *, active: bool) -> None:
        self.ticket = ticket
        self.free = [row for row in work if row.line_id is None]
        # What a line holds stays as it was when the line was made of it.
        held = {row.id for row in work if row.line_id is not None}
        self.fixed = {key: units for key, units in drawn.items() if key.entry_id in held}
        self.drawn = drawn
        self.active = active
        self.work = list(_work(self.free)) if active else []
        self.coverage: list[Coverage] = []

    def give_back(self, left: dict[int, int]) -> None:
        """Before anybody draws anew, everybody gives back what they do not keep."""
        for key, units in self.drawn.items():
            if key not in self.fixed:
                left[key.contract_id] += units
        if self.active:
            left[self.ticket.contract_id] -= kept_units(self.work, self.ticket.unit)

    def cover_by(self, contracts: dict[int, Row[Any]], left: dict[int, int], *, past_the_last: bool) -> None:
        """Draw what is new. Raises Refused."""
        if not self.active:
            return
        contract = contracts[self.ticket.contract_id]
        _refuse_outside(self.ticket, contract, self.work)
        overage = contract.overage or Overage.GO_NEGATIVE
        if past_the_last and overage is Overage.BILL:
            overage = Overage.GO_NEGATIVE
        self.coverage = cover(self.work, left[contract.id], contract.unit, overage)
        short = sum(w.minutes for w in self.work) - sum(c.minutes for c in self.coverage)
        # A ticket with an excess has it since before its contract came to refuse.
        had_excess = self.ticket.drawn and self.ticket.billing_status is not BillingStatus.SERVICE_CONTRACT
        if overage is Overage.REFUSE and short and not had_excess:
            about = {"number": self.ticket.number, "contract": contract.code, "minutes": short}
            raise Refused("contract_exhausted", **about)
        left[contract.id] -= sum(c.units for c in self.coverage) - kept_units(self.work, contract.unit)

    @property
    def wanted(self) -> dict[Drawn, int]:
        """What the ledger should say."""
        of_contract = self.ticket.contract_id
        return self.fixed | {Drawn(of_contract, one.entry_id, one.worked_on): one.units for one in self.coverage if one.units}

    @property
    def ledger_changes(self) -> dict[Drawn, int]:
        """The new lines of the ledger, by key: the wanted units less the drawn ones."""
        wanted = self.wanted
        return {
            key: wanted.get(key, 0) - self.drawn.get(key, 0)
            for key in sorted({*wanted, *self.drawn})
            if wanted.get(key, 0) != self.drawn.get(key, 0)
        }

    @property
    def units_by_contract(self) -> dict[int, int]:
        """Units drawn, or below zero given back, by contract; a change of the day alone is not among them."""
        sums: dict[int, int] = defaultdict(int)
        for key, units in self.ledger_changes.items():
            sums[key.contract_id] += units
        return {contract_id: units for contract_id, units in sums.items() if units}

    @property
    def cover_changes(self) -> dict[int, int]:
        """Minutes covered of each entry that has others now."""
        covered = {one.entry_id: one.minutes for one in self.coverage}
        return {row.id: covered.get(row.id, 0) for row in self.free if covered.get(row.id, 0) != row.covered_minutes}

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.ledger_changes or self.cover_changes or self.active != self.ticket.drawn)

    @property
    def uncovered(self) -> int:
        """Minutes of free, dated work that the contract does not cover."""
        return self._beyond(self.free)

    @property
    def excess(self) -> int:
        """Those of them about which nothing else was decided."""
        return self._beyond([row for row in self.free if row.manual_decision is None])

    def _beyond(self, rows: Sequence[Row[Any]]) -> int:
        if not self.active:
            return 0
        covered = {one.entry_id: one.minutes for one in self.coverage}
        return sum(row.billable_minutes - covered.get(row.id, 0) for row in rows if row.worked_on and row.billable_minutes)


def _work(free: Sequence[Row[Any]]) -> Iterator[Work]:
    """What a contract is asked for. Of work that was decided about by hand it goes on to cover what it did, and no more."""
    for row in free:
        if row.worked_on and row.billable_minutes:
            kept = min(row.covered_minutes, row.billable_minutes)
            if row.manual_decision is None or kept:
                yield Work(row.id, row.worked_on, row.billable_minutes if row.manual_decision is None else kept, kept)


def _is_drawn(ticket: Row[Any]) -> bool:
    """Whether a ticket's time belongs to its contract: closed under a units contract, and nobody decided otherwise."""
    draws = ticket.kind is ContractKind.UNITS and ticket.unit is not None and ticket.status is TicketStatus.CLOSED
    return draws and (ticket.drawn or ticket.billing_status is BillingStatus.SERVICE_CONTRACT)


def _refuse_outside(ticket: Row[Any], contract: Row[Any], work: Sequence[Work]) -> None:
    first, last = contract.starts_on or date.min, contract.ends_on or date.max
    outside = [one.worked_on for one in work if not one.kept and not first <= one.worked_on <= last]
    if outside:
        about = {"number": ticket.number, "contract": contract.code, "starts_on": contract.starts_on, "ends_on": contract.ends_on}
        raise Refused("contract_ended", day=min(outside), **about)


def _write(session: Session, actor: Actor, redrawn: Sequence[_Redrawn], contracts: dict[int, Row[Any]]) -> None:
    """The ledger, what is covered of each entry, and the marks on the tickets."""
    about = {"at": actor.now, "actor": actor.name}
    lines: list[dict[str, Any]] = []
    for one in redrawn:
        for key, units in one.ledger_changes.items():
            line = {"contract_id": key.contract_id, "time_entry_id": key.entry_id, "worked_on": key.worked_on, "units": units}
            lines.append({**line, "ticket_id": one.ticket.id, **about})
    bulk_insert(session, ContractDraw, sorted(lines, key=lambda line: (line["worked_on"], line["time_entry_id"])))
    _run(session, _COVER, [{"of_id": id_, "to": m} for one in redrawn for id_, m in one.cover_changes.items()])
    marked = [{"of_id": one.ticket.id, "to": one.active} for one in redrawn if one.active != one.ticket.drawn]
    _run(session, _MARK, marked)
    for one in redrawn:
        for contract_id, units in one.units_by_contract.items():
            after = {"contract_id": contract_id, "unit": contracts[contract_id].unit, "units": units, "excess": one.excess}
            record(session, actor, AuditAction.DRAWN, "ticket", one.ticket.id, after=after)


_COVER = update(_entry).where(_entry.c.id == bindparam("of_id")).values(covered_minutes=bindparam("to"))
_MARK = update(_ticket).where(_ticket.c.id == bindparam("of_id")).values(drawn=bindparam("to"))
_RATE = update(_ticket).where(_ticket.c.id == bindparam("of_id")).values(
    hourly_rate=bindparam("to"), rate_from_contract=bindparam("from_contract")
)  # fmt: skip


def _run(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(statement, rows)


def _follow(session: Session, actor: Actor, redrawn: Sequence[_Redrawn], contracts: dict[int, Row[Any]], *, states: bool) -> None:
    """An excess is to bill, at the contract's rate where the ticket has none; without one the ticket is covered again."""
    lines = active_lines(session, [one.ticket.id for one in redrawn])
    _rate(session, actor, [one for one in redrawn if not lines.get(one.ticket.id)], contracts)
    moves, by_lines = [], []
    for one in redrawn if states else ():
        ticket, after = one.ticket, _state(one)
        if after is None or after is ticket.billing_status:
            continue
        if lines.get(ticket.id):
            by_lines.append(ticket.id)
        else:
            moves.append(Move(ticket.id, ticket.billing_status, after, "", ticket.proposal_id))
    move(session, actor, BillingEvent.CONTRACT_DRAWN, moves)
    if by_lines:
        follow_lines(session, actor, BillingEvent.CONTRACT_DRAWN, by_lines)


def _rate(session: Session, actor: Actor, redrawn: Sequence[_Redrawn], contracts: dict[int, Row[Any]]) -> None:
    rates = []
    for one in redrawn:
        ticket, rate = one.ticket, _rate_of_excess(one, contracts)
        if rate is not None:
            rates.append({"of_id": ticket.id, "to": rate, "from_contract": rate > 0})
            before, after = {"hourly_rate": ticket.hourly_rate}, {"hourly_rate": rate}
            record(session, actor, AuditAction.CHANGED, "ticket", ticket.id, before=before, after=after)
    _run(session, _RATE, rates)


def _state(one: _Redrawn) -> BillingStatus | None:
    """The state that its contract gives a ticket; None where it has no say."""
    if one.ticket.billing_status not in (BillingStatus.SERVICE_CONTRACT, BillingStatus.TO_BILL):
        return None
    if one.active:
        return BillingStatus.TO_BILL if one.excess else BillingStatus.SERVICE_CONTRACT
    # Reopened, it waits for its next closing under its contract.
    reopened = one.ticket.drawn and one.ticket.kind is ContractKind.UNITS and one.ticket.status is not TicketStatus.CLOSED
    return BillingStatus.SERVICE_CONTRACT if reopened else None


def _rate_of_excess(one: _Redrawn, contracts: dict[int, Row[Any]]) -> int | None:
    """The rate to give the ticket, 0 to take back what its contract gave; None to leave it."""
    ticket = one.ticket
    if one.excess and not ticket.hourly_rate:
        return contracts[ticket.contract_id].overage_rate or None
    return 0 if ticket.rate_from_contract and not one.uncovered and ticket.kind is ContractKind.UNITS else None
