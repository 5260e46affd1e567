"""The field in which a list is searched."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from domain.rules.text import SEARCH_LENGTH


def search_field(words: str, value: str, on_search: Callable[[str], Any]) -> ui.input:
    """A field that says `words` while it is empty; `on_search` hears what is typed, tidied, a moment after the last key."""
    field = ui.input(placeholder=words, value=value).props("clearable debounce=250").mark("search")
    field.props["aria-label"] = words
    field.on_value_change(lambda event: on_search((event.value or "").strip()[:SEARCH_LENGTH]))
    with field.add_slot("prepend"):
        ui.icon("search").props("aria-hidden=true")
    return field
