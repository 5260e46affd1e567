"""A table of which the server sends one page at a time, with links to tickets in its rows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import events, ui

from ui.kit.page import PageContext
from ui.kit.pager import Pager

ROWS: Final = 20

Row = dict[str, Any]
Find = Callable[[int, int], Awaitable[tuple[list[Row], int]]]
"""Given where to start and how many: the rows, and how many there are in all."""


# Values reach the markup through Vue's bindings alone.
TICKET_LINK: Final = """<q-td :props="props"><a :href="'/tickets/' + props.row.ticket_id"
 @click.prevent="$parent.$emit('ticket', props.row.ticket_id)">{{ props.row.number }}</a>
<span class="muted cp-title" :title="props.row.title">{{ props.row.title }}</span></q-td>"""
"""The cell of a row with `ticket_id`, `number` and `title`."""


class PagedTable:
    """`columns` are names and labels, `right` those of figures. `slots` are templates of cells by column.

    A template may emit `ticket` with the id of a ticket, which the browser may have made up: its page is opened.
    """

    def __init__(
        self, page: PageContext, columns: Sequence[tuple[str, str]], find: Find, *, marker: str, none: str,
        right: frozenset[str] = frozenset(), slots: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._page = page
        self._find = find
        self._number = 1
        table = [
            {"name": name, "field": name, "label": label, "align": "right" if name in right else "left"}
            for name, label in columns
        ]
        self.table = ui.table(rows=[], columns=table, row_key="id", pagination=0).classes("full cp-table").mark(marker)
        self.table.props["no-data-label"] = none
        self.table.props("hide-pagination")
        for name, template in (slots or {}).items():
            self.table.add_slot(f"body-cell-{name}", template)
        self.table.on("ticket", self._open)
        with ui.element("div").classes("full") as self._foot:
            self._pager = Pager(page.translator, ROWS, self._turn)
            self._pager.build()

    async def load(self) -> None:
        """Read the page that is shown again, or the last one there is."""
        rows, total = await self._find((self._number - 1) * ROWS, ROWS)
        last = self._pager.last_page(total)
        if self._number > last:
            self._number = last
            rows, total = await self._find((last - 1) * ROWS, ROWS)
        if self.table.is_deleted:
            return
        if rows != self.table.rows:
            self.table.update_rows(rows)
        self._pager.show(self._number, len(rows), total)
        self._foot.set_visibility(total > ROWS)

    async def restart(self) -> None:
        """From the first page on: something else is asked for."""
        await self._turn(1)

    async def _turn(self, number: int) -> None:
        self._number = number
        await self.load()

    def _open(self, event: events.GenericEventArguments) -> None:
        if type(event.args) is int:
            self._page.go(f"/tickets/{event.args}")
