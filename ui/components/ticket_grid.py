"""The grid of tickets: one page of rows, sorted and filtered on the server; the browser reports what is ticked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import events, json, ui

from domain.rules.calendar import firm_date
from storage.queries.tickets import TicketRow
from ui.components.status_badge import BILLING, TICKET
from ui.i18n import Translator
from ui.theme import GRID

# Cells are built as nodes with text, never as markup: a title is whatever somebody typed.
_LINK: Final = """p => { if (!p.data) return ''; const a = document.createElement('a');
 a.href = p.data[p.colDef.context.path] || ''; a.textContent = p.value; a.tabIndex = -1; return p.value ? a : ''; }"""
_CHIP: Final = """p => { const c = p.value; if (!c) return ''; const s = document.createElement('span');
 s.className = 'chip chip--' + c.tone; const i = document.createElement('i'); i.className = 'q-icon material-icons';
 i.setAttribute('aria-hidden', 'true'); i.textContent = c.icon; const w = document.createElement('span'); w.textContent = c.word;
 s.append(i, w); if (c.why) { s.classList.add('chip--explained'); s.title = c.why; } return s; }"""
_EMIT: Final = "getElement(e.context.element).$emit"
_TICKED: Final = f"""e => {{ if (e.source.startsWith('api') || e.source === 'rowDataChanged') return;
 {_EMIT}('ticked', {{page: e.context.page, ids: e.api.getSelectedRows().map(r => r.id)}}); }}"""
_SORTED: Final = f"""e => {{ const c = e.api.getColumnState().find(c => c.sort);
 if (c) {_EMIT}('reordered', {{field: c.colId, descending: c.sort === 'desc'}}); }}"""
_KEY: Final = f"""e => {{ if (e.event?.key === 'Enter' && e.data) {{ e.event.preventDefault();
 {_EMIT}('opened', e.data.id); }} }}"""
_OPENED: Final = f"e => {_EMIT}('opened', e.data.id)"
# The grid takes a moment to stand; rows that come before it wait.
_SHOW: Final = """(async (element, page, rows) => { let api;
 for (let n = 0; n < 400 && !(api = getElement(element)?.api); n++) await new Promise(r => setTimeout(r, 25));
 if (!api) return; api.setGridOption('context', {element, page}); api.setGridOption('rowData', rows);
 const on = [], off = []; api.forEachNode(n => (n.data.selected ? on : off).push(n));
 api.setNodesSelected({nodes: on, newValue: true, source: 'api'});
 api.setNodesSelected({nodes: off, newValue: false, source: 'api'}); })"""

Chosen = Callable[[list[int]], Awaitable[None]]


class TicketGrid:
    """`on_tick` hears which ids of the shown page are ticked, `on_sort` a field and a direction, `on_open` an id."""

    def __init__(
        self,
        translator: Translator,
        *,
        on_tick: Chosen,
        on_sort: Callable[[str, bool], Awaitable[None]],
        on_open: Callable[[int], None],
    ) -> None:
        self._t = translator
        self._on_tick = on_tick
        self._on_sort = on_sort
        self._on_open = on_open
        self.rows: list[dict[str, Any]] = []
        self._page = 1

    def build(self, sort: str, *, descending: bool) -> None:
        """Place the empty grid."""
        columns = self._columns()
        for column in columns:
            if column.get("field") == sort:
                column["sort"] = "desc" if descending else "asc"
        self._grid = (
            ui.aggrid(
                {
                    **GRID,
                    "columnDefs": columns,
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
                    "localeText": {"ariaHeaderSelection": self._t.t("tickets.select_page")},
                    ":getRowId": "p => String(p.data.id)",
                    ":onSelectionChanged": _TICKED,
                    ":onCellKeyDown": _KEY,
                    ":onSortChanged": _SORTED,
                    ":onRowDoubleClicked": _OPENED,
                },
                theme="quartz",
            )
            .classes("grid")
            .mark("ticket-grid")
        )
        self._grid.on("ticked", self._ticked).on("reordered", self._sorted).on("opened", self._opened)

    @property
    def shown(self) -> set[int]:
        """Ids of the rows that are there."""
        return {row["id"] for row in self.rows}

    def show(self, rows: Sequence[TicketRow], selected: Callable[[int], bool], page: int) -> None:
        """Replace the rows, in place; ticks follow the selection."""
        self._page = page
        self.rows = [{**self._row(row), "selected": selected(row.id)} for row in rows]
        self._send()

    def tick(self, selected: Callable[[int], bool]) -> None:
        """Show the selection on the rows that are there."""
        for row in self.rows:
            row["selected"] = selected(row["id"])
        self._send()

    def _send(self) -> None:
        ui.run_javascript(f"{_SHOW}({self._grid.id}, {self._page}, {json.dumps(self.rows)})")

    def _columns(self) -> list[dict[str, Any]]:
        def column(field: str, width: int, **more: Any) -> dict[str, Any]:
            name = self._t.t(f"tickets.column.{field}")
            return {"field": field, "headerName": name, "width": width, ":comparator": "() => 0", **more}

        number = {"type": "rightAligned", "cellClass": "num"}
        return [
            column("number", 114, sortable=True, **{":cellRenderer": _LINK, "context": {"path": "path"}}),
            column("title", 320, sortable=True, flex=2, minWidth=140, tooltipField="title"),
            column("company", 220, sortable=True, flex=1, minWidth=116, tooltipField="company"),
            column("status", 97, sortable=True, **{":cellRenderer": _CHIP}),
            column("billing_status", 163, sortable=True, **{":cellRenderer": _CHIP}),
            column("proposal", 134, **{":cellRenderer": _LINK, "context": {"path": "proposal_path"}}),
            column("owner", 84, sortable=True),
            column("hours", 74, **number),
            column("value", 96, **number),
            column("closed_at", 95, sortable=True),
        ]

    def _row(self, row: TicketRow) -> dict[str, Any]:
        """A row as the browser gets it. Its keys are ours; its values are text from wherever."""
        t = self._t
        tone, icon = TICKET[row.status]
        billing = row.billing_status.value if row.billing_status else "none"
        why = row.cancellation_reason
        if not why and row.refusals and billing == "to_bill":
            why = " · ".join(t.t(f"refusal_short.{code}") for code in row.refusals)
        return {
            "id": row.id,
            "number": row.number,
            "path": f"/tickets/{row.id}",
            "title": row.title,
            "company": row.company or row.contact,
            "status": {"tone": tone, "icon": icon, "word": t.t(f"ticket_status.{row.status}"), "why": ""},
            "billing_status": {
                "tone": billing,
                "icon": BILLING[row.billing_status],
                "word": t.t(f"billing_status.{billing}"),
                "why": why,
            },
            "proposal": row.proposal_number,
            "proposal_path": f"/proposals/{row.proposal_id}",
            "owner": row.owner,
            "hours": t.hours(row.minutes),
            "value": t.money(row.value),
            "closed_at": t.date(firm_date(row.closed_at)) if row.closed_at else "",
        }

    async def _sorted(self, event: events.GenericEventArguments) -> None:
        await self._on_sort(str(event.args.get("field")), event.args.get("descending") is True)

    async def _ticked(self, event: events.GenericEventArguments) -> None:
        page, ids = event.args.get("page"), event.args.get("ids")
        if page == self._page and isinstance(ids, list):
            await self._on_tick([id_ for id_ in ids if isinstance(id_, int)])

    def _opened(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, int) and event.args in self.shown:
            self._on_open(event.args)
