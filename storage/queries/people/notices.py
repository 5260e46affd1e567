"""Notifications of a user; one action on many proposals is one notification (spec, section 5)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.people import Notice
from domain.model.proposals import Proposal
from domain.vocabulary import NoticeKind

NEWEST = 20

_notice, _proposal = table_of(Notice), table_of(Proposal)
_act = tuple(_notice.c[name] for name in ("kind", "actor", "comment", "created_at"))


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notification about `count` proposals; `proposal_id` and `number` are of one of them."""

    kind: NoticeKind
    actor: str
    comment: str
    created_at: datetime
    count: int
    unread: bool
    proposal_id: int
    number: str


def unread_notices(session: Session, user_id: int) -> int:
    """Number of unread notifications of a user."""
    acts = select(*_act).where(_notice.c.user_id == user_id, _notice.c.read_at.is_(None)).distinct().subquery()
    return int(session.execute(select(func.count()).select_from(acts)).scalar_one())


def newest_notices(session: Session, user_id: int) -> list[NoticeRow]:
    """The last notifications of a user, newest first."""
    acts = (
        select(
            *_act,
            func.count().label("count"),
            func.max(case((_notice.c.read_at.is_(None), 1), else_=0)).label("unread"),
            func.min(_notice.c.proposal_id).label("proposal_id"),
            func.max(_notice.c.id).label("latest"),
        )
        .where(_notice.c.user_id == user_id)
        .group_by(*_act)
        .order_by(_notice.c.created_at.desc(), func.max(_notice.c.id).desc())
        .limit(NEWEST)
        .subquery()
    )
    names = ("kind", "actor", "comment", "created_at", "count", "unread", "proposal_id")
    statement = (
        select(*(acts.c[name] for name in names), _proposal.c.number)
        .join_from(acts, _proposal, acts.c.proposal_id == _proposal.c.id)
        .order_by(acts.c.created_at.desc(), acts.c.latest.desc())
    )
    return [NoticeRow(**{**row._asdict(), "unread": bool(row.unread)}) for row in session.execute(statement)]
