"""Small things that stand on many screens: a button that is an icon, a choice whose options are all in sight, a figure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from nicegui import ui

SMALL: Final = "flat round size=sm"


def icon_button(
    icon: str, name: str, on_click: Callable[[], Any] | None = None, *, props: str = "flat round", tip: str | None = None
) -> ui.button:
    """A button without words: `name` is what it is called, and what its tooltip says unless that is another `tip`, or empty."""
    button = ui.button(icon=icon, on_click=on_click).props(props)
    # A name may hold what a person wrote, so it goes in as a value and never through the parser of props.
    button.props["aria-label"] = name
    if tip != "":
        button.tooltip(name if tip is None else tip)
    return button


def toggle(options: Mapping[Any, str], value: Any, name: str, on_change: Callable[[], Any] | None = None) -> ui.toggle:
    """One of a few options, all in sight; `name` is what is chosen."""
    element = ui.toggle(dict(options), value=value, on_change=on_change).props("unelevated").classes("segments")
    element.props["role"], element.props["aria-label"] = "group", name
    return element


def figure(label: str, marker: str, *, classes: str = "figures__one") -> tuple[ui.element, ui.label]:
    """A number under what it is called, inside a list of them (`dl`): the whole, and the label of the number."""
    with ui.element("div").classes(classes) as whole:
        with ui.element("dt"):
            ui.label(label)
        with ui.element("dd"):
            number = ui.label("—").mark(marker)
    return whole, number
