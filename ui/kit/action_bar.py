"""The bar of a list that is worked through by keys: it stands while rows are selected, and each button names its key."""

from typing import Any

from nicegui import ui


class ActionBar:
    """Hidden until something is selected. Its parts carry the markers `<name>-bar` and `<name>-what`."""

    def __init__(self, label: str, name: str) -> None:
        with ui.element("div").classes("rv-bar").props("role=toolbar").mark(f"{name}-bar") as self._bar:
            self._what = ui.label("").classes("strong num").mark(f"{name}-what")
            self._before = ui.element("div").classes("line line--tight grow")
        self._bar.props["aria-label"] = label
        self.show()

    def button(self, label: str, on_click: Any, *, icon: str | None = None, key: str = "", props: str = "outline") -> ui.button:
        """A button at the end; `key` is what one presses instead."""
        with self._bar:
            button = ui.button(label, icon=icon, on_click=on_click).props(props)
        return button.tooltip(key) if key else button

    def extend(self, on_click: Any) -> ui.button:
        """A button beside the summary, which selects more."""
        with self._before:
            return ui.button("", on_click=on_click).props("flat")

    def show(self, *parts: str) -> None:
        """Show the bar with this summary; without any hide it."""
        self._bar.set_visibility(bool(parts))
        self._what.set_text(" · ".join(parts))
