"""What stands where there is nothing: what the place is for, and the next step."""

from nicegui import ui

from ui.i18n import Translator


def empty_state(icon: str, title: str, text: str = "") -> ui.element:
    """A centred block; enter it to add the buttons of the next step."""
    with ui.element("section").classes("empty").mark("empty-state") as block:
        ui.icon(icon).classes("empty__icon").props("aria-hidden=true")
        ui.label(title).classes("empty__title")
        if text:
            ui.label(text).classes("empty__text")
    return block


def learn_more(translator: Translator, section: str) -> None:
    """In an empty state, under its next step: the part of the help that says how what is missing comes about."""
    ui.link(translator.t("help.more"), f"/help#{section}").classes("help__learn").mark("learn-more")
