"""The table of proposals: what each comes to, which ones are ticked, and what a person does with a row."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

from storage.queries.proposals.table import SORTABLE, ProposalRow
from ui.i18n import Translator
from ui.kit.badges import PROPOSAL
from ui.kit.sorted_table import OnSort, columns_of, sorted_table

_COLUMNS: Final = ("number", "company", "status", "created_at", "created_by", "tickets", "lines", "hours", "net")
_RIGHT: Final = frozenset({"tickets", "lines", "hours", "net"})

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" tabindex="0" :data-id="props.row.id"
  @click="$event.target.closest('a, .pf-tick') || $parent.$emit('opened', props.row.id)"
  @keydown.enter="$event.target.closest('a') || $parent.$emit('opened', props.row.id)">
  <q-td v-if="props.selected !== undefined" auto-width class="pf-tick"><q-checkbox v-model="props.selected" dense
    :aria-label="props.row.number" /></q-td>
  <q-td key="number" :props="props"><a :href="props.row.path" tabindex="-1">{{ props.row.number }}</a></q-td>
  <q-td key="company" :props="props" class="pf-company" :title="props.row.company">{{ props.row.company }}</q-td>
  <q-td key="status" :props="props"><span class="chip" :class="'chip--' + props.row.tone"
    :title="props.row.meaning">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.row.icon }}</i>{{ props.row.status }}</span></q-td>
  <q-td key="created_at" :props="props">{{ props.row.created_at }}</q-td>
  <q-td key="created_by" :props="props">{{ props.row.created_by }}</q-td>
  <q-td key="tickets" :props="props">{{ props.row.tickets }}</q-td>
  <q-td key="lines" :props="props"><span class="pf-lines">
    <span v-if="props.row.suspended" class="pf-mark pf-mark--suspended" :title="props.row.suspended_lines">
      <i class="q-icon material-icons" aria-hidden="true">pause_circle</i>{{ props.row.suspended }}</span>
    <span v-if="props.row.not_billed" class="pf-mark pf-mark--not_billed" :title="props.row.not_billed_lines">
      <i class="q-icon material-icons" aria-hidden="true">block</i>{{ props.row.not_billed }}</span>
    <span>{{ props.row.to_bill }}</span></span></q-td>
  <q-td key="hours" :props="props">{{ props.row.hours }}</q-td>
  <q-td key="net" :props="props">{{ props.row.net }}</q-td>
</q-tr>
"""


class ProposalTable:
    """`on_sort` hears a field and a direction, `on_open` an id, `on_tick` what is ticked of the rows that are shown."""

    def __init__(
        self,
        translator: Translator,
        *,
        on_open: Callable[[int], None],
        on_sort: OnSort,
        on_tick: Callable[[Sequence[ProposalRow]], None] | None,
    ) -> None:
        self._t = translator
        self._on_open = on_open
        self._on_sort = on_sort
        self._on_tick = on_tick
        self._rows: Sequence[ProposalRow] = ()

    def build(self, sort: str, *, descending: bool) -> None:
        """Place it, empty and out of sight. Without `on_tick` there is nothing to tick."""
        columns = columns_of(_COLUMNS, lambda name: self._t.t(f"proposals.{name}"), SORTABLE, _RIGHT)
        self._table = sorted_table(
            columns,
            _BODY,
            order=(sort, descending),
            on_sort=self._on_sort,
            on_open=self._on_open,
            selection="multiple" if self._on_tick else None,
        )
        self._table.classes("pf-table").mark("proposals-table").on_select(self._tell_ticked)
        tick = escape(self._t.t("approvals.tick_page"), quote=True)
        self._table.add_slot("header-selection", f'<q-checkbox v-model="props.selected" dense aria-label="{tick}" />')

    def show(self, rows: Sequence[ProposalRow]) -> None:
        """Show these; what is ticked stays so as far as it is among them."""
        self._rows = rows
        shown = [self._row(row) for row in rows]
        if shown != self._table.rows:
            self._table.rows = shown
        self._table.set_visibility(bool(shown))
        self._tell_ticked()

    def deselect(self) -> None:
        """Untick all."""
        self._table.selected = []
        self._tell_ticked()

    def _tell_ticked(self) -> None:
        # The browser says ids; the rest is as it was read last.
        ids = {row.get("id") for row in self._table.selected}
        ticked = [row for row in self._table.rows if row["id"] in ids]
        if ticked != self._table.selected:
            self._table.selected = ticked
        if self._on_tick:
            self._on_tick([row for row in self._rows if row.id in ids])

    def _row(self, row: ProposalRow) -> dict[str, Any]:
        t = self._t
        tone, icon = PROPOSAL[row.status]
        return {
            "id": row.id,
            "path": f"/proposals/{row.id}",
            "number": row.number,
            "company": row.company,
            "tone": tone,
            "icon": icon,
            "status": t.t(f"proposal_status.{row.status}"),
            "meaning": t.t(f"help.means.proposal_status.{row.status}"),
            "created_at": t.instant(row.created_at),
            "created_by": row.created_by,
            "tickets": t.number(row.tickets),
            "to_bill": t.number(row.to_bill),
            "suspended": t.number(row.suspended) if row.suspended else "",
            "not_billed": t.number(row.not_billed) if row.not_billed else "",
            "suspended_lines": t.n("review.suspended", row.suspended),
            "not_billed_lines": t.n("review.not_billed", row.not_billed),
            "hours": t.hours(row.minutes),
            "net": t.money(row.net),
        }
