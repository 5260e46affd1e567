"""Which rows of how many are shown, and the way to the others."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from nicegui import ui

from ui.i18n import Translator
from ui.kit.widgets import icon_button

_WAYS: Final = (("first", "first_page"), ("back", "chevron_left"), ("next", "chevron_right"), ("last", "last_page"))


class Pager:
    """`on_turn` hears the number of the page to show, from 1."""

    def __init__(self, translator: Translator, rows: int, on_turn: Callable[[int], Awaitable[None]]) -> None:
        self._t = translator
        self._rows = rows
        self._on_turn = on_turn
        self._page = self._last = 1

    def build(self) -> None:
        """Place it."""
        with ui.element("div").classes("line pager full"):
            self._range = ui.label("").classes("muted small num").mark("range")
            with ui.element("div").classes("line line--tight pushed"):
                for way, icon in _WAYS:
                    icon_button(icon, self._t.t(f"pager.{way}"), partial(self._turn, way)).mark(f"page-{way}")

    def last_page(self, total: int) -> int:
        """The number of the last page of `total` rows."""
        return max(1, -(-total // self._rows))

    def show(self, page: int, shown: int, total: int) -> None:
        """Say that page `page` with `shown` rows of `total` is there."""
        self._page, self._last = page, self.last_page(total)
        start = (page - 1) * self._rows
        number = self._t.number
        first, last = number(start + bool(shown)), number(start + shown)
        self._range.set_text(self._t.t("pager.range", first=first, last=last, total=number(total)))

    async def _turn(self, way: str) -> None:
        target = {"first": 1, "back": self._page - 1, "next": self._page + 1, "last": self._last}[way]
        target = min(max(1, target), self._last)
        if target != self._page:
            await self._on_turn(target)
