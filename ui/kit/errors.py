"""What a person is told when something did not go through: what happened, that nothing was lost, what to do."""

import logging

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
