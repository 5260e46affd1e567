"""The history as a feed: what it gained since it was last read, and a way to wait for more.

Every act writes its audit entries in its own transaction, so whatever was committed, by this process, another one or the
command line, is found here. No entry is lost to the order of commits: `seal` numbers the entries while it holds the lock on
the head of the chain, until the commit. PostgreSQL makes a commit visible before it lets go of its locks, and SQLite has one
writer at a time. So whoever sees an entry sees every entry with a smaller id.
"""

import threading
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session

from domain.model.audit import AuditEntry, AuditHead
from domain.model.base import among, table_of
from domain.model.comments import Comment
from domain.model.proposals import Proposal
from domain.model.tickets import TimeEntry
from storage.database import CHANNEL, Database


class _Everything(Container[int]):
    """Stands for more ids than are worth listing."""

    def __contains__(self, item: object) -> bool:
        return True


EVERYTHING: Final = _Everything()

Changes = Mapping[str, Container[int]]
"""Ids that changed, by the subject that the history names: `ticket`, `proposal`, `company`."""

_MOST: Final = 1_000
"""Of more entries than this the subjects alone are read, and each stands for everything."""

_SQLITE_SECONDS: Final = 0.2
_POSTGRES_SECONDS: Final = 1.0

_comment, _entry, _proposal = table_of(Comment).c, table_of(TimeEntry).c, table_of(Proposal).c
_SHOWN_ON: Final = (
    ("time_entry", "ticket", _entry.id, _entry.ticket_id),
    ("comment", "proposal", _comment.id, _comment.proposal_id),
    ("invoice", "proposal", _proposal.invoice_id, _proposal.id),
)
"""What is part of another subject changes that one, too: the part, the whole, the key of the part, and the whole's id."""


class ChangeReader:
    """Reads each entry of the history once. It begins with what is written after it was made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as session:
            self._last = _head(session)

    def take(self) -> Changes:
        """What changed since the last time. Not for two threads at once."""
        with self._database.read() as session:
            head = _head(session)
            changes = _between(session, self._last, head) if head > self._last else {}
        self._last = head
        return changes


def commits(database: Database, stopped: threading.Event) -> Iterator[None]:
    """Go on at first, and then whenever somebody may have committed something, until `stopped`.

    It keeps a connection of its own, and raises the driver's error where that is lost. On SQLite it asks for the version of
    the file five times a second, which reads one page. PostgreSQL notifies it (`Database.write`); it goes on once a second all
    the same, since a connection can be dead without saying so.
    """
    connection = database.engine.raw_connection()
    driver: Any = connection.driver_connection
    connection.detach()
    try:
        yield from (_polled if database.is_sqlite else _notified)(driver, stopped)
    finally:
        # Not through SQLAlchemy: it would roll back first, and log at length that a lost connection can't.
        driver.close()


def _polled(driver: Any, stopped: threading.Event) -> Iterator[None]:
    seen = None
    while not stopped.is_set():
        [version] = driver.execute("PRAGMA data_version").fetchone()
        if version != seen:
            seen = version
            yield
        stopped.wait(_SQLITE_SECONDS)


def _notified(driver: Any, stopped: threading.Event) -> Iterator[None]:
    driver.rollback()
    driver.autocommit = True
    driver.execute(f"LISTEN {CHANNEL}")
    while not stopped.is_set():
        yield
        for _ in driver.notifies(timeout=_POSTGRES_SECONDS, stop_after=1):
            pass


def _head(session: Session) -> int:
    return int(session.execute(select(table_of(AuditHead).c.last_id)).scalar_one())


def _between(session: Session, after: int, upto: int) -> Changes:
    entry = table_of(AuditEntry).c
    its = (entry.id > after) & (entry.id <= upto)
    if upto - after > _MOST:
        subjects = set(session.execute(select(entry.subject).where(its).distinct()).scalars())
        return dict.fromkeys(subjects | {whole for part, whole, *_ in _SHOWN_ON if part in subjects}, EVERYTHING)
    ids: dict[str, set[int]] = defaultdict(set)
    for subject, id_ in session.execute(select(entry.subject, entry.subject_id).where(its).distinct()):
        ids[subject].add(id_)
    for part, whole, key, of in _SHOWN_ON:
        if part in ids and (shown := set(session.execute(select(of).where(among(key, ids[part]))).scalars())):
            ids[whole] |= shown
    return ids
