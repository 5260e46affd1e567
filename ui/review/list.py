"""The lines under review, grouped by ticket: one scrolling element for thousands of rows; the browser builds those in sight.

The rows live in a property of the element; a change sends only what differs, so a proposal of 1,500 lines is sent once.
"""

from html import escape
from typing import Final

from nicegui import events, json, ui

from ui.kit.badges import LINE
from ui.kit.elements import decorative_icon, set_class
from ui.kit.page import PageContext
from ui.kit.virtual_rows import FIRST_ROWS, Row, RowsElement, row_template
from ui.review.commands import Commands
from ui.review.rows import ReviewRows
from ui.review.state import ReviewState

# Values reach the markup through Vue's bindings alone; `row_template` says what the double brackets stand for.
_TEMPLATE: Final = """
<div class="rv-row" role="listitem" :data-key="props.item.key" :aria-current="props.item.current"
  :class="{'rv-row--ticket': props.item.ticket, 'rv-row--current': props.item.current, 'rv-row--off': props.item.off,
    'rv-row--released': props.item.released, 'rv-row--ticked': props.item.ticked === 2 && !props.item.ticket}"
  @click="$event.target.closest('a') || $parent.$emit('row', {verb: 'point', key: props.item.key})">
  <button v-if="props.item.ticket" type="button" tabindex="-1" class="rv-fold" :aria-expanded="!props.item.folded"
    :aria-label="props.item.number" [[emit fold]]>
    <i class="q-icon material-icons" aria-hidden="true">{{ props.item.folded ? 'chevron_right' : 'expand_more' }}</i></button>
  <span v-else></span>
  <button v-if="props.item.editable" type="button" tabindex="-1" role="checkbox" class="rv-tick" aria-label="[[review.tick]]"
    :aria-checked="['false', 'mixed', 'true'][props.item.ticked || 0]"
    @click.stop="$parent.$emit('row', {verb: 'pick', key: props.item.key, through: $event.shiftKey})"></button>
  <span v-else></span>
  <span v-if="props.item.ticket" class="rv-title"><a :href="props.item.path" tabindex="-1">{{ props.item.number }}</a>
    <span class="rv-title__text" :title="props.item.text">{{ props.item.text }}</span>
    <span class="rv-title__count">{{ props.item.count }}</span>
    <span v-if="props.item.flagged" class="rv-title__flags">[[icon flag]] {{ props.item.flagged }}</span></span>
  <template v-else><span class="rv-what">
    <i v-if="props.item.fresh" class="rv-fresh" role="img" aria-label="[[review.fresh]]" title="[[review.fresh]]"></i>
    <i v-if="props.item.adjusted" class="q-icon material-icons rv-mark" role="img" :aria-label="props.item.adjusted" [[=tip]]>edit
      <q-tooltip :delay="250">{{ props.item.adjusted }}</q-tooltip></i>
    <span class="rv-text" :title="props.item.text"><s v-if="props.item.was_text" class="rv-was">{{ props.item.was_text }}</s>
      {{ props.item.text }}</span>
    <button v-if="props.item.merged" type="button" tabindex="-1" class="rv-work" title="[[adjust.entries]] (D)" [[emit entries]]>
      {{ props.item.merged }}</button>
    <span v-for="flag in props.item.flags" :key="flag.word" class="rv-flag" role="note"
      :aria-label="flag.word + ': ' + flag.why" [[=tip]]>
      <i class="q-icon material-icons" aria-hidden="true">{{ flag.icon }}</i><span>{{ flag.word }}</span>
      <q-tooltip :delay="150" max-width="420px">{{ flag.why }}</q-tooltip></span></span>
    <span class="rv-service" :title="props.item.service">{{ props.item.service }}</span></template>
  <span class="rv-time"><s v-if="props.item.was_time" class="rv-was">{{ props.item.was_time }}</s>{{ props.item.time }}</span>
  <span v-if="props.item.ticket" class="rv-span"></span>
  <template v-else><span class="rv-rate"><s v-if="props.item.was_rate" class="rv-was">{{ props.item.was_rate }}</s>
    ×&nbsp;{{ props.item.rate }}</span>
    <button type="button" tabindex="-1" class="rv-source" :class="{'rv-source--differs': props.item.differs}"
      :title="props.item.price" [[emit why]]>{{ props.item.source }}</button></template>
  <span class="rv-net"><s v-if="props.item.was_net" class="rv-was">{{ props.item.was_net }}</s>
    <span v-if="props.item.calculation" class="rv-calculation" :class="{'rv-calculation--differs': props.item.differs_apart}"
      [[=tip]]>{{ props.item.net }}<q-tooltip :delay="250" max-width="380px">{{ props.item.calculation }}</q-tooltip></span>
    <template v-else>{{ props.item.net }}</template></span>
  <span v-if="props.item.ticket" class="rv-state">
    <span v-if="props.item.suspended" class="chip chip--suspended">[[icon pause_circle]]{{ props.item.suspended }}</span>
    <span v-if="props.item.not_billed" class="chip chip--not_billed">[[icon block]]{{ props.item.not_billed }}</span></span>
  <span v-else class="rv-state"><span class="chip" :class="'chip--' + props.item.tone" :title="[[=means]][props.item.tone]">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.item.icon }}</i>{{ props.item.state }}</span>
    <span v-if="props.item.reason" class="rv-why" :title="props.item.reason + ' · ' + props.item.who">{{ props.item.quoted }}
      <span class="rv-who">{{ props.item.who }}</span></span>
    <span v-if="props.item.adjusted_why" class="rv-why" :title="props.item.adjusted">{{ props.item.adjusted_why }}
      <span class="rv-who">{{ props.item.adjusted_by }}</span></span></span>
  <span class="rv-actions"><template v-if="props.item.editable">[[=actions]]</template></span>
</div>
"""
_ACTION: Final = """<button v-if="{0}" type="button" tabindex="-1" title="[[{1}]]{2}" aria-label="[[{1}]]"
  [[emit {3}]]>[[icon {4}]]</button>"""
