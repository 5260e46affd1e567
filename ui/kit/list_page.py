"""One class for every list: address, load, order, pages, filters, totals, selection and empty states (house, ListPage).

A feature declares a `ListPage`, and opens it for a visitor. The open list is the state that its parts observe: each tool, table,
foot and bar renders on `on_show`, and changes the list through `change_view`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, Final, Generic, Protocol, TypeVar

from nicegui import ui

from domain.vocabulary import Permission
from ui.i18n import Translator
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.list_query import ListQuery
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.selection import ListSelection
from ui.kit.skeleton import skeleton_table
from ui.kit.table import Column, Table

V = TypeVar("V", bound=ListQuery)
R = TypeVar("R")

ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """One page of rows, how many match, how many each chip has by its value, and what else the list shows."""

    rows: Sequence[R]
    total: int
    counts: Mapping[str, int] = field(default_factory=dict)
    more: Any = None


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where there is nothing yet: its icon, the page of the next step, and the section of the help.

    `place` places another next step than a page.
    """

    icon: str
    go: str
    help: str
    place: "Tool | None" = None


class AnyTable(Protocol[R]):
    """What a list needs of its table."""

    shown: Sequence[R]

    def build(self, heading: Callable[[str], str], sortable: Collection[str], order: tuple[str, bool], marker: str) -> None: ...

    def show(self, rows: Sequence[R], id_of: Callable[[R], int], has: Callable[[int], bool]) -> None: ...

    def show_ticks(self, has: Callable[[int], bool]) -> None: ...


Tool = Callable[["OpenList[Any, Any]"], Awaitable[None] | None]
"""Places itself in the open list, and observes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[V, R]):
    """A list. `find(session, view, start, limit)` reads one page of it; `opens` is the address of a row, by its id.

    Sentences: `<area>.<column>` heads a column, `<area>.none` and `<area>.empty` stand where nothing matches and where there is
    nothing. `ticks` says a row's check box aloud, where a `bar` says what can be done with selected rows; with `selects_all` the
    selection goes beyond the page.
    """

    area: str
    view: type[V]
    find: Callable[[Any, V, int, int], Found[R]]
    columns: Sequence[Column[R]]
    sortable: Collection[str]
    opens: str
    follows: Sequence[str]
    empty: Empty
    head: Sequence[Tool] = ()
    tools: Sequence[Tool] = ()
    notes: Sequence[Tool] = ()
    sums: Callable[["OpenList[V, R]", Found[R]], str] | None = None
    ticks: Callable[[Translator, R], str] | None = None
    selects_all: bool = False
    bar: Tool | None = None
    permission: Permission | None = None
    """Who selects rows, where there is a bar."""
    id_of: Callable[[R], int] = attrgetter("id")
    page_rows: int = ROWS
    table: Callable[["OpenList[V, R]"], "AnyTable[R]"] | None = None
    """Another table than that of the columns."""
    steps: bool = False
    """Whether the browser's way back leads through the views that were looked at."""
    css: str = "pf full"
    path: str = ""
    """Where the list is, where several share one kind of view."""
    marker: str = ""
    table_marker: str = ""
    nothing: str = ""
    heading: str = ""

    async def open(self, page: PageContext) -> "OpenList[V, R]":
        """The list as the address asks for it."""
        opened = OpenList(page, self)
        await opened.build()
        return opened


