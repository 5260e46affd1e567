"""The keyboard of a list that is worked through: which key does what, and the card that says so."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from nicegui import events, ui

from ui.i18n import Translator

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


Card = Sequence[tuple[str, str, str]]
"""What the card lists: one key, another or none, and the last part of their sentence's name."""


class Shortcuts:
    """Runs the verb, of `verbs`, of a key that is pressed outside of every field; `keys` shows the card itself.

    Keys of `asking` open a dialog with a text, which gets what is typed before it is there. `name` begins the sentences' names.
    """

    def __init__(
        self,
        translator: Translator,
        run: Callable[[str], Awaitable[None]],
        *,
        verbs: Mapping[str, str],
        card: Card,
        asking: Sequence[str],
        name: str,
    ) -> None:
        self._t, self._run, self._verbs = translator.t, run, verbs
        self._card, self._name = card, name
        keys, asking_keys = json.dumps(list(verbs)), json.dumps(asking)
        # Inactive, since its own handler would report every key that is pressed anywhere.
        keyboard = ui.keyboard(active=False, ignore=["input", "select", "textarea"]).mark("keys")
        keyboard.on("key", self._on_key, js_handler=_FILTER.replace("KEYS", keys).replace("ASKING", asking_keys))

    def _show_card(self) -> None:
        with ui.dialog() as dialog, ui.card().classes("rv-keys").mark("keys-card"):
            dialog.props["aria-label"] = self._t(self._name)
            ui.label(self._t(self._name)).classes("strong").props("role=heading aria-level=2")
            with ui.element("div").classes("rv-keys__list"):
                for one, other, name in self._card:
                    with ui.element("div"):
                        for key in filter(None, (one, other)):
                            with ui.element("kbd"):
                                ui.label(key)
                    ui.label(self._t(f"{self._name}.{name}"))
        dialog.on("hide", dialog.delete)
        dialog.open()

    async def _on_key(self, event: events.GenericEventArguments) -> None:
        verb = self._verbs.get(event.args) if isinstance(event.args, str) else None
        if verb == "keys":
            self._show_card()
        elif verb:
            await self._run(verb)
