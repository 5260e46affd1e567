"""The keyboard of a list that is worked through, first of all the review: which key does what, and the card that says so."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from nicegui import events, ui

from ui.i18n import Translator

VERBS: Final = {
    "j": "down",
    "ArrowDown": "down",
    "k": "up",
    "ArrowUp": "up",
    "PageDown": "page_down",
    "PageUp": "page_up",
    "Home": "first",
    "End": "last",
    "x": "pick_current",
    "X": "pick_through",
    "a": "pick_all",
    "Escape": "clear",
    "s": "suspend",
    "n": "not_bill",
    "r": "restore",
    "e": "adjust",
    "d": "entries",
    "Enter": "open",
    "f": "fold_all",
    "u": "undo",
    "?": "keys",
}
READING: Final = frozenset({"down", "up", "page_down", "page_up", "first", "last", "open", "fold_all", "keys", "entries"})
"""What a key does that changes nothing."""

_SHOWN: Final = (
    ("J", "K", "move"),
    ("X", "", "pick"),
    ("⇧X", "", "pick_through"),
    ("A", "", "pick_all"),
    ("S", "", "suspend"),
    ("N", "", "not_bill"),
    ("R", "", "restore"),
    ("E", "", "adjust"),
    ("D", "", "entries"),
    ("U", "", "undo"),
    ("↵", "", "fold"),
    ("F", "", "fold_all"),
    ("Esc", "", "clear"),
    ("?", "", "keys"),
)

# Keys that mean something to a field, a menu, a dialog, a link or a focused button are theirs.
_FILTER: Final = """(e) => { if (e.action !== 'keydown' || e.ctrlKey || e.altKey || e.metaKey) return;
 const at = document.activeElement, key = e.key.length === 1 && !e.shiftKey ? e.key.toLowerCase() : e.key;
 if (!KEYS.includes(key) || document.querySelector('.q-dialog, .q-menu')) return;
 if (at && at.closest('input, textarea, select, [contenteditable=true]')) return;
 if ((key === 'Enter' || key === ' ') && at && at.closest('a, button')) return;
 e.event.preventDefault(); emit(key); }"""


class ReviewKeys:
    """`on_do` hears the verb, of `verbs`, of a key that was pressed outside of every field.

    The card shows keys and names of `shown`; `words` begins the keys of their sentences.
    """

    def __init__(
        self,
        translator: Translator,
        on_do: Callable[[str], Awaitable[None]],
        *,
        verbs: Mapping[str, str] = VERBS,
        shown: Sequence[tuple[str, str, str]] = _SHOWN,
        words: str = "review.keys",
    ) -> None:
        self._t = translator.t
        self._on_do = on_do
        self._verbs = verbs
        self._shown = shown
        self._words = words

    def build(self) -> None:
        """Listen."""
        keys = "[" + ",".join(f"'{key}'" for key in self._verbs) + "]"
        # Inactive, since its own handler would report every key that is pressed anywhere.
        keyboard = ui.keyboard(active=False).mark("keys")
        keyboard.on("key", self._pressed, js_handler=_FILTER.replace("KEYS", keys))

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
