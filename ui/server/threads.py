"""Synchronous work kept off the event loop: 200 ms of it there would freeze everybody (design, section 4)."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar

from nicegui import run

log = logging.getLogger(__name__)
T = TypeVar("T")

_RETRY_SECONDS: Final = 1.0


class _Done(NamedTuple, Generic[T]):
    """Tells a result that is None from NiceGUI's None for "we are shutting down"."""

    value: T


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run synchronous work in a thread. Raises CancelledError where the server is stopping."""
    done = await run.io_bound(lambda: _Done(work()))
    if done is None:
        raise asyncio.CancelledError
    return done.value


class Watcher:
    """A thread that runs `watch` while the server runs, and again a moment after each of the `failures`."""

    def __init__(self, watch: Callable[[], None], stopped: threading.Event, failures: tuple[type[Exception], ...]) -> None:
        self._watch = watch
        self._stopped = stopped
        self._failures = failures
        self._thread = threading.Thread(target=self._run, name=watch.__qualname__, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self) -> None:
        """Ask `watch` to end, by the event that it looks at, and wait until it has."""
        self._stopped.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._watch()
            except self._failures as error:
                # On one line: while a database is away, this is said once a second.
                log.warning("%s is tried again: %s", self._thread.name, str(error).partition("\n")[0])
                self._stopped.wait(_RETRY_SECONDS)
