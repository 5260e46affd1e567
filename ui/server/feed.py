"""Tells the open pages what the history gained: one reader for the whole process, whoever wrote."""

import asyncio
import logging
import threading

from storage.change_feed import ChangeReader, commits
from storage.database import Database
from ui.server import live
from ui.server.threads import Watcher

log = logging.getLogger(__name__)


class Feed:
    """Reads the history in a thread of its own while the server runs, and emits what changed on the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._stopped = threading.Event()
        self._watcher = Watcher(self._follow, self._stopped, database.failures)
        self.stop = self._watcher.stop

    def start(self) -> None:
        """From here on pages hear of changes. On the event loop."""
        self._loop = asyncio.get_running_loop()
        self._reader = ChangeReader(self._database)
        self._watcher.start()

    def take(self) -> None:
        """Emit what is new, at once: called after a commit of our own, so that a page hears of its act before the act returns.

        Where the history can't be read now, what was committed stays committed, and the thread reads it later.
        """
        try:
            self._take()
        except self._database.failures as error:
            log.warning("the history could not be read: %s", str(error).partition("\n")[0])

    def _take(self) -> None:
        with self._reading:
            changes = self._reader.take()
            if changes:
                self._loop.call_soon_threadsafe(live.changed.emit, changes)

    def _follow(self) -> None:
        for _ in commits(self._database, self._stopped):
            self._take()
