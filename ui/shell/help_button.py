"""The question mark in the top bar: how billing is decided, and in the demonstration the tour."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from ui.kit.widgets import icon_button

PATH = "/help"


def help_button(t: Callable[[str], str], on_tour: Callable[[], Awaitable[None]] | None) -> None:
    """Leads to the help at once, or opens a menu where there is a tour as well."""
    name = t("help.open")
    go = None if on_tour else lambda: ui.navigate.to(PATH)
    button = icon_button("help_outline", name, go, props="flat").mark("help-open")
    if on_tour:
        with button, ui.menu().props('auto-close anchor="bottom right" self="top right" :offset="[0, 6]"'):
            ui.menu_item(t("help.title"), lambda: ui.navigate.to(PATH)).mark("help-page")
            ui.menu_item(t("tour.menu"), on_tour).mark("tour-begin")
