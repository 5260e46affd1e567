"""One change for many tickets, with a preview of its effect (screens, Assistenza Clienti).

The preview is the change itself, written and taken back: what it promises is what the same code did. Whoever confirms hands
the fingerprint of what they saw back; where anything moved meanwhile nothing is written.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.actions.contracts.draw import ContractRefuses
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import attempt
from domain.actions.proposals.lines import active_lines
from domain.actions.tickets.bulk_kinds import Change, Kind, Lines, ToRate, ToStatus, kind_of
from domain.actions.tickets.set_billing import lock_drafts
from domain.errors import Refused, Stale
from domain.model.base import among, table_of
from domain.model.customers import Contact
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.billable_conditions import worth_of
from domain.reads.billable_tickets import lock_tickets
from domain.reads.selection import Selection, selection_conditions
from domain.rules.billing_status import REASON_REQUIRED
from domain.vocabulary import BillingStatus

MOST = 20_000
"""Tickets in one change: what is written at once must stay short for everybody who waits."""
NAMED = 10
_MOST_STEPS_BACK = 50


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What to change on which tickets; `expected` is the fingerprint of the effect that was seen, empty for none."""

    selection: Selection
    change: Change
    expected: str = ""


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Tickets that stay as they are for one reason: how many, the numbers of the first, and the refusal of one of them."""

    refused: Refused
    count: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillableValue:
    """What could be billed of the tickets that change: minutes, and net cents."""

    minutes: int
    value: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The changes that take one back, each with its tickets, and the version of each ticket that it may still have."""

    steps: tuple[tuple[Change, frozenset[int]], ...]
    seen: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does. `unchanged` tickets have it already; `undo` is None where it can't be taken back exactly."""

    changed: int
    unchanged: int
    refused: tuple[RefusedGroup, ...]
    before: BillableValue
    after: BillableValue
    fingerprint: str
    undo: Undo | None = None


class _TakenBack(Exception):
    """Ends a preview."""


def preview_bulk(session: Session, command: BulkChange, *, actor: Actor) -> Effect:
    """What `bulk_change` would do, with nothing written. In a transaction that may write. Raises as it does."""
    found: list[Effect] = []
    try:
        with attempt(session):
            found.append(bulk_change(session, command, actor=actor))
            raise _TakenBack
    except _TakenBack:
        return replace(found[0], undo=None)


def bulk_change(session: Session, command: BulkChange, *, actor: Actor) -> Effect:
    """Change all selected tickets that can change; returns the others with their reasons.

    Raises PermissionDenied, Stale `bulk_moved` where the effect is not the expected one any more, InvalidInput, NotFound, and
    Refused (`reason_required`, `bulk_too_many`).
    """
    kind = kind_of(command.change)
    authorise(session, actor, kind.permission)
    effect = _Run(session, actor, command.selection, kind).go(command.change)
    if command.expected and effect.fingerprint != command.expected:
        raise Stale("bulk_moved")
    return effect


def undo_bulk(session: Session, undo: Undo, *, actor: Actor) -> int:
    """Undo a bulk change, all or nothing; returns the number of tickets.

    Raises PermissionDenied, and Stale `bulk_moved` where somebody changed one of the tickets since.
    """
    # Proposals before tickets, as everywhere: what a step locks later is locked already.
    lock_drafts(session, undo.seen)
    lock_tickets(session, undo.seen)
    ticket = table_of(Ticket).c
    now = dict(map(tuple, session.execute(select(ticket.id, ticket.version).where(among(ticket.id, undo.seen)))))
    if now != undo.seen:
        raise Stale("bulk_moved")
    effects = [bulk_change(session, BulkChange(Selection(ids), change), actor=actor) for change, ids in undo.steps]
    if any(effect.refused for effect in effects):
        raise Stale("bulk_moved")
    return sum(effect.changed for effect in effects)


