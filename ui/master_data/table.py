"""A list of companies, contacts, services, contracts or plannings: searched, sorted and paged on the server (spec, section 2)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, Self

from nicegui import ui

from domain.rules.records.tables import RecordKind
from domain.vocabulary import Permission
from storage.queries.records.choices import company_name
from storage.queries.records.records import MasterFilter, MasterRow, counts_in_use, master_page, sortable, to_bill
from ui.i18n import Translator
from ui.kit.filters import chips, origin, search
from ui.kit.list_page import Empty, Found, ListPage, OpenList
from ui.kit.list_query import ListQuery, number_of
from ui.kit.page import PageContext
from ui.kit.table import Cells, Column
from ui.master_data.dialog import open_record_form
from ui.master_data.labels import path_of
from ui.master_data.rows import COLUMNS, RIGHT, WIDTHS, cells_of
from ui.server import live

TABLES: Final = (
    RecordKind.COMPANIES, RecordKind.CONTACTS, RecordKind.SERVICES, RecordKind.CONTRACTS, RecordKind.PLANNINGS,
)  # fmt: skip
_IN_USE, _RETIRED, _ALL = "", "retired", "all"
_STATES: Final[Mapping[str, bool | None]] = {_IN_USE: False, _RETIRED: True, _ALL: None}

# Values reach the markup through Vue's bindings alone.
_CELL: Final = """<a v-if="props.row.paths.$" :href="props.row.paths.$">{{ props.row.$ }}</a>
  <span v-else :class="{'md-lacks': props.row.lacks === '$'}">{{ props.row.$ }}</span>"""
_RETIRED_CHIP: Final = """<span v-if="props.row.retired" class="chip chip--not_billed md-retired">
  <i class="q-icon material-icons" aria-hidden="true">inventory_2</i>{{ props.row.retired }}</span>"""

Row = tuple[MasterRow, Any]
"""A record, and for a company what it waits to bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ListQuery):
    """One look at a list: records in use, retired or all; searched; of one company."""

    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"show": _STATES}

    show: str = _IN_USE
    search: str = ""
    company: str = ""
    sort: str = "name"

    @property
    def unfiltered(self) -> Self:
        """Retired records belong to everything."""
        return type(self)(show=_ALL)

    @property
    def filter(self) -> MasterFilter:
        """Which records match."""
        return MasterFilter(self.search, _STATES[self.show], number_of(self.company))


def _find(table: RecordKind, session: Any, view: View, start: int, limit: int) -> Found[Row]:
    sort = view.sort if view.sort in sortable(table) else "name"
    rows = master_page(session, table, view.filter, sort=sort, descending=view.descending, start=start, limit=limit)
    values = to_bill(session, [row.id for row in rows]) if table is RecordKind.COMPANIES and rows else {}
    known = counts_in_use(session, table, view.filter)
    counts = {_IN_USE: known[False], _RETIRED: known[True], _ALL: sum(known.values())}
    return Found([(row, values.get(row.id)) for row in rows], counts[view.show], counts)


def _column(table: RecordKind, name: str) -> Column[Row]:
    def cells(t: Translator, row: Row) -> Cells:
        return cells_of(t, table, *row) if name == "name" else {}

    template = _CELL.replace("$", name) + (_RETIRED_CHIP if name == "name" else "")
    return Column(name, cells, template, name in RIGHT, "md-cell", f"tips.{name}", WIDTHS.get(name, ""))


def _tabs(table: RecordKind, opened: OpenList[View, Row]) -> None:
    """The five lists, side by side."""
    t = opened.t.t
    with ui.element("nav").classes("md-tabs") as tabs:
        tabs.props["aria-label"] = t("nav.master_data")
        for each in TABLES:
            link = ui.link(t(f"master_data.{each.value}.title"), f"/{each.value}").classes("md-tab").mark(f"tab-{each.value}")
            if each is table:
                link.classes("md-tab--here").props("aria-current=page")


def _create(table: RecordKind, opened: OpenList[View, Row]) -> None:
    """*Nuovo*, for who may write master data."""

    async def create() -> None:
        created = await open_record_form(opened.page, table, None)
        if created is not None:
            opened.page.go(path_of(table, created))

    if opened.page.visitor.may(Permission.MANAGE_MASTER_DATA):
        button = ui.button(opened.t.t(f"master_data.{table.value}.new"), icon="add", on_click=create)
        button.classes("pushed").mark("create")


def _listed(table: RecordKind) -> ListPage[View, Row]:
    return ListPage(
        area=f"master_data.{table.value}",
        path=f"/{table.value}",
        marker=f"list-{table.value}",
        table_marker="master-table",
        heading="master_data.column",
        nothing="master_data.none",
        view=View,
        find=partial(_find, table),
        sortable=sortable(table),
        opens=f"/{table.value}/{{}}",
        follows=live.BILLING if table is RecordKind.COMPANIES else live.RECORDS,
        empty=Empty("library_add", "", "contracts" if table is RecordKind.CONTRACTS else "way", place=partial(_create, table)),
        columns=tuple(_column(table, name) for name in COLUMNS[table]),
        id_of=lambda row: row[0].id,
        head=(partial(_tabs, table), partial(_create, table)),
        tools=(
            chips("show", tuple(_STATES), lambda t, show: t.t(f"master_data.show.{show or 'in_use'}"), marks={_IN_USE: "in_use"}),
            origin(
                "company",
                lambda _, id_: lambda session: company_name(session, id_),
                "/companies/{}",
                "master_data.of_company_off",
            ),
            search(f"master_data.{table.value}.search"),
        ),
    )


LISTS: Final = {table: _listed(table) for table in TABLES}


async def open_list(page: PageContext, table: RecordKind) -> None:
    """One of the five lists, as the address asks for it."""
    await LISTS[table].open(page)
