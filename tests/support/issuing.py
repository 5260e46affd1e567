"""Parallel processes that issue invoices and sometimes fail after taking a number, and the results."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from domain.actions.core.acting import Actor
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.approval import SeenProposal, approve, submit
from domain.errors import Refused
from domain.rules.calendar import from_firm_time
from storage.database import Database
from tests.builders import LEAD, MANAGER, World
from tests.support.racing import race_processes

FIRST_DATE = date(2026, 2, 20)
SPREAD_DAYS = 40
FAILURE_RATE = 0.2
LONGEST_SECONDS = 900


class PowerCut(Exception):
    """Ends a transaction between its number and its commit."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The results of a process."""

    issued: int = 0
    failed: int = 0
    dates_refused: int = 0


def approved_proposals(world: World, count: int) -> list[int]:
    """Create `count` approved proposals of one ticket each; returns their ids."""
    tickets = [world.ticket(30 + number % 60) for number in range(count)]
    world.generate(*tickets, by_customer=False)
    ids = [row.id for row in world.rows("SELECT id FROM proposal ORDER BY id")]
    seen = [SeenProposal(id_) for id_ in ids]
    world.act(lambda session: submit(session, seen, actor=MANAGER) and None)
    world.act(lambda session: approve(session, seen, actor=LEAD) and None)
    return ids


def issue_at_once(world: World, proposal_ids: list[int], processes: int) -> list[Tally]:
    """Issue an invoice for each proposal from parallel processes, until each is issued."""
    jobs = [partial(_issue_all, proposal_ids[number::processes], number) for number in range(processes)]
    return [outcome.result for outcome in race_processes(world.database.url, jobs, seconds=LONGEST_SECONDS)]


def _issue_all(proposal_ids: list[int], seed: int, database: Database) -> Tally:
    rng = Random(seed)  # noqa: S311  which transactions fail is no secret
    failed = refused = 0
    for done, proposal_id in enumerate(proposal_ids):
        # Each process goes through the days at its own pace, so that some come with a date that is past already.
        day = FIRST_DATE + timedelta(days=done * SPREAD_DAYS // len(proposal_ids))
        while True:
            try:
                _issue(database, proposal_id, day, fails=rng.random() < FAILURE_RATE)
            except PowerCut:
                failed += 1
            except Refused as refusal:
                if refusal.code != "date_goes_back":
                    raise
                refused, day = refused + 1, refusal.params["last_on"]
            else:
                break
    return Tally(len(proposal_ids), failed, refused)


def _issue(database: Database, proposal_id: int, day: date, *, fails: bool) -> None:
    # Each process has a clock of its own: a document is dated at most some days back.
    manager = Actor(MANAGER.name, from_firm_time(datetime.combine(day, time(12))))
    with database.write() as session:
        issue(session, Issue((SeenProposal(proposal_id),), day), actor=manager)
        if fails:
            raise PowerCut


def faults(world: World, count: int) -> list[str]:
    """Faults in the numbers and dates of `count` issued invoices; empty if there are none."""
    rows: list[Any] = world.rows("SELECT number, ordinal, issued_on, id FROM invoice ORDER BY ordinal")
    ordinals, dates = [row.ordinal for row in rows], [str(row.issued_on) for row in rows]
    found = []
    if ordinals != list(range(1, count + 1)):
        found.append(f"numbers with gaps or twice: {len(ordinals)} of {count}, last {ordinals[-1:]}")
    if dates != sorted(dates):
        found.append("dates go back")
    once = world.rows("SELECT count(DISTINCT invoice_id) AS invoices FROM proposal WHERE status = 'invoiced'")[0].invoices
    if once != count:
        found.append(f"{once} proposals have an invoice of their own")
    lines = world.rows("SELECT count(*) AS lines, count(DISTINCT proposal_line_id) AS once FROM invoice_line")[0]
    if (lines.lines, lines.once) != (count, count):
        found.append(f"{lines.lines} lines of {lines.once}")
    return found
