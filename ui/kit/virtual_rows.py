"""Thousands of rows in one scrolling element: the browser builds those in sight and is sent only what changes.

A row is finished text by field, with a `key` of ours; its values go nowhere but into text nodes and attributes that Vue binds.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final, NamedTuple

from nicegui import json, ui

from ui.i18n import Translator

Row = dict[str, Any]

ROW_HEIGHT: Final = 34
FIRST_ROWS: Final = 60
"""As many as the largest screen shows."""
_COVERED: Final = 64

# `items` is the reactive array behind the element: to set a field in it draws that row again and no other. A page that was
# sent only after the change has the rows already, so not as many as there were before.
_APPLY: Final = """((id, before, at, gone, fresh, fields) => { const items = getElement(id)?.$props.items; if (!items) return;
 if ((gone || fresh.length) && items.length === before) items.splice(at, gone, ...fresh);
 for (const item of items) { const changed = fields[item.key]; if (changed) Object.assign(item, changed); } })"""

# Only as far as needed: no row jumps that is in sight already. At the bottom the bar and the note lie over the rows.
_REVEAL: Final = """((id, at, height, covered) => { const box = getElement(id)?.$el; if (!box) return; const top = at * height;
 if (top < box.scrollTop) { box.scrollTop = top; return; }
 const lowest = top + height - box.clientHeight + covered; if (lowest > box.scrollTop) box.scrollTop = lowest; })"""

# Between the list and its rows Quasar puts an element that takes the focus, so that they would not belong together.
# Chrome counts a tap as the second of two though the first was far away, on the page before even: that opens nothing.
_MOUNTED: Final = """({el}) => { let first = null; el.querySelector('.q-virtual-scroll__content').removeAttribute('tabindex');
 el.addEventListener('click', (e) => { if (e.detail === 1) first = e; }, true);
 el.addEventListener('dblclick', (e) => { if (!first || Math.hypot(e.clientX - first.clientX, e.clientY - first.clientY) > 30)
  e.stopPropagation(); }, true); }"""


class Change(NamedTuple):
    """From one sequence of rows to the next: `gone` rows replaced at `at`, then fields set on rows by key."""

    at: int
    gone: int
    fresh: list[Row]
    fields: dict[str, Row]

    @property
    def nothing(self) -> bool:
        """Whether both sequences are alike."""
        return not (self.gone or self.fresh or self.fields)


class RowsElement(ui.element):
    """Quasar's virtual scroll. Its rows stay plain values, which NiceGUI neither watches nor copies."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__("q-virtual-scroll")
        self.items = rows
        self.props(f"virtual-scroll-item-size={ROW_HEIGHT}")
        self.on("vnodeMounted", js_handler=_MOUNTED)
        self._hold()

    def become(self, rows: list[Row]) -> None:
        """Show these rows; the browser is sent what differs."""
        found = change(self.items, rows)
        if found.nothing:
            return
        arguments = ", ".join(json.dumps(part) for part in (self.id, len(self.items), *found))
        self.items = rows
        with self.props.suspend_updates():
            self._hold()
        self.client.run_javascript(f"{_APPLY}({arguments})")

    def reveal(self, at: int) -> None:
        """Scroll just so far that row number `at` is in sight."""
        self.client.run_javascript(f"{_REVEAL}({self.id}, {at}, {ROW_HEIGHT}, {_COVERED})")

    def focus(self) -> None:
        """Let keys scroll the rows."""
        self.client.run_javascript(f"getElement({self.id})?.$el.focus({{preventScroll: true}})")

    def _hold(self) -> None:
        # A tuple is no collection that NiceGUI watches.
        self.props["items"] = tuple(self.items)


def row_template(translator: Translator, template: str, **parts: str) -> str:
    """A row's markup. `[[icon x]]` is an icon, `[[emit x]]` makes a click emit `row` with that verb and the row's key, `[[=x]]`
    is the markup `parts[x]`, and any other `[[key]]` is a sentence of ours, escaped."""

    def part(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "=":
            return row_template(translator, parts[name])
        if kind == "icon ":
            return f'<i class="q-icon material-icons" aria-hidden="true">{name}</i>'
        if kind == "emit ":
            return f"""@click.stop="$parent.$emit('row', {{verb: '{name}', key: props.item.key}})\""""
        return escape(translator.t(name), quote=True)

    return re.sub(r"\[\[(=|icon |emit )?([\w.]+)\]\]", part, template)


def change(before: Sequence[Row], after: Sequence[Row]) -> Change:
    """The least that makes `after` of `before`: rows in the middle exchanged, fields set on those that stay."""
    old, new = [row["key"] for row in before], [row["key"] for row in after]
    start = _alike(old, new)
    end = _alike(old[: start - len(old) - 1 : -1], new[: start - len(new) - 1 : -1])
    fields = {}
    kept = zip([*before[:start], *before[len(before) - end :]], [*after[:start], *after[len(after) - end :]], strict=True)
    for was, now in kept:
        if was is not now and was != now:
            fields[now["key"]] = {name: now.get(name) for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    return Change(start, len(before) - start - end, list(after[start : len(after) - end]), fields)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first ones are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
