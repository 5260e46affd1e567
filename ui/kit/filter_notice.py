"""Says above a list what an address narrowed it to, and takes that off."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from ui.kit.page import PageContext
from ui.kit.widgets import SMALL, icon_button


def filter_notice(page: PageContext, words: Sequence[str], on_drop: Callable[[], Awaitable[None]]) -> ui.element:
    """A chip with `words` and a button that drops it; without any it takes no place."""
    with ui.element("div").classes("line line--tight ct-line").mark("filter_notice") as line:
        with ui.element("span").classes("chip chip--done ct-chip"):
            ui.icon("filter_alt").props("aria-hidden=true")
            ui.label(" · ".join(words)).mark("filter_notice-words")

        async def drop() -> None:
            line.set_visibility(False)
            await on_drop()

        icon_button("close", page.t("reconciliation.drop"), drop, props=SMALL).mark("filter_notice-drop")
    line.set_visibility(bool(words))
    return line
