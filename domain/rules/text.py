"""What text from outside must be before it is kept (trust: at the door)."""

import unicodedata

from domain.errors import InvalidInput

SEARCH_LENGTH = 200

_CONTROLS = ("Cc", "Cs")
_ALLOWED_CONTROLS = frozenset("\n\t")


def text_problem(text: str, maximum: int) -> str | None:
    """Why `text` can't be kept, as a code, or None: `control_character` (with NUL and surrogates), `too_long`."""
    if any(_is_control(character) for character in text):
        return "control_character"
    return "too_long" if len(text) > maximum else None


def clean_text(text: str, field: str, maximum: int, *, required: bool = True) -> str:
    """The text without blanks around it. Raises InvalidInput naming the field (`missing`, `too_long`, `control_character`)."""
    text = text.strip()
    if required and not text:
        raise InvalidInput("missing", field=field)
    problem = text_problem(text, maximum)
    if problem:
        raise InvalidInput(problem, field=field, maximum=maximum)
    return text


def search_text(text: str) -> str:
    """What a person searches for: one line without blanks around it or control characters, no more than SEARCH_LENGTH."""
    return "".join(c for c in text if unicodedata.category(c) not in _CONTROLS).strip()[:SEARCH_LENGTH]


def _is_control(character: str) -> bool:
    return character not in _ALLOWED_CONTROLS and unicodedata.category(character) in _CONTROLS
