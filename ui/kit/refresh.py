"""Keeps what a page shows in line with what changes elsewhere, for as long as the page stands."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from typing import Final, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from nicegui import Client, Event, ui

T = TypeVar("T")


class LiveRefresh:
    """Runs `load`, once for all who asked before it began: whoever awaits it has seen what was true when they asked."""

    def __init__(self, root: ui.element, load: Callable[[], Awaitable[None]]) -> None:
        self._root = root
        self._load = load
        self._lock = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._missed = False

    async def __call__(self) -> None:
        """Load anew, unless the page is gone."""
        self._asked += 1
        mine = self._asked
        async with self._lock:
            if self._answered >= mine or self._root.is_deleted:
                return
            # One act may be told as several events: whoever hears of it in the same breath is answered by the same reading.
            await asyncio.sleep(0)
            asked = self._asked
            await self._load()
            self._answered = asked

    def follow(self, event: Event[[Container[int]]], concerned: Callable[[Container[int]], bool]) -> None:
        """Load anew whenever `event` names something that the page shows; while nobody is connected, once they are again."""
        client = self._root.client
        if client not in _waiting:
            _waiting[client] = WeakSet()
            client.on_connect(_catch_up)
        _waiting[client].add(self)

        async def heard(ids: Container[int]) -> None:
            if not concerned(ids):
                return
            if client.has_socket_connection:
                await self()
            else:
                self._missed = True

        listen(self._root, event, heard)

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


def listen(root: ui.element, event: Event[[T]], heard: Callable[[T], Awaitable[None]]) -> None:
    """Hear an event until `root` is gone. NiceGUI itself would go on until the whole window is closed."""

    async def hear(value: T) -> None:
        if root.is_deleted:
            event.unsubscribe(hear)
        else:
            await heard(value)

    event.subscribe(hear)