class OpenList(Generic[V, R]):
    """A list that somebody looks at: the view of the address, what was found for it, and what is selected."""

    found: Found[R]

    def __init__(self, page: PageContext, declared: ListPage[V, R]) -> None:
        self.page, self.t, self.declared = page, page.translator, declared
        self.view = declared.view.of_query(page.query)
        self.selection: ListSelection[V] = ListSelection()
        # What renders itself once rows were read, what renders the selection, and what takes longer to read than the rows.
        self.on_show: list[Callable[[], None]] = []
        self.on_select: list[Callable[[], Awaitable[None]]] = []
        self.on_rest: list[Callable[[], Awaitable[None]]] = []
        self.table: AnyTable[R] = (
            declared.table(self)
            if declared.table
            else Table(self.t, declared.columns, self, ticks=declared.ticks if self.may_select else None)
        )
        self.pager = Pager(self.t, declared.page_rows, lambda number: self.change_view(page=str(number)))

    @property
    def may_select(self) -> bool:
        """Whether the person selects rows here."""
        permission = self.declared.permission
        return self.declared.ticks is not None and (permission is None or self.page.visitor.may(permission))

    async def build(self) -> None:
        """Frame first, rows right after."""
        it = self.declared
        marker = it.marker or it.area
        with ui.element("div").classes(it.css).mark(marker) as self.root:
            for tools, css in ((it.head, "line full"), (it.tools, "pf-tools full")):
                if tools:
                    with ui.element("div").classes(css):
                        await self._place(tools)
            await self._place(it.notes)
            skeleton = skeleton_table(14)
            self.table.build(
                self._heading, it.sortable, (self.view.sort, self.view.descending), it.table_marker or f"{marker}-table"
            )
            self._nothing = ui.element("div").classes("full").mark("nothing")
            with ui.element("div").classes("pf-foot full") as self._foot:
                self._sums = ui.label("").classes("small num strong").mark("sums")
                with ui.element("div").classes("grow"):
                    self.pager.build()
            self._foot.set_visibility(False)
            if it.bar and self.may_select:
                await self._place((it.bar,))
        self.refresh = LiveRefresh(self.root, self._load)
        await self.refresh()
        skeleton.delete()
        self.refresh.follow(*it.follows)

    async def change_view(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        before = self.view
        self.view = replace(self.view, **{"page": "1", **changes})
        # Letter by letter, a search is one step back; whatever else is looked at is a step of its own.
        typing = changes.keys() == {"search"} and bool(before.filters != before.unfiltered)
        self.page.replace_address(self.address_of(self.view), step=self.declared.steps and not typing)
        if self.selection.everything and before.filters != self.view.filters:
            self.selection.clear()
        await self.refresh()

    def address_of(self, view: V) -> str:
        """The address of this list that shows `view`."""
        return view.address_at(self.declared.path or view.PATH)

    async def change_selection(self, change: Callable[[ListSelection[V]], None], *, ticks: bool = True) -> None:
        """Change what is selected, and show it; without `ticks` the table shows it already."""
        change(self.selection)
        if ticks:
            self.table.show_ticks(self.selection.has)
        await self._show_selection()

    # ---- what the table hears

    async def on_sort(self, field: str, *, descending: bool) -> None:
        """Sort by a column."""
        await self.change_view(sort=field, order="desc" if descending else "asc")

    def on_open(self, id_: int) -> None:
        """Open a row."""
        self.page.go(self.declared.opens.format(id_))

    async def on_tick(self, ids: set[int], *, chosen: bool) -> None:
        """Select rows of the page, or no longer."""
        await self.change_selection(lambda selection: selection.choose(ids, chosen=chosen))

    # ---- reading and showing

    async def _place(self, tools: Sequence[Tool]) -> None:
        for tool in tools:
            placed = tool(self)
            if placed is not None:
                await placed

    def _heading(self, name: str) -> str:
        return self.t.t(f"{self.declared.heading or self.declared.area}.{name}")

    async def _load(self) -> None:
        view = self.view
        limit = self.declared.page_rows
        start = (view.page_number - 1) * limit
        found = await self.page.read(lambda session: self.declared.find(session, view, start, limit))
        last = self.pager.last_page(found.total)
        if view.page_number > last:
            self.view = replace(view, page=str(last))
            await self._load()
        elif not self.root.is_deleted:
            self.found = found
            await self._show(found)

    async def _show(self, found: Found[R]) -> None:
        if not self.declared.selects_all:
            # What changed elsewhere may be on this page no more: nobody acts on what is out of sight.
            self.selection.ids &= set(map(self.declared.id_of, found.rows))
        self.table.show(found.rows, self.declared.id_of, self.selection.has)
        self._foot.set_visibility(bool(found.rows))
        self.pager.show(self.view.page_number, len(found.rows), found.total)
        if self.declared.sums:
            self._sums.set_text(self.declared.sums(self, found))
        for render in self.on_show:
            render()
        self._show_nothing()
        await self._show_selection()
        for read in self.on_rest:
            await read()

    async def _show_selection(self) -> None:
        for render in self.on_select:
            await render()

    def _show_nothing(self) -> None:
        self._nothing.clear()
        if self.found.rows:
            return
        it, t = self.declared, self.t.t
        filtered = self.view.is_filtered or any(self.found.counts.values())
        key, icon = (it.nothing or f"{it.area}.none", "search_off") if filtered else (f"{it.area}.empty", it.empty.icon)
        with self._nothing, empty_state(icon, t(key), t(f"{key}_text")).mark(key):
            if not filtered and it.empty.place:
                it.empty.place(self)
            else:
                target = self.address_of(self.view.unfiltered) if filtered else it.empty.go
                ui.button(t(f"{key}_go"), on_click=lambda: self.page.go(target)).props("outline").mark("nothing-go")
            if not filtered:
                learn_more(self.t, it.empty.help)
