"""The one door from pages to queries and actions: off the event loop, in one transaction, announced after the commit."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.errors import Refused
from storage.database import Database
from ui.server.sessions import Visitor, require_login
from ui.server.threads import run_in_thread

T = TypeVar("T")

Query = Callable[[Session], T]
Action = Callable[[Session, Actor], T]
_PAUSES_WHEN_BUSY: Final = (0.2, 0.8)


class Gateway:
    """Reads and acts on one database for pages. Refusals come through as they are; whatever else is raised is a bug."""

    def __init__(self, database: Database, announce: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._announce = announce
        self.run_signals = database.run_signals

    async def read(self, query: Query[T]) -> T:
        """What `query` finds, in a read-only session on one consistent view. It must return values, not entities."""
        return await run_in_thread(lambda: self._read(query))

    async def act(self, visitor: Visitor, action: Action[T]) -> T:
        """Run `action` in one transaction as `visitor`, whose sign-in is checked in that same transaction.

        A database that is busy is tried again, so `action` may run more than once: only what was committed counts.
        """

        def work() -> T:
            result = self._with_patience(lambda: self._write(visitor, action))
            # From this thread, not after the await: the page may be gone by then, and the others must still hear of it.
            self._announce()
            return result

        return await run_in_thread(work)

    def _read(self, query: Query[T]) -> T:
        with self._database.read() as session:
            return query(session)

    def _write(self, visitor: Visitor, action: Action[T]) -> T:
        actor = Actor(visitor.name, datetime.now(UTC))
        with self._database.write() as session:
            require_login(session, visitor, actor.now)
            return action(session, actor)

    @staticmethod
    def _with_patience(attempt: Callable[[], T]) -> T:
        for pause in _PAUSES_WHEN_BUSY:
            try:
                return attempt()
            except Refused as refused:
                if refused.code != "database_busy":
                    raise
                time.sleep(pause)
        return attempt()
