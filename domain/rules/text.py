"""Validation of text from outside (trust: at the door)."""

import unicodedata

from domain.errors import InvalidInput

SEARCH_LENGTH = 200

_CONTROLS = ("Cc", "Cs")
_ALLOWED_CONTROLS = frozenset("\n\t")


def text_problem(text: str, maximum: int) -> str | None:
    """Code of the problem in `text`, or None: `control_character` (also NUL and surrogates), `too_long`."""
    if any(_is_control(character) for character in text):
        return "control_character"
    return "too_long" if len(text) > maximum else None


def clean_text(text: str, field: str, maximum: int, *, required: bool = True) -> str:
    """The stripped text. Raises InvalidInput with the field (`missing`, `too_long`, `control_character`)."""
    text = text.strip()
    if required and not text:
        raise InvalidInput("missing", field=field)
    problem = text_problem(text, maximum)
    if problem:
        raise InvalidInput(problem, field=field, maximum=maximum)
    return text


def search_text(text: str) -> str:
    """A search as one stripped line without control characters, at most SEARCH_LENGTH long."""
    return "".join(c for c in text if unicodedata.category(c) not in _CONTROLS).strip()[:SEARCH_LENGTH]


def _is_control(character: str) -> bool:
    return character not in _ALLOWED_CONTROLS and unicodedata.category(character) in _CONTROLS
