"""A dialog that does one thing: it stays open while that runs, and says inside why it was refused, so nothing typed is lost."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from nicegui import ui

from domain.errors import Refused
from ui.kit.errors import RefusalBox
from ui.kit.form import Form
from ui.kit.page import PageContext

T = TypeVar("T")
F = TypeVar("F", bound=Form)


class Dialog(Generic[T]):
    """Enter `body` to add what it shows, place a `form` where something is asked, then `await ask(action)`.

    Esc and *Annulla* leave everything as it was. A refusal marks the field that it names; any other stands above the buttons,
    where `remedy` may offer a way out of it. Where `go`, what its button says, is empty, there is only to read.
    """

    def __init__(self, page: PageContext, title: str, go: str, *, marker: str, wide: bool = False, danger: bool = False) -> None:
        t = page.t
        self._page, self._marker = page, marker
        self._busy = self._answered = False
        self._ready = True
        self._guarded: Form | None = None
        self._action: Callable[[], Awaitable[T]] | None = None
        self.fields: Form | None = None
        with ui.dialog() as self.dialog, ui.card().classes("sheet" + (" sheet--wide" if wide else "")) as self.card:
            self.card.mark(marker)
            ui.label(title).classes("sheet__title").props("role=heading aria-level=2")
            self.body = ui.element("div").classes("stack")
            self.refusal = RefusalBox(marker)
            with ui.element("div").classes("line sheet__foot"):
                self.foot = ui.element("div").classes("line muted small grow")
                cancel = ui.button(t("action.cancel" if go else "action.close"), on_click=self.dialog.close).props("flat")
                cancel.mark(f"{marker}-cancel")
                self.go = ui.button(go, on_click=self.confirm).mark(f"{marker}-go").props("color=negative" if danger else "")
                self.go.set_visibility(bool(go))
        # A heading may hold what a person wrote, so it goes in as a value and never through the parser of props.
        self.dialog.props["aria-label"] = title
        self.dialog.on("hide", self._hidden)

    def form(self, base: Mapping[str, Any], *, marker: str = "", guard: bool = False, **more: Any) -> Form:
        """The fields that the dialog asks for, in the current slot; `more` as a Form takes it, and see `attach`."""
        return self.attach(Form(self._page, base, marker=marker or self._marker, **more), guard=guard)

    def attach(self, form: F, *, guard: bool = False) -> F:
        """Ask by this form; with a `guard` Esc asks before anything that was typed is lost."""
        self.fields, form.confirm = form, self.confirm
        form.listeners.insert(0, self.typed)
        if guard:
            self._guarded = form
            self.dialog.on("shake", lambda: ask_to_discard(self._page, self.dialog.close))
        return form

    def typed(self) -> None:
        """A field holds something else."""
        self.forgive()
        self._persist()

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
        self.refusal.hide()
        if self.fields:
            self.fields.forgive()

    def _show(self, refused: Refused) -> None:
        if self.dialog.is_deleted or (self.fields and self.fields.refuse(refused)):
            return
        conflicts = self.fields.conflicts() if self.fields else ""
        self.refusal.show(f"{self._page.translator.refusal(refused)} {conflicts}".strip(), refused)

    def _set_busy(self, busy: bool) -> None:
        # Esc must not look as if it had stopped what is under way.
        self._busy = busy
        if self.dialog.is_deleted:
            return
        self._persist()
        self.go.set_enabled(self._ready and not busy)

    def _persist(self) -> None:
        stays = self._busy or (self._guarded is not None and self._guarded.dirty)
        self.dialog.props("persistent" if stays else None, remove=None if stays else "persistent")


async def _agree() -> None:
    """What is confirmed is done by who asked."""


async def confirm(
    page: PageContext, title: str, go: str, text: str, action: Callable[[], Awaitable[object]] = _agree, *, marker: str,
    more: str | Callable[[], object] = "", danger: bool = False,
) -> bool:  # fmt: skip
    """Ask yes or no: whether it was confirmed, and `action` went through. `more` stands under the text, or places it there."""
    dialog = Dialog[bool](page, title, go, marker=marker, danger=danger)
    with dialog.body:
        ui.label(text).classes("wrap").mark(f"{marker}-text")
        if callable(more):
            more()
        elif more:
            ui.label(more).classes("wrap muted")

    async def agreed() -> bool:
        await action()
        return True

    return bool(await dialog.ask(agreed))


async def ask_to_discard(page: PageContext, discard: Callable[[], object]) -> None:
    """Esc on something typed: `discard` it only where that is meant."""
    title, go = page.t("master_data.discard"), page.t("master_data.discard_go")
    if await confirm(page, title, go, page.t("master_data.discard_why"), marker="discard", danger=True):
        discard()
