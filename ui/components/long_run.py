"""Work that takes a while: how far it is, and a way to stop it with nothing written (spec, section 4)."""

import threading

from nicegui import ui

from domain.errors import Cancelled
from ui.i18n import Translator

_REFRESH_SECONDS = 0.1
_PATIENCE_SECONDS = 0.35


class LongRun:
    """`progress` is called by the working thread; it raises Cancelled once somebody asked to stop."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._stop = threading.Event()
        self._done = self._total = 0
        self._ticks = 0

    def build(self) -> None:
        """A bar, how much of how many, and the button that stops. It shows only what takes longer than a moment."""
        with ui.element("div").classes("run").mark("long-run") as self._row:
            self._bar = ui.linear_progress(value=0, show_value=False).props("instant-feedback rounded").classes("grow")
            self._label = ui.label("").classes("muted small num")
            ui.button(self._t.t("run.stop"), on_click=self.stop).props("flat").mark("stop")
        self._row.set_visibility(False)
        self._timer = ui.timer(_REFRESH_SECONDS, self._refresh, active=False)

    def start(self) -> None:
        """Count from nothing."""
        self._stop.clear()
        self._done = self._total = self._ticks = 0
        self._timer.activate()

    def finish(self) -> None:
        """Take the bar away."""
        self._timer.deactivate()
        self._row.set_visibility(False)

    def stop(self) -> None:
        """Ask the work to stop; it does at its next step."""
        self._stop.set()

    def progress(self, done: int, total: int) -> None:
        """Tell how far it is. Raises Cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self._done, self._total = done, total

    def _refresh(self) -> None:
        self._ticks += 1
        if self._ticks * _REFRESH_SECONDS >= _PATIENCE_SECONDS:
            self._row.set_visibility(True)
        if self._total:
            self._bar.set_value(self._done / self._total)
            self._label.set_text(f"{self._t.number(self._done)} / {self._t.number(self._total)}")
