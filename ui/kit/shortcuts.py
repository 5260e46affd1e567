"""The keyboard of a list that is worked through, first of all the review: which key does what, and the card that says so."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from nicegui import events, ui

from ui.i18n import Translator

VERBS: Final = {
    "j": "down",
    "ArrowDown": "down",
    "k": "up",
    "ArrowUp": "up",
    "J": "next_group",
    "K": "previous_group",
    "PageDown": "page_down",
    "PageUp": "page_up",
    "Home": "first",
    "End": "last",
    "g": "next_flag",
    "G": "previous_flag",
    "o": "only_flagged",
    "/": "find",
    "Ctrl+f": "find",
    "ArrowRight": "unfold",
    "ArrowLeft": "fold",
    "Enter": "open",
    "f": "fold_all",
    "x": "pick_current",
    "X": "pick_through",
    "a": "pick_all",
    "Escape": "clear",
    "s": "suspend",
    "n": "not_bill",
    "r": "restore",
    "e": "adjust",
    "t": "remove_from_proposal",
    "u": "undo",
    "Ctrl+z": "undo",
    "d": "entries",
    "w": "why",
    "c": "comment",
    "h": "history",
    "v": "news",
    "i": "submit",
    "?": "keys",
}
_CHANGING: Final = frozenset(
    {
        "pick_current",
        "pick_through",
        "pick_all",
        "suspend",
        "not_bill",
        "restore",
        "adjust",
        "remove_from_proposal",
        "undo",
        "submit",
    }
)
READING: Final = frozenset(VERBS.values()) - _CHANGING
"""What a key does that changes no line; a comment may be made whatever the state of the proposal."""

_SHOWN: Final = (
    ("J", "K", "move"),
    ("⇧J", "⇧K", "group"),
    ("G", "⇧G", "flag"),
    ("O", "", "only_flagged"),
    ("/", "", "find"),
    ("←", "→", "fold"),
    ("F", "", "fold_all"),
    ("X", "⇧X", "pick"),
    ("A", "Esc", "pick_all"),
    ("S", "", "suspend"),
    ("N", "", "not_bill"),
    ("R", "", "restore"),
    ("1", "9", "reason"),
    ("E", "", "adjust"),
    ("T", "", "remove_from_proposal"),
    ("U", "", "undo"),
    ("D", "", "entries"),
    ("W", "", "why"),
    ("C", "", "comment"),
    ("H", "", "history"),
    ("V", "", "news"),
    ("I", "", "submit"),
    ("?", "", "keys"),
)

# Keys that mean something to a field, a menu, a dialog, a link or a focused button are theirs. A sheet that was answered only
# fades away: who is quick has pressed the next key by then.
_FILTER: Final = """(e) => { if (e.action !== 'keydown' || e.altKey) return;
 const plain = e.key.length === 1 && !e.shiftKey ? e.key.toLowerCase() : e.key;
 const at = document.activeElement, key = e.ctrlKey || e.metaKey ? 'Ctrl+' + plain : plain;
 if (!KEYS.includes(key) || document.querySelector('.q-dialog:not(:has(.sheet.hidden)), .q-menu')) return;
 if (at && at.closest('input, textarea, select, [contenteditable=true]')) return;
 if ((key === 'Enter' || key === ' ') && at && at.closest('a, button')) return;
 e.event.preventDefault(); emit(key);
 if (ASKING.includes(key)) window.typeAhead('.q-dialog textarea', 700, true); }"""


class Shortcuts:
    """`on_do` hears the verb, of `verbs`, of a key that was pressed outside of every field.

    Keys of `asking` open a dialog with a text, which gets what is typed before it is there. The card shows keys and names of
    `shown`; `words` begins the keys of their sentences.
    """

    def __init__(
        self,
        translator: Translator,
        on_do: Callable[[str], Awaitable[None]],
        *,
        verbs: Mapping[str, str] = VERBS,
        shown: Sequence[tuple[str, str, str]] = _SHOWN,
        asking: Sequence[str] = ("s", "n"),
        words: str = "review.keys",
    ) -> None:
        self._t = translator.t
        self._on_do = on_do
        self._verbs = verbs
        self._shown = shown
        self._asking = asking
        self._words = words

    def build(self) -> None:
        """Listen."""
        heard = _FILTER.replace("KEYS", json.dumps(list(self._verbs))).replace("ASKING", json.dumps(self._asking))
        # Inactive, since its own handler would report every key that is pressed anywhere.
        keyboard = ui.keyboard(active=False, ignore=["input", "select", "textarea"]).mark("keys")
        keyboard.on("key", self._pressed, js_handler=heard)

    def show(self) -> None:
        """The card with all keys."""
        with ui.dialog() as dialog, ui.card().classes("rv-keys").mark("keys-card"):
            dialog.props["aria-label"] = self._t(self._words)
            ui.label(self._t(self._words)).classes("strong").props("role=heading aria-level=2")
            with ui.element("div").classes("rv-keys__list"):
                for one, other, name in self._shown:
                    with ui.element("div"):
                        for key in filter(None, (one, other)):
                            with ui.element("kbd"):
                                ui.label(key)
                    ui.label(self._t(f"{self._words}.{name}"))
        dialog.on("hide", dialog.delete)
        dialog.open()

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        verb = self._verbs.get(event.args) if isinstance(event.args, str) else None
        if verb:
            await self._on_do(verb)
