"""A declared table within a page, of which the server sends one page at a time."""

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import Final, Generic, TypeVar

from nicegui import ui

from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.table import Column, cells_of, headings

R = TypeVar("R")

ROWS: Final = 20

_id_of: Final = attrgetter("id")


class PagedTable(Generic[R]):
    """`find(start, limit)` reads the rows, and how many there are in all; `<area>_<column>` heads a column."""

    def __init__(
        self, page: PageContext, columns: Sequence[Column[R]], find: Callable[[int, int], Awaitable[tuple[Sequence[R], int]]],
        *, area: str, marker: str, none: str,
    ) -> None:  # fmt: skip
        self._t, self._columns, self._find, self._number = page.translator, columns, find, 1
        heads = headings(columns, lambda name: page.t(f"{area}_{name}"))
        self.table = ui.table(rows=[], columns=heads, row_key="id", pagination=0).classes("full cp-table").mark(marker)
        self.table.props("hide-pagination").props["no-data-label"] = page.t(none)
        for column in columns:
            self.table.add_slot(f"body-cell-{column.name}", column.body)
        with ui.element("div").classes("full") as self._foot:
            self._pager = Pager(page.translator, ROWS, self.turn)
            self._pager.build()

    async def load(self) -> None:
        """Read the page that is shown again, or the last one there is."""
        found, total = await self._find((self._number - 1) * ROWS, ROWS)
        if self._number > self._pager.last_page(total):
            await self.turn(self._pager.last_page(total))
        elif not self.table.is_deleted:
            rows = [cells_of(self._t, self._columns, row, _id_of(row)) for row in found]
            if rows != self.table.rows:
                self.table.update_rows(rows)
            self._pager.show(self._number, len(rows), total)
            self._foot.set_visibility(total > ROWS)

    async def turn(self, number: int) -> None:
        """Show another page."""
        self._number = number
        await self.load()
