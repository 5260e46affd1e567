"""The history of a proposal beside its lines, and what was said about it: who, when and why, the newest on top."""

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
Known = tuple[type[Row], int, int | None]

_DECIDED: Final = {LineState.BILL: "restored", LineState.SUSPENDED: "suspended", LineState.NOT_BILLED: "not_billed"}


class ReviewHistory:
    """A slim panel. What came last stands in full, the rest is one click away. `on_line` is told which line to go to.

    `talk` places, on top, where one writes.
    """

    def __init__(
        self,
        translator: Translator,
        *,
        talk: Callable[[], None] | None = None,
        on_line: Callable[[int], None] | None = None,
    ) -> None:
        self._translator = translator
        self._talk = talk
        self._on_line = on_line
        self._rows: list[Row] = []
        self._shown: dict[Known, ui.element] = {}
        self._whole = False

    def build(self) -> None:
        """Place it, empty."""
        name = self._translator.t("review.talk" if self._talk else "review.history")
        with ui.element("aside").classes("rv-history").mark("history") as panel:
            ui.label(name).classes("rv-history__title").props("role=heading aria-level=2")
            if self._talk:
                self._talk()
            self._entries = ui.element("ol").classes("rv-history__entries")
            self._more = ui.button(on_click=self._show_whole).props("flat").classes("full").mark("history-more")
        panel.props["aria-label"] = name

    def show(self, history: Sequence[HistoryRow], comments: Sequence[CommentRow] = ()) -> None:
        """Show what was done and what was said, the newest on top."""
        self._rows = sorted([*history, *comments], key=lambda row: (row.at, row.id), reverse=True)
        self._render()

    def _show_whole(self) -> None:
        self._whole = True
        self._render()

    def _render(self) -> None:
        shown = {_known(row): row for row in (self._rows if self._whole else self._rows[:SHORT])}
        # Only what is new goes to the browser: an entry says the same for ever, and one is added with each decision.
        for gone in self._shown.keys() - shown.keys():
            self._shown.pop(gone).delete()
        for place, (known, row) in enumerate(shown.items()):
            if known not in self._shown:
                with self._entries:
                    self._shown[known] = self._comment(row) if isinstance(row, CommentRow) else self._entry(row)
                self._shown[known].move(target_index=place)
        hidden = len(self._rows) - len(shown)
        self._more.set_visibility(hidden > 0)
        self._more.set_text(self._translator.n("review.history.more", hidden))

    def _entry(self, row: HistoryRow) -> ui.element:
        with ui.element("li").classes("rv-entry").mark(f"history-{row.action}") as entry:
            ui.label(sentence(self._translator, row)).classes("rv-entry__what")
            if row.reason:
                ui.label(self._translator.t("review.quoted", text=row.reason)).classes("rv-entry__why wrap")
            ui.label(f"{row.actor} · {self._translator.instant(row.at)}").classes("rv-entry__who")
        return entry

    def _comment(self, row: CommentRow) -> ui.element:
        with ui.element("li").classes("rv-entry rv-entry--said").mark("comment") as entry:
            ui.label(f"{row.author} · {self._translator.instant(row.at)}").classes("rv-entry__who")
            if row.line_id is not None and self._on_line:
                with ui.element("button").props("type=button").classes("rv-entry__line clip").mark("comment-line") as button:
                    ui.label(f"{row.ticket_number} · {row.description}").classes("clip")
                button.on("click", partial(self._on_line, row.line_id))
            ui.label(row.body).classes("wrap rv-entry__said")
        return entry


def _known(row: Row) -> Known:
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
    """Which line, and what of it is another by now: `Rettificata «lavoro»: 1:45 h → 1:30 h · 116,38 € → 99,75 €`."""
    before, after = row.before, row.after
    written: dict[str, Callable[[Any], str]] = {"minutes": translator.hours, "rate": translator.money, "net": translator.money}
    written["description"] = _quoted(translator)
    # What an entry does not say about both sides did not change, or is told by the sentence itself.
    changes = [
        f"{write(before[name])} → {write(after[name])}"
        for name, write in written.items()
        if name in before and name in after and before[name] != after[name]
    ]
    line, lines = _quoted(translator)(before.get("description", "")), translator.number(after.get("lines", 0))
    adjusted = row.action is AuditAction.ADJUSTED
    what = (
        translator.t("review.history.adjusted", line=line)
        if adjusted
        else translator.t("review.history.split", line=line, lines=lines)
    )
    return ": ".join(filter(None, (what, " · ".join(changes))))


def _quoted(translator: Translator) -> Callable[[str], str]:
    def quote(text: str) -> str:
        short = text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
        return translator.t("review.quoted", text=short)

    return quote
