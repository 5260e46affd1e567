"""Small things that NiceGUI has no word for."""

from typing import Any

from nicegui import ui


def set_class(element: ui.element, name: str, on: bool) -> None:
    """Give an element a class, or take it away."""
    element.classes(add=name if on else None, remove=None if on else name)


def icon_button(icon: str, label: str, on_click: Any = None, *, props: str = "flat round") -> ui.button:
    """A button without words; `label` is what a screen reader says."""
    button = ui.button(icon=icon, on_click=on_click).props(props)
    button.props["aria-label"] = label
    return button


def decorative_icon(name: str) -> ui.icon:
    """An icon beside words that say the same."""
    return ui.icon(name).props("aria-hidden=true")
