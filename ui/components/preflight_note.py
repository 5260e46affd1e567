"""Says for a while what was done, and takes it back on request."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from ui.i18n import Translator

_SECONDS: Final = 12.0

TakeBack = Callable[[], Awaitable[None]]


class UndoNote:
    """At the foot of the window; a newer note takes the place of an older one."""

    def __init__(self, translator: Translator) -> None:
        self._back: TakeBack | None = None
        self._timer: ui.timer | None = None
        with ui.element("div").classes("pre-note").props("role=status").mark("note") as self._note:
            ui.icon("check_circle").props("aria-hidden=true")
            self._text = ui.label("").classes("clip").mark("note-text")
            self._undo = ui.button(translator.t("action.undo"), on_click=self._take_back).props("flat").mark("undo")
        self._note.set_visibility(False)

    def show(self, message: str, back: TakeBack | None) -> None:
        """Show `message`, with *Annulla* where there is a way `back`."""
        self._back = back
        self._text.set_text(message)
        self._undo.set_visibility(back is not None)
        self._note.set_visibility(True)
        if self._timer:
            self._timer.cancel()
        with self._note:
            self._timer = ui.timer(_SECONDS, lambda: self._note.set_visibility(False), once=True)

    async def _take_back(self) -> None:
        back, self._back = self._back, None
        self._note.set_visibility(False)
        if back:
            await back()
