"""The history of a proposal beside its lines: who did what, when and why, the newest on top."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from domain.vocabulary import AuditAction, LineState
from storage.queries.ticket import HistoryRow
from ui.i18n import Translator

SHORT: Final = 25

_DECIDED: Final = {LineState.BILL: "restored", LineState.SUSPENDED: "suspended", LineState.NOT_BILLED: "not_billed"}


class ReviewHistory:
    """A slim panel. What came last stands in full, the rest is one click away."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._rows: Sequence[HistoryRow] = ()
        self._whole = False

    def build(self) -> None:
        """Place it, empty."""
        with ui.element("aside").classes("rv-history").mark("history") as panel:
            ui.label(self._translator.t("review.history")).classes("rv-history__title").props("role=heading aria-level=2")
            self._entries = ui.element("ol").classes("rv-history__entries")
            self._more = ui.button(on_click=self._show_whole).props("flat").classes("full").mark("history-more")
        panel.props["aria-label"] = self._translator.t("review.history")

    def show(self, rows: Sequence[HistoryRow]) -> None:
        """Show these entries."""
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self._rows = rows
            self._render()

    def _show_whole(self) -> None:
        self._whole = True
        self._render()

    def _render(self) -> None:
        shown = self._rows if self._whole else self._rows[:SHORT]
        self._entries.clear()
        with self._entries:
            for row in shown:
                self._entry(row)
        hidden = len(self._rows) - len(shown)
        self._more.set_visibility(hidden > 0)
        self._more.set_text(self._translator.n("review.history.more", hidden))

    def _entry(self, row: HistoryRow) -> None:
        with ui.element("li").classes("rv-entry").mark(f"history-{row.action}"):
            ui.label(sentence(self._translator, row)).classes("rv-entry__what")
            if row.reason:
                ui.label(self._translator.t("review.quoted", text=row.reason)).classes("rv-entry__why wrap")
            ui.label(f"{row.actor} · {self._translator.instant(row.at)}").classes("rv-entry__who")


def sentence(translator: Translator, row: HistoryRow) -> str:
    """What was done, in numbers: `Sospese 3 righe · 145,00 €`."""
    net = row.after.get("net", row.before.get("net"))
    amount = f" · {translator.money(net)}" if isinstance(net, int) else ""
    if row.action is AuditAction.LINES_REVIEWED:
        decided = _DECIDED.get(row.after.get("state", ""), "restored")
        return translator.n(f"review.history.{decided}", len(row.before.get("lines", ()))) + amount
    if row.action is AuditAction.TAKEN_OFF:
        return translator.n("review.history.taken_off", len(row.before.get("tickets", ()))) + amount
    if row.action is AuditAction.GENERATED:
        return translator.n("review.history.generated", row.after.get("lines", 0)) + amount
    if row.action in (AuditAction.ADJUSTED, AuditAction.SPLIT):
        was = translator.money(row.before.get("net", 0))
        return f"{translator.t(f'audit_action.{row.action}')} · {was} → {translator.money(net or 0)}"
    if row.action is AuditAction.CANCELLED:
        return translator.t("review.history.cancelled")
    return translator.t(f"audit_action.{row.action}")
