"""The foot of a form that stands on a page."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.errors import Refused
from ui.kit.errors import RefusalBox
from ui.kit.form import Form
from ui.kit.page import PageContext


class SaveBar:
    """Why the form was refused, *Annulla* and *Salva*, which `save` answers.

    Saving over what somebody else saved meanwhile takes a second press: the first says what would be replaced.
    """

    def __init__(
        self, page: PageContext, form: Form, save: Callable[[], Awaitable[None]], *, marker: str, keys: str = ""
    ) -> None:
        self._page, self._form, self._save = page, form, save
        form.confirm = self.confirm
        form.listeners.append(self.refresh)
        self.busy = False
        self._warned = ""
        self.refusal = RefusalBox(marker)
        with ui.element("div").classes("line form__foot") as self.root:
            ui.label(keys).classes("muted small grow")
            self._undo = ui.button(page.t("action.cancel"), on_click=self.undo).props("flat").mark(f"{marker}-cancel")
            self._go = ui.button(page.t("action.save"), on_click=self.confirm).mark(f"{marker}-save")
        self.refresh()

    def refresh(self) -> None:
        """There is something to save, or to take back, while something was typed."""
        dirty = self._form.dirty and not self.busy
        self._go.set_enabled(dirty)
        self._undo.set_enabled(dirty)

    def undo(self) -> None:
        """Back to what is saved."""
        self.refusal.hide()
        self._form.restore()

    async def confirm(self) -> None:
        """Save, once at a time."""
        if self.busy or not self._form.dirty:
            return
        self._form.forgive()
        conflicts = self._form.conflicts()
        if conflicts != self._warned:
            self._warned = conflicts
            self.refusal.show(f"{conflicts} {self._page.t('form.replace_again')}")
            return
        self.refusal.hide()
        self.busy = True
        self.refresh()
        try:
            await self._save()
        except Refused as refused:
            self._warned = self._form.conflicts()
            if not self._form.refuse(refused):
                self.refusal.show(f"{self._page.translator.refusal(refused)} {self._warned}".strip(), refused)
        finally:
            self.busy = False
            self.refresh()
