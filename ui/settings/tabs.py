"""The parts of the settings, each a page of its own, and the way from one to the other."""

from typing import Final

from nicegui import ui

from domain.vocabulary import Permission
from ui.kit.page import PageContext

_TABS: Final = (
    ("/settings", "firm", Permission.MANAGE_SETTINGS),
    ("/settings/reasons", "reasons", Permission.MANAGE_SETTINGS),
    ("/settings/series", "series", Permission.MANAGE_SETTINGS),
    ("/settings/people", "people", Permission.MANAGE_USERS),
)


def settings_tabs(page: PageContext, here: str) -> None:
    """Head the page and place the tabs that the person may open; `here` is the name of this one."""
    page.heading(page.t(f"settings.{here}.title"), trail=[("/settings", page.t("nav.settings"))])
    with ui.element("nav").classes("tabs full").mark("settings-tabs") as tabs:
        for path, name, permission in _TABS:
            if page.visitor.may(permission):
                with ui.link(target=path).classes("tab" + (" tab--here" if name == here else "")).mark(f"tab-{name}") as link:
                    ui.label(page.t(f"settings.{name}.title"))
                if name == here:
                    link.props("aria-current=page")
    tabs.props["aria-label"] = page.t("nav.settings")
