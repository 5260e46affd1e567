"""What hovers over the lines: the bar for what is ticked, and the note of what was just done, with *Annulla*."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nicegui import ui

from storage.queries.proposals import LineRow
from ui.i18n import Translator

NOTE_SECONDS: Final = 8.0

Verb = Callable[[str], Awaitable[None]]


class ReviewBar:
    """Stands while lines are ticked: how many, of how many tickets, what they come to, and what can be done with them."""

    def __init__(self, translator: Translator, on_do: Verb) -> None:
        self._translator = translator
        self._on_do = on_do

    def build(self) -> None:
        """Place it, hidden."""
        t = self._translator.t
        with ui.element("div").classes("rv-bar").props("role=toolbar").mark("bulk-bar") as self._bar:
            self._what = ui.label("").classes("strong").mark("bulk-what")
            ui.element("span").classes("grow")
            for verb, icon, key in (("suspend", "pause", "S"), ("not_bill", "block", "N"), ("restore", "undo", "R")):
                button = ui.button(t(f"review.{verb}"), icon=icon, on_click=lambda verb=verb: self._on_do(verb))
                button.props("outline").mark(f"bulk-{verb}").tooltip(key)
            ui.button(t("review.clear"), on_click=lambda: self._on_do("clear")).props("flat").mark("bulk-clear").tooltip("Esc")
        self._bar.props["aria-label"] = t("review.selected_lines")
        self._bar.set_visibility(False)

    def show(self, lines: Sequence[LineRow]) -> None:
        """Say what is ticked."""
        self._bar.set_visibility(bool(lines))
        t = self._translator
        tickets = len({line.ticket_id for line in lines})
        self._what.set_text(
            " · ".join(
                (
                    t.n("review.line", len(lines)),
                    t.n("review.ticket", tickets),
                    t.hours(sum(line.minutes for line in lines)),
                    t.money(sum(line.net for line in lines)),
                )
            )
        )


class ReviewNote:
    """Says what was done, for a while, and takes it back on request."""

    def __init__(self, translator: Translator, on_undo: Callable[[], Awaitable[None]]) -> None:
        self._t = translator.t
        self._on_undo = on_undo
        self._timer: ui.timer | None = None

    def build(self) -> None:
        """Place it, hidden."""
        with ui.element("div").classes("rv-note").props("role=status").mark("note") as self._note:
            ui.icon("check_circle").props("aria-hidden=true")
            self._text = ui.label("").classes("clip").mark("note-text")
            self._undo = ui.button(self._t("action.undo"), on_click=self._take_back).props("flat").mark("undo").tooltip("U")
        self._note.set_visibility(False)

    def show(self, message: str, *, undo: bool, again: bool = False) -> None:
        """Show `message`, with *Annulla* where it can be undone; `again` where something was just undone, for one step more."""
        self._undo.set_text(self._t("review.undo_again" if again else "action.undo"))
        self._text.set_text(message)
        self._undo.set_visibility(undo)
        self._note.set_visibility(True)
        if self._timer:
            self._timer.cancel()
        with self._note:
            self._timer = ui.timer(NOTE_SECONDS, self.hide, once=True)

    def hide(self) -> None:
        """Take the note away."""
        self._note.set_visibility(False)

    async def _take_back(self) -> None:
        self.hide()
        await self._on_undo()
