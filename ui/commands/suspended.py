"""The commands `suspended` and `resume` (spec, sections 5 and 9)."""

from typing import Annotated, Any

import typer

from domain.actions.tickets.resume import resume
from domain.model.people import SYSTEM_USER
from domain.reads.selection import select_numbers
from storage.queries.suspended.table import SuspendedFilter, SuspendedRow, suspended_page
from storage.queries.tickets.grid import billing_states
from ui.commands.lists import all_rows
from ui.commands.terminal import AsUser, Json, acting_as, opened, say, say_json, say_table, words


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("suspended")(suspended)
    app.command("resume")(resume_command)


def suspended(as_json: Json = False) -> None:
    """List suspended work by ticket, oldest first."""
    with opened(as_json=as_json) as database, database.read() as session:
        rows = list(all_rows(lambda start, size: suspended_page(session, SuspendedFilter(), start=start, limit=size), None))
    if as_json:
        say_json([_json(row) for row in rows])
        return
    w = words()
    names = ("ticket", "company", "since", "suspended_by", "reason", "review_on", "hours", "value")
    cells = [
        (row.number, row.company, w.instant(row.since) if row.since else "", ", ".join(row.decided_by), " · ".join(row.reasons),
         w.date(row.review_on) if row.review_on else "", w.hours(row.minutes), w.money(row.value))
        for row in rows
    ]  # fmt: skip
    say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({6, 7}))


def _json(row: SuspendedRow) -> dict[str, Any]:
    return {
        "ticket": row.number,
        "title": row.title,
        "company": row.company,
        "owner": row.owner,
        "since": row.since,
        "suspended_by": row.decided_by,
        "reasons": row.reasons,
        "review_on": row.review_on,
        "proposals": [one.number for one in row.proposals],
        "minutes": row.minutes,
        "value_cents": row.value,
        "can_resume": row.can_resume,
    }


def resume_command(
    numbers: Annotated[list[str], typer.Argument(help="Ticket numbers.")],
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Resume the suspended work of tickets, so that it can be billed; all or none."""
    with opened(as_json=as_json) as database:
        with database.write() as session:
            ids = sorted(select_numbers(session, numbers).ids)
            resume(session, ids, actor=acting_as(as_user))
        with database.read() as session:
            states = billing_states(session, ids)
    if as_json:
        say_json([{"ticket": number, "billing_status": status} for number, status in states.items()])
        return
    w = words()
    for number, status in states.items():
        say(w.t("cli.resumed", number=number, status=w.t(f"billing_status.{status or 'none'}")))
