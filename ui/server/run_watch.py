"""Sees the long work of other servers on the database, and lets them see ours."""

import asyncio
import threading
import time
from typing import Final

from storage.database import Database
from storage.queries.people.background_runs import runs_elsewhere
from ui.server.background_runs import OWNER, Progress, Run, RunState, changed, elsewhere, own_running
from ui.server.threads import Watcher

_BEAT_SECONDS: Final = 1.0
GONE_SECONDS: Final = 10.0
"""An owner without a heartbeat for so long is gone."""


class RunWatch:
    """Each second: shows the heartbeat of our own runs, stops those that somebody elsewhere wants stopped, reads the others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = threading.Event()
        self._watcher = Watcher(self._watch, self._stopped, database.failures)
        self._noticed: dict[str, float] = {}

    def start(self) -> None:
        """On the event loop."""
        self._loop = asyncio.get_running_loop()
        self._watcher.start()

    async def stop(self) -> None:
        """End the watch, but not while this process still works: it is alive for as long as its threads can commit."""
        if not own_running():
            await self._watcher.stop()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._beat()
            self._stopped.wait(_BEAT_SECONDS)

    def _beat(self) -> None:
        own = own_running()
        if own:
            progress = {run.note.id: (run.progress.done, run.progress.total) for run in own}
            wanted = self._database.run_signals.beat(progress)
            for run in own:
                if run.note.id in wanted:
                    run.progress.stop()
        found = self._look()
        before = dict(elsewhere)
        elsewhere.clear()
        elsewhere.update(found)
        for user_id in before.keys() | found.keys():
            if _shown(before.get(user_id, [])) != _shown(found.get(user_id, [])):
                self._loop.call_soon_threadsafe(changed.emit, user_id)

    def _look(self) -> dict[int, list[Run]]:
        with self._database.read() as session:
            notes = runs_elsewhere(session, OWNER)
        signals = self._database.run_signals.seen() if notes else {}
        now = time.monotonic()
        self._noticed = {note.id: self._noticed.get(note.id, now) for of in notes.values() for note in of}
        found: dict[int, list[Run]] = {}
        for user_id, of in notes.items():
            for note in of:
                signal = signals.get(note.id)
                # Without any heartbeat its owner has as long as with one, from when we first saw it.
                age = signal.age if signal else now - self._noticed[note.id]
                state = RunState.RUNNING if age < GONE_SECONDS else RunState.INTERRUPTED
                progress = Progress(signal.done, signal.total) if signal else Progress()
                found.setdefault(user_id, []).append(Run(note, progress, state))
        return found


def _shown(runs: list[Run]) -> list[tuple[str, RunState, int, int]]:
    return [(run.note.id, run.state, run.progress.done, run.progress.total) for run in runs]
