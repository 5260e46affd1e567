"""The table of suspended tickets: how long, by whom, why, where, and when to look again (spec, section 5)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final

from nicegui import events

from domain.rules.calendar import firm_date
from storage.queries.suspended.table import SORTABLE, SuspendedRow
from ui.i18n import Translator
from ui.kit.sorted_table import OnSort, columns_of, sorted_table

_COLUMNS: Final = ("tick", "number", "company", "since", "reason", "proposal", "review_on", "minutes", "value")
_WIDTHS: Final = {"tick": "40px", "number": "20%", "company": "20%", "since": "108px", "reason": "26%", "proposal": "136px",
                  "review_on": "138px", "minutes": "84px", "value": "104px"}  # fmt: skip
_RIGHT: Final = frozenset({"minutes", "value"})

_HEAD: Final = """<q-th :props="props"><q-checkbox dense size="sm" :model-value="props.col.all" :aria-label="props.col.aria"
 @update:model-value="$parent.$emit('tick_page', $event === true)" /></q-th>"""

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" tabindex="0" :class="{'sp-row--chosen': props.row.ticked}"
  @keydown.space.self.prevent="$parent.$emit('tick', [props.row.id, !props.row.ticked])"
  @keydown.enter.self="$parent.$emit('opened', props.row.id)"
  @keydown.up.exact.prevent="$event.currentTarget.previousElementSibling?.focus()"
  @keydown.down.exact.prevent="$event.currentTarget.nextElementSibling?.focus()">
  <q-td v-if="props.colsMap.tick" key="tick" :props="props"><q-checkbox dense size="sm" tabindex="-1"
    :model-value="props.row.ticked" :aria-label="props.row.aria"
    @update:model-value="$parent.$emit('tick', [props.row.id, $event === true])" /></q-td>
  <q-td key="number" :props="props" class="sp-clip"><a :href="props.row.path">{{ props.row.number }}</a>
    <div class="small muted clip" :title="props.row.title">{{ props.row.title }}</div></q-td>
  <q-td key="company" :props="props" class="sp-clip">
    <div class="clip" :title="props.row.company">{{ props.row.company || '—' }}</div>
    <div class="small muted clip">{{ props.row.owner }}</div></q-td>
  <q-td key="since" :props="props"><div>{{ props.row.age }}</div><div class="small muted">{{ props.row.since }}</div></q-td>
  <q-td key="reason" :props="props" class="sp-clip"><div class="clip" :title="props.row.reason">{{ props.row.reason }}</div>
    <div class="small muted clip">{{ props.row.by }}</div></q-td>
  <q-td key="proposal" :props="props"><div v-for="one in props.row.proposals" :key="one.path">
      <a :href="one.path">{{ one.number }}</a><div class="small muted">{{ one.status }}</div></div>
    <div v-if="props.row.by_hand" class="muted">{{ props.row.by_hand }}</div>
    <div v-if="props.row.blocked" class="small sp-blocked"><q-icon name="lock" aria-hidden="true" />
      {{ props.row.blocked }}</div></q-td>
  <q-td key="review_on" :props="props"><span v-if="props.row.due" class="chip chip--to_bill">
      <q-icon name="notification_important" aria-hidden="true" />{{ props.row.due }}</span>
    <div :class="{'small muted': props.row.due}">{{ props.row.review_on }}</div></q-td>
  <q-td key="minutes" :props="props">{{ props.row.minutes }}</q-td>
  <q-td key="value" :props="props">{{ props.row.value }}</q-td>
</q-tr>
"""

OnTick = Callable[[set[int], bool], Awaitable[None]]


