"""When to look at suspended work again (spec, section 5)."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select, update
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.errors import InvalidInput
from domain.model.base import among, table_of
from domain.model.tickets import Ticket
from domain.reads.billable_tickets import lock_tickets
from domain.reads.suspended_work import refuse_unsuspended
from domain.vocabulary import AuditAction, Permission


def set_review(session: Session, ticket_ids: Collection[int], day: date | None, *, actor: Actor) -> None:
    """Set the review date of tickets with suspended work, or clear it with None.

    Raises PermissionDenied, NotFound, InvalidInput `date_in_past`, Refused `not_suspended`.
    """
    authorise(session, actor, Permission.SET_BILLING)
    if day is not None and day < actor.today:
        raise InvalidInput("date_in_past", field="review_on", day=day)
    lock_tickets(session, ticket_ids)
    refuse_unsuspended(session, ticket_ids)
    ticket = table_of(Ticket)
    others = among(ticket.c.id, ticket_ids) & ticket.c.review_on.is_distinct_from(day)
    changed = session.execute(select(ticket.c.id, ticket.c.review_on).where(others).order_by(ticket.c.id)).all()
    # Not a new version of the ticket: who edits its title meanwhile is not in the way.
    session.execute(update(ticket).where(among(ticket.c.id, [row.id for row in changed])).values(review_on=day))
    after = {"review_on": day.isoformat() if day else None}
    for row in changed:
        before = {"review_on": row.review_on.isoformat() if row.review_on else None}
        record(session, actor, AuditAction.REVIEW_SET, "ticket", row.id, before=before, after=after)
