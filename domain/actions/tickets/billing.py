"""The one door to a ticket's billing status: checked against the transition table, guarded, audited (spec, section 3)."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, literal, update
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.errors import Refused, Stale
from domain.model import sql
from domain.model.base import CHUNK, among, table_of
from domain.model.tickets import Ticket, TimeEntry
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed, replaced_decisions
from domain.vocabulary import AuditAction, BillingEvent


class Move(NamedTuple):
    """One ticket's change. `reason` becomes *Motivazione Annullamento*; `proposal_id` becomes *Proposta Fattura*."""

    ticket_id: int
    before: Status
    after: Status
    reason: str
    proposal_id: int | None
    proposal_number: str = ""


def move(session: Session, actor: Actor, event: BillingEvent, moves: Iterable[Move]) -> None:
    """Set the billing status of many tickets, each from the state it was seen in.

    Raises Refused for a change that the table does not list, Stale if a ticket left the state it was seen in meanwhile.
    """
    moves = list(moves)
    for before, after in {(m.before, m.after) for m in moves}:
        if not allowed(event, before, after):
            raise Refused("billing_transition", event=event.value, before=before or "", after=after or "")
    for start in range(0, len(moves), CHUNK):
        _write(session, moves[start : start + CHUNK])
    if event in DECIDING:
        _decide(session, actor, moves)
    # One value for each state, however many tickets leave it: it is turned into JSON once.
    befores = {m.before: {"billing_status": m.before} for m in moves}
    for m in moves:
        record(
            session,
            actor,
            AuditAction.BILLING_STATUS,
            "ticket",
            m.ticket_id,
            before=befores[m.before],
            after={"billing_status": m.after, "event": event.value, "proposal": m.proposal_number},
            reason=m.reason,
        )


DECIDING = frozenset(
    {BillingEvent.SET_BY_HAND, BillingEvent.CONTRACT_LINKED, BillingEvent.PLANNING_LINKED, BillingEvent.UNLINKED}
)
"""Events that are a manual decision about all open work of a ticket that is on no line. Work that comes later is late work."""


def _decide(session: Session, actor: Actor, moves: Sequence[Move]) -> None:
    """Store the manual decision on each time entry, so that late work does not bill again what was billed elsewhere."""
    entry = table_of(TimeEntry)
    work = entry.c.line_id.is_(None) & sql.has_open_work(entry)
    for before, after, reason in {(m.before, m.after, m.reason) for m in moves}:
        its = among(entry.c.ticket_id, [m.ticket_id for m in moves if (m.before, m.after, m.reason) == (before, after, reason)])
        open_to_it = entry.c.manual_decision.is_(None) | entry.c.manual_decision.in_(replaced_decisions(before, after))
        decided = NO_MANUAL_DECISION
        if after in REASON_REQUIRED:
            # A new wording of the reason keeps who decided, and when: the age of suspended work counts from there.
            since = {
                # With the type of the column: PostgreSQL would read a bare instant in the time zone of the session.
                name: case((entry.c.manual_decision == after, entry.c[name]), else_=literal(value, entry.c[name].type))
                for name, value in _by(actor).items()
            }
            decided = {"manual_decision": after, "decision_reason": reason, **since}
        session.execute(update(entry).where(its, work, open_to_it).values(decided))


NO_MANUAL_DECISION: dict[str, Any] = {"manual_decision": None, "decision_reason": "", "decided_by": "", "decided_at": None}
"""Columns of a time entry without a manual decision."""


def _by(actor: Actor) -> dict[str, Any]:
    return {"decided_by": actor.name, "decided_at": actor.now}


def open_billing(ticket: Ticket, status: Status) -> None:
    """Give a new ticket its first state; there is none before it."""
    ticket.billing_status = status


def _write(session: Session, moves: Sequence[Move]) -> None:
    ticket = table_of(Ticket)
    statement = (
        update(ticket)
        .where(
            ticket.c.id == bindparam("ticket_id"),
            ticket.c.billing_status.is_not_distinct_from(bindparam("seen", type_=ticket.c.billing_status.type)),
        )
        .values(
            billing_status=bindparam("after", type_=ticket.c.billing_status.type),
            cancellation_reason=bindparam("reason"),
            proposal_id=bindparam("to_proposal"),
            version=ticket.c.version + 1,
        )
    )
    rows = [
        {"ticket_id": m.ticket_id, "seen": m.before, "after": m.after, "reason": m.reason, "to_proposal": m.proposal_id}
        for m in moves
    ]
    if session.connection().execute(statement, rows).rowcount != len(rows):
        raise Stale("ticket_moved")
