"""Changing what a line bills, with a reason, and splitting a merged line into its entries (spec, section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.lines import open_draft, required_reason
from domain.errors import InvalidInput, NotFound, Refused
from domain.model import sql
from domain.model.base import among, bulk_insert, reserve_ids, table_of
from domain.model.comments import Comment
from domain.model.proposals import Claim, Proposal, ProposalLine
from domain.model.tickets import DESCRIPTION_LENGTH, TimeEntry
from domain.money import MAX_CENTS, MAX_MINUTES, line_amount
from domain.reads.billable_tickets import lock_tickets
from domain.rules.pricing import split_nets
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, LineState, Permission


@dataclass(frozen=True, slots=True)
class Adjust:
    """A line as it should be billed: minutes, rate in cents per hour, description; and why. None as version takes it as it is.

    `undoes` is the entry of the history that this takes back.
    """

    proposal_id: int
    seen_version: int | None
    line_id: int
    minutes: int
    rate: int
    description: str
    reason: str
    undoes: int | None = None


def adjust(session: Session, command: Adjust, *, actor: Actor) -> Proposal:
    """Adjust a line of a draft; its original values are kept.

    A line that is given back its first values is adjusted no more. Raises PermissionDenied, NotFound, Stale, InvalidInput,
    Refused (`not_draft`, `reason_required`, `nothing_adjusted`).
    """
    authorise(session, actor, Permission.REVIEW)
    reason = required_reason(command.reason)
    if not 0 < command.minutes <= MAX_MINUTES:
        raise InvalidInput("line_minutes_out_of_range", field="minutes", maximum=MAX_MINUTES)
    if not 0 < command.rate <= MAX_CENTS:
        raise InvalidInput("line_rate_out_of_range", field="rate")
    description = clean_text(command.description, "description", DESCRIPTION_LENGTH, required=False)
    proposal = open_draft(session, actor, command.proposal_id, command.seen_version)
    line = _line(session, command.proposal_id, command.line_id)
    if line.description and not description:
        # The customer reads it on the invoice. A line that never had one may be adjusted without.
        raise InvalidInput("missing", field="description")
    before = {"minutes": line.minutes, "rate": line.rate, "description": line.description, "net": line.net}
    after = {"minutes": command.minutes, "rate": command.rate, "description": description}
    if all(before[name] == value for name, value in after.items()):
        raise Refused("nothing_adjusted")
    _keep_original(line, before, after)
    before["reason"] = line.adjustment_reason
    line.minutes, line.rate, line.description = command.minutes, command.rate, description
    line.net = line_amount(command.minutes, command.rate)
    adjusted = line.original_minutes is not None
    line.adjustment_reason = reason if adjusted else ""
    line.adjusted_by, line.adjusted_at = (actor.name, actor.now) if adjusted else ("", None)
    session.flush()
    about = {"line": command.line_id, "ticket": line.ticket_id, **after, "net": line.net}
    if command.undoes is not None:
        about["undoes"] = command.undoes
    record(session, actor, AuditAction.ADJUSTED, "proposal", command.proposal_id, before=before, after=about, reason=reason)
    return proposal


def _keep_original(line: ProposalLine, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Keep what the line was at first beside it; forget that where it is just that again."""
    original = (
        before if line.original_minutes is None
        else {"minutes": line.original_minutes, "rate": line.original_rate, "description": line.original_description}
    )  # fmt: skip
    same = all(original[name] == value for name, value in after.items())
    for name in after:
        setattr(line, f"original_{name}", None if same else original[name])


