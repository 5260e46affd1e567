"""The work behind one line, piece by piece, and what splitting it would do (spec, section 5)."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from domain.money import format_hours
from domain.rules.pricing import split_nets
from storage.queries.proposals.line_entries import LineEntry
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.review.adjust_form import first_values
from ui.review.labels import difference, product

SHOWN: Final = 200
_COLUMNS: Final = ("date", "operator", "description", "minutes", "net")


class LineWork:
    """A sheet about `line`. With `may_split` its button splits, where that can be done; else there is only to read."""

    def __init__(self, page: PageContext, line: LineRow, entries: Sequence[LineEntry], *, may_split: bool) -> None:
        self.line = line
        self._page = page
        self._entries = entries
        self._nets = split_nets([entry.minutes for entry in entries], first_values(line).rate)
        apart, count = sum(self._nets), len(entries)
        can_split = may_split and count > 1 and not line.adjusted
        go = page.t("adjust.split.go", count=page.translator.number(count), net=page.translator.money(apart)) if can_split else ""
        self.sheet = Dialog[int](page, page.n("adjust.work.title", count), go, marker="work", wide=True)
        with self.sheet.body:
            ui.label(f"{line.ticket_number} · {line.service_name} · {line.description}").classes("muted wrap")
            self._table()
            if count > 1:
                self._sums(apart)
            if can_split:
                self._what_it_does(apart)
            elif may_split and count > 1:
                ui.label(page.t("error.line_adjusted")).classes("muted").mark("work-adjusted")

    def _table(self) -> None:
        t, text = self._page.t, self._page.translator
        with ui.element("div").classes("work").props("role=table").mark("work-entries"):
            with ui.element("div").classes("work__row work__row--head").props("role=row"):
                for name in _COLUMNS:
                    ui.label(t(f"adjust.work.{name}")).props("role=columnheader")
            for entry, net in list(zip(self._entries, self._nets, strict=True))[:SHOWN]:
                cells = (
                    text.date(entry.worked_on),
                    entry.operator,
                    entry.description,
                    format_hours(entry.minutes),
                    text.money(net),
                )
                with ui.element("div").classes("work__row").props("role=row"):
                    for cell in cells:
                        ui.label(cell).props("role=cell")
        if len(self._entries) > SHOWN:
            ui.label(t("adjust.work.more", count=text.number(len(self._entries) - SHOWN))).classes("muted")

    def _sums(self, apart: int) -> None:
        t, text, first = self._page.t, self._page.translator, first_values(self.line)
        with ui.element("div").classes("work__sums"):
            ui.label(t("adjust.work.together", whole=product(text, first.minutes, first.rate))).mark("work-together")
            cents = difference(text, apart - first.net)
            apart_is = "adjust.work.same" if apart == first.net else "adjust.work.apart"
            ui.label(t(apart_is, net=text.money(apart), cents=cents)).mark("work-apart")

    def _what_it_does(self, apart: int) -> None:
        money, count = self._page.translator.money, self._page.translator.number(len(self._entries))
        name = "adjust.split.what_same" if apart == self.line.net else "adjust.split.what"
        what = self._page.t(name, count=count, before=money(self.line.net), after=money(apart))
        with ui.element("div").classes("told"):
            ui.label(what).classes("strong").mark("split-what")
            ui.label(self._page.t("adjust.split.kept")).classes("muted")
