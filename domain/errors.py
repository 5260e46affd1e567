"""Coded refusals. A refusal carries a code and parameters; the sentence for a person lives in `ui/locales`."""

from collections.abc import Iterable
from typing import Any


class Refused(Exception):
    """An action was refused and nothing was written.

    `code` is a key of the catalogue of messages (`error.<code>`), `params` fill its placeholders.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)

    @property
    def reasons(self) -> "tuple[Refused, ...]":
        """Every reason of the refusal, one by one."""
        return (self,)


class ManyRefusals(Refused):
    """Several reasons at once; `code` and `params` are those of the first."""

    def __init__(self, reasons: Iterable[Refused]) -> None:
        self._reasons = tuple(reasons)
        super().__init__(self._reasons[0].code, **self._reasons[0].params)

    @property
    def reasons(self) -> tuple[Refused, ...]:
        """Every reason of the refusal, one by one."""
        return self._reasons

    def __str__(self) -> str:
        return "; ".join(map(str, self._reasons))


def raise_all(reasons: Iterable[Refused]) -> None:
    """Raise a single reason as it is and several as ManyRefusals; for none do nothing."""
    found = tuple(reasons)
    if found:
        raise found[0] if len(found) == 1 else ManyRefusals(found)


class PermissionDenied(Refused):
    """The person's role does not allow this (spec, section 7)."""


class NotFound(Refused):
    """No such record."""


class Stale(Refused):
    """The record changed since it was seen; `params` say who changed it (spec, section 5)."""


class EntryTaken(Refused):
    """Somebody else took a time entry first; `params` say who has it. The database enforced it (spec, promise 1)."""


class InvalidInput(Refused):
    """A value that can't be taken; `params` name the field and the mend."""


class Cancelled(Refused):
    """A long run was stopped on request, with nothing written (spec, section 4)."""

    def __init__(self) -> None:
        super().__init__("cancelled")
