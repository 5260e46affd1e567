"""Keeps what a page shows in line with what changes elsewhere, for as long as the page stands."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Container
from typing import Final, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from nicegui import Client, Event, ui

from storage.change_feed import Changes
from ui.server import live

T = TypeVar("T")

_BREATH_SECONDS: Final = 0.05


class LiveRefresh:
    """Runs `load`, once for all who asked before it began: whoever awaits it has seen what was true when they asked."""

    def __init__(self, root: ui.element, load: Callable[[], Awaitable[None]]) -> None:
        self._root = root
        self._load = load
        self._lock = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._begun = 0
        self._missed = False

    async def __call__(self) -> None:
        """Load anew, unless the page is gone."""
        self._asked += 1
        mine = self._asked
        async with self._lock:
            if self._answered >= mine or self._root.is_deleted:
                return
            asked = self._asked
            self._begun += 1
            await self._load()
            self._answered = asked

    def follow(self, *subjects: str, having: Callable[[Container[int]], bool] = lambda _: True) -> None:
        """Load anew whenever one of the `subjects` changes, `having` ids that the page shows.

        While nobody is connected nothing is read; once they are again, what was missed is made up for.
        """
        client = self._root.client
        if client not in _waiting:
            _waiting[client] = WeakSet()
            client.on_connect(_catch_up)
        _waiting[client].add(self)

        async def on_change(changes: Changes) -> None:
            if not any(having(changes[subject]) for subject in subjects if subject in changes):
                return
            if not client.has_socket_connection:
                self._missed = True
                return
            # A page reads by itself after its own act, and several changes may come in one breath: one reading answers all.
            begun = self._begun
            await asyncio.sleep(_BREATH_SECONDS)
            if self._begun == begun:
                await self()

        listen(self._root, live.changed, on_change)

    async def catch_up(self) -> None:
        """Load anew where something was missed."""
        if self._missed:
            self._missed = False
            await self()


_waiting: Final[WeakKeyDictionary[Client, WeakSet[LiveRefresh]]] = WeakKeyDictionary()
"""Who follows what, by window: one that was closed is kept for a while, in case it comes back, and reads nothing until then."""


async def _catch_up(client: Client) -> None:
    for refresher in list(_waiting[client]):
        await refresher.catch_up()


def on_change(root: ui.element, subjects: Collection[str], handler: Callable[[], Awaitable[None]]) -> None:
    """Call `handler` whenever one of the `subjects` changes, until `root` is gone."""

    async def filtered(changes: Changes) -> None:
        if not changes.keys().isdisjoint(subjects):
            await handler()

    listen(root, live.changed, filtered)


def listen(root: ui.element, event: Event[[T]], handler: Callable[[T], Awaitable[None]]) -> None:
    """Handle an event until `root` is gone. NiceGUI itself would go on until the whole window is closed."""

    async def on_event(value: T) -> None:
        if root.is_deleted:
            event.unsubscribe(on_event)
        else:
            await handler(value)

    event.subscribe(on_event)
