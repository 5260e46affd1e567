"""The bar of selected suspended tickets: what they are worth, *Riprendi*, *Data di riesame*; and what came of it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from storage.queries.suspended.table import SuspendedTotals
from ui.i18n import Translator

Press = Callable[[], Awaitable[None]]


class SuspendedBar:
    """Its buttons are told to the list that it belongs to."""

    def __init__(self, translator: Translator, *, on_all: Press, on_none: Press, on_resume: Press, on_review: Press) -> None:
        self._t = translator
        self._presses = (on_all, on_none, on_resume, on_review)

    def build(self) -> None:
        """Place it, out of sight until something is selected."""
        t = self._t.t
        on_all, on_none, on_resume, on_review = self._presses
        with ui.element("div").classes("selection").props("role=status").mark("suspended-bar") as self._bar:
            self._summary = ui.label("").classes("num strong").mark("suspended-summary")
            self._blocked = ui.label("").classes("small muted").mark("suspended-blocked")
            self._all = ui.button("", on_click=on_all).props("flat").mark("select-matching")
            with ui.element("div").classes("line pushed"):
                ui.button(t("suspended.review_go"), icon="event", on_click=on_review).props("outline").mark("set-review")
                self._resume = ui.button("", icon="play_arrow", on_click=on_resume).mark("resume")
                ui.button(t("tickets.deselect"), on_click=on_none).props("flat").mark("deselect")
        with ui.element("div").classes("selection").props("role=status").mark("resumed") as self._done:
            ui.icon("check_circle").props("aria-hidden=true").classes("sp-done")
            self._told = ui.label("").classes("strong").mark("resumed-text")
            with ui.element("div").classes("line pushed"):
                self._link = ui.link(t("suspended.to_bill"), "/tickets").mark("resumed-link")
                ui.button(t("action.close"), on_click=lambda: self._done.set_visibility(False)).props("flat").mark(
                    "resumed-close"
                )
        self._bar.set_visibility(False)
        self._done.set_visibility(False)

    def show(self, totals: SuspendedTotals, matching: int) -> None:
        """Say what is selected, of `matching` tickets; nothing selected hides it."""
        t = self._t
        self._bar.set_visibility(totals.tickets > 0)
        if not totals.tickets:
            return
        self._done.set_visibility(False)
        parts = (t.n("tickets.count", totals.tickets), t.hours(totals.minutes), t.money(totals.value))
        self._summary.set_text(" · ".join(parts))
        left = totals.tickets - totals.resumable
        self._blocked.set_text(t.n("suspended.not_now", left) if left else "")
        self._all.set_text(t.t("tickets.select_matching", count=t.number(matching)))
        self._all.set_visibility(totals.tickets < matching)
        self._resume.set_text(t.n("suspended.resume", totals.resumable, value=t.money(totals.resumable_value)))
        self._resume.set_enabled(totals.resumable > 0)

    def tell(self, message: str, path: str) -> None:
        """Say in the bar's place what was done, with the way on."""
        self._bar.set_visibility(False)
        self._told.set_text(message)
        self._link.props["href"] = path
        self._link.update()
        self._done.set_visibility(True)
