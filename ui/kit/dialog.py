"""A dialog that does one thing: it stays open while that runs, and says inside why it was refused, so nothing typed is lost."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from domain.errors import InvalidInput, Refused
from ui.kit.page import PageContext

T = TypeVar("T")
V = TypeVar("V")


class Dialog(Generic[T]):
    """Enter `body` to add the fields, name them in `fields`, then `await ask(action)`.

    Esc and *Annulla* leave everything as it was. An InvalidInput marks the field that it names; any other Refused stands above
    the buttons, where `remedy` may offer a way out of it. Where `go`, what its button says, is empty, there is only to read.
    """

    def __init__(self, page: PageContext, title: str, go: str, *, marker: str, wide: bool = False) -> None:
        t = page.t
        self._page = page
        self._busy = self._held = False
        self._ready = True
        self._answered = False
        self._action: Callable[[], Awaitable[T]] | None = None
        self.fields: dict[str, ValidationElement[Any]] = {}
        self.remedy: Callable[[Refused], None] | None = None
        with ui.dialog() as self.dialog, ui.card().classes("sheet" + (" sheet--wide" if wide else "")) as self.card:
            self.card.mark(marker)
            ui.label(title).classes("sheet__title").props("role=heading aria-level=2")
            self.body = ui.element("div").classes("stack")
            with ui.element("div").classes("alarm").props("role=alert") as self._refusal:
                self._refusal_text = ui.label("").mark(f"{marker}-refused")
                self.remedies = ui.element("div").classes("line")
            with ui.element("div").classes("line sheet__foot"):
                self.foot = ui.element("div").classes("line muted small grow")
                ui.button(t("action.cancel" if go else "action.close"), on_click=self.dialog.close).props("flat").mark(
                    f"{marker}-cancel"
                )
                self.go = ui.button(go, on_click=self.confirm).mark(f"{marker}-go")
                self.go.set_visibility(bool(go))
        # A heading may hold what a person wrote, so it goes in as a value and never through the parser of props.
        self.dialog.props["aria-label"] = title
        self.dialog.on("hide", self._hidden)
        self._refusal.set_visibility(False)

    async def ask(self, action: Callable[[], Awaitable[T]]) -> T | None:
        """Open, and close once `action` went through: its result, or None where the person thought better of it."""
        self._action = action
        answer: tuple[T] | None = await self.dialog
        if not self.dialog.is_deleted:
            self._answered = True
            self.card.set_visibility(False)
        return answer[0] if answer else None

    def _hidden(self) -> None:
        # Not before: the browser gives the focus back where it was while the dialog goes.
        if self._answered:
            self.dialog.delete()

    def hold(self, held: bool) -> None:
        """Whether Esc is to ask first, since something that was typed would be lost: the dialog then tells `shake`."""
        self._held = held
        self._persist()

    def ready(self, ready: bool) -> None:
        """Whether there is something to confirm."""
        self._ready = ready
        self.go.set_enabled(ready and not self._busy)

    async def confirm(self) -> None:
        """Run the action, once at a time."""
        if self._busy or not self._ready or self._action is None:
            return
        self._set_busy(True)
        self.forgive()
        try:
            result = await self._action()
        except Refused as refused:
            self._show(refused)
        else:
            self.dialog.submit((result,))
        finally:
            self._set_busy(False)

    def forgive(self) -> None:
        """Take back what was said about the last attempt."""
        self._refusal.set_visibility(False)
        self.remedies.clear()
        for field in self.fields.values():
            field.error = None

    def _show(self, refused: Refused) -> None:
        if self.dialog.is_deleted:
            return
        field = self.fields.get(str(refused.params.get("field"))) if isinstance(refused, InvalidInput) else None
        if field is not None:
            refused = InvalidInput(refused.code, **{**refused.params, "field": field.props["label"]})
        sentence = self._page.translator.refusal(refused)
        if field is not None:
            field.error = sentence
            field.run_method("focus")
            return
        self._refusal_text.set_text(sentence)
        self._refusal.set_visibility(True)
        if self.remedy:
            self.remedy(refused)

    def _set_busy(self, busy: bool) -> None:
        # Esc must not look as if it had stopped what is under way.
        self._busy = busy
        if self.dialog.is_deleted:
            return
        self._persist()
        self.go.set_enabled(self._ready and not busy)

    def _persist(self) -> None:
        stays = self._busy or self._held
        self.dialog.props("persistent" if stays else None, remove=None if stays else "persistent")


def parsed(name: str, parse: Callable[[str], V], text: str | None) -> V:
    """What `parse` makes of a field's text; its InvalidInput names the field, so that the field can say so."""
    try:
        return parse(text or "")
    except InvalidInput as refused:
        raise InvalidInput(refused.code, **{**refused.params, "field": name}) from None
