"""What is typed and not saved yet outlives a reload of the page, a restart of the server included (`static/kit/drafts.js`).

It is kept in the browser, in the tab where it was typed, and comes back as if it was typed again: nothing here is trusted.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from nicegui import events, ui
from nicegui.element import Element

E = TypeVar("E", bound=Element)

_MARK: Final = "data-kept"
_LONGEST: Final = 200_000


def keep_draft(field: E, name: str, *, opens: str = "") -> E:
    """Keep the text of an input or a text area under `name`, the only one of that name on its page.

    `opens` goes with it: `reopen` hands it back after a reload, to open again what held the field.
    """
    field.props[_MARK] = name
    if opens:
        field.props[f"{_MARK}-with"] = opens
    return field


def discard_draft(prefix: str) -> None:
    """The fields whose names begin so hold what was saved, or taken back: there is nothing to give back any more.

    `prefix` is a word of ours and never a person's.
    """
    ui.run_javascript(f"window.settleKept?.('{prefix}')")


def reopen_draft(name: str, on_kept: Callable[[str], Awaitable[Any]]) -> None:
    """Tell `on_kept` what went with the field `name` where its text outlived a reload. It comes from a browser: check it."""

    async def heard(event: events.GenericEventArguments) -> None:
        if isinstance(event.args, str) and len(event.args) <= _LONGEST:
            await on_kept(event.args)

    asker = ui.element("span").props("hidden").mark(f"reopen-{name}")
    asker.props[f"{_MARK}-asks"] = name
    asker.on("kept", heard, js_handler="(event) => emit(event.detail)")
