"""Which columns a list shows, and in which order: check boxes, and buttons that move a column up or down."""

from collections.abc import Sequence
from functools import partial

from nicegui import ui

from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.kit.widgets import SMALL, icon_button
from ui.tickets.columns import DEFAULT, all_columns


class ColumnsDialog:
    """One opening, from the columns that are shown."""

    def __init__(self, page: PageContext, shown: Sequence[str]) -> None:
        self._page = page
        self._order = list(all_columns(shown))
        self._shown = set(shown)
        self._sheet = Dialog[tuple[str, ...]](page, page.t("grid.columns"), "", marker="columns")
        self._sheet.go.set_visibility(True)
        with self._sheet.body:
            self._list = ui.element("ul").classes("columns")
        with self._sheet.foot:
            ui.button(page.t("grid.columns_reset"), on_click=self._reset).props("flat").mark("columns-reset")
        self._show()

    async def open(self) -> tuple[str, ...] | None:
        """The columns to show, in order, or None where the person thought better of it."""
        return await self._sheet.ask(self._chosen)

    async def _chosen(self) -> tuple[str, ...]:
        return tuple(name for name in self._order if name in self._shown)

    def _show(self) -> None:
        self._list.clear()
        with self._list:
            for place, name in enumerate(self._order):
                self._row(place, name)
        self._say()

    def _row(self, place: int, name: str) -> None:
        t, words = self._page.t, self._page.t(f"tickets.column.{name}")
        with ui.element("li"):
            box = ui.checkbox(words, value=name in self._shown).classes("grow").mark(f"column-{name}")
            box.on_value_change(lambda event: self._toggle(name, shown=bool(event.value)))
            for step, icon, enabled in ((-1, "arrow_upward", place > 0), (1, "arrow_downward", place < len(self._order) - 1)):
                way = "up" if step < 0 else "down"
                label = t(f"grid.columns_{way}", column=words)
                move = icon_button(icon, label, partial(self._move, name, step), props=SMALL, tip="")
                move.mark(f"column-{name}-{way}").set_enabled(enabled)

    def _toggle(self, name: str, *, shown: bool) -> None:
        (self._shown.add if shown else self._shown.discard)(name)
        self._say()

    def _say(self) -> None:
        self._sheet.go.set_text(self._page.n("grid.columns_go", len(self._shown)))
        self._sheet.ready(bool(self._shown))

    def _move(self, name: str, step: int) -> None:
        place = self._order.index(name)
        other = place + step
        if 0 <= other < len(self._order):
            self._order[place], self._order[other] = self._order[other], self._order[place]
            self._show()
            # The list was built anew: who moves a column by the keyboard goes on from where it is now.
            way = "up" if step < 0 else "down"
            if not 0 <= other + step < len(self._order):
                way = "down" if way == "up" else "up"
            label = self._page.t(f"grid.columns_{way}", column=self._page.t(f"tickets.column.{name}"))
            self._focus(label)

    def _focus(self, label: str) -> None:
        for element in self._list.descendants():
            if isinstance(element, ui.button) and element.props.get("aria-label") == label:
                element.run_method("$el.focus")

    def _reset(self) -> None:
        self._order, self._shown = list(all_columns(DEFAULT)), set(DEFAULT)
        self._show()
