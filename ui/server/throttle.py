"""Slows down password guessing, by name (against many addresses) and by address (against many names)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.errors import PermissionDenied

FREE_ATTEMPTS: Final = 4
FREE_FOR_ADDRESS: Final = 40
"""An office shares one address: the mistakes of some users must not lock out the others."""
LONGEST_FOR_NAME: Final = 60
"""Seconds. Short, since it also delays the real user."""
LONGEST_FOR_ADDRESS: Final = 900
_MOST_KEPT: Final = 10_000


@dataclass(slots=True)
class _Failures:
    count: int = 0
    until: float = 0.0


class Throttle:
    """Counts attempts in memory; each one beyond the free attempts doubles the wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def attempt(self, name: str, address: str) -> None:
        """Count an attempt as failed until it succeeds, so that parallel attempts all count.

        Raises PermissionDenied `too_many_attempts` with the seconds to wait.
        """
        now = self._clock()
        limits = {
            _of_name(name): (FREE_ATTEMPTS, LONGEST_FOR_NAME),
            _of_address(address): (FREE_FOR_ADDRESS, LONGEST_FOR_ADDRESS),
        }
        wait = max((self._failures[key].until - now for key in limits if key in self._failures), default=0.0)
        if wait > 0:
            raise PermissionDenied("too_many_attempts", seconds=int(wait) + 1)
        for key, (free, longest) in limits.items():
            self._count(key, free, longest, now)

    def succeed(self, name: str, address: str) -> None:
        """Reset the count of the name. The address gets back this attempt only, since it may be guessing other names."""
        self._failures.pop(_of_name(name), None)
        if failures := self._failures.get(_of_address(address)):
            failures.count -= 1
            failures.until = self._clock()

    def _count(self, key: str, free: int, longest: int, now: float) -> None:
        failures = self._failures.setdefault(key, _Failures())
        failures.count += 1
        excess = failures.count - free
        failures.until = now + min(longest, 2 ** min(excess, 20)) if excess >= 0 else now
        self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEPT:
            self._failures.popitem(last=False)


def _of_name(name: str) -> str:
    return f"name {name[:100]}"


def _of_address(address: str) -> str:
    return f"address {address}"