class _Run:
    """One change under way."""

    def __init__(self, session: Session, actor: Actor, selection: Selection, kind: Kind) -> None:
        self._session, self._actor, self._kind = session, actor, kind
        ids = self._chosen(selection)
        kind.prepare(session, actor, ids)
        lock_tickets(session, ids)
        self._tickets = self._read(ids)
        self._lines: Lines = active_lines(session, ids)
        self._refused: dict[int, Refused] = {}

    def go(self, change: Change) -> Effect:
        changing = [ticket for ticket in self._tickets if self._changes(ticket)]
        unchanged = len(self._tickets) - len(changing) - len(self._refused)
        plain = self._plain(change, changing)
        before = self._worth(changing)
        while changing:
            try:
                with attempt(self._session):
                    self._kind.write(self._session, self._actor, changing, self._lines)
                break
            except ContractRefuses as refused:
                # Whom the contract does not take stays out, and what they would have drawn is left to the others.
                self._refused |= refused.each
                changing = [ticket for ticket in changing if ticket.id not in refused.each]
                before = self._worth(changing)
        after = self._worth(changing)
        groups = self._groups()
        undo = self._undo(plain, changing) if plain else None
        return Effect(len(changing), unchanged, groups, before, after, self._fingerprint(changing, before, after), undo)

    def _changes(self, ticket: Row[Any]) -> bool:
        try:
            return self._kind.changes(ticket, self._lines.get(ticket.id, ()))
        except Stale:
            raise
        except Refused as refused:
            self._refused[ticket.id] = refused
            return False

    def _chosen(self, selection: Selection) -> list[int]:
        ticket = table_of(Ticket).c
        statement = select(ticket.id).where(*selection_conditions(selection)).order_by(ticket.id).limit(MOST + 1)
        ids = list(self._session.execute(statement).scalars())
        if len(ids) > MOST:
            raise Refused("bulk_too_many", maximum=MOST)
        return ids

    def _read(self, ids: Sequence[int]) -> Sequence[Row[Any]]:
        ticket, contact = table_of(Ticket), table_of(Contact)
        names = (
            "id", "number", "version", "billing_status", "cancellation_reason", "company_id", "contract_id", "planning_id",
            "hourly_rate", "rate_from_contract", "opened_at",
        )  # fmt: skip
        columns = (*(ticket.c[name] for name in names), contact.c.company_id.label("employer_id"))
        source = ticket.outerjoin(contact, contact.c.id == ticket.c.contact_id)
        return self._session.execute(
            select(*columns).select_from(source).where(among(ticket.c.id, ids)).order_by(ticket.c.id)
        ).all()

    def _worth(self, tickets: Sequence[Row[Any]]) -> BillableValue:
        ids = among(table_of(Ticket).c.id, [ticket.id for ticket in tickets])
        return BillableValue(*map(int, self._session.execute(worth_of(ids)).one()))

    def _groups(self) -> tuple[RefusedGroup, ...]:
        numbers = {ticket.id: ticket.number for ticket in self._tickets}
        alike: dict[str, list[int]] = defaultdict(list)
        for id_, refused in self._refused.items():
            alike[str(refused)].append(id_)
        groups = (
            RefusedGroup(self._refused[ids[0]], len(ids), tuple(numbers[id_] for id_ in sorted(ids)[:NAMED]))
            for ids in alike.values()
        )
        return tuple(sorted(groups, key=lambda group: (-group.count, str(group.refused))))

    def _fingerprint(self, changing: Sequence[Row[Any]], before: BillableValue, after: BillableValue) -> str:
        versions = [(ticket.id, ticket.version) for ticket in changing]
        refused = sorted((id_, refused.code) for id_, refused in self._refused.items())
        return sha256(repr((versions, refused, before, after)).encode()).hexdigest()

    def _plain(self, change: Change, changing: Sequence[Row[Any]]) -> dict[Change, frozenset[int]]:
        """What would bring the tickets back exactly; nothing where no change could."""
        if isinstance(change, ToRate):
            if any(ticket.rate_from_contract for ticket in changing):
                return {}
            rates: dict[Change, set[int]] = defaultdict(set)
            for ticket in changing:
                rates[ToRate(ticket.hourly_rate)].add(ticket.id)
            steps = {step: frozenset(ids) for step, ids in rates.items()}
            return steps if len(steps) <= _MOST_STEPS_BACK else {}
        if not isinstance(change, ToStatus) or change.status not in REASON_REQUIRED or not self._untouched(changing):
            return {}
        return {ToStatus(BillingStatus.TO_BILL): frozenset(ticket.id for ticket in changing)}

    def _untouched(self, tickets: Sequence[Row[Any]]) -> bool:
        """Whether tickets are to bill and nothing was decided about any of their work: then to bill is all they were."""
        ids = [ticket.id for ticket in tickets]
        if any(t.billing_status is not BillingStatus.TO_BILL or t.cancellation_reason or t.id in self._lines for t in tickets):
            return False
        entry = table_of(TimeEntry).c
        decided = select(entry.id).where(among(entry.ticket_id, ids), entry.manual_decision.is_not(None)).limit(1)
        return self._session.execute(decided).first() is None

    def _undo(self, steps: dict[Change, frozenset[int]], changing: Sequence[Row[Any]]) -> Undo:
        ticket = table_of(Ticket).c
        versions = select(ticket.id, ticket.version).where(among(ticket.id, [one.id for one in changing]))
        return Undo(tuple(steps.items()), dict(map(tuple, self._session.execute(versions))))
