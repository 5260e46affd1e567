"""A button above a list that narrows it with one press, and says how much there is."""

from collections.abc import Callable
from typing import Any

from nicegui import ui


class FilterChip:
    """`marker` names it, and with `counted` the count in it: `chip-draft` has `count-draft`."""

    def __init__(self, words: str, on_press: Callable[[], Any], marker: str, *, counted: bool = True) -> None:
        with ui.element("button").props("type=button").classes("quick").mark(marker) as self.element:
            ui.label(words)
            self._count = ui.label("").classes("quick__count").mark(f"count-{marker.partition('-')[2]}") if counted else None
        self.element.on("click", on_press)

    def show(self, *, here: bool, count: str = "") -> None:
        """Whether the list stands so now, and how much it has then."""
        if self._count:
            self._count.set_text(count)
        self.element.classes(add="quick--here" if here else None, remove=None if here else "quick--here")
        self.element.props(f"aria-pressed={str(here).lower()}")
