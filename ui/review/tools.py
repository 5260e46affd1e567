"""Above the lines: find in them, filter those that deserve a second look, and what is unusual about the whole proposal."""

from collections.abc import Sequence
from typing import Final

from nicegui import events, ui

from domain.rules.anomalies import Finding
from domain.rules.text import SEARCH_LENGTH
from domain.vocabulary import Anomaly
from ui.kit.elements import decorative_icon, set_class
from ui.kit.page import PageContext
from ui.review.labels import flag_row
from ui.review.list import focus_lines
from ui.review.state import ReviewState

# Escape lets go of the field at once: the next key is for the lines.
_KEYS: Final = """(e) => { if (e.key !== 'Enter' && e.key !== 'Escape') return; e.preventDefault();
 if (e.key === 'Escape') e.target.blur(); emit(e.key, e.shiftKey); }"""


class ReviewTools:
    """`news` is an empty slot at the end."""

    news: ui.element

    def __init__(self, page: PageContext, state: ReviewState) -> None:
        self._page, self._state = page, state
        self._whole: Sequence[Finding] = ()
        with ui.element("div").classes("rv-tools").mark("review-tools"):
            self._place_search()
            with ui.element("button").props("type=button aria-pressed=false").classes("quick").mark("only-flagged") as self._only:
                decorative_icon("flag")
                self._flagged = ui.label("").mark("flagged-count")
                ui.tooltip("O")
            self._only.on("click", lambda: state.change_view("only_flagged"))
            self._about = ui.element("div").classes("line line--tight").mark("whole-findings")
            ui.element("span").classes("grow")
            self.news = ui.element("div")
        self._render()
        state.observe(self._render)

    def _place_search(self) -> None:
        self._field = ui.input(placeholder=self._page.t("review.find")).props("clearable").classes("rv-find").mark("find")
        self._field.props["aria-label"] = self._page.t("review.find")
        self._field.on_value_change(lambda: self._find(0)).on("keydown", self._on_key, js_handler=_KEYS)
        with self._field.add_slot("prepend"):
            decorative_icon("search")
        with self._field.add_slot("append"):
            self._found = ui.label("").classes("muted small num rv-found").props("role=status").mark("found")

    def focus(self) -> None:
        """Put the keyboard focus in the search field."""
        self._field.run_method("focus")
        self._field.run_method("select")

    def _find(self, step: int) -> None:
        sought = str(self._field.value or "").strip()[:SEARCH_LENGTH]
        place, count = map(self._page.translator.number, self._state.seek(sought, step))
        self._found.set_text(self._page.t("review.found", place=place, count=count) if sought else "")

    def _on_key(self, event: events.GenericEventArguments) -> None:
        key, shift = event.args if isinstance(event.args, list) and len(event.args) == 2 else ("", False)  # noqa: PLR2004 - a pair
        if key == "Enter":
            self._find(-1 if shift else 1)
        elif key == "Escape":
            focus_lines()

    def _render(self) -> None:
        """Say how many lines deserve a second look, and what does on the whole."""
        findings, only = self._state.findings, self._state.only_flagged
        self._only.set_visibility(bool(findings.lines) or only)
        self._flagged.set_text(self._page.n("review.flagged", len(findings.lines)))
        set_class(self._only, "quick--here", only)
        self._only.props(f"aria-pressed={str(only).lower()}")
        if findings.whole != self._whole:
            self._whole = findings.whole
            self._about.clear()
            with self._about:
                for finding in self._whole:
                    self._place_chip(finding)

    def _place_chip(self, finding: Finding) -> None:
        flag = flag_row(self._page.translator, finding)
        if finding.kind is Anomaly.FISCAL:
            element: ui.element = ui.link(target=f"/companies/{finding.facts['company_id']}")
        else:
            element = ui.element("span").props("tabindex=0 role=note")
        with element.classes("rv-flag rv-flag--whole").mark(f"flag-{finding.kind}"):
            decorative_icon(flag["icon"])
            ui.label(flag["word"])
            ui.tooltip(flag["why"]).props("max-width=420px")
        element.props["aria-label"] = f"{flag['word']}: {flag['why']}"
