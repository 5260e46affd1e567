"""The history of a document beside its lines, with what people wrote about it: who, when and why, the newest on top."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from domain.vocabulary import AuditAction, LineState
from storage.queries.proposals.comments import CommentRow
from storage.queries.tickets.detail import HistoryRow
from ui.i18n import Translator

SHORT: Final = 25

_LONGEST_LINE: Final = 60

Row = HistoryRow | CommentRow
Identity = tuple[type[Row], int, int | None]

_DECIDED: Final = {LineState.BILL: "restored", LineState.SUSPENDED: "suspended", LineState.NOT_BILLED: "not_billed"}


class DocumentHistory:
    """A slim panel. The newest entries stand in full, the others are one click away.

    `top` is an empty slot for where one writes. `on_line` gets the id of a line that was clicked in a comment.
    """

    def __init__(self, translator: Translator, title: str, on_line: Callable[[int], None] | None = None) -> None:
        self._t, self._on_line = translator, on_line
        self._rows: list[Row] = []
        self._shown: dict[Identity, ui.element] = {}
        self._whole = False
        with ui.element("aside").classes("rv-history").mark("history") as panel:
            ui.label(title).classes("rv-history__title").props("role=heading aria-level=2")
            self.top = ui.element("div")
            self._entries = ui.element("ol").classes("rv-history__entries")
            self._more = ui.button(on_click=self._show_whole).props("flat").classes("full").mark("history-more")
        panel.props["aria-label"] = title

    def show(self, history: Sequence[HistoryRow], comments: Sequence[CommentRow] = ()) -> None:
        """Show what was done and what was written, the newest on top."""
        self._rows = sorted([*history, *comments], key=lambda row: (row.at, row.id), reverse=True)
        self._render()

    def _show_whole(self) -> None:
        self._whole = True
        self._render()

    def _render(self) -> None:
        shown = {_identity(row): row for row in (self._rows if self._whole else self._rows[:SHORT])}
        # Only what is new goes to the browser: an entry never changes, and one is added with each decision.
        for gone in self._shown.keys() - shown.keys():
            self._shown.pop(gone).delete()
        for place, (identity, row) in enumerate(shown.items()):
            if identity not in self._shown:
                with self._entries:
                    self._shown[identity] = self._place_comment(row) if isinstance(row, CommentRow) else self._place_entry(row)
                self._shown[identity].move(target_index=place)
        hidden = len(self._rows) - len(shown)
        self._more.set_visibility(hidden > 0)
        self._more.set_text(self._t.n("review.history.more", hidden))

    def _place_entry(self, row: HistoryRow) -> ui.element:
        with ui.element("li").classes("rv-entry").mark(f"history-{row.action}") as entry:
            ui.label(sentence(self._t, row)).classes("rv-entry__what")
            if row.reason:
                ui.label(self._t.t("review.quoted", text=row.reason)).classes("rv-entry__why wrap")
            ui.label(f"{row.actor} · {self._t.instant(row.at)}").classes("rv-entry__who")
        return entry

    def _place_comment(self, row: CommentRow) -> ui.element:
        with ui.element("li").classes("rv-entry rv-entry--said").mark("comment") as entry:
            ui.label(f"{row.author} · {self._t.instant(row.at)}").classes("rv-entry__who")
            if row.line_id is not None and self._on_line:
                with ui.element("button").props("type=button").classes("rv-entry__line clip").mark("comment-line") as button:
                    ui.label(f"{row.ticket_number} · {row.description}").classes("clip")
                button.on("click", partial(self._on_line, row.line_id))
            ui.label(row.body).classes("wrap rv-entry__said")
        return entry


def _identity(row: Row) -> Identity:
    """The same for as long as the entry of `row` says the same: the line that a comment is about may be split or gone."""
    return type(row), row.id, row.line_id if isinstance(row, CommentRow) else None


def sentence(translator: Translator, row: HistoryRow) -> str:
    """What was done, in numbers: `Sospese 3 righe · 145,00 €`."""
    net = row.after.get("net", row.before.get("net"))
    amount = f" · {translator.money(net)}" if isinstance(net, int) else ""
    if row.action is AuditAction.LINES_REVIEWED:
        decided = "undone" if "undoes" in row.after else _DECIDED.get(row.after.get("state", ""), "restored")
        return translator.n(f"review.history.{decided}", len(row.before.get("lines", ()))) + amount
    if row.action in (AuditAction.TAKEN_OFF, AuditAction.RESUMED):
        return translator.n(f"review.history.{row.action}", len(row.before.get("tickets", ()))) + amount
    if row.action is AuditAction.GENERATED:
        return translator.n("review.history.generated", row.after.get("lines", 0)) + amount
    if row.action in (AuditAction.ADJUSTED, AuditAction.SPLIT):
        return _line_changed(translator, row)
    if row.subject == "invoice":
        about = {"number": row.after.get("number", ""), "total": translator.money(row.after.get("total", 0))}
        return translator.t(f"review.history.document.{row.action}", **about)
    own = f"review.history.{row.action}"
    return translator.t(own if translator.knows(own) else f"audit_action.{row.action}", invoice=row.after.get("invoice", ""))


def _line_changed(translator: Translator, row: HistoryRow) -> str:
    """Which line, and what of it changed: `Rettificata «lavoro»: 1:45 h → 1:30 h · 116,38 € → 99,75 €`."""

    def quoted(text: str) -> str:
        short = text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
        return translator.t("review.quoted", text=short)

    before, after = row.before, row.after
    formats: dict[str, Callable[[Any], str]] = {
        "minutes": translator.hours, "rate": translator.money, "net": translator.money, "description": quoted,
    }  # fmt: skip
    # A value that stands on one side only did not change, or is in the sentence itself.
    changes = [
        f"{write(before[name])} → {write(after[name])}"
        for name, write in formats.items()
        if name in before and name in after and before[name] != after[name]
    ]
    key = "review.history.adjusted" if row.action is AuditAction.ADJUSTED else "review.history.split"
    what = translator.t(key, line=quoted(before.get("description", "")), lines=translator.number(after.get("lines", 0)))
    return ": ".join(filter(None, (what, " · ".join(changes))))