class SuspendedTable:
    """`on_tick` hears ids of rows that stand here, and whether they are chosen; `on_sort` a field of `SORTABLE`."""

    def __init__(
        self, translator: Translator, *, tickable: bool, on_tick: OnTick, on_sort: OnSort,
        on_open: Callable[[int], None],
    ) -> None:  # fmt: skip
        self._t = translator
        self._tickable = tickable
        self._on_tick = on_tick
        self._on_sort = on_sort
        self._on_open = on_open
        self._rows: Sequence[SuspendedRow] = ()

    @property
    def shown(self) -> set[int]:
        """The tickets on the page."""
        return {row.id for row in self._rows}

    def build(self, sort: str, *, descending: bool) -> None:
        """Place it, hidden."""
        self.table = sorted_table(self._columns(), _BODY, order=(sort, descending), on_sort=self._on_sort, on_open=self._on_open)
        self.table.classes("sp-table").mark("suspended-table").add_slot("header-cell-tick", _HEAD)
        self.table.on("tick", self._tick).on("tick_page", self._tick_page)

    def _columns(self, *, all_ticked: bool = False) -> list[dict[str, Any]]:
        t = self._t.t
        names = [name for name in _COLUMNS if name != "tick" or self._tickable]
        columns = columns_of(names, lambda name: "" if name == "tick" else t(f"suspended.{name}"), SORTABLE, _RIGHT)
        tick = {"all": all_ticked, "aria": t("suspended.tick_page")}
        return [
            {**column, "headerStyle": f"width: {_WIDTHS[column['name']]}", **(tick if column["name"] == "tick" else {})}
            for column in columns
        ]

    def show(self, rows: Sequence[SuspendedRow], has: Callable[[int], bool], today: date) -> None:
        """Show a page of rows, with what is selected of them."""
        self._rows = rows
        cells = [self._cells(row, today) | {"ticked": has(row.id)} for row in rows]
        if cells != self.table.rows:
            self.table.rows = cells
        self._show_header(has)
        self.table.set_visibility(bool(rows))

    def tick(self, has: Callable[[int], bool]) -> None:
        """Show what is selected now."""
        self.table.rows = [{**row, "ticked": has(row["id"])} for row in self.table.rows]
        self._show_header(has)

    def _show_header(self, has: Callable[[int], bool]) -> None:
        if self._tickable:
            self.table.columns = self._columns(all_ticked=bool(self._rows) and all(has(row.id) for row in self._rows))

    async def _tick(self, event: events.GenericEventArguments) -> None:
        id_, chosen = event.args if isinstance(event.args, list) and len(event.args) == len(("id", "chosen")) else (None, None)
        if type(id_) is int and id_ in self.shown and isinstance(chosen, bool):
            await self._on_tick({id_}, chosen)

    async def _tick_page(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, bool):
            await self._on_tick(self.shown, event.args)

    def _cells(self, row: SuspendedRow, today: date) -> dict[str, Any]:
        t = self._t
        since = firm_date(row.since) if row.since else None
        due = row.review_on is not None and row.review_on <= today
        return {
            "id": row.id,
            "path": f"/tickets/{row.id}",
            "number": row.number,
            "title": row.title,
            "aria": t.t("suspended.tick", number=row.number),
            "company": row.company,
            "owner": row.owner,
            "age": _age(t, since, today),
            "since": t.date(since) if since else "",
            "reason": " · ".join(row.reasons),
            "by": ", ".join(row.decided_by),
            "proposals": [
                {"path": f"/proposals/{one.id}", "number": one.number, "status": t.t(f"proposal_status.{one.status}")}
                for one in row.proposals
            ],
            "by_hand": t.t("suspended.by_hand") if row.by_hand else "",
            "blocked": "" if row.can_resume else t.t("suspended.blocked"),
            "due": t.t("suspended.due") if due else "",
            "review_on": t.date(row.review_on) if row.review_on else "—",
            "minutes": t.hours(row.minutes),
            "value": t.money(row.value),
        }


def _age(text: Translator, since: date | None, today: date) -> str:
    """How long it waits, in days."""
    if since is None:
        return "—"
    days = (today - since).days
    return text.n("suspended.days", days) if days > 0 else text.t("suspended.today")
