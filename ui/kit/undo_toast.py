"""Says for a while what was done, and takes it back on request."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from ui.i18n import Translator

SECONDS: Final = 10.0

TakeBack = Callable[[], Awaitable[object]]


class UndoToast:
    """Hovers at the foot; a newer note takes the place of an older one."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator.t
        self._back: TakeBack | None = None
        self._timer: ui.timer | None = None

    def build(self, *, key: str = "") -> None:
        """Place it, hidden; `key` is what one presses to take back."""
        with ui.element("div").classes("done-note").props("role=status").mark("note") as self._note:
            ui.icon("check_circle").props("aria-hidden=true")
            self._text = ui.label("").classes("clip").mark("note-text")
            self._undo = ui.button(self._t("action.undo"), on_click=self._take_back).props("flat").mark("undo")
            if key:
                self._undo.tooltip(key)
        self._note.set_visibility(False)

    def show(self, message: str, back: TakeBack | None = None, *, again: bool = False) -> None:
        """Show `message`, with *Annulla* where there is a way `back`; `again` where something was just taken back, for one
        step more."""
        self._back = back
        self._undo.set_text(self._t("review.undo_again" if again else "action.undo"))
        self._text.set_text(message)
        self._undo.set_visibility(back is not None)
        self._note.set_visibility(True)
        if self._timer and not self._timer.is_deleted:
            # A cancelled timer would stay on the page as an element, one for each note.
            self._timer.delete()
        with self._note:
            self._timer = ui.timer(SECONDS, self._hide, once=True)

    def _hide(self) -> None:
        self._note.set_visibility(False)

    async def _take_back(self) -> None:
        back, self._back = self._back, None
        self._hide()
        if back:
            await back()
