"""The grid of tickets: one page of rows, sorted and filtered on the server; the browser reports what is ticked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import events, json, ui

from storage.queries.tickets.grid import TicketRow
from ui.i18n import Translator
from ui.theme import GRID
from ui.tickets.columns import all_columns, cells, column_definitions

_EMIT: Final = "getElement(e.context.element).$emit"
_TICKED: Final = f"""e => {{ if (e.source.startsWith('api') || e.source === 'rowDataChanged') return;
 {_EMIT}('ticked', {{page: e.context.page, ids: e.api.getSelectedRows().map(r => r.id)}}); }}"""
_SORTED: Final = f"""e => {{ const c = e.api.getColumnState().find(c => c.sort);
 if (c) {_EMIT}('reordered', {{field: c.colId, descending: c.sort === 'desc'}}); }}"""
# Space ticks, as everywhere in the grid; Enter shows the ticket at the side, and with Ctrl opens its page.
_KEY: Final = f"""e => {{ const key = e.event?.key; if (key === 'Escape') {_EMIT}('left');
 if (key === 'Enter' && e.data) {{ e.event.preventDefault();
 {_EMIT}(e.event.ctrlKey || e.event.metaKey ? 'opened' : 'peeked', e.data.id); }} }}"""
_CLICKED: Final = (
    f"""e => {{ if (!e.event?.target?.closest('a, .ag-checkbox, .ag-selection-checkbox')) {_EMIT}('peeked', e.data.id); }}"""
)
# While a ticket is at the side, the arrows show the next one.
_FOCUSED: Final = f"""e => {{ if (!e.context.peek || e.rowIndex == null) return;
 const row = e.api.getDisplayedRowAtIndex(e.rowIndex); if (row && row.data.id !== e.context.peek) {{
 e.context.peek = row.data.id; {_EMIT}('peeked', row.data.id); }} }}"""
_MARK: Final = """((element, id) => { const api = getElement(element)?.api; if (!api) return;
 const context = api.getGridOption('context') || {}; context.peek = id; api.setGridOption('context', context);
 if (id) { const row = api.getRowNode(String(id)); if (row) { api.ensureNodeVisible(row);
   if (document.activeElement?.closest('.ag-root') || !document.activeElement?.closest('.peek'))
     api.setFocusedCell(row.rowIndex, api.getFocusedCell()?.column ?? 'number'); } }
 else { const cell = api.getFocusedCell(); if (cell) api.setFocusedCell(cell.rowIndex, cell.column); }
 api.redrawRows(); })"""
_OPENED: Final = f"e => {_EMIT}('opened', e.data.id)"
# The grid takes a moment to stand; rows that come before it wait.
_SHOW: Final = """(async (element, page, rows) => { let api;
 for (let n = 0; n < 400 && !(api = getElement(element)?.api); n++) await new Promise(r => setTimeout(r, 25));
 if (!api) return; api.setGridOption('context', {element, page, peek: api.getGridOption('context')?.peek});
 api.setGridOption('rowData', rows);
 const on = [], off = []; api.forEachNode(n => (n.data.selected ? on : off).push(n));
 api.setNodesSelected({nodes: on, newValue: true, source: 'api'});
 api.setNodesSelected({nodes: off, newValue: false, source: 'api'}); })"""

_OPTIONS: Final[dict[str, Any]] = {
    "defaultColDef": {
        "sortable": False,
        "resizable": True,
        "suppressHeaderMenuButton": True,
        "minWidth": 60,
        "sortingOrder": ["asc", "desc"],
        "cellDataType": False,
    },
    "rowData": [],
    "rowSelection": {"mode": "multiRow", "enableClickSelection": False, "headerCheckbox": True},
    "selectionColumnDef": {"width": 38, "minWidth": 38, "maxWidth": 38, "pinned": "left", "resizable": False},
    "suppressMultiSort": True,
    "suppressNoRowsOverlay": True,
    ":getRowId": "p => String(p.data.id)",
    ":onSelectionChanged": _TICKED,
    ":onCellKeyDown": _KEY,
    ":onSortChanged": _SORTED,
    ":onRowClicked": _CLICKED,
    ":onRowDoubleClicked": _OPENED,
    ":onCellFocused": _FOCUSED,
    ":rowClassRules": "{'row--peeked': p => p.context?.peek === p.data?.id}",
}

# What AG Grid says by itself to who listens, and shows while it waits.
_WORDS: Final = {
    "ariaHeaderSelection": "tickets.select_page",
    "ariaRowSelectAll": "grid.words.toggle_all",
    "ariaRowToggleSelection": "grid.words.toggle",
    "ariaChecked": "grid.words.checked",
    "ariaUnchecked": "grid.words.unchecked",
    "ariaIndeterminate": "grid.words.some",
    "ariaSortableColumn": "grid.words.sort",
    "ariaSkeletonCellLoading": "grid.words.loading",
    "loadingOoo": "grid.words.loading",
}

Chosen = Callable[[list[int]], Awaitable[None]]


class TicketGrid:
    """`on_tick` hears which ids of the shown page are ticked, `on_sort` a field and a direction, `on_open` an id.

    `on_peek` hears of which ticket somebody wants to look at the side, `on_leave` that they have done.
    """

    def __init__(
        self,
        translator: Translator,
        *,
        on_tick: Chosen,
        on_sort: Callable[[str, bool], Awaitable[None]],
        on_open: Callable[[int], None],
        on_peek: Callable[[int], Awaitable[None]],
        on_leave: Callable[[], None],
    ) -> None:
        self._t = translator
        self._on_tick = on_tick
        self._on_sort = on_sort
        self._on_open = on_open
        self._on_peek = on_peek
        self._on_leave = on_leave
        self.rows: list[dict[str, Any]] = []
        self._page = 1

    def build(self, columns_shown: Sequence[str], sort: str, *, descending: bool) -> None:
        """Place the empty grid with these columns, in order."""
        columns = column_definitions(self._t, columns_shown)
        for column in columns:
            if column.get("field") == sort:
                column["sort"] = "desc" if descending else "asc"
        words = {name: self._t.t(key) for name, key in _WORDS.items()}
        options = {**GRID, **_OPTIONS, "columnDefs": columns, "localeText": words}
        self._grid = ui.aggrid(options, theme="quartz").classes("grid").mark("ticket-grid")
        self._grid.on("ticked", self._ticked).on("reordered", self._sorted).on("opened", self._opened)
        self._grid.on("peeked", self._peeked).on("left", self._on_leave)

    @property
    def shown(self) -> set[int]:
        """Ids of the rows that are there."""
        return {row["id"] for row in self.rows}

    def show(self, rows: Sequence[TicketRow], selected: Callable[[int], bool], page: int) -> None:
        """Replace the rows, in place; ticks follow the selection."""
        self._page = page
        self.rows = [{**cells(self._t, row), "selected": selected(row.id)} for row in rows]
        self._send()

    def mark_row(self, ticket_id: int) -> None:
        """Show which row stands at the side, and bring it into sight."""
        ui.run_javascript(f"{_MARK}({self._grid.id}, {ticket_id})")

    def unmark(self) -> None:
        """None stands there; the keys are the grid's again."""
        ui.run_javascript(f"{_MARK}({self._grid.id}, 0)")

    def show_columns(self, names: Sequence[str]) -> None:
        """Show these columns, in this order; rows, widths and ticks stay."""
        state = [{"colId": name, "hide": name not in names} for name in all_columns(names)]
        self._grid.run_grid_method("applyColumnState", {"state": state, "applyOrder": True})

    def tick(self, selected: Callable[[int], bool]) -> None:
        """Show the selection on the rows that are there."""
        for row in self.rows:
            row["selected"] = selected(row["id"])
        self._send()

    def _send(self) -> None:
        ui.run_javascript(f"{_SHOW}({self._grid.id}, {self._page}, {json.dumps(self.rows)})")

    async def _sorted(self, event: events.GenericEventArguments) -> None:
        await self._on_sort(str(event.args.get("field")), event.args.get("descending") is True)

    async def _ticked(self, event: events.GenericEventArguments) -> None:
        page, ids = event.args.get("page"), event.args.get("ids")
        if page == self._page and isinstance(ids, list):
            await self._on_tick([id_ for id_ in ids if isinstance(id_, int)])

    def _opened(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, int) and event.args in self.shown:
            self._on_open(event.args)

    async def _peeked(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, int) and event.args in self.shown:
            await self._on_peek(event.args)
