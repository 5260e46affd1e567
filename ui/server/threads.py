"""Synchronous work kept off the event loop: 200 ms of it there would freeze everybody (design, section 4)."""

import asyncio
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from nicegui import run

T = TypeVar("T")


class _Done(NamedTuple, Generic[T]):
    """Tells a result that is None from NiceGUI's None for "we are shutting down"."""

    value: T


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run synchronous work in a thread. Raises CancelledError where the server is stopping."""
    done = await run.io_bound(lambda: _Done(work()))
    if done is None:
        raise asyncio.CancelledError
    return done.value
