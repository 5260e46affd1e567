"""Coded refusals: a code and parameters. The sentences are in `ui/locales`."""

from collections.abc import Iterable
from typing import Any


class Refused(Exception):
    """An action was refused; nothing was written.

    `code` names the sentence `error.<code>`, and `params` fill its placeholders.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)

    @property
    def reasons(self) -> "tuple[Refused, ...]":
        """All reasons of the refusal."""
        return (self,)


class ManyRefusals(Refused):
    """Several refusals at once; `code` and `params` are those of the first."""

    def __init__(self, reasons: Iterable[Refused]) -> None:
        self._reasons = tuple(reasons)
        super().__init__(self._reasons[0].code, **self._reasons[0].params)

    @property
    def reasons(self) -> tuple[Refused, ...]:
        """All reasons of the refusal."""
        return self._reasons

    def __str__(self) -> str:
        return "; ".join(map(str, self._reasons))


def raise_all(reasons: Iterable[Refused]) -> None:
    """Raise a single reason as it is, several as ManyRefusals, and none not at all."""
    found = tuple(reasons)
    if found:
        raise found[0] if len(found) == 1 else ManyRefusals(found)


class PermissionDenied(Refused):
    """The actor's role does not allow the action (spec, section 7)."""


class NotFound(Refused):
    """No such record."""


class Stale(Refused):
    """The record changed since the actor saw it; `params` name who changed it (spec, section 5)."""


class EntryTaken(Refused):
    """Another user took a time entry first; `params` name the holder. The database enforces it (spec, promise 1)."""


class InvalidInput(Refused):
    """An invalid value; `params` name the field and the fix."""


class Cancelled(Refused):
    """A background run was stopped on request; nothing was written (spec, section 4)."""

    def __init__(self) -> None:
        super().__init__("cancelled")
