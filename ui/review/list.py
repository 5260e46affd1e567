"""The lines under review, grouped by ticket: one scrolling element for thousands of rows; the browser builds those in sight.

The rows live in a property of the element; a change sends only what differs, so a proposal of 1,500 lines is sent once.
"""

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any, Final

from nicegui import events, json, ui

from ui.i18n import Translator
from ui.kit.badges import LINE
from ui.kit.virtual_rows import FIRST_ROWS, Row, RowsElement
from ui.review.rows import ReviewRows
from ui.review.state import ReviewState

# Values reach the markup through Vue's bindings alone; `[[key]]` stands for a sentence of ours, escaped.
_TEMPLATE: Final = """
<div class="rv-row" role="listitem" :data-key="props.item.key" :aria-current="props.item.current"
  :class="{'rv-row--ticket': props.item.ticket, 'rv-row--current': props.item.current, 'rv-row--off': props.item.off,
    'rv-row--released': props.item.released, 'rv-row--ticked': props.item.ticked === 2 && !props.item.ticket}"
  @click="$event.target.closest('a') || $parent.$emit('desk', {verb: 'point', key: props.item.key})">
  <button v-if="props.item.ticket" type="button" tabindex="-1" class="rv-fold" :aria-expanded="!props.item.folded"
    :aria-label="props.item.number" @click.stop="$parent.$emit('desk', {verb: 'fold', key: props.item.key})">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.item.folded ? 'chevron_right' : 'expand_more' }}</i></button>
  <span v-else></span>
  <button v-if="props.item.editable" type="button" tabindex="-1" role="checkbox" class="rv-tick" aria-label="[[review.tick]]"
    :aria-checked="['false', 'mixed', 'true'][props.item.ticked || 0]"
    @click.stop="$parent.$emit('desk', {verb: 'pick', key: props.item.key, through: $event.shiftKey})"></button>
  <span v-else></span>
  <span v-if="props.item.ticket" class="rv-title"><a :href="props.item.path" tabindex="-1">{{ props.item.number }}</a>
    <span class="rv-title__text" :title="props.item.text">{{ props.item.text }}</span>
    <span class="rv-title__count">{{ props.item.count }}</span>
    <span v-if="props.item.flagged" class="rv-title__flags"><i class="q-icon material-icons" aria-hidden="true">flag</i>
      {{ props.item.flagged }}</span></span>
  <template v-else><span class="rv-what">
    <i v-if="props.item.fresh" class="rv-fresh" role="img" aria-label="[[review.fresh]]" title="[[review.fresh]]"></i>
    <i v-if="props.item.adjusted" class="q-icon material-icons rv-mark" role="img" :aria-label="props.item.adjusted" [[tip]]>edit
      <q-tooltip :delay="250">{{ props.item.adjusted }}</q-tooltip></i>
    <span class="rv-text" :title="props.item.text"><s v-if="props.item.was_text" class="rv-was">{{ props.item.was_text }}</s>
      {{ props.item.text }}</span>
    <button v-if="props.item.merged" type="button" tabindex="-1" class="rv-work" title="[[adjust.entries]] (D)"
      @click.stop="$parent.$emit('desk', {verb: 'entries', key: props.item.key})">{{ props.item.merged }}</button>
    <span v-for="flag in props.item.flags" :key="flag.word" class="rv-flag" role="note"
      :aria-label="flag.word + ': ' + flag.why" [[tip]]>
      <i class="q-icon material-icons" aria-hidden="true">{{ flag.icon }}</i><span>{{ flag.word }}</span>
      <q-tooltip :delay="150" max-width="420px">{{ flag.why }}</q-tooltip></span></span>
    <span class="rv-service" :title="props.item.service">{{ props.item.service }}</span></template>
  <span class="rv-time"><s v-if="props.item.was_time" class="rv-was">{{ props.item.was_time }}</s>{{ props.item.time }}</span>
  <span v-if="props.item.ticket" class="rv-span"></span>
  <template v-else><span class="rv-rate"><s v-if="props.item.was_rate" class="rv-was">{{ props.item.was_rate }}</s>
    ×&nbsp;{{ props.item.rate }}</span>
    <button type="button" tabindex="-1" class="rv-source" :class="{'rv-source--differs': props.item.differs}"
      :title="props.item.price" @click.stop="$parent.$emit('desk', {verb: 'why', key: props.item.key})">{{ props.item.source }}
    </button></template>
  <span class="rv-net"><s v-if="props.item.was_net" class="rv-was">{{ props.item.was_net }}</s>
    <span v-if="props.item.reckoned" class="rv-reckoned" :class="{'rv-reckoned--differs': props.item.differs_apart}" [[tip]]>
      {{ props.item.net }}<q-tooltip :delay="250" max-width="380px">{{ props.item.reckoned }}</q-tooltip></span>
    <template v-else>{{ props.item.net }}</template></span>
  <span v-if="props.item.ticket" class="rv-state">
    <span v-if="props.item.suspended" class="chip chip--suspended">
      <i class="q-icon material-icons" aria-hidden="true">pause_circle</i>{{ props.item.suspended }}</span>
    <span v-if="props.item.not_billed" class="chip chip--not_billed">
      <i class="q-icon material-icons" aria-hidden="true">block</i>{{ props.item.not_billed }}</span></span>
  <span v-else class="rv-state"><span class="chip" :class="'chip--' + props.item.tone" :title="[[means]][props.item.tone]">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.item.icon }}</i>{{ props.item.state }}</span>
    <span v-if="props.item.reason" class="rv-why" :title="props.item.reason + ' · ' + props.item.who">{{ props.item.quoted }}
      <span class="rv-who">{{ props.item.who }}</span></span>
    <span v-if="props.item.adjusted_why" class="rv-why" :title="props.item.adjusted">{{ props.item.adjusted_why }}
      <span class="rv-who">{{ props.item.adjusted_by }}</span></span></span>
  <span class="rv-actions"><template v-if="props.item.editable">
    <button v-if="props.item.can_bill" type="button" tabindex="-1" title="[[review.restore]] (R)" aria-label="[[review.restore]]"
      @click.stop="$parent.$emit('desk', {verb: 'restore', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">undo</i></button>
    <button v-if="props.item.can_suspend" type="button" tabindex="-1" aria-label="[[review.suspend]]"
      title="[[review.suspend]] (S)" @click.stop="$parent.$emit('desk', {verb: 'suspend', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">pause</i></button>
    <button v-if="props.item.can_drop" type="button" tabindex="-1" aria-label="[[review.not_bill]]"
      title="[[review.not_bill]] (N)" @click.stop="$parent.$emit('desk', {verb: 'not_bill', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">block</i></button>
    <button v-if="!props.item.ticket" type="button" tabindex="-1" title="[[review.comment]] (C)" aria-label="[[review.comment]]"
      @click.stop="$parent.$emit('desk', {verb: 'comment', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">chat_bubble_outline</i></button>
    <button v-if="!props.item.ticket" type="button" tabindex="-1" title="[[adjust.do]] (E)" aria-label="[[adjust.do]]"
      @click.stop="$parent.$emit('desk', {verb: 'adjust', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">edit</i></button>
    <button v-if="props.item.ticket" type="button" tabindex="-1" title="[[review.remove_from_proposal]]"
      aria-label="[[review.remove_from_proposal]]"
      @click.stop="$parent.$emit('desk', {verb: 'remove_from_proposal', key: props.item.key})">
      <i class="q-icon material-icons" aria-hidden="true">playlist_remove</i></button></template></span>
</div>
"""
_SENTENCES: Final = (
    "review.tick", "review.restore", "review.suspend", "review.not_bill", "review.remove_from_proposal", "adjust.do",
    "adjust.entries", "review.fresh", "review.comment",
)  # fmt: skip

