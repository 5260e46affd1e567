"""Assistenza Clienti: the list of tickets, what is selected in it, and the way to proposals (spec, section 4; screens)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from nicegui import ui

from domain.actions.people.preferences import set_preference
from domain.actions.tickets.bulk_change import Undo, undo_bulk
from domain.errors import InvalidInput
from domain.reads.selection import count_selected
from storage.queries.people.preferences import preference
from storage.queries.reconciliation.buckets import Amount, work_behind
from storage.queries.tickets.grid import (
    SORTABLE,
    RefusalCounts,
    TicketRow,
    count_tickets,
    counts_by_state,
    refusal_counts,
    ticket_page,
)
from ui.generation.dialog import GenerationDialog
from ui.kit.addresses.tickets import States, View
from ui.kit.billing_issues_link import preflight_button
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.selection import TicketSelection
from ui.kit.undo_toast import UndoToast
from ui.server import live
from ui.ticket.form import new_ticket_dialog
from ui.tickets.bulk_dialog import BulkDialog, What
from ui.tickets.chips import TicketChips
from ui.tickets.columns import known_columns
from ui.tickets.columns_dialog import ColumnsDialog
from ui.tickets.export import ExportMenu
from ui.tickets.filter_notice import TicketFilterNotice
from ui.tickets.filters import TicketFilters
from ui.tickets.grid import TicketGrid
from ui.tickets.preview import TicketPanel
from ui.tickets.selection_bar import SelectionBar
from ui.tickets.view_menu import ViewMenu

ROWS: Final = 100
_COLUMNS: Final = "tickets.columns"
_PATH: Final = "/tickets"


async def tickets(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("tickets.title"))
    await TicketList(page, View.of_query(page.query)).build()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, and what the chips count."""

    rows: list[TicketRow]
    total: int
    states: States
    work: Amount | None = None