_ACTIONS: Final = (
    ("props.item.can_bill", "review.restore", " (R)", "restore", "undo"),
    ("props.item.can_suspend", "review.suspend", " (S)", "suspend", "pause"),
    ("props.item.can_drop", "review.not_bill", " (N)", "not_bill", "block"),
    ("!props.item.ticket", "review.comment", " (C)", "comment", "chat_bubble_outline"),
    ("!props.item.ticket", "adjust.do", " (E)", "adjust", "edit"),
    ("props.item.ticket", "review.remove_from_proposal", "", "remove_from_proposal", "playlist_remove"),
)

# Quasar's tooltips open for the mouse alone. Tab reaches those of the row under the cursor, or thousands would lie in its way.
_TIP: Final = (
    """:tabindex="props.item.current ? 0 : -1" @focus="$event.target.dispatchEvent(new $event.view.MouseEvent('mouseenter'))" """
    """@blur="$event.target.dispatchEvent(new $event.view.MouseEvent('mouseleave'))\""""
)


def focus_lines() -> None:
    """Give the keyboard back to the lines."""
    ui.run_javascript("document.querySelector('.rv-list')?.focus({preventScroll: true})")


class ReviewList:
    """Head and rows. A row's verb names the row by its key, which counts only as far as the state knows it."""

    def __init__(self, page: PageContext, state: ReviewState, commands: Commands) -> None:
        self._t, self._state, self._commands = page.t, state, commands
        self._rows = ReviewRows(page.translator, state)
        means = {tone: self._t(f"help.means.line_state.{name}") for name, (tone, _icon) in LINE.items()}
        actions = "".join(_ACTION.format(*each) for each in _ACTIONS)
        with ui.element("div").classes("rv").mark("review"):
            self._place_head()
            rows = self._rows.visible()
            self._list = RowsElement(rows[:FIRST_ROWS])
            means_text = escape(json.dumps(means), quote=True)
            template = row_template(page.translator, _TEMPLATE, tip=_TIP, means=means_text, actions=actions)
            self._list.add_slot("default", template)
            self._list.classes("rv-list").props("tabindex=0").mark("review-lines").on("row", self._on_row)
        self._rendered = False
        self._send_rest(rows)
        state.observe(self._render)

    def _send_rest(self, rows: list[Row]) -> None:
        """Rows out of sight follow once the page is there: they would only make it heavy."""
        client = self._list.client

        def send() -> None:
            if not self._list.is_deleted and not self._rendered:
                self._list.become(rows)

        if client.has_socket_connection:
            send()
        else:
            client.on_connect(send)

    def _render(self) -> None:
        self._rendered = True
        self._render_head()
        self._list.become(self._rows.visible())
        if self._state.scroll_to is not None:
            self._list.reveal(self._state.scroll_to)
            self._state.scroll_to = None

    def _place_head(self) -> None:
        with ui.element("div").classes("rv-head rv-row"):
            with ui.element("button").classes("rv-fold").props("type=button").mark("fold-all") as fold:
                decorative_icon("unfold_less")
                ui.tooltip(self._t("review.fold_all"))
            fold.props["aria-label"] = self._t("review.fold_all")
            fold.on("click", lambda: self._state.change_view("fold_all"))
            self._tick_all = ui.element("button").classes("rv-tick").props('type="button" role="checkbox"').mark("tick-all")
            self._tick_all.props["aria-label"] = self._t("review.tick_all")
            self._tick_all.on("click", lambda: self._commands.run("pick_all"))
            for name in ("work", "service", "time", "rate", "source", "net", "state"):
                ui.label(self._t(f"review.column.{name}")).classes(f"rv-head__{name}")
        self._render_head()

    def _render_head(self) -> None:
        state = self._state
        set_class(self._tick_all, "rv-gone", not state.editable)
        everything = len(state.active())
        ticked = "true" if everything and len(state.selected) == everything else "mixed" if state.selected else "false"
        if self._tick_all.props.get("aria-checked") != ticked:
            self._tick_all.props["aria-checked"] = ticked

    async def _on_row(self, event: events.GenericEventArguments) -> None:
        message = event.args if isinstance(event.args, dict) else {}
        key, verb = self._state.key(message.get("key")), str(message.get("verb"))
        if key is None:
            return
        self._state.point(key, fold=verb == "fold", pick=verb == "pick", through=message.get("through") is True)
        if verb not in ("point", "fold", "pick"):
            await self._commands.run(verb, key)
