"""The grid of tickets: one page of rows, sorted and filtered on the server; the browser reports what is ticked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from nicegui import events, json, ui

from domain.actions.people.preferences import set_preference
from domain.errors import InvalidInput
from storage.queries.tickets.grid import SORTABLE, TicketRow
from ui.kit.addresses.tickets import View
from ui.kit.list_page import OpenList
from ui.theme import GRID
from ui.tickets.columns import all_columns, cells, column_definitions, known_columns
from ui.tickets.columns_dialog import ColumnsDialog
from ui.tickets.preview import TicketPanel

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

COLUMNS: Final = "tickets.columns"
"""The preference that holds a person's columns."""


class TicketGrid:
    """The table of the ticket list, with the ticket at its side that somebody looks at."""

    def __init__(self, opened: OpenList[View, TicketRow], preferred: Sequence[str]) -> None:
        self._list, self._t = opened, opened.t
        self._preferred = preferred
        self.columns = known_columns(opened.view.columns.split(",") if opened.view.columns else preferred)
        self.on_columns: Callable[[], None] = lambda: None
        self.shown: Sequence[TicketRow] = ()
        self.rows: list[dict[str, Any]] = []
        self._panel = TicketPanel(opened.page, on_step=self._step, on_close=self.unmark)

    def build(self, _heading: Any, _sortable: Any, order: tuple[str, bool], _marker: str) -> None:
        """Place the empty grid and, out of sight, the panel at its side."""
        columns = column_definitions(self._t, self.columns)
        for column in columns:
            if column.get("field") == order[0]:
                column["sort"] = "desc" if order[1] else "asc"
        words = {name: self._t.t(key) for name, key in _WORDS.items()}
        options = {**GRID, **_OPTIONS, "columnDefs": columns, "localeText": words}
        with ui.element("div").classes("tickets__body full") as self._body:
            with ui.element("div").classes("tickets__grid"):
                self._grid = ui.aggrid(options, theme="quartz").classes("grid").mark("ticket-grid")
            self._panel.build()
        self._grid.on("ticked", self._ticked).on("reordered", self._sorted).on("opened", self._opened)
        self._grid.on("peeked", self._peeked).on("left", self._panel.close)
        self._list.on_rest.append(self._show_panel)

    def show(self, rows: Sequence[TicketRow], _id_of: Any, has: Callable[[int], bool]) -> None:
        """Replace the rows, in place; ticks follow the selection."""
        self.shown = rows
        self._body.set_visibility(bool(rows))
        self.rows = [{**cells(self._t, row), "selected": has(row.id)} for row in rows]
        self._send()

    def show_ticks(self, has: Callable[[int], bool]) -> None:
        """Show the selection on the rows that are there."""
        for row in self.rows:
            row["selected"] = has(row["id"])
        self._send()

    async def choose_columns(self) -> None:
        """Ask which columns to show, and remember them for the person."""
        page = self._list.page
        chosen = await ColumnsDialog(page, self.columns).open()
        if chosen is None:
            return
        self.columns = known_columns(chosen)
        names = list(self.columns)
        await page.act(lambda session, actor: set_preference(session, COLUMNS, names, actor=actor))
        state = [{"colId": name, "hide": name not in names} for name in all_columns(names)]
        self._grid.run_grid_method("applyColumnState", {"state": state, "applyOrder": True})
        if self._list.view.columns:
            self._list.view = replace(self._list.view, columns="")
            page.replace_address(self._list.view.address)
        self.on_columns()

    async def _show_panel(self) -> None:
        if self._panel.ticket_id is not None:
            await self._panel.show(self._panel.ticket_id)

    async def _peek(self, ticket_id: int) -> None:
        self.mark_row(ticket_id)
        await self._panel.show(ticket_id)

    async def _step(self, step: int) -> None:
        ids = [row.id for row in self.shown]
        place = ids.index(self._panel.ticket_id) + step if self._panel.ticket_id in ids else 0
        if 0 <= place < len(ids):
            await self._peek(ids[place])

    def mark_row(self, ticket_id: int) -> None:
        """Show which row stands at the side, and bring it into sight."""
        ui.run_javascript(f"{_MARK}({self._grid.id}, {ticket_id})")

    def unmark(self) -> None:
        """None stands there; the keys are the grid's again."""
        ui.run_javascript(f"{_MARK}({self._grid.id}, 0)")

    def _send(self) -> None:
        ui.run_javascript(f"{_SHOW}({self._grid.id}, {self._list.view.page_number}, {json.dumps(self.rows)})")

    def _here(self, id_: Any) -> bool:
        # An id that is not of a row here was made up.
        return isinstance(id_, int) and any(row.id == id_ for row in self.shown)

    async def _sorted(self, event: events.GenericEventArguments) -> None:
        field = str(event.args.get("field"))
        if field not in SORTABLE:
            raise InvalidInput("unknown_sort", field=field[:40])
        await self._list.on_sort(field, descending=event.args.get("descending") is True)

    async def _ticked(self, event: events.GenericEventArguments) -> None:
        page, ids = event.args.get("page"), event.args.get("ids")
        if page == self._list.view.page_number and isinstance(ids, list):
            shown, chosen = [row.id for row in self.shown], [id_ for id_ in ids if isinstance(id_, int)]
            await self._list.change_selection(lambda selection: selection.choose_on_page(shown, chosen), ticks=False)

    def _opened(self, event: events.GenericEventArguments) -> None:
        if self._here(event.args):
            self._list.on_open(event.args)

    async def _peeked(self, event: events.GenericEventArguments) -> None:
        if self._here(event.args):
            await self._peek(event.args)
