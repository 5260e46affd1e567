"""The reason dialog of a review, opened again after a reload for the lines that it was about (`ui.kit.drafts`)."""

from collections.abc import Collection, Sequence
from typing import Final

from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow
from ui.review.state import ReviewState

_ASKED: Final = {state.value: state for state in (LineState.SUSPENDED, LineState.NOT_BILLED)}
_DIGITS: Final = 18


def opens(state: LineState, lines: Collection[LineRow]) -> str:
    """What to remember of a dialog: `suspended:12,15`."""
    return f"{state}:{','.join(str(line.id) for line in lines)}"


def meant(kept: str, desk: ReviewState) -> tuple[LineState, Sequence[LineRow]] | None:
    """The decision and the lines that `kept` names, as far as they are on this proposal and hold entries; else None."""
    name, _, ids = kept.partition(":")
    wanted = {int(part) for part in ids.split(",") if part.isascii() and part.isdecimal() and len(part) <= _DIGITS}
    lines = desk.held(wanted)
    return (_ASKED[name], lines) if name in _ASKED and lines else None
