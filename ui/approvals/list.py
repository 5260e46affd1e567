"""The rows of the inbox: one scrolling element, of which the browser is sent what changes."""

from datetime import UTC, datetime
from typing import Any, Final

from nicegui import events, ui

from storage.queries.proposals.inbox import WaitingRow
from ui.approvals.commands import InboxCommands
from ui.approvals.state import InboxState
from ui.kit.page import PageContext
from ui.kit.virtual_rows import Row, RowsElement, row_template

_COLUMNS: Final = ("number", "company", "submitted", "tickets", "lines", "hours", "net", "total")

# Values reach the markup through Vue's bindings alone; `row_template` says what the double brackets stand for.
_TEMPLATE: Final = """
<div class="rv-row ap-row" role="listitem" :aria-current="props.item.current"
  :class="{'rv-row--current': props.item.current, 'rv-row--ticked': props.item.ticked}"
  @click="$event.target.closest('a') || $parent.$emit('row', {verb: 'point', id: props.item.id})"
  @dblclick="$parent.$emit('row', {verb: 'open', id: props.item.id})">
  <span v-if="props.item.own" class="ap-own" role="img" :title="props.item.own" :aria-label="props.item.own">
    [[icon lock]]</span>
  <button v-else type="button" tabindex="-1" role="checkbox" class="rv-tick" aria-label="[[approvals.tick]]"
    :aria-checked="props.item.ticked ? 'true' : 'false'"
    @click.stop="$parent.$emit('row', {verb: 'pick', id: props.item.id})" @dblclick.stop></button>
  <a :href="props.item.path" tabindex="-1">{{ props.item.number }}</a>
  <span class="clip" :title="props.item.company">{{ props.item.company }}</span>
  <span class="clip ap-who" :title="props.item.at">{{ props.item.by }} <span class="muted">· {{ props.item.ago }}</span></span>
  <span class="num">{{ props.item.tickets }}</span>
  <span class="pf-lines">
    <span v-if="props.item.suspended" class="pf-mark pf-mark--suspended" :title="props.item.suspended_lines">
      [[icon pause_circle]]{{ props.item.suspended }}</span>
    <span v-if="props.item.not_billed" class="pf-mark pf-mark--not_billed" :title="props.item.not_billed_lines">
      [[icon block]]{{ props.item.not_billed }}</span>
    <span>{{ props.item.to_bill }}</span></span>
  <span class="num">{{ props.item.hours }}</span>
  <span class="num">{{ props.item.net }}</span>
  <span class="rv-net">{{ props.item.total }}</span>
</div>
"""


class InboxList:
    """Head and rows. A row's verb names the row by its id, which counts only as far as the state knows it."""

    def __init__(self, page: PageContext, state: InboxState, commands: InboxCommands) -> None:
        self._t, self._state, self._commands = page.translator, state, commands
        with ui.element("div").classes("rv").mark("approvals-list"):
            with ui.element("div").classes("rv-head rv-row ap-row"):
                self._tick_page = ui.element("button").classes("rv-tick").props('type="button" role="checkbox"').mark("tick-page")
                self._tick_page.props["aria-label"] = page.t("approvals.tick_page")
                self._tick_page.on("click", lambda: state.change_view("pick_page"))
                for name in _COLUMNS:
                    ui.label(page.t(f"approvals.column.{name}")).classes(f"ap-head__{name}")
            self._rows = RowsElement([])
            self._rows.add_slot("default", row_template(page.translator, _TEMPLATE))
            self._rows.classes("rv-list").props("tabindex=0").mark("approvals-rows").on("row", self._on_row)
            self._rows.props["aria-label"] = page.t("approvals.title")
        state.observe(self._render)

    def focus(self) -> None:
        """Let keys scroll the rows."""
        self._rows.focus()

    def _render(self) -> None:
        state, now = self._state, datetime.now(UTC)
        self._rows.become([self._row(row, now) for row in state.found.rows])
        page = state.selectable.keys()
        ticked = len(page & state.selected.keys())
        checked = "true" if page and ticked == len(page) else "mixed" if ticked else "false"
        if self._tick_page.props.get("aria-checked") != checked:
            self._tick_page.props["aria-checked"] = checked
        if state.scroll_to is not None:
            self._rows.reveal(state.scroll_to)
            state.scroll_to = None

    async def _on_row(self, event: events.GenericEventArguments) -> None:
        message = event.args if isinstance(event.args, dict) else {}
        row, verb = self._state.row(message.get("id")), message.get("verb")
        if row is not None:
            self._state.current = row.id
            await self._commands.run(str(verb) if verb in ("pick", "open") else "point")

    def _row(self, row: WaitingRow, now: datetime) -> Row:
        t = self._t
        whole: dict[str, Any] = {
            "key": str(row.id),
            "id": row.id,
            "path": f"/proposals/{row.id}",
            "number": row.number,
            "company": row.company,
            "by": row.submitted_by,
            "ago": t.ago(row.submitted_at, now),
            "at": t.t("approvals.submitted", by=row.submitted_by, at=t.instant(row.submitted_at)),
            "tickets": t.number(row.tickets),
            "to_bill": t.number(row.to_bill),
            "suspended": row.suspended and t.number(row.suspended),
            "not_billed": row.not_billed and t.number(row.not_billed),
            "suspended_lines": t.n("review.suspended", row.suspended),
            "not_billed_lines": t.n("review.not_billed", row.not_billed),
            "hours": t.hours(row.minutes),
            "net": t.money(row.net),
            "total": t.money(row.total),
            "own": t.t("approvals.own") if self._state.own(row) else "",
            "ticked": row.id in self._state.selected,
            "current": row.id == self._state.current,
        }
        return {name: value for name, value in whole.items() if value}
