"""Long work of people, which goes on whatever becomes of the page that began it, and is found again from any other.

What runs or ended here is kept in memory. What is noted in the database and not known here was under way when the server
stopped, and wrote nothing.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from nicegui import Event, background_tasks
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.people.background_runs import RunNote, forget_run, note_run
from domain.errors import Cancelled, Refused
from ui.server.gateway import Action, Gateway
from ui.server.sessions import Visitor

log = logging.getLogger(__name__)
T = TypeVar("T")

_TELL_SECONDS: Final = 0.25
_MANY: Final = 25
"""From so many things on, acting on them is long work."""

_MOST: Final = 10
"""So many ended runs of a person are kept."""

changed = Event[int]()
"""Somebody's work went on or ended: the person's id."""


class Progress:
    """How far work is. Calling it with how much of how much is done raises Cancelled once somebody asked to stop."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self._stop = threading.Event()
        self._told_at = 0.0
        self.tell: Callable[[], None] = lambda: None

    def __call__(self, done: int, total: int) -> None:
        """Called by the thread that works. Raises Cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self.done, self.total = done, total
        now = time.monotonic()
        if now - self._told_at > _TELL_SECONDS:
            self._told_at = now
            self.tell()

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


class Work(NamedTuple):
    """What is begun: a kind, on how many things, and the address where it can be begun anew."""

    kind: str
    size: int
    again: str


@dataclass(slots=True)
class Run:
    """One piece of long work of one person. `path` leads to what it made, `refused` says why it made nothing."""

    note: RunNote
    visitor: Visitor
    progress: Progress = field(default_factory=Progress)
    state: RunState = RunState.RUNNING
    path: str = ""
    refused: Refused | None = None


_runs: dict[int, list[Run]] = {}


def runs_of(user_id: int) -> list[Run]:
    """What runs and what ended lately, newest first."""
    return list(_runs.get(user_id, ()))


def begin(visitor: Visitor, work: Work) -> Run:
    """Work that is about to be carried out."""
    run = Run(RunNote(secrets.token_hex(8), *work, started_at=datetime.now(UTC)), visitor)
    mine = _runs.setdefault(visitor.user_id, [])
    mine.insert(0, run)
    ended = [each for each in mine if each.state is not RunState.RUNNING]
    for old in ended[_MOST:]:
        mine.remove(old)
    return run


def dismiss(user_id: int, run_id: str) -> None:
    """Tell of an ended run no more."""
    mine = _runs.get(user_id, [])
    mine[:] = [run for run in mine if run.note.id != run_id or run.state is RunState.RUNNING]
    changed.emit(user_id)


async def act_on_many(gateway: Gateway, visitor: Visitor, work: Work, action: Action[T], *, path: str) -> T:
    """Act; on many things as long work, whose result is at `path`. Raises what the action raises."""
    if work.size < _MANY:
        return await gateway.act(visitor, action)
    return await carry_out(gateway, begin(visitor, work), action, path=lambda _: path)


async def carry_out(gateway: Gateway, run: Run, action: Action[T], *, path: Callable[[T], str]) -> T:
    """Act as `Gateway.act` does, and go on to the end even where who waits for it is gone. Raises what the action raises."""
    ended: list[T] = []
    task = background_tasks.create(_carry(gateway, run, action, path, ended), name=run.note.kind, handle_exceptions=False)
    error = await asyncio.shield(task)
    if error is not None:
        raise error
    return ended[0]


async def _carry(gateway: Gateway, run: Run, action: Action[T], path: Callable[[T], str], ended: list[T]) -> Exception | None:
    loop, user_id = asyncio.get_running_loop(), run.visitor.user_id

    def tell() -> None:
        loop.call_soon_threadsafe(changed.emit, user_id)

    def whole(session: Session, actor: Actor) -> T:
        result = action(session, actor)
        forget_run(session, run.note.id, actor=actor)
        return result

    run.progress.tell = tell
    try:
        await gateway.act(run.visitor, lambda session, actor: note_run(session, run.note, actor=actor))
        changed.emit(user_id)
        ended.append(await gateway.act(run.visitor, whole))
    except Exception as error:  # noqa: BLE001 - handed on to who waits, if anybody still does
        await _fail(gateway, run, error)
        return error
    else:
        run.path, run.state = path(ended[0]), RunState.DONE
        return None
    finally:
        changed.emit(user_id)


async def _fail(gateway: Gateway, run: Run, error: Exception) -> None:
    """Keep why, and take the note back: nobody need be told of it a second time."""
    if isinstance(error, Refused):
        run.refused = error
        run.state = RunState.STOPPED if isinstance(error, Cancelled) else RunState.REFUSED
    else:
        log.error("long work failed", exc_info=error)
        run.state = RunState.FAILED
    try:
        await gateway.act(run.visitor, lambda session, actor: forget_run(session, run.note.id, actor=actor))
    except Refused:
        log.warning("the note of a run stays", exc_info=True)