class TicketList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view if view.sort in SORTABLE else replace(view, sort=View().sort)
        self._columns: Sequence[str] = ()
        self._selection = TicketSelection()
        self._found = Found([], 0, {})
        self._refusals: RefusalCounts | None = None
        self._head = TicketFilters(page, self._view, on_look=self._look, on_create=self._create, on_generate=self._generate)
        self._narrowing = TicketFilterNotice(page, lambda: self._view, self._look)
        self._chips = TicketChips(page, on_look=self._look, on_preflight=self._preflight)
        self._export = ExportMenu(page, lambda: (self._view, self._columns, self._found.total))
        self._views = ViewMenu(page, _PATH, self._as_saved)
        self._grid = TicketGrid(
            self._t, on_tick=self._tick, on_sort=self._sort, on_open=self._open, on_peek=self._peek, on_leave=self._unpeek
        )
        self._panel = TicketPanel(page, on_step=self._step, on_close=self._grid.unmark)
        self._pager = Pager(self._t, ROWS, self._turn)
        self._bar = SelectionBar(
            page,
            self._selection,
            on_all=self._select_matching,
            on_none=self._deselect,
            on_generate=self._generate,
            on_change=self._change,
        )
        self._note = UndoToast(self._t)

    async def build(self) -> None:
        """Frame first, rows right after."""
        user_id = self._page.visitor.user_id
        chosen = self._view.columns.split(",") if self._view.columns else None
        if chosen is None:
            chosen = await self._page.read(lambda session: preference(session, user_id, _COLUMNS))
        self._columns = known_columns(chosen if isinstance(chosen, list) else ())
        with ui.element("div").classes("full tickets") as root:
            await self._head.build()
            await self._narrowing.build()
            with ui.element("div").classes("line full tickets__tools"):
                self._chips.build()
                with ui.element("div").classes("line line--tight pushed"):
                    preflight_button(self._page, lambda: self._view, self._selection)
                    self._views.build()
                    self._tool("view_column", "grid.columns", self._choose_columns, "columns-open")
                    self._export.build()
            with ui.element("div").classes("tickets__body full"):
                with ui.element("div").classes("tickets__grid"):
                    self._grid.build(self._columns, self._view.sort, descending=self._view.order != "asc")
                    with ui.element("div").classes("tickets__empty") as self._empty:
                        self._no_rows()
                self._empty.set_visibility(False)
                self._panel.build()
            self._pager.build()
            self._bar.build()
            self._note.build()
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(*live.BILLING)
        await self._refresh()
        await self._views.load()

    def _tool(self, icon: str, key: str, press: Any, marker: str) -> None:
        words = self._t.t(key)
        button = ui.button(icon=icon, on_click=press).props("flat round").mark(marker)
        button.props(f'aria-label="{words}"').tooltip(words)

    async def _load(self) -> None:
        view = self._view
        found = await self._page.read(lambda session: _find(session, view))
        last = self._pager.last_page(found.total)
        if view.page_number > last:
            self._view = replace(view, page=str(last))
            await self._load()
            return
        self._found = found
        self._grid.show(found.rows, self._selection.has, view.page_number)
        self._chips.show(view, found.states, self._refusals)
        self._pager.show(view.page_number, len(found.rows), found.total)
        self._empty.set_visibility(not found.total)
        self._narrowing.show(found.work)
        self._views.show()
        if self._panel.ticket_id is not None:
            await self._panel.show(self._panel.ticket_id)
        await self._bar.show(found.total)
        # What the rule says of every ticket takes longer than the rows, so it comes after them.
        self._refusals = await self._page.read(lambda session: refusal_counts(session, view.without_chip()))
        self._chips.show(view, found.states, self._refusals)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        before = self._view
        self._view = replace(self._view, **{"page": "1", **changes})
        # Letter by letter, a search is one step back; whatever else is looked at is a step of its own.
        typing = changes.keys() == {"search"} and bool(before.search)
        self._page.replace_address(self._view.address, step=not typing)
        if self._selection.everything and before.filter() != self._view.filter():
            self._selection.clear()
        await self._refresh()

    # ---- views, columns, order, pages

    def _as_saved(self) -> str:
        """The view at hand as it would be kept: its columns with it, and without a page."""
        saved = replace(self._view, page="1", columns=",".join(self._columns))
        return saved.address_at("").removeprefix("?")

    async def _choose_columns(self) -> None:
        chosen = await ColumnsDialog(self._page, self._columns).open()
        if chosen is None:
            return
        self._columns = known_columns(chosen)
        names = list(self._columns)
        await self._page.act(lambda session, actor: set_preference(session, _COLUMNS, names, actor=actor))
        self._grid.show_columns(self._columns)
        if self._view.columns:
            self._view = replace(self._view, columns="")
            self._page.replace_address(self._view.address)
        self._views.show()

    def _preflight(self) -> None:
        self._page.go(replace(self._view, show="all", why="", page="1", columns="").address_at("/preflight"))

    def _no_rows(self) -> None:
        t = self._t.t
        with empty_state("inbox", t("tickets.none"), t("tickets.none_advice")):
            ui.button(t("tickets.reset"), on_click=lambda: ui.navigate.to(_PATH)).props("outline")
            learn_more(self._t, "way")

    async def _turn(self, number: int) -> None:
        await self._look(page=str(number))

    async def _sort(self, field: str, descending: bool) -> None:
        if field not in SORTABLE:
            raise InvalidInput("unknown_sort", field=field[:40])
        await self._look(sort=field, order="desc" if descending else "asc")

    # ---- one ticket

    def _open(self, ticket_id: int) -> None:
        self._page.go(f"/tickets/{ticket_id}")

    async def _peek(self, ticket_id: int) -> None:
        self._grid.mark_row(ticket_id)
        await self._panel.show(ticket_id)

    def _unpeek(self) -> None:
        self._panel.close()

    async def _step(self, step: int) -> None:
        ids = [row.id for row in self._found.rows]
        place = ids.index(self._panel.ticket_id) + step if self._panel.ticket_id in ids else 0
        if 0 <= place < len(ids):
            await self._peek(ids[place])

    async def _create(self) -> None:
        created = await new_ticket_dialog(self._page)
        if created is not None:
            self._open(created)

    # ---- selection

    async def _tick(self, ids: list[int]) -> None:
        self._selection.choose_on_page(self._grid.shown, ids)
        await self._bar.show(self._found.total)

    async def _select_matching(self) -> None:
        self._selection.choose_matching(self._view.filter())
        self._grid.tick(self._selection.has)
        await self._bar.show(self._found.total)

    async def _deselect(self) -> None:
        self._selection.clear()
        self._grid.tick(self._selection.has)
        await self._bar.show(self._found.total)

    async def _generate(self) -> None:
        """Of what is selected; with nothing selected, of everything that matches, and the dialog says so."""
        chosen = TicketSelection()
        chosen.choose_matching(self._view.filter())
        if self._selection.is_empty:
            selection, key = chosen.value(), "generation.of_matching"
        else:
            selection, key = self._selection.value(), "generation.of_selected"
        count = await self._page.read(lambda session: count_selected(session, selection))
        result = await GenerationDialog(self._page, selection, self._t.n(key, count)).open()
        if result is not None:
            self._page.go(f"/generations/{result.id}")

    async def _change(self, what: What) -> None:
        """Give all that is selected another state, contract or rate."""
        effect = await BulkDialog(self._page, self._selection.value(), what).open()
        if effect is not None:
            # What was selected may match no more: nobody is to change again what is out of sight.
            await self._deselect()
            back = partial(self._take_back, effect.undo) if effect.undo else None
            self._note.show(self._t.n("grid.bulk.done", effect.changed), back)

    async def _take_back(self, undo: Undo) -> None:
        count = await self._page.act(lambda session, actor: undo_bulk(session, undo, actor=actor))
        self._page.done(self._t.n("grid.bulk.undone", count))


def _find(session: Any, view: View) -> Found:
    narrowed = view.filter()
    rows = ticket_page(
        session,
        narrowed,
        sort=view.sort,
        descending=view.order != "asc",
        start=(view.page_number - 1) * ROWS,
        limit=ROWS,
    )
    states = counts_by_state(session, view.without_chip())
    # Where a chip goes by states alone, they are counted already.
    total = count_tickets(session, narrowed) if narrowed.billable is not None or narrowed.refusal else view.chip.count_of(states)
    return Found(rows, total, states, work_behind(session, narrowed))
