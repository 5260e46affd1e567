"""`/reconciliation`: every billable minute and cent of closed tickets in its bucket (spec, promise 2)."""

from calendar import monthrange
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, Final, Self

from nicegui import ui

from domain.reads.work_buckets import first_of_month
from storage.queries.reconciliation.buckets import SORTABLE, Dimension, Matrix, MatrixRow, Proof, bucket_matrix, prove
from ui.kit.addresses.work import NONE, WorkFields
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.filter_chip import FilterChip
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh, on_change
from ui.kit.skeleton import skeleton_table
from ui.reconciliation.bar import BucketBar
from ui.reconciliation.filters import work_filters
from ui.reconciliation.proof import BucketProof
from ui.reconciliation.table import BucketTable
from ui.server import live

ROWS: Final = 50
UNITS: Final = ("hours", "money")

_TOPMOST: Final = {Dimension.MONTH: ("label", "desc")}
_BY_WORTH: Final = ("total", "desc")


@dataclass(frozen=True, slots=True, kw_only=True)
class View(WorkFields):
    """One look at the work, as the address holds it: rows by what, in hours or money, filtered by what, order and page."""

    PATH: ClassVar[str] = "/reconciliation"
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"by": tuple(Dimension), "unit": UNITS, "sort": ("", *SORTABLE)}

    by: str = "month"
    unit: str = "hours"
    order: str = ""

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """The view that an address asks for, less what no field of the page could show."""
        view = super(View, cls).of_query(query)
        unseen = {name: "" for name in ("customer", "operator", "service") if getattr(view, name) == NONE}
        return replace(view, month="", contract="", reason="", closing="", **unseen)

    @property
    def sorting(self) -> tuple[str, bool]:
        """The field to sort by, and whether descending: the newest month, else what is worth most, comes first."""
        sort, order = (self.sort, self.order) if self.sort else _TOPMOST.get(Dimension(self.by), _BY_WORTH)
        return sort, order == "desc"


async def reconciliation(page: PageContext) -> None:
    """The proof, the buckets and the matrix, as the address asks for it."""
    page.heading(page.t("nav.reconciliation"))
    await Reconciliation(page, View.of_query(page.query)).build()


class Reconciliation:
    """One open look."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view
        self._proof: Proof | None = None
        self._matrix: Matrix | None = None
        self._bar = BucketBar(self._t)
        self._table = BucketTable(self._t, on_sort=self._sort, inside=self._inside)
        self._pager = Pager(self._t, ROWS, self._turn)

    async def build(self) -> None:
        """Frame first, figures right after."""
        with ui.element("div").classes("stack full").mark("reconciliation") as root:
            self._skeleton = skeleton_table(14)
            self._empty = ui.element("div").classes("full")
            with ui.element("div").classes("stack full") as self._body:
                self._proved = BucketProof(self._page, on_refresh=self._again)
                self._proved.build()
                self._bar.build()
                with ui.element("div").classes("line full ct-tools"):
                    self._choices = [*self._row_of("by", tuple(Dimension)), *self._row_of("unit", UNITS)]
                await work_filters(self._page, self._view, self._look)
                self._table.build()
                self._nothing = ui.element("div").classes("full")
                self._pager.build()
            self._body.set_visibility(False)
            self._empty.set_visibility(False)
        with (
            self._nothing,
            empty_state("search_off", self._t.t("reconciliation.none_match"), self._t.t("reconciliation.none_match_text")),
        ):
            ui.link(self._t.t("tickets.reset"), View().address)
        self._refresh = LiveRefresh(root, self._load)
        on_change(root, live.BILLING, self._changed)
        await self._refresh()
        self._skeleton.delete()

    async def _load(self) -> None:
        view, known = self._view, self._proof
        self._proof, self._matrix = proof, matrix = await self._page.read(lambda session: _find(session, view, known))
        last = self._pager.last_page(matrix.count)
        if view.page_number > last:
            self._view = replace(view, page=str(last))
            await self._load()
        elif not self._body.is_deleted:
            self._show(proof, matrix)

    def _show(self, proof: Proof, matrix: Matrix) -> None:
        view = self._view
        sort, descending = view.sorting
        self._proved.show(proof)
        self._bar.show(proof.buckets, view.unit)
        by, narrowed = Dimension(view.by), view.narrowed_work()
        self._table.show(matrix, by, narrowed, view.unit, sort, descending=descending)
        self._pager.show(view.page_number, len(matrix.rows), matrix.count)
        self._nothing.set_visibility(not matrix.count)
        for chip, name, value in self._choices:
            chip.show(here=getattr(view, name) == value)
        any_work = bool(proof.whole.entries or any(of.entries for of in proof.buckets.values()))
        self._body.set_visibility(any_work)
        self._empty.clear()
        self._empty.set_visibility(not any_work)
        if not any_work:
            with self._empty, empty_state("balance", self._t.t("reconciliation.empty"), self._t.t("reconciliation.empty_text")):
                ui.button(self._t.t("reconciliation.empty_go"), on_click=lambda: self._page.go("/tickets")).props("outline")
                learn_more(self._t, "promises")

    def _row_of(self, name: str, values: tuple[str, ...]) -> list[tuple[FilterChip, str, str]]:
        """Buttons of which one is pressed."""
        buttons: list[tuple[FilterChip, str, str]] = []
        with ui.element("div").classes("line line--tight").props("role=group") as group:
            group.props["aria-label"] = self._t.t(f"reconciliation.choose_{name}")
            for value in values:
                words, choose = self._t.t(f"reconciliation.{name}.{value}"), partial(self._choose, name, value)
                buttons.append((FilterChip(words, choose, f"{name}-{value}", counted=False), name, value))
        return buttons

    async def _choose(self, name: str, value: str) -> None:
        if name == "by":
            await self._look(by=value, sort="", order="")
            return
        self._view = replace(self._view, unit=value)
        self._page.replace_address(self._view.address)
        if self._proof and self._matrix:
            self._show(self._proof, self._matrix)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(self._view.address)
        await self._refresh()

    async def _sort(self, field: str, descending: bool) -> None:
        await self._look(sort=field, order="desc" if descending else "asc")

    async def _turn(self, number: int) -> None:
        await self._look(page=str(number))

    async def _changed(self) -> None:
        self._proved.outdated()

    async def _again(self) -> None:
        """Read everything anew."""
        self._proof = None
        await self._refresh()

    def _inside(self, by: Dimension, row: MatrixRow) -> str:
        """The same work, of this row alone, by the next dimension; what has no name can't be a filter."""
        if not row.key:
            return ""
        within = {by.value: str(row.key)}
        if by is Dimension.MONTH:
            within = _days_of(str(row.key), self._view)
        after = Dimension.CUSTOMER if by is Dimension.MONTH else Dimension.MONTH
        return replace(self._view, by=after.value, sort="", order="", page="1", **within).address


def _days_of(month: str, view: View) -> dict[str, str]:
    first = first_of_month(month)
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    narrowed = view.narrowed_work()
    first, last = max(first, narrowed.worked_from or first), min(last, narrowed.worked_to or last)
    return {"worked_from": first.isoformat(), "worked_to": last.isoformat()}


def _find(session: Any, view: View, proof: Proof | None) -> tuple[Proof, Matrix]:
    sort, descending = view.sorting
    start = (view.page_number - 1) * ROWS
    by, narrowed = Dimension(view.by), view.narrowed_work()
    matrix = bucket_matrix(session, by, narrowed, sort=sort, descending=descending, start=start, limit=ROWS)
    return proof or prove(session), matrix
