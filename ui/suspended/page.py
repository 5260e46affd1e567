"""`/suspended`: all suspended work by ticket, oldest first, to resume it or to look at it again later (spec, section 5)."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.resume import resume
from domain.actions.tickets.review_date import set_review
from domain.errors import Stale
from domain.rules.calendar import firm_date
from domain.vocabulary import Permission
from storage.queries.records.choices import Choice, companies, company_name
from storage.queries.suspended.table import (
    SuspendedRow,
    SuspendedSelection,
    SuspendedTotals,
    chosen_ids,
    count_due,
    suspended_page,
    suspended_totals,
    who_suspended,
)
from ui.kit.addresses.suspended import DUE, Chosen, View, filter_labels
from ui.kit.dialog import Dialog, parsed
from ui.kit.drafts import keep_draft
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.filter_chip import FilterChip
from ui.kit.filter_notice import filter_notice
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.search_field import search_field
from ui.kit.search_select import SearchSelect
from ui.kit.skeleton import skeleton_table
from ui.server import live
from ui.suspended.selection_bar import SuspendedBar
from ui.suspended.table import SuspendedTable

ROWS: Final = 50
_NOTHING: Final = SuspendedTotals(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows; totals of what matches; counts of all and of what is due; totals of what is selected."""

    rows: list[SuspendedRow]
    totals: SuspendedTotals
    whole: int
    due: int
    people: list[str]
    chosen: SuspendedTotals


async def suspended(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("suspended.title"))
    await SuspendedList(page, View.of_query(page.query)).build()


