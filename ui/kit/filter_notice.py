"""Says above a list what an address narrowed it to, and takes that off."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from ui.kit.page import PageContext


def filter_notice(page: PageContext, words: Sequence[str], on_drop: Callable[[], Awaitable[None]]) -> ui.element:
    """A chip with `words` and a button that drops it; without any it takes no place."""
    with ui.element("div").classes("line line--tight ct-line").mark("filter_notice") as line:
        with ui.element("span").classes("chip chip--done ct-chip"):
            ui.icon("filter_alt").props("aria-hidden=true")
            ui.label(" · ".join(words)).mark("filter_notice-words")

        async def drop() -> None:
            line.set_visibility(False)
            await on_drop()

        button = ui.button(icon="close", on_click=drop).props("flat round size=sm").mark("filter_notice-drop")
        button.props["aria-label"] = page.t("reconciliation.drop")
    line.set_visibility(bool(words))
    return line