def split(session: Session, proposal_id: int, seen_version: int | None, line_id: int, *, actor: Actor) -> Proposal:
    """Split a merged line into one line per entry; each keeps the decision.

    Raises PermissionDenied, NotFound, Stale, Refused (`not_draft`, `not_merged`, `line_adjusted`).
    """
    authorise(session, actor, Permission.REVIEW)
    proposal = open_draft(session, actor, proposal_id, seen_version)
    line = _line(session, proposal_id, line_id)
    lock_tickets(session, [line.ticket_id])
    if line.original_minutes is not None:
        raise Refused("line_adjusted", number=proposal.number)
    table = table_of(TimeEntry)
    entry = table.c
    entries = session.execute(
        select(entry.id, entry.worked_on, entry.description, sql.open_minutes(table).label("minutes"))
        .where(entry.line_id == line_id)
        .order_by(entry.worked_on, entry.id)
    ).all()
    if len(entries) < 2:  # noqa: PLR2004 - a line of one entry is not merged
        raise Refused("not_merged", number=proposal.number)
    before = {"line": line_id, "minutes": line.minutes, "net": line.net, "description": line.description}
    net = _replace(session, line, entries)
    about = {"lines": len(entries), "net": net, "ticket": line.ticket_id}
    record(session, actor, AuditAction.SPLIT, "proposal", proposal_id, before=before, after=about)
    return proposal


def _line(session: Session, proposal_id: int, line_id: int) -> ProposalLine:
    statement = select_model(ProposalLine).where(col(ProposalLine.id) == line_id, col(ProposalLine.proposal_id) == proposal_id)
    line = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if line is None or line.state is LineState.RELEASED:
        raise NotFound("no_lines")
    return line


def _replace(session: Session, line: ProposalLine, entries: Sequence[Row[Any]]) -> int:
    """Put a line per entry in the place of a merged one; their net. The old one goes: what it was is in the history."""
    table, claim, entry = table_of(ProposalLine), table_of(Claim), table_of(TimeEntry)
    _make_room(session, line, len(entries) - 1)
    whole = dict(session.execute(select(table).where(table.c.id == line.id)).one()._asdict())
    ids = reserve_ids(session, ProposalLine, len(entries))
    nets = split_nets([row.minutes for row in entries], line.rate)
    rows = [
        {
            **whole,
            "id": id_,
            "position": line.position + place,
            "description": row.description,
            "first_on": row.worked_on,
            "last_on": row.worked_on,
            "minutes": row.minutes,
            "net": net,
        }
        for place, (id_, row, net) in enumerate(zip(ids, entries, nets, strict=True))
    ]
    session.execute(update(entry).where(entry.c.line_id == line.id).values(line_id=None))
    session.execute(delete(claim).where(claim.c.line_id == line.id))
    session.expunge(line)
    # Lines of one proposal have a place each, so the old one goes before the new ones come; what was said about it waits.
    comment = table_of(Comment)
    about = list(session.execute(select(comment.c.id).where(comment.c.line_id == line.id)).scalars())
    session.execute(update(comment).where(among(comment.c.id, about)).values(line_id=None))
    session.execute(delete(table).where(table.c.id == line.id))
    bulk_insert(session, ProposalLine, rows)
    session.execute(update(comment).where(among(comment.c.id, about)).values(line_id=ids[0]))
    bulk_insert(
        session,
        Claim,
        [{"line_id": id_, "time_entry_id": row.id, "live": True} for id_, row in zip(ids, entries, strict=True)],
    )
    statement = update(entry).where(entry.c.id == bindparam("of_id")).values(line_id=bindparam("to_line"))
    pairs = [{"of_id": row.id, "to_line": id_} for id_, row in zip(ids, entries, strict=True)]
    session.connection().execute(statement, pairs)
    return sum(nets)


def _make_room(session: Session, line: ProposalLine, more: int) -> None:
    """Move the lines after this one down by so many places, so that what comes in its place stands under its ticket.

    A place is taken once, also halfway through a statement: the lines step aside, below zero, before they come down.
    """
    table = table_of(ProposalLine)
    after = (table.c.proposal_id == line.proposal_id) & (table.c.position > line.position)
    aside = (table.c.proposal_id == line.proposal_id) & (table.c.position < 0)
    session.execute(update(table).where(after).values(position=-table.c.position))
    session.execute(update(table).where(aside).values(position=more - table.c.position))