class SuspendedList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view
        self._may = page.visitor.may(Permission.SET_BILLING)
        self._chosen = Chosen()
        self._totals = self._matching = _NOTHING
        self._table = SuspendedTable(
            self._t, tickable=self._may, on_tick=self._tick, on_sort=self._sort, on_open=lambda id_: page.go(f"/tickets/{id_}")
        )
        self._pager = Pager(self._t, ROWS, lambda number: self._look(page=str(number)))
        self._bar = SuspendedBar(
            self._t, on_all=self._select_matching, on_none=self._deselect, on_resume=self._resume, on_review=self._review
        )

    async def build(self) -> None:
        """Frame first, rows right after."""
        with ui.element("div").classes("stack full sp").mark("suspended") as root:
            with ui.element("div").classes("line full"):
                self._chips = {name: self._chip(name) for name in ("all", DUE)}
                await self._fields()
            filter_notice(self._page, filter_labels(self._t, self._view), self._widen)
            self._sum = ui.label("").classes("muted small num sp-sum").mark("suspended-totals")
            waiting = skeleton_table(12)
            self._table.build(self._view.sort, descending=self._view.order != "asc")
            self._none = ui.element("div").classes("full").mark("nothing")
            with ui.element("div").classes("full") as self._foot:
                self._pager.build()
            self._bar.build()
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(*live.BILLING)
        await self._refresh()
        waiting.delete()

    async def _load(self) -> None:
        view, today, selection = self._view, _today(), self._selection()
        found = await self._page.read(lambda session: _find(session, view, today, selection))
        last = self._pager.last_page(found.totals.tickets)
        if view.page_number > last:
            self._view = replace(view, page=str(last))
            await self._load()
            return
        self._matching = found.totals
        self._table.show(found.rows, self._chosen.has, today)
        for name, count in (("all", found.whole), (DUE, found.due)):
            here = name == view.show
            self._chips[name].show(here=here, count=self._t.number(count))
        t = self._t
        parts = (t.n("tickets.count", found.totals.tickets), t.hours(found.totals.minutes), t.money(found.totals.value))
        self._sum.set_text(" · ".join(parts) if found.rows else "")
        if self._by.options != found.people:
            self._by.set_options(found.people, value=view.by or None)
        self._foot.set_visibility(found.totals.tickets > ROWS)
        self._pager.show(view.page_number, len(found.rows), found.totals.tickets)
        self._show_nothing(nothing=not found.rows)
        if self._selection() == selection:
            self._totals = found.chosen
            self._bar.show(found.chosen, found.totals.tickets)
        else:
            await self._show_chosen()

    def _show_nothing(self, *, nothing: bool) -> None:
        self._none.clear()
        if not nothing:
            return
        key, icon = ("suspended.none", "search_off") if self._view.is_narrowed else ("suspended.empty", "pause_circle")
        with self._none, empty_state(icon, self._t.t(key), self._t.t(f"{key}_text")).mark(key):
            path = "/suspended" if self._view.is_narrowed else "/proposals"
            ui.button(self._t.t(f"{key}_go"), on_click=lambda: ui.navigate.to(path)).props("outline").mark("nothing-go")
            if not self._view.is_narrowed:
                learn_more(self._t, "lines")

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        before = self._view
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(self._view.address)
        if self._chosen.matching is not None and before.filter(_today()) != self._view.filter(_today()):
            self._chosen.all_of(None)
        await self._refresh()

    async def _widen(self) -> None:
        await self._look(reason="", since_from="", since_to="")

    # ---- chips, fields, order

    def _chip(self, name: str) -> FilterChip:
        return FilterChip(self._t.t(f"suspended.chip_{name}"), lambda: self._look(show=name), f"chip-{name}")

    async def _fields(self) -> None:
        t, view = self._t.t, self._view
        chosen = view.company_id
        name = await self._page.read(lambda session: company_name(session, chosen)) if chosen else ""
        company = SearchSelect(
            self._page,
            t("suspended.company"),
            lambda text: lambda session: companies(session, text),
            chosen=Choice(chosen, name) if chosen and name else None,
            on_change=lambda: self._look(company=str(company.value or "")),
        )
        # Its name stands where the value will: a label above the value would make the row of fields higher.
        company.element.props(remove="label").props(
            f'placeholder="{t("suspended.company")}" aria-label="{t("suspended.company")}"'
        )
        company.element.classes("tickets__company pushed", remove="full").mark("company")
        options = [view.by] if view.by else []
        self._by = ui.select(options, value=view.by or None, clearable=True, with_input=True, on_change=self._by_chosen)
        self._by.props(f'placeholder="{t("suspended.by")}" aria-label="{t("suspended.by")}" autocomplete=off')
        self._by.classes("tickets__company").mark("by")
        search_field(t("suspended.search"), view.search, lambda text: self._look(search=text)).classes("sp-search")

    async def _by_chosen(self) -> None:
        name = self._by.value or ""
        if name != self._view.by:
            await self._look(by=name)

    async def _sort(self, name: str, descending: bool) -> None:
        await self._look(sort=name, order="desc" if descending else "asc")

    # ---- selection

    def _selection(self) -> SuspendedSelection:
        return SuspendedSelection(frozenset(self._chosen.ids), self._chosen.matching)

    async def _tick(self, ids: set[int], chosen: bool) -> None:
        if self._may:
            self._chosen.set(ids, chosen=chosen)
            await self._show_chosen()

    async def _select_matching(self) -> None:
        self._chosen.all_of(self._view.filter(_today()))
        await self._show_chosen()

    async def _deselect(self) -> None:
        self._chosen.all_of(None)
        await self._show_chosen()

    async def _show_chosen(self) -> None:
        self._table.tick(self._chosen.has)
        selection = self._selection()
        self._totals = await self._page.read(lambda session: suspended_totals(session, selection))
        self._bar.show(self._totals, self._matching.tickets)

    # ---- what is done with it

    async def _resume(self) -> None:
        """All that the button counted, or none."""
        selection, seen = self._selection(), self._totals
        ids = await self._page.read(lambda session: chosen_ids(session, selection, resumable=True))
        now = await self._page.read(lambda session: suspended_totals(session, selection))
        if now != seen or not ids:
            await self._refresh()
            raise Stale("suspended_changed")
        await self._page.act(lambda session, actor: resume(session, ids, actor=actor))
        self._chosen.all_of(None)
        await self._refresh()
        path = f"/tickets/{ids[0]}" if len(ids) == 1 else "/tickets?show=to_bill"
        self._bar.tell(self._t.n("suspended.resumed", len(ids), value=self._t.money(seen.resumable_value)), path)

    async def _review(self) -> None:
        t, selection = self._t, self._selection()
        ids = await self._page.read(lambda session: chosen_ids(session, selection))
        if not ids:
            return
        sheet = Dialog[bool](self._page, t.n("suspended.review_title", len(ids)), t.t("action.save"), marker="review")
        with sheet.body:
            field = ui.input(t.t("suspended.review_on")).classes("full").mark("review-day")
            field.props("autofocus mask=##/##/#### autocomplete=off clearable").on("keydown.enter", sheet.confirm)
            field.props["hint"] = t.t("suspended.review_hint")
            keep_draft(field, "review-day")
            with field.add_slot("append"):
                icon = ui.icon("event").classes("cursor-pointer").props("aria-hidden=true")
                with icon, ui.menu().props("no-parent-event") as menu:
                    ui.date(mask="DD/MM/YYYY").props("minimal").bind_value(field)
                icon.on("click", menu.open)
        sheet.fields["review_on"] = field

        async def confirm() -> bool:
            text = (field.value or "").strip()
            day = parsed("review_on", t.parse_date, text) if text else None
            await self._page.act(lambda session, actor: set_review(session, ids, day, actor=actor))
            return True

        if await sheet.ask(confirm):
            await self._deselect()
            await self._refresh()
            self._page.done(t.n("suspended.reviewed", len(ids)))


def _today() -> date:
    return firm_date(datetime.now(UTC))


def _find(session: Any, view: View, today: date, selection: SuspendedSelection) -> Found:
    narrowed = view.filter(today)
    start = (view.page_number - 1) * ROWS
    rows = suspended_page(session, narrowed, sort=view.sort, descending=view.order != "asc", start=start, limit=ROWS)
    totals = suspended_totals(session, SuspendedSelection(filter=narrowed))
    whole = totals.tickets if view.show != DUE else suspended_totals(session, SuspendedSelection(filter=view.whole())).tickets
    nothing = selection.filter is None and not selection.ids
    chosen = _NOTHING if nothing else suspended_totals(session, selection)
    return Found(rows, totals, whole, count_due(session, view.whole(), today), who_suspended(session), chosen)
