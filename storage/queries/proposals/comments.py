"""What was said about a proposal, and what is new on it since somebody looked last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.comments import Comment
from domain.model.proposals import ProposalLine
from domain.model.screens import ProposalVisit
from domain.model.tickets import Ticket
from storage.queries.tickets.detail import HistoryRow, proposal_history

NEWEST = 200

_comment, _line = table_of(Comment), table_of(ProposalLine)


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One thing that was said; `ticket_number` and `description` are of the line that it is about, empty for the whole."""

    id: int
    author: str
    at: datetime
    body: str
    line_id: int | None
    ticket_number: str
    description: str


@dataclass(frozen=True, slots=True)
class News:
    """What others did and said since a person looked last, at `since`; newest first."""

    since: datetime
    entries: tuple[HistoryRow, ...]
    comments: tuple[CommentRow, ...]

    @property
    def count(self) -> int:
        """How many changes."""
        return len(self.entries) + len(self.comments)

    @property
    def lines(self) -> set[int]:
        """Ids of the lines that they are about; a line that was split is no more."""
        return {
            *(line_id for row in self.entries for line_id in self.lines_of(row)),
            *(row.line_id for row in self.comments if row.line_id is not None),
        }

    @staticmethod
    def lines_of(row: HistoryRow) -> set[int]:
        """Ids of the lines that one entry of the history is about."""
        reviewed = {int(id_) for id_ in row.before.get("lines", ())}
        return reviewed | {row.after["line"]} if "line" in row.after else reviewed


def comments_of(session: Session, proposal_id: int) -> tuple[CommentRow, ...]:
    """What was said last about a proposal, newest first."""
    ticket = table_of(Ticket)
    rows = session.execute(
        select(
            *(_comment.c[name] for name in ("id", "author", "at", "body", "line_id")),
            func.coalesce(ticket.c.number, "").label("ticket_number"),
            func.coalesce(_line.c.description, "").label("description"),
        )
        .select_from(
            _comment.outerjoin(_line, _line.c.id == _comment.c.line_id).outerjoin(ticket, ticket.c.id == _line.c.ticket_id)
        )
        .where(_comment.c.proposal_id == proposal_id)
        .order_by(_comment.c.id.desc())
        .limit(NEWEST)
    )
    return tuple(CommentRow(**row._asdict()) for row in rows)


def news_since(session: Session, proposal_id: int, user_id: int, name: str) -> News | None:
    """What others than `name` changed since the person's last visit; None where it is the first."""
    visit = table_of(ProposalVisit).c
    last = session.execute(
        select(visit.seen_at, visit.seen_entry).where(visit.user_id == user_id, visit.proposal_id == proposal_id)
    ).one_or_none()
    if last is None:
        return None
    entries = tuple(row for row in proposal_history(session, proposal_id) if row.id > last.seen_entry and row.actor != name)
    said = tuple(row for row in comments_of(session, proposal_id) if row.at > last.seen_at and row.author != name)
    return News(last.seen_at, entries, said)
