"""Work that takes a while, where it was begun: how far it is, and a way to stop it with nothing written (spec, section 4)."""

from nicegui import ui

from ui.i18n import Translator
from ui.server.background_runs import Progress

_REFRESH_SECONDS = 0.1
_PATIENCE_SECONDS = 0.35


class RunProgress:
    """Shows one `Progress` at a time."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._progress = Progress()
        self._writes = False
        self._ticks = 0

    def build(self) -> None:
        """A bar, how much of how many, and the button that stops. It shows only what takes longer than a moment."""
        with ui.element("div").classes("run").mark("long-run") as self._row:
            self._bar = ui.linear_progress(value=0, show_value=False).props("instant-feedback rounded").classes("grow")
            self._bar.props["aria-label"] = self._t.t("run.progress")
            self._label = ui.label("").classes("muted small num")
            ui.button(self._t.t("run.stop"), on_click=self.stop).props("flat").mark("stop")
        self._row.set_visibility(False)
        self._timer = ui.timer(_REFRESH_SECONDS, self._refresh, active=False)

    def start(self, progress: Progress, *, writes: bool = False) -> Progress:
        """Follow this from now on; an earlier one is stopped. With `writes`, what has been gone through is then written."""
        self._progress.stop()
        self._progress, self._writes, self._ticks = progress, writes, 0
        self._bar.set_value(0)
        self._label.set_text("")
        self._timer.activate()
        return progress

    def finish(self, progress: Progress) -> None:
        """Take the bar away, unless it follows something newer by now."""
        if progress is not self._progress:
            return
        self._timer.deactivate()
        self._row.set_visibility(False)

    def stop(self) -> None:
        """Ask the work to stop; it does at its next step."""
        self._progress.stop()

    def _refresh(self) -> None:
        self._ticks += 1
        if self._ticks * _REFRESH_SECONDS >= _PATIENCE_SECONDS:
            self._row.set_visibility(True)
        done, total = self._progress.done, self._progress.total
        if total:
            self._bar.set_value(done / total)
            writing = self._writes and done >= total
            self._label.set_text(self._t.t("run.writing") if writing else f"{self._t.number(done)} / {self._t.number(total)}")
