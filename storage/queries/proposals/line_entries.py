"""What a line of a proposal holds: the pieces of work behind it (spec, section 5)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Subquery, cast, func, select
from sqlmodel import Session

from domain.model import sql
from domain.model.base import table_of
from domain.model.proposals import Claim, ProposalLine
from domain.model.tickets import TimeEntry


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One piece of work on a line. `minutes` are those to bill that no contract covers."""

    code: str
    worked_on: date
    operator: str
    description: str
    minutes: int


def line_entries(session: Session, line_id: int) -> list[LineEntry]:
    """The work of one line, in the order in which splitting it makes lines of it."""
    entry, claim = table_of(TimeEntry), table_of(Claim)
    statement = (
        select(entry.c.code, entry.c.worked_on, entry.c.operator, entry.c.description, sql.open_minutes(entry).label("minutes"))
        .join_from(claim, entry, claim.c.time_entry_id == entry.c.id)
        .where(claim.c.line_id == line_id)
        .order_by(entry.c.worked_on, entry.c.id)
    )
    return [LineEntry(**row._asdict()) for row in session.execute(statement)]


def work_by_line(proposal_id: int) -> Subquery:
    """Of each line of a proposal, as a table: `line_id`, `entries` that it holds, and `apart`, the cents of a line per entry.

    The sum of `domain.rules.pricing.split_nets`, at the rate that the line had before it was adjusted.
    """
    entry, claim, line = table_of(TimeEntry), table_of(Claim), table_of(ProposalLine)
    alone = sql.line_amount(sql.open_minutes(entry), func.coalesce(line.c.original_rate, line.c.rate))
    return (
        select(claim.c.line_id, func.count().label("entries"), cast(func.sum(alone), BigInteger).label("apart"))
        .join_from(claim, line, claim.c.line_id == line.c.id)
        .join(entry, entry.c.id == claim.c.time_entry_id)
        .where(line.c.proposal_id == proposal_id)
        .group_by(claim.c.line_id)
        .subquery()
    )
