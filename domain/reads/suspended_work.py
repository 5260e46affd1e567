"""What is suspended: lines of proposals, and work on none that was decided by hand (spec, section 5)."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Subquery, case, func, literal, null, select, union_all
from sqlmodel import Session

from domain.errors import NotFound, Refused
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.catalog import Service
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.vocabulary import UNDER_WAY, BillingStatus, LineState


def suspended_work() -> Subquery:
    """One row for each suspended line, and for each entry suspended by hand, whatever the state of its ticket.

    `ticket_id`, `since`, `decided_by`, `reason`, `minutes`, `value` (cents: a line's own net, else at today's price),
    `proposal_id` (None by hand), `held` (1 while a proposal under approval holds it).
    """
    line, proposal = table_of(ProposalLine), table_of(Proposal)
    entry, ticket, service = table_of(TimeEntry), table_of(Ticket), table_of(Service)
    lines = (
        select(
            line.c.ticket_id, line.c.decided_at.label("since"), line.c.decided_by, line.c.reason, line.c.minutes,
            line.c.net.label("value"), line.c.proposal_id, case((proposal.c.status.in_(UNDER_WAY), 1), else_=0).label("held"),
        )
        .join_from(line, proposal, line.c.proposal_id == proposal.c.id)
        # Written into the statement: only so does SQLite see that the index of suspended lines will do.
        .where(line.c.state == literal(LineState.SUSPENDED, line.c.state.type, literal_execute=True))
    )  # fmt: skip
    minutes = func.coalesce(sql.open_minutes(entry), 0)
    by_hand = (
        select(
            entry.c.ticket_id, entry.c.decided_at, entry.c.decided_by, entry.c.decision_reason, minutes,
            sql.open_value(entry, ticket, service), null(), literal(0),
        )
        .join_from(entry, ticket, entry.c.ticket_id == ticket.c.id)
        .outerjoin(service, entry.c.service_id == service.c.id)
        .where(entry.c.manual_decision == BillingStatus.SUSPENDED, entry.c.line_id.is_(None), sql.has_open_work(entry))
    )  # fmt: skip
    return union_all(lines, by_hand).subquery("suspended_work")


def has_suspended_work() -> ColumnElement[bool]:
    """Whether a ticket has any."""
    return table_of(Ticket).c.id.in_(select(suspended_work().c.ticket_id))


def refuse_unsuspended(session: Session, ticket_ids: Collection[int]) -> None:
    """Raises NotFound `unknown_ticket`, or Refused `not_suspended` naming the first ticket that has no suspended work."""
    ticket, work = table_of(Ticket).c, suspended_work()
    rows = session.execute(select(ticket.id, ticket.number).where(among(ticket.id, ticket_ids)).order_by(ticket.id)).all()
    if len(rows) != len(set(ticket_ids)):
        raise NotFound("unknown_ticket", numbers="", count=len(set(ticket_ids)) - len(rows))
    suspended = set(session.execute(select(work.c.ticket_id).where(among(work.c.ticket_id, ticket_ids))).scalars())
    for row in rows:
        if row.id not in suspended:
            raise Refused("not_suspended", number=row.number)
