"""Small things that NiceGUI has no word for."""

from nicegui import ui


def set_class(element: ui.element, name: str, on: bool) -> None:
    """Give an element a class, or take it away."""
    element.classes(add=name if on else None, remove=None if on else name)


def decorative_icon(name: str) -> ui.icon:
    """An icon beside words that say the same."""
    return ui.icon(name).props("aria-hidden=true")
