"""Long work of people, which goes on whatever becomes of the page that began it, and is found again from any other.

A run names the server that owns it, and that server shows a heartbeat. What runs or ended on this server is kept in memory;
`RunWatch` adds what other servers on the database work on. A run that is noted in the database was not written yet: once its
owner shows no heartbeat any more it never will be, and it is called interrupted.
"""

import asyncio
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from nicegui import Event, background_tasks
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.people.background_runs import RunNote, forget_run, note_run, own_run
from domain.errors import Cancelled, Refused
from ui.server.gateway import Action, Gateway
from ui.server.sessions import Visitor, require_login
from ui.server.threads import run_in_thread

log = logging.getLogger(__name__)
T = TypeVar("T")

OWNER: Final = secrets.token_hex(8)
"""This server, among all on the database."""
_PLACE: Final = f"{socket.gethostname()} · {os.getpid()}"

_NOTIFY_SECONDS: Final = 0.25
_MANY: Final = 25
"""From so many things on, acting on them is long work."""

_MOST: Final = 10
"""So many ended runs of a person are kept."""

changed = Event[int]()
"""Somebody's work went on or ended: the person's id."""


class Progress:
    """How far work is. Calling it with how much of how much is done raises Cancelled once somebody asked to stop."""

    def __init__(self, done: int = 0, total: int = 0) -> None:
        self.done, self.total = done, total
        self._stop = threading.Event()
        self._notified_at = 0.0
        self.notify: Callable[[], object] = lambda: None

    def __call__(self, done: int, total: int) -> None:
        """Called by the thread that works. Raises Cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self.done, self.total = done, total
        now = time.monotonic()
        if now - self._notified_at > _NOTIFY_SECONDS:
            self._notified_at = now
            self.notify()

    def stop(self) -> None:
        """Ask the work to stop; it does at its next step, with nothing written."""
        self._stop.set()


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Work(NamedTuple):
    """What is begun: a kind, on how many things, and the address where it can be begun anew."""

    kind: str
    size: int
    again: str


@dataclass(slots=True)
class Run:
    """One piece of long work of one person. `path` leads to what it made, `refused` says why it made nothing."""

    note: RunNote
    progress: Progress = field(default_factory=Progress)
    state: RunState = RunState.RUNNING
    path: str = ""
    refused: Refused | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether another server works on it, or did."""
        return self.note.owner != OWNER


_runs: dict[int, list[Run]] = {}
"""What this server works on or worked on lately, by person, newest first."""

elsewhere: dict[int, list[Run]] = {}
"""What other servers work on, or left when they went, as `RunWatch` last saw it."""


def runs_of(user_id: int) -> list[Run]:
    """What runs, ended lately or was interrupted."""
    return [*_runs.get(user_id, ()), *elsewhere.get(user_id, ())]


def own_running() -> list[Run]:
    """What this server works on now. From any thread."""
    return [run for runs in list(_runs.values()) for run in list(runs) if run.state is RunState.RUNNING]


def begin(visitor: Visitor, work: Work) -> Run:
    """Work that is about to be carried out."""
    run = Run(RunNote(secrets.token_hex(8), *work, started_at=datetime.now(UTC), owner=OWNER, place=_PLACE))
    mine = _runs.setdefault(visitor.user_id, [])
    mine.insert(0, run)
    ended = [each for each in mine if each.state is not RunState.RUNNING]
    for old in ended[_MOST:]:
        mine.remove(old)
    return run


async def stop(gateway: Gateway, visitor: Visitor, run: Run) -> None:
    """Ask whoever works on a run of the visitor to stop. Raises PermissionDenied, NotFound."""
    if not run.elsewhere:
        run.progress.stop()
        return

    def own(session: Session) -> None:
        now = datetime.now(UTC)
        require_login(session, visitor, now)
        own_run(session, run.note.id, actor=Actor(visitor.name, now))

    # Read, not written: on SQLite the run itself has the lock of the writer.
    await gateway.read(own)
    await run_in_thread(lambda: gateway.run_signals.stop(run.note.id))


async def dismiss(gateway: Gateway, visitor: Visitor, run_id: str) -> None:
    """Show a run that has ended, or was interrupted, no more."""
    await gateway.act(visitor, lambda session, actor: forget_run(session, run_id, actor=actor))
    await _end(gateway, run_id)
    for runs in (_runs.get(visitor.user_id, []), elsewhere.get(visitor.user_id, [])):
        runs[:] = [run for run in runs if run.note.id != run_id or run.state is RunState.RUNNING]
    changed.emit(visitor.user_id)


async def act_on_many(gateway: Gateway, visitor: Visitor, work: Work, action: Action[T], *, path: str) -> T:
    """Act; on many things as long work, whose result is at `path`. Raises what the action raises."""
    if work.size < _MANY:
        return await gateway.act(visitor, action)
    return await carry_out(gateway, visitor, begin(visitor, work), action, path=lambda _: path)


async def carry_out(gateway: Gateway, visitor: Visitor, run: Run, action: Action[T], *, path: Callable[[T], str]) -> T:
    """Act as `Gateway.act` does, and go on to the end even where who waits for it is gone. Raises what the action raises."""
    ended: list[T] = []
    task = background_tasks.create(
        _carry(gateway, visitor, run, action, path, ended), name=run.note.kind, handle_exceptions=False
    )
    error = await asyncio.shield(task)
    if error is not None:
        raise error
    return ended[0]


async def _carry(
    gateway: Gateway, visitor: Visitor, run: Run, action: Action[T], path: Callable[[T], str], ended: list[T]
) -> Exception | None:
    loop, user_id, run_id = asyncio.get_running_loop(), visitor.user_id, run.note.id

    def whole(session: Session, actor: Actor) -> T:
        result = action(session, actor)
        if not forget_run(session, run_id, actor=actor):
            # The person took it for interrupted: this server was out of reach for so long.
            raise Cancelled
        return result

    run.progress.notify = lambda: loop.call_soon_threadsafe(changed.emit, user_id)
    try:
        # The heartbeat first: whoever finds the note finds that its owner is alive.
        await run_in_thread(lambda: gateway.run_signals.beat({run_id: (0, 0)}))
        await gateway.act(visitor, lambda session, actor: note_run(session, run.note, actor=actor))
        changed.emit(user_id)
        ended.append(await gateway.act(visitor, whole))
    except Exception as error:  # noqa: BLE001 - handed on to who waits, if anybody still does
        await _fail(gateway, visitor, run, error)
        return error
    else:
        run.path, run.state = path(ended[0]), RunState.DONE
        await _end(gateway, run_id)
        return None
    finally:
        changed.emit(user_id)


async def _fail(gateway: Gateway, visitor: Visitor, run: Run, error: Exception) -> None:
    """Keep why, and take the note back: nobody need be told of it a second time."""
    if isinstance(error, Refused):
        run.refused = error
        run.state = RunState.STOPPED if isinstance(error, Cancelled) else RunState.REFUSED
    else:
        log.error("long work failed", exc_info=error)
        run.state = RunState.FAILED
    try:
        await gateway.act(visitor, lambda session, actor: forget_run(session, run.note.id, actor=actor))
    except Refused:
        log.warning("the note of a run stays", exc_info=True)
    await _end(gateway, run.note.id)


async def _end(gateway: Gateway, run_id: str) -> None:
    """Forget the signals of a run; where they stay, nobody looks at them, and they go within a day."""
    try:
        await run_in_thread(lambda: gateway.run_signals.end(run_id))
    except SQLAlchemyError:
        log.warning("the signals of a run stay", exc_info=True)
