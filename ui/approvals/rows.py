"""The rows of the inbox: one scrolling element, of which the browser is sent what changes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from nicegui import events, ui

from storage.queries.proposals.inbox import WaitingRow
from ui.approvals.state import InboxState
from ui.i18n import Translator
from ui.kit.virtual_rows import Row, RowsElement

_COLUMNS: Final = ("number", "company", "submitted", "tickets", "lines", "hours", "net", "total")

# Values reach the markup through Vue's bindings alone; `[[tick]]` is a sentence of ours, escaped.
_TEMPLATE: Final = """
<div class="rv-row ap-row" role="listitem" :aria-current="props.item.current"
  :class="{'rv-row--current': props.item.current, 'rv-row--ticked': props.item.ticked}"
  @click="$event.target.closest('a') || $parent.$emit('row', {verb: 'point', id: props.item.id})"
  @dblclick="$parent.$emit('row', {verb: 'open', id: props.item.id})">
  <span v-if="props.item.own" class="ap-own" role="img" :title="props.item.own" :aria-label="props.item.own">
    <i class="q-icon material-icons" aria-hidden="true">lock</i></span>
  <button v-else type="button" tabindex="-1" role="checkbox" class="rv-tick" aria-label="[[tick]]"
    :aria-checked="props.item.ticked ? 'true' : 'false'"
    @click.stop="$parent.$emit('row', {verb: 'pick', id: props.item.id})" @dblclick.stop></button>
  <a :href="props.item.path" tabindex="-1">{{ props.item.number }}</a>
  <span class="clip" :title="props.item.company">{{ props.item.company }}</span>
  <span class="clip ap-who" :title="props.item.at">{{ props.item.by }} <span class="muted">· {{ props.item.ago }}</span></span>
  <span class="num">{{ props.item.tickets }}</span>
  <span class="pf-lines">
    <span v-if="props.item.suspended" class="pf-mark pf-mark--suspended" :title="props.item.suspended_lines">
      <i class="q-icon material-icons" aria-hidden="true">pause_circle</i>{{ props.item.suspended }}</span>
    <span v-if="props.item.not_billed" class="pf-mark pf-mark--not_billed" :title="props.item.not_billed_lines">
      <i class="q-icon material-icons" aria-hidden="true">block</i>{{ props.item.not_billed }}</span>
    <span>{{ props.item.to_bill }}</span></span>
  <span class="num">{{ props.item.hours }}</span>
  <span class="num">{{ props.item.net }}</span>
  <span class="rv-net">{{ props.item.total }}</span>
</div>
"""

Handler = Callable[[str, int | None], Awaitable[None]]


class ApprovalList:
    """`on_do` hears what a person does with a row: a verb, and the id as the browser says; None is for the whole page."""

    def __init__(self, translator: Translator, desk: InboxState, on_do: Handler) -> None:
        self._t = translator
        self._desk = desk
        self._on_do = on_do

    def build(self) -> None:
        """Place it, empty."""
        t = self._t.t
        with ui.element("div").classes("rv").mark("approvals-list"):
            with ui.element("div").classes("rv-head rv-row ap-row"):
                self._tick_page = ui.element("button").classes("rv-tick").props('type="button" role="checkbox"').mark("tick-page")
                self._tick_page.props["aria-label"] = t("approvals.tick_page")
                self._tick_page.on("click", lambda: self._on_do("pick_page", None))
                for name in _COLUMNS:
                    ui.label(t(f"approvals.column.{name}")).classes(f"ap-head__{name}")
            self._rows = RowsElement([])
            self._rows.add_slot("default", _TEMPLATE.replace("[[tick]]", escape(t("approvals.tick"), quote=True)))
            self._rows.classes("rv-list").props("tabindex=0").mark("approvals-rows").on("row", self._heard)
            self._rows.props["aria-label"] = t("approvals.title")

    def show(self) -> None:
        """Bring what the browser has in line with the desk."""
        desk, now = self._desk, datetime.now(UTC)
        self._rows.become([self._row(row, now) for row in desk.found.rows])
        page = [row.id for row in desk.on_page]
        ticked = sum(id_ in desk.chosen for id_ in page)
        state = "true" if page and ticked == len(page) else "mixed" if ticked else "false"
        if self._tick_page.props.get("aria-checked") != state:
            self._tick_page.props["aria-checked"] = state

    def reveal(self) -> None:
        """Bring the cursor in sight."""
        self._rows.reveal(self._desk.place)

    def focus(self) -> None:
        """Let keys scroll the rows."""
        self._rows.focus()

    async def _heard(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, dict):
            id_ = event.args.get("id")
            await self._on_do(str(event.args.get("verb")), id_ if isinstance(id_, int) else None)

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
            "own": t.t("approvals.own") if self._desk.own(row) else "",
            "ticked": row.id in self._desk.chosen,
            "current": row.id == self._desk.current,
        }
        return {name: value for name, value in whole.items() if value}
