"""The feed of the history: whoever commits, every entry arrives once, in order, and nothing is forgotten."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import text

from domain.actions.core.audit import record
from domain.actions.proposals.comments import AddComment, add_comment
from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.vocabulary import AuditAction
from storage.change_feed import EVERYTHING, ChangeReader, commits
from storage.database import Database
from tests.builders import LEAD, MANAGER, NOW, World
from tests.support.postgres import PostgresServer
from tests.support.racing import race_processes

WRITERS, EACH = 4, 25


@pytest.fixture
def reader(world: World) -> ChangeReader:
    return ChangeReader(world.database)


@pytest.fixture
def many_writers(postgres_server: PostgresServer, postgres_template: str) -> Iterator[World]:
    """PostgreSQL, where transactions overlap and connections get lost."""
    with postgres_server.database(template=postgres_template) as url:
        database = Database(url)
        yield World(database)
        database.dispose()


def retitle(database: Database, first: int, count: int, ids: int = 1) -> None:
    """`count` transactions, of which each leaves `ids` entries about a subject of its own."""
    for subject in range(first, first + count):
        with database.write() as session:
            for number in range(ids):
                record(session, MANAGER, AuditAction.CHANGED, "ticket", subject, after={"title": f"{number}"})


@contextmanager
def listening(database: Database) -> Iterator[dict[int, float]]:
    """What a second process would do: when each ticket id was first seen, by the clock of `time.monotonic`."""
    seen: dict[int, float] = {}
    stopped, ready, reader = threading.Event(), threading.Event(), ChangeReader(database)

    def run() -> None:
        for _ in commits(database, stopped):
            found = reader.take().get("ticket", frozenset())
            seen.update(dict.fromkeys(found, time.monotonic()))  # type: ignore[call-overload]
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    try:
        yield seen
    finally:
        stopped.set()
        thread.join()


def until(condition: object, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_a_change_is_read_once(world: World, reader: ChangeReader) -> None:
    assert reader.take() == {}
    retitle(world.database, 7, 2)
    assert reader.take() == {"ticket": {7, 8}}
    assert reader.take() == {}


def test_what_is_part_of_a_ticket_or_a_proposal_changes_that_too(world: World, reader: ChangeReader) -> None:
    ticket = world.ticket(60)
    data = EntryData(service_id=world.service_id, description="x", started_at=NOW, worked_minutes=30, billable_minutes=30)
    world.act(lambda session: add_entry(session, ticket, data, actor=MANAGER).id)
    assert ticket in reader.take()["ticket"]
    proposal = world.proposal_of(ticket)
    assert reader.take()["proposal"] == {proposal.id}
    world.act(lambda session: add_comment(session, AddComment(proposal.id, "ciao"), actor=LEAD))
    assert reader.take()["proposal"] == {proposal.id}


def test_a_credit_note_changes_the_proposals_behind_it(world: World, reader: ChangeReader) -> None:
    proposal = world.proposal_of(world.ticket(60, 30))
    world.submit(proposal.number)
    world.approve(proposal.number)
    [invoice] = world.issue(proposal.number)
    reader.take()
    world.credit(invoice.number)
    changes = reader.take()
    assert (proposal.id in changes["proposal"], invoice.id in changes["invoice"]) == (True, True)


def test_of_thousands_the_subject_stands_for_everything(world: World, reader: ChangeReader) -> None:
    retitle(world.database, 1, 1, ids=1_001)
    assert reader.take() == {"ticket": EVERYTHING}


def test_what_was_rolled_back_or_tried_alone_is_not_seen(world: World, reader: ChangeReader) -> None:
    with world.database.write(dry_run=True) as session:
        record(session, MANAGER, AuditAction.CHANGED, "ticket", 1)
    assert reader.take() == {}


def test_no_entry_is_lost_between_writers_who_commit_at_once(world: World) -> None:
    """The order of commits is the order of ids: a reader that goes by the highest id misses none that comes late."""
    with listening(world.database) as seen:
        jobs = [partial(retitle, first=1 + n * EACH, count=EACH) for n in range(WRITERS)]
        race_processes(world.database.url, jobs)
        until(lambda: len(seen) == WRITERS * EACH)
    order = world.rows("SELECT id, subject_id FROM audit_entry ORDER BY id")
    assert [id_ for id_, _ in order] == list(range(1, WRITERS * EACH + 1))
    times = [seen[subject_id] for _, subject_id in order]
    assert all(before <= after for before, after in pairwise(times))


def test_a_writer_who_waits_for_another_never_commits_before_it(many_writers: World) -> None:
    """The first holds the head of the chain and has not committed: the second neither numbers its entries nor commits."""
    world, reader = many_writers, ChangeReader(many_writers.database)
    second = threading.Thread(target=retitle, args=(world.database, 2, 1))
    with world.database.write() as session:
        record(session, MANAGER, AuditAction.CHANGED, "ticket", 1)
        session.execute(text("SELECT last_id FROM audit_head FOR UPDATE"))
        second.start()
        time.sleep(0.3)
        assert reader.take() == {}
    second.join()
    assert reader.take() == {"ticket": {1, 2}}
    assert [row[0] for row in world.rows("SELECT subject_id FROM audit_entry ORDER BY id")] == [1, 2]


def test_a_change_of_another_process_is_seen_within_a_second(world: World) -> None:
    with listening(world.database) as seen:
        committed = race_processes(world.database.url, [slowly])[0].result
        until(lambda: len(seen) == len(committed))
    late = sorted(seen[id_] - at for id_, at in committed.items())
    assert late[int(len(late) * 0.95) - 1] < 1


def slowly(database: Database) -> dict[int, float]:
    """When each of some tickets was changed: Linux counts `time.monotonic` alike in all processes."""
    at: dict[int, float] = defaultdict(float)
    for subject in range(1, 21):
        retitle(database, subject, 1)
        at[subject] = time.monotonic()
        time.sleep(0.05)
    return dict(at)


def test_a_lost_connection_ends_the_waiting_and_nothing_is_missed(many_writers: World) -> None:
    world, reader, stopped = many_writers, ChangeReader(many_writers.database), threading.Event()
    waiting = commits(world.database, stopped)
    next(waiting)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    world.rows(kill)
    retitle(world.database, 5, 1)
    with pytest.raises(world.database.engine.dialect.loaded_dbapi.Error):
        next(waiting)
    again = commits(world.database, stopped)
    next(again)
    assert reader.take() == {"ticket": {5}}
    again.close()  # type: ignore[attr-defined]
