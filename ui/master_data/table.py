"""A list of companies, contacts, services, contracts or plannings: searched, sorted and paged on the server (spec, section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nicegui import ui

from domain.rules.records.tables import RecordKind
from domain.vocabulary import Permission
from storage.queries.records.choices import company_name
from storage.queries.records.records import MasterFilter, MasterRow, Worth, counts_in_use, master_page, sortable, to_bill
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.filter_chip import FilterChip
from ui.kit.list_query import address_of, number_of, view_of
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.search_field import search_field
from ui.kit.skeleton import skeleton_table
from ui.kit.sorted_table import columns_of, sorted_table
from ui.master_data.dialog import open_record_form
from ui.master_data.labels import path_of
from ui.master_data.rows import COLUMNS, RIGHT, row_of
from ui.server import live

ROWS: Final = 50
TABLES: Final = (
    RecordKind.COMPANIES, RecordKind.CONTACTS, RecordKind.SERVICES, RecordKind.CONTRACTS, RecordKind.PLANNINGS,
)  # fmt: skip

_IN_USE, _RETIRED, _ALL = "", "retired", "all"
_STATES: Final[Mapping[str, bool | None]] = {_IN_USE: False, _RETIRED: True, _ALL: None}

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" tabindex="0" :data-id="props.row.id"
  @click="$event.target.closest('a') || $parent.$emit('opened', props.row.id)"
  @keydown.enter="$event.target.closest('a') || $parent.$emit('opened', props.row.id)">
  <q-td v-for="col in props.cols" :key="col.name" :props="props" :title="props.row.tips[col.name]">
    <a v-if="props.row.paths[col.name]" :href="props.row.paths[col.name]">{{ props.row[col.name] }}</a>
    <span v-else :class="{ 'md-lacks': props.row.lacks === col.name }">{{ props.row[col.name] }}</span>
    <span v-if="col.name === 'name' && props.row.retired" class="chip chip--not_billed md-retired">
      <i class="q-icon material-icons" aria-hidden="true">inventory_2</i>{{ props.row.retired }}</span>
  </q-td>
</q-tr>
"""


