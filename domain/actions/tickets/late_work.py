"""Work that comes after its ticket was decided on, and late work that is no more (spec, section 5)."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.proposals.lines import follow_lines
from domain.actions.tickets.billing import Move, move
from domain.model import sql
from domain.model.base import among, table_of
from domain.model.proposals import ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.rules.billing_status import LATE_WORK_RETURNS
from domain.vocabulary import BillingEvent, BillingStatus, LineState

_ticket, _entry, _line = table_of(Ticket), table_of(TimeEntry), table_of(ProposalLine)


def return_late(session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:
    """Send decided tickets back to be billed that have work about which nothing was decided. They must be locked."""
    undecided = (
        (_entry.c.ticket_id == _ticket.c.id)
        & _entry.c.line_id.is_(None)
        & _entry.c.manual_decision.is_(None)
        & sql.has_open_work(_entry)
    )
    statement = (
        select(_ticket.c.id, _ticket.c.billing_status)
        .where(among(_ticket.c.id, ticket_ids), _ticket.c.billing_status.in_(LATE_WORK_RETURNS), exists().where(undecided))
        .order_by(_ticket.c.id)
    )
    moves = [Move(id_, status, BillingStatus.TO_BILL, "", None) for id_, status in session.execute(statement)]
    move(session, actor, BillingEvent.LATE_WORK, moves)


def forget_late(session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:
    """Give tickets to bill back the state that their lines, and what was decided by hand, say: their late work may be gone."""
    held = (_line.c.ticket_id == _ticket.c.id) & (_line.c.state != LineState.RELEASED)
    by_hand = (_entry.c.ticket_id == _ticket.c.id) & _entry.c.manual_decision.is_not(None)
    decided = exists().where(held) | exists().where(by_hand)
    to_bill = among(_ticket.c.id, ticket_ids) & (_ticket.c.billing_status == BillingStatus.TO_BILL)
    found = session.execute(select(_ticket.c.id).where(to_bill, decided)).scalars().all()
    if found:
        follow_lines(session, actor, BillingEvent.REVIEWED, found)