# Quasar's tooltips hear the mouse alone. Tab reaches those of the row under the cursor, or thousands would lie in its way.
_TIP: Final = (
    """:tabindex="props.item.current ? 0 : -1" @focus="$event.target.dispatchEvent(new $event.view.MouseEvent('mouseenter'))" """
    """@blur="$event.target.dispatchEvent(new $event.view.MouseEvent('mouseleave'))\""""
)

Handler = Callable[[str, dict[str, Any]], Awaitable[None]]


class ReviewList:
    """`on_do` hears what a person does with a row: a verb, and the `key` of the row as the browser says."""

    def __init__(self, translator: Translator, rows: ReviewRows, on_do: Handler) -> None:
        self._t = translator.t
        self._rows = rows
        self._on_do = on_do
        self._shown = False

    def build(self, desk: ReviewState) -> None:
        """Place it; what is in sight comes first, the rest at once after it."""
        template = _TEMPLATE.replace("[[tip]]", _TIP)
        means = {tone: self._t(f"help.means.line_state.{state}") for state, (tone, _icon) in LINE.items()}
        template = template.replace("[[means]]", escape(json.dumps(means), quote=True))
        for name in _SENTENCES:
            template = template.replace(f"[[{name}]]", escape(self._t(name), quote=True))
        with ui.element("div").classes("rv").mark("review"):
            self._head(desk)
            rows = self._rows.of(desk)
            self._list = RowsElement(rows[:FIRST_ROWS])
            self._list.add_slot("default", template)
            self._list.classes("rv-list").props("tabindex=0").mark("review-lines").on("desk", self._heard)
        self._send_rest(rows)

    def _send_rest(self, rows: list[Row]) -> None:
        """What nobody sees at first comes once the page is there: it would only make the page heavy."""
        client = self._list.client

        def send() -> None:
            if not self._list.is_deleted and not self._shown:
                self._list.become(rows)

        if client.has_socket_connection:
            send()
        else:
            client.on_connect(send)

    @property
    def items(self) -> list[Row]:
        """The rows that are there."""
        return self._list.items

    def show(self, desk: ReviewState) -> None:
        """Bring what the browser has in line with the desk."""
        self._shown = True
        self._show_head(desk)
        self._list.become(self._rows.of(desk))

    def reveal(self, at: int) -> None:
        """Scroll just so far that row number `at` is in sight."""
        self._list.reveal(at)

    def focus(self) -> None:
        """Let keys scroll the list."""
        self._list.focus()

    def _head(self, desk: ReviewState) -> None:
        with ui.element("div").classes("rv-head rv-row"):
            with ui.element("button").classes("rv-fold").props("type=button").mark("fold-all") as fold:
                ui.icon("unfold_less").props("aria-hidden=true")
                ui.tooltip(self._t("review.fold_all"))
            fold.props["aria-label"] = self._t("review.fold_all")
            fold.on("click", lambda: self._on_do("fold_all", {}))
            self._tick_all = ui.element("button").classes("rv-tick").props('type="button" role="checkbox"').mark("tick-all")
            self._tick_all.props["aria-label"] = self._t("review.tick_all")
            self._tick_all.on("click", lambda: self._on_do("pick_all", {}))
            for name in ("work", "service", "time", "rate", "source", "net", "state"):
                ui.label(self._t(f"review.column.{name}")).classes(f"rv-head__{name}")
        self._show_head(desk)

    def _show_head(self, desk: ReviewState) -> None:
        self._tick_all.classes(add=None if self._rows.editable else "rv-gone", remove="rv-gone" if self._rows.editable else None)
        held = sum(len(group.held) for group in desk.groups)
        ticked = "true" if held and len(desk.selected) == held else "mixed" if desk.selected else "false"
        if self._tick_all.props.get("aria-checked") != ticked:
            self._tick_all.props["aria-checked"] = ticked

    async def _heard(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, dict):
            await self._on_do(str(event.args.get("verb")), event.args)