@dataclass(frozen=True, slots=True)
class View:
    """One look at a list, as the address holds it."""

    show: str = _IN_USE
    search: str = ""
    company: str = ""
    sort: str = "name"
    order: str = "asc"
    page: str = "1"

    @property
    def number(self) -> int:
        """The page, from 1."""
        return max(1, number_of(self.page) or 1)

    def filter(self) -> MasterFilter:
        """What the rows are narrowed to."""
        return MasterFilter(self.search, _STATES[self.show], number_of(self.company))


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, what the companies among them wait to bill, and how many there are in use and retired."""

    rows: list[MasterRow]
    worth: Mapping[int, Worth]
    counts: Mapping[bool, int]

    def total(self, show: str) -> int:
        """How many rows a state has."""
        state = _STATES[show]
        return sum(self.counts.values()) if state is None else self.counts[state]


def place_tabs(page: PageContext, here: RecordKind) -> None:
    """The five lists, side by side."""
    with ui.element("nav").classes("md-tabs") as tabs:
        tabs.props["aria-label"] = page.t("nav.master_data")
        for table in TABLES:
            link = ui.link(page.t(f"master_data.{table.value}.title"), f"/{table.value}").classes("md-tab")
            link.mark(f"tab-{table.value}")
            if table is here:
                link.classes("md-tab--here").props("aria-current=page")


class MasterList:
    """One open list."""

    def __init__(self, page: PageContext, table: RecordKind) -> None:
        self._page, self._t, self._table = page, page.translator, table
        self._area = f"master_data.{table.value}"
        view = view_of(View, page.query)
        self._view = replace(
            view,
            show=view.show if view.show in _STATES else _IN_USE,
            sort=view.sort if view.sort in sortable(table) else View().sort,
        )
        self._pager = Pager(self._t, ROWS, lambda number: self._look(page=str(number)))

    async def build(self) -> None:
        """Frame first, rows right after."""
        with ui.element("div").classes("pf full").mark(f"list-{self._table.value}") as self._root:
            with ui.element("div").classes("line full"):
                place_tabs(self._page, self._table)
                if self._page.visitor.may(Permission.MANAGE_MASTER_DATA):
                    create = ui.button(self._t.t(f"{self._area}.new"), icon="add", on_click=self._create)
                    create.classes("pushed").mark("create")
            with ui.element("div").classes("pf-tools full"):
                self._chips = {show: self._chip(show) for show in _STATES}
                self._origin = ui.element("div").classes("line line--tight")
                words = self._t.t(f"{self._area}.search")
                self._search = search_field(words, self._view.search, lambda text: self._look(search=text)).classes("pf-search")
            self._skeleton = skeleton_table(14)
            self._place_table()
            self._none = ui.element("div").mark("nothing")
            self._pager.build()
        self._refresh = LiveRefresh(self._root, self._load)
        await self._name_origin()
        await self._refresh()
        self._skeleton.delete()
        self._refresh.follow(*(live.BILLING if self._table is RecordKind.COMPANIES else live.RECORDS))

    async def _load(self) -> None:
        view, table = self._view, self._table
        found = await self._page.read(lambda session: _find(session, table, view))
        last = self._pager.last_page(found.total(view.show))
        if view.number > last:
            self._view = replace(view, page=str(last))
            await self._load()
        elif not self._root.is_deleted:
            self._show(found)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(address_of(f"/{self._table.value}", self._view))
        await self._refresh()

    def _show(self, found: Found) -> None:
        rows = [row_of(self._t, self._table, row, found.worth) for row in found.rows]
        if rows != self._grid.rows:
            self._grid.rows = rows
        self._grid.set_visibility(bool(rows))
        for show, chip in self._chips.items():
            chip.show(here=show == self._view.show, count=self._t.number(found.total(show)))
        self._pager.show(self._view.number, len(rows), found.total(self._view.show))
        self._show_nothing(nothing=not rows, narrowed=bool(sum(found.counts.values()) or self._view.search or self._view.company))

    def _show_nothing(self, *, nothing: bool, narrowed: bool) -> None:
        self._none.clear()
        if not nothing:
            return
        key = "master_data.none" if narrowed else f"{self._area}.empty"
        with self._none, empty_state("search_off" if narrowed else "library_add", self._t.t(key), self._t.t(f"{key}_text")):
            if narrowed:
                ui.button(self._t.t("master_data.none_go"), on_click=self._widen).props("outline").mark("nothing-go")
            elif self._page.visitor.may(Permission.MANAGE_MASTER_DATA):
                ui.button(self._t.t(f"{self._area}.new"), icon="add", on_click=self._create).props("outline").mark("nothing-go")
            if not narrowed:
                learn_more(self._t, "contracts" if self._table is RecordKind.CONTRACTS else "way")

    async def _widen(self) -> None:
        """Take every filter off."""
        self._origin.clear()
        self._search.set_value("")
        await self._look(show=_ALL, search="", company="")

    def _chip(self, show: str) -> FilterChip:
        name = show or "in_use"
        return FilterChip(self._t.t(f"master_data.show.{name}"), lambda: self._look(show=show), f"chip-{name}")

    async def _name_origin(self) -> None:
        """Say which company the list is narrowed to, and offer to drop that."""
        company = number_of(self._view.company)
        if company is None:
            return
        name = await self._page.read(lambda session: company_name(session, company))
        with self._origin.mark("origin"):
            ui.icon("filter_alt").props("aria-hidden=true").classes("muted")
            ui.link(name or f"#{company}", path_of(RecordKind.COMPANIES, company)).classes("clip")

            async def drop() -> None:
                self._origin.clear()
                await self._look(company="")

            button = ui.button(icon="close", on_click=drop).props("flat round").mark("drop-origin")
            button.props["aria-label"] = self._t.t("master_data.of_company_off")

    def _place_table(self) -> None:
        names, fields = COLUMNS[self._table], sortable(self._table)
        columns = columns_of(names, lambda name: self._t.t(f"master_data.column.{name}"), fields, RIGHT)
        columns = [
            {**column, "classes": f"md-col md-col--{column['name']}", "headerClasses": f"md-col--{column['name']}"}
            for column in columns
        ]
        order = (self._view.sort, self._view.order == "desc")
        self._grid = sorted_table(columns, _BODY, order=order, on_sort=self._sort, on_open=self._open)
        self._grid.classes("pf-table md-table").mark("master-table")

    async def _sort(self, field: str, descending: bool) -> None:
        await self._look(sort=field, order="desc" if descending else "asc")

    def _open(self, record_id: int) -> None:
        self._page.go(path_of(self._table, record_id))

    async def _create(self) -> None:
        created = await open_record_form(self._page, self._table, None)
        if created is not None:
            self._page.go(path_of(self._table, created))


def _find(session: Any, table: RecordKind, view: View) -> Found:
    narrowed, start = view.filter(), (view.number - 1) * ROWS
    rows = master_page(session, table, narrowed, sort=view.sort, descending=view.order == "desc", start=start, limit=ROWS)
    worth = to_bill(session, [row.id for row in rows]) if table is RecordKind.COMPANIES and rows else {}
    return Found(rows, worth, counts_in_use(session, table, narrowed))
