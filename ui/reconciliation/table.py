"""The matrix: work by month, customer, operator or service, in each bucket; every figure opens its tickets (spec, promise 2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from nicegui import events, ui

from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket
from storage.queries.reconciliation.buckets import NO_WORK, SORTABLE, Amount, Buckets, Dimension, Matrix, MatrixRow
from ui.i18n import Translator
from ui.kit.addresses.tickets import View
from ui.kit.addresses.work import month_label
from ui.kit.badges import BUCKET_ICONS, BUCKET_TONES
from ui.kit.table import OnSort, sort_asked
from ui.reconciliation.bar import worth

FIELDS: Final = {
    Dimension.MONTH: "month",
    Dimension.CUSTOMER: "company_id",
    Dimension.OPERATOR: "operator",
    Dimension.SERVICE: "service_id",
}
"""What a row of each dimension narrows work to."""

# Values reach the markup through Vue's bindings alone.
_HEAD: Final = """
<q-th :props="props"><span class="ct-head" :class="props.col.tone"><i v-if="props.col.icon" class="q-icon material-icons"
  aria-hidden="true">{{ props.col.icon }}</i>{{ props.col.label }}</span></q-th>
"""
_BODY: Final = """
<q-tr :props="props" :class="props.row.class">
  <q-td v-for="col in props.cols" :key="col.name" :props="props">
    <a v-if="props.row[col.name].path" :href="props.row[col.name].path"
      :title="props.row[col.name].title">{{ props.row[col.name].text }}</a>
    <span v-else :class="col.name === 'label' ? '' : 'muted'">{{ props.row[col.name].text }}</span>
  </q-td>
</q-tr>
"""


class BucketTable:
    """`on_sort` hears by what, and whether descending; `inside` is the address that looks into a row, or none."""

    def __init__(
        self,
        translator: Translator,
        *,
        on_sort: OnSort,
        inside: Callable[[Dimension, MatrixRow], str],
    ) -> None:
        self._t = translator
        self._on_sort = on_sort
        self._inside = inside

    def build(self) -> None:
        """Place it, out of sight until there is something to show."""
        # With a count of its own the table sorts nothing itself, and asks.
        self._table = ui.table(rows=[], columns=[], row_key="key", pagination={"page": 1, "rowsPerPage": 0, "rowsNumber": 0})
        self._table.classes("ct-table full").props("hide-bottom binary-state-sort").mark("matrix")
        self._table.add_slot("header-cell", _HEAD)
        self._table.add_slot("body", _BODY)
        self._table.on("request", self._sorted)
        self._table.set_visibility(False)

    def show(self, matrix: Matrix, by: Dimension, narrowed: WorkFilter, unit: str, sort: str, *, descending: bool) -> None:
        """One page of rows under the totals of all of them."""
        self._table.columns = self._columns(by)
        self._table.pagination = {**self._table.pagination, "sortBy": sort, "descending": descending}
        total = self._row(self._t.t("reconciliation.total"), matrix.cells, matrix.total, narrowed, unit)
        rows = [{**total, "key": "total", "class": "ct-total"}]
        for row in matrix.rows:
            within: dict[str, Any] = {FIELDS[by]: row.key}
            cells = self._row(self._label(by, row), row.cells, row.total, replace(narrowed, **within), unit)
            cells["label"]["path"] = self._inside(by, row)
            rows.append({**cells, "key": f"={row.key}", "class": ""})
        self._table.rows = rows
        self._table.set_visibility(bool(matrix.count))

    def _columns(self, by: Dimension) -> list[dict[str, Any]]:
        t = self._t.t
        shared = {"sortable": True, "align": "right"}
        buckets = [
            {"name": b.value, "label": t(f"bucket.{b}"), "icon": BUCKET_ICONS[b], "tone": f"ct--{BUCKET_TONES[b]}", **shared}
            for b in Bucket
        ]
        first = {"name": "label", "label": t(f"reconciliation.by.{by}"), "sortable": True, "align": "left"}
        columns = [first, *buckets, {"name": "total", "label": t("reconciliation.total"), **shared}]
        return [{**column, "field": column["name"]} for column in columns]

    def _row(self, label: str, cells: Buckets, total: Amount, work: WorkFilter, unit: str) -> dict[str, Any]:
        row = {bucket.value: self._cell(cells.get(bucket, NO_WORK), replace(work, bucket=bucket), unit) for bucket in Bucket}
        return {**row, "label": {"text": label}, "total": self._cell(total, work, unit)}

    def _cell(self, amount: Amount, work: WorkFilter, unit: str) -> dict[str, str]:
        if not amount.entries:
            return {"text": "—"}
        other = worth(self._t, amount, "hours" if unit == "money" else "money")
        return {"text": worth(self._t, amount, unit), "path": View.of_work(work).address, "title": other}

    def _label(self, by: Dimension, row: MatrixRow) -> str:
        if by is Dimension.MONTH:
            return month_label(self._t, str(row.key))
        return row.label or self._t.t(f"reconciliation.none.{by}")

    async def _sorted(self, event: events.GenericEventArguments) -> None:
        if asked := sort_asked(event, SORTABLE):
            await self._on_sort(*asked)
