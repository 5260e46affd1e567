"""What the parts of one screen share: a state that they observe, and the rule that one act runs at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

T = TypeVar("T")

_PAUSE_SECONDS: Final = 0.02


@dataclass(eq=False)
class Observable:
    """The state of a screen. Its parts observe it, and render anew whenever `notify` says that it changed."""

    _observers: list[Callable[[], object]] = field(default_factory=list, init=False, repr=False)

    def observe(self, render: Callable[[], object]) -> None:
        """Call `render` after each change."""
        self._observers.append(render)

    def notify(self) -> None:
        """Let every part render what is so now."""
        for render in self._observers:
            render()


@dataclass(eq=False)
class Exclusive:
    """Runs one act at a time. Another one waits up to `patience` seconds for its turn, and then is dropped."""

    patience: float = 0.0
    busy: bool = False

    async def __call__(self, act: Callable[[], Awaitable[T]]) -> T | None:
        """The result of `act`; None where it was dropped."""
        for _ in range(round(self.patience / _PAUSE_SECONDS)):
            if not self.busy:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        if self.busy:
            return None
        self.busy = True
        try:
            return await act()
        finally:
            self.busy = False
