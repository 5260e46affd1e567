"""What a person is told when something did not go through: what happened, that nothing was lost, what to do."""

import logging
from collections.abc import Callable

from nicegui import Client, ui

from domain.errors import Refused
from ui.i18n import Translator

log = logging.getLogger(__name__)

_SECONDS = 10


def show_refusal(translator: Translator, refused: Refused) -> None:
    """A notice on the current page. The sentence of a refusal says what happened and what to do."""
    _notify(translator.refusal(refused), translator.t("notice.nothing_lost"), translator)


def show_bug(translator: Translator) -> None:
    """A notice for what should never have happened; the log has the rest."""
    _notify(translator.t("notice.bug"), translator.t("notice.bug_advice"), translator)


def show_exceptions(client: Client, translator: Translator) -> None:
    """From now on, tell the person at `client` about everything that its events raise."""

    def tell(error: Exception) -> None:
        if isinstance(error, Refused):
            show_refusal(translator, error)
        else:
            show_bug(translator)

    client.on_exception(tell)


def log_bug(error: Exception) -> None:
    """The outermost edge: a refusal is an answer, whatever else comes here is logged with its trace."""
    if not isinstance(error, Refused):
        log.error("a page failed", exc_info=error)


def _notify(message: str, caption: str, translator: Translator) -> None:
    ui.notify(
        message,
        caption=caption,
        classes="notice notice--refused",
        icon="error_outline",
        timeout=_SECONDS * 1000,
        actions=[{"icon": "close", "aria-label": translator.t("action.close"), "dense": True, "round": True, "flat": True}],
    )


class RefusalBox:
    """Says in place why something was refused, and with `remedy` what may be done about it."""

    def __init__(self, marker: str) -> None:
        self.remedy: Callable[[Refused], None] | None = None
        with ui.element("div").classes("alarm").props("role=alert") as self._box:
            self._text = ui.label("").classes("wrap").mark(f"{marker}-refused")
            self.remedies = ui.element("div").classes("line")
        self._box.set_visibility(False)

    def show(self, sentence: str, refused: Refused | None = None) -> None:
        """Show it, with the remedies there are for `refused`."""
        self._text.set_text(sentence)
        self._box.set_visibility(True)
        self.remedies.clear()
        if self.remedy and refused:
            with self.remedies:
                self.remedy(refused)

    def hide(self) -> None:
        """Take it back."""
        self._box.set_visibility(False)
        self.remedies.clear()
