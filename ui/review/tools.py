"""Above the lines: find in them, narrow them to what deserves a second look, and what is new since the last visit."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from nicegui import events, ui

from domain.rules.anomalies import Finding
from domain.rules.text import SEARCH_LENGTH
from domain.vocabulary import Anomaly
from storage.queries.proposals.comments import News
from ui.i18n import Translator
from ui.kit.document_history import sentence
from ui.review.labels import flag_row
from ui.review.state import ReviewState

OnFind = Callable[[str, int], None]
OnLine = Callable[[int], None]
Verb = Callable[[str], Coroutine[Any, Any, None]]

# Escape lets go of the field at once: the next key is for the lines.
_PRESSED = """(e) => { if (e.key !== 'Enter' && e.key !== 'Escape') return; e.preventDefault();
 if (e.key === 'Escape') e.target.blur(); emit(e.key, e.shiftKey); }"""


class ReviewTools:
    """`on_find` hears what is sought and the step from the cursor, `on_line` the id of a line to go to, `on_do` a verb."""

    def __init__(
        self, translator: Translator, *, on_find: OnFind, on_line: OnLine, on_do: Verb, leave: Callable[[], None]
    ) -> None:
        self._translator = translator
        self._t = translator.t
        self._on_find = on_find
        self._on_line = on_line
        self._on_do = on_do
        self._leave = leave
        self._whole: Sequence[Finding] = ()

    def build(self, desk: ReviewState) -> None:
        """Place them."""
        with ui.element("div").classes("rv-tools").mark("review-tools"):
            self._field = ui.input(placeholder=self._t("review.find")).props("clearable").classes("rv-find").mark("find")
            self._field.props["aria-label"] = self._t("review.find")
            self._field.on_value_change(lambda: self._on_find(self.sought, 0))
            self._field.on("keydown", self._pressed, js_handler=_PRESSED)
            with self._field.add_slot("prepend"):
                ui.icon("search").props("aria-hidden=true")
            with self._field.add_slot("append"):
                self._found = ui.label("").classes("muted small num rv-found").props("role=status").mark("found")
            with ui.element("button").props("type=button aria-pressed=false").classes("quick").mark("only-flagged") as self._only:
                ui.icon("flag").props("aria-hidden=true")
                self._flagged = ui.label("").mark("flagged-count")
                ui.tooltip("O")
            self._only.on("click", lambda: self._on_do("only_flagged"))
            self._about = ui.element("div").classes("line line--tight").mark("whole-findings")
            ui.element("span").classes("grow")
            with ui.button(icon="fiber_new").props("flat").classes("rv-news").mark("news") as self._news, ui.menu() as self._menu:
                self._menu.classes("rv-news__menu")
                self._list = ui.element("div").props("role=list").mark("news-list")
        self._news.set_visibility(False)
        self.show(desk)

    @property
    def sought(self) -> str:
        """What is sought, tidied; empty for nothing."""
        return str(self._field.value or "").strip()[:SEARCH_LENGTH]

    def focus(self) -> None:
        """Put the hand on the field."""
        self._field.run_method("focus")
        self._field.run_method("select")

    def found(self, place: int, count: int) -> None:
        """Say which one of how many rows the cursor found."""
        text = self._translator
        self._found.set_text(
            "" if not self.sought else self._t("review.found", place=text.number(place), count=text.number(count))
        )

    def show(self, desk: ReviewState) -> None:
        """Say how many lines deserve a second look, and what does on the whole."""
        count = len(desk.findings.lines)
        self._only.set_visibility(count > 0 or desk.only_flagged)
        self._flagged.set_text(self._translator.n("review.flagged", count))
        self._only.classes(add="quick--here" if desk.only_flagged else None, remove=None if desk.only_flagged else "quick--here")
        self._only.props(f"aria-pressed={str(desk.only_flagged).lower()}")
        if desk.findings.whole != self._whole:
            self._whole = desk.findings.whole
            self._about.clear()
            with self._about:
                for finding in self._whole:
                    self._chip(finding)

    def _chip(self, finding: Finding) -> None:
        flag = flag_row(self._translator, finding)
        if finding.kind is Anomaly.FISCAL:
            element: ui.element = ui.link(target=f"/companies/{finding.facts['company_id']}")
        else:
            element = ui.element("span").props("tabindex=0 role=note")
        with element.classes("rv-flag rv-flag--whole").mark(f"flag-{finding.kind}"):
            ui.icon(flag["icon"]).props("aria-hidden=true")
            ui.label(flag["word"])
            ui.tooltip(flag["why"]).props("max-width=420px")
        element.props["aria-label"] = f"{flag['word']}: {flag['why']}"

    def tell(self, news: News) -> None:
        """Say what is new; nothing where nothing is."""
        if not news.count:
            return
        self._news.set_text(self._translator.n("review.news", news.count))
        self._news.set_visibility(True)
        with self._list:
            ui.label(self._t("review.news.since", at=self._translator.instant(news.since))).classes("muted small rv-news__since")
            done = [
                (row.at, row.actor, sentence(self._translator, row), next(iter(news.lines_of(row)), None)) for row in news.entries
            ]
            said = [(row.at, row.author, row.body, row.line_id) for row in news.comments]
            for at, who, what, line_id in sorted([*done, *said], key=lambda each: each[0], reverse=True):
                self._item(f"{who} · {self._translator.instant(at)}", what, line_id)

    def open_news(self) -> None:
        """Show the list of what is new, if there is any."""
        if self._news.visible:
            self._menu.open()

    def _item(self, who: str, what: str, line_id: int | None) -> None:
        with ui.menu_item(on_click=lambda: self._go(line_id)).classes("rv-news__item"), ui.element("div"):
            ui.label(what).classes("wrap")
            ui.label(who).classes("muted small")

    def _go(self, line_id: int | None) -> None:
        if line_id is not None:
            self._on_line(line_id)

    def _pressed(self, event: events.GenericEventArguments) -> None:
        key, shift = event.args if isinstance(event.args, list) and len(event.args) == 2 else ("", False)  # noqa: PLR2004 - a pair
        if key == "Enter":
            self._on_find(self.sought, -1 if shift else 1)
        elif key == "Escape":
            self._leave()
