"""The work behind one line, piece by piece, and what splitting it would do (spec, section 5)."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from domain.actions.proposals.adjust import split
from domain.money import format_hours
from domain.rules.pricing import split_nets
from storage.queries.proposals.line_entries import LineEntry, line_entries
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.review.actions import Fresh, ReviewActions
from ui.review.adjust_form import first_values, values_of
from ui.review.labels import difference, line_label, product

SHOWN: Final = 200
_COLUMNS: Final = ("date", "operator", "description", "minutes", "net")


async def show_work(actions: ReviewActions, line: LineRow) -> None:
    """Show the work of a line; where the proposal may be changed, offer a line for each piece of it."""
    page, state = actions.page, actions.state
    entries = await page.read(lambda session: line_entries(session, line.id))
    nets = split_nets([entry.minutes for entry in entries], first_values(line).rate)
    apart, count = sum(nets), len(entries)
    can_split = state.editable and count > 1 and not line.adjusted
    go = page.t("adjust.split.go", count=page.translator.number(count), net=page.translator.money(apart)) if can_split else ""
    sheet = Dialog[int](page, page.n("adjust.work.title", count), go, marker="work", wide=True)
    with sheet.body:
        ui.label(line_label(line)).classes("muted wrap")
        _place_table(page, entries, nets)
        if count > 1:
            _place_sums(page, line, apart)
        if can_split:
            _place_effect(page, line, apart, count)
        elif state.editable and count > 1:
            ui.label(page.t("error.line_adjusted")).classes("muted").mark("work-adjusted")
    fresh = Fresh(actions, [line], lambda each: (values_of(each), each.state, each.entries))

    async def divide() -> int:
        [now], detail = fresh.check(), state.detail
        await actions.act(lambda s, actor: split(s, detail.id, detail.version, now.id, actor=actor).version)
        return now.entries

    if made := await sheet.ask(divide):
        actions.toast.show(page.t("adjust.split.done", count=page.translator.number(made)))


def _place_table(page: PageContext, entries: Sequence[LineEntry], nets: Sequence[int]) -> None:
    text = page.translator
    with ui.element("div").classes("work").props("role=table").mark("work-entries"):
        with ui.element("div").classes("work__row work__row--head").props("role=row"):
            for name in _COLUMNS:
                ui.label(page.t(f"adjust.work.{name}")).props("role=columnheader")
        for entry, net in list(zip(entries, nets, strict=True))[:SHOWN]:
            time = format_hours(entry.minutes)
            with ui.element("div").classes("work__row").props("role=row"):
                for cell in (text.date(entry.worked_on), entry.operator, entry.description, time, text.money(net)):
                    ui.label(cell).props("role=cell")
    if len(entries) > SHOWN:
        ui.label(page.t("adjust.work.more", count=text.number(len(entries) - SHOWN))).classes("muted")


def _place_sums(page: PageContext, line: LineRow, apart: int) -> None:
    text, first = page.translator, first_values(line)
    with ui.element("div").classes("work__sums"):
        ui.label(page.t("adjust.work.together", whole=product(text, first.minutes, first.rate))).mark("work-together")
        cents = difference(text, apart - first.net)
        key = "adjust.work.same" if apart == first.net else "adjust.work.apart"
        ui.label(page.t(key, net=text.money(apart), cents=cents)).mark("work-apart")


def _place_effect(page: PageContext, line: LineRow, apart: int, count: int) -> None:
    money, key = page.translator.money, "adjust.split.what_same" if apart == line.net else "adjust.split.what"
    what = page.t(key, count=page.translator.number(count), before=money(line.net), after=money(apart))
    with ui.element("div").classes("told"):
        ui.label(what).classes("strong").mark("split-what")
        ui.label(page.t("adjust.split.kept")).classes("muted")
