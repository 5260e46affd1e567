"""A table as its columns declare it: cells, alignment, order and what opens a row, from one declaration.

The template of the rows is made from the columns. Its names are ours; values reach it through Vue's bindings alone.
"""

from collections.abc import Awaitable, Callable, Collection, Container, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Final, Generic, Protocol, TypeVar

from nicegui import events, json, ui

from ui.i18n import Translator

R = TypeVar("R")

PART: Final = "◔ "
"""Marks a figure that is a part: the list counts only that of its row."""

Cells = dict[str, Any]
"""What the template of a column shows, by name."""

_ICON: Final = '<i class="q-icon material-icons" aria-hidden="true">'
_PLACE: Final = 'tabindex="0" :data-id="props.row.id" :class="{\'row--ticked\': props.row.ticked}"'
_OPEN: Final = """@click="$event.target.closest('a, .cell-tick') || $parent.$emit('opened', props.row.id)"
  @keydown.enter="$event.target.closest('a') || $parent.$emit('opened', props.row.id)"
  @keydown.space.self.prevent="$parent.$emit('tick', [props.row.id, !props.row.ticked])"
  @keydown.up.exact.prevent="$event.currentTarget.previousElementSibling?.focus()"
  @keydown.down.exact.prevent="$event.currentTarget.nextElementSibling?.focus()\""""
# Whatever changes on a page builds the rows of its tables anew: the one that had the focus takes it again.
_FOCUS: Final = """@focus="$parent.focused = props.row.id"
  @vue:mounted="({el}) => $parent.focused === props.row.id && el.ownerDocument.activeElement.matches('body')
    && el.focus({preventScroll: true})\""""
_TICK: Final = """<q-td v-if="props.colsMap.tick" key="tick" :props="props" class="cell-tick"><q-checkbox dense size="sm"
  tabindex="-1" :model-value="props.row.ticked" :aria-label="props.row.tick"
  @update:model-value="$parent.$emit('tick', [props.row.id, $event === true])" /></q-td>"""
_TICK_PAGE: Final = """<q-th :props="props"><q-checkbox dense size="sm" :aria-label="props.col.aria"
  :model-value="!$parent.rows.some(row => row.ticked) ? false : $parent.rows.every(row => row.ticked) || null"
  @update:model-value="$parent.$emit('tick_page', $event === true)" /></q-th>"""
# The reactive array behind the table: a field that is set in it is shown, and nothing else needs to be sent.
_PATCH: Final = """((id, changed) => { for (const row of getElement(id)?.$attrs.rows ?? [])
 if (changed[row.id]) Object.assign(row, changed[row.id]); })"""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: `cells` of a row are what `template` shows. `right` is for figures, `css` for the cell, `width` as in CSS."""

    name: str
    cells: Callable[[Translator, R], Cells]
    template: str
    right: bool = False
    css: str = ""
    tip: str = ""
    width: str = ""

    def sized(self, width: str) -> "Column[R]":
        """The same column of this width, in a table whose columns have all their own."""
        return replace(self, width=width)

    @property
    def body(self) -> str:
        """The cell's template."""
        tip = f' :title="props.row.{self.tip}"' if self.tip else ""
        return f'<q-td key="{self.name}" :props="props" class="{self.css}"{tip}>{self.template}</q-td>'


def column(
    name: str,
    write: Callable[[Translator, R], str],
    *,
    right: bool = False,
    css: str = "",
    below: Callable[[Translator, R], str] | None = None,
) -> Column[R]:
    """Text as `write` makes it; with `below` a second, quieter line."""
    if below is None:
        return Column(name, lambda t, row: {name: write(t, row)}, f"{{{{ props.row.{name} }}}}", right, css)
    return Column(
        name,
        lambda t, row: {name: write(t, row), f"{name}_below": below(t, row)},
        f'<div class="clip" :title="props.row.{name}">{{{{ props.row.{name} }}}}</div>{_below(name)}',
        right,
        f"cell-clip {css}",
    )


def _below(name: str) -> str:
    return f'<div class="small muted clip" :title="props.row.{name}_below">{{{{ props.row.{name}_below }}}}</div>'


def _written(name: str, of: str, write: Callable[[Translator, Any], str], *, right: bool = True, css: str = "") -> Column[Any]:
    read = attrgetter(of or name)

    def cell(t: Translator, row: Any) -> str:
        value = read(row)
        return "" if value is None else write(t, value)

    return column(name, cell, right=right, css=css)


def text(name: str, *, grow: bool = False) -> Column[Any]:
    """A field as it is; with `grow` it takes the room that is left, and what is longer is cut and told by a hover."""
    plain = _written(name, "", lambda _, value: str(value), right=False)
    return replace(plain, css="cell-grow", tip=name) if grow else plain


def day(name: str) -> Column[Any]:
    """A date."""
    return _written(name, "", Translator.date, right=False)


def instant(name: str) -> Column[Any]:
    """A moment, in the firm's time."""
    return _written(name, "", Translator.instant, right=False)


def count(name: str) -> Column[Any]:
    """A number of things."""
    return _written(name, "", Translator.number)


def duration(name: str, of: str = "") -> Column[Any]:
    """Minutes as h:mm, of the field `of` where it has another name than the column."""
    return _written(name, of, Translator.hours)


def money(name: str, *, strong: bool = False) -> Column[Any]:
    """Cents as an amount."""
    return _written(name, "", Translator.money, css="strong" if strong else "")


def link(name: str, to: Callable[[R], str], *, below: Callable[[Translator, R], str] | None = None) -> Column[R]:
    """A field that leads to a page; with `below` a second, quieter line."""
    read = attrgetter(name)

    def write(t: Translator, row: R) -> Cells:
        more = {f"{name}_below": below(t, row)} if below else {}
        return {name: read(row), f"{name}_to": to(row), **more}

    template = f'<a :href="props.row.{name}_to" tabindex="-1">{{{{ props.row.{name} }}}}</a>'
    return Column(name, write, template + _below(name), css="cell-clip") if below else Column(name, write, template)


Look = tuple[str, str, str, str]
"""A chip: its tone, icon and label, and what it means."""


def badge(name: str, look: Callable[[Translator, R], Look], *, note: Callable[[Translator, R], str] | None = None) -> Column[R]:
    """A chip; `note` is a few quiet words beside it."""

    def write(t: Translator, row: R) -> Cells:
        tone, icon, label, meaning = look(t, row)
        more = {f"{name}_note": note(t, row)} if note else {}
        return {name: label, f"{name}_tone": tone, f"{name}_icon": icon, f"{name}_means": meaning, **more}

    chip = (
        f'<span class="chip" :class="\'chip--\' + props.row.{name}_tone" :title="props.row.{name}_means">'
        f"{_ICON}{{{{ props.row.{name}_icon }}}}</i>{{{{ props.row.{name} }}}}</span>"
    )
    beside = f'<span class="small muted">{{{{ props.row.{name}_note }}}}</span>'
    return Column(name, write, f'<div class="cell-badge">{chip}{beside}</div>' if note else chip)


OnSort = Callable[[str, bool], Awaitable[None]]
"""Hears a field, and whether the highest comes first."""


class Listener(Protocol):
    """Hears what a person does with a table. Ids are of rows that stand in it."""

    async def on_sort(self, field: str, *, descending: bool) -> None: ...

    def on_open(self, id_: int) -> None: ...

    async def on_tick(self, ids: set[int], *, chosen: bool) -> None: ...


Ticks = Callable[[Translator, R], str]
"""What the check box of a row says aloud."""


class Table(Generic[R]):
    """The open table of a list: one page of rows, which the server sorts. `listener` hears what a person does with it."""

    def __init__(self, t: Translator, columns: Sequence[Column[R]], listener: "Listener", *, ticks: Ticks[R] | None) -> None:
        self._t, self._columns, self._listener, self._ticks = t, columns, listener, ticks
        self.shown: Sequence[R] = ()

    def build(self, heading: Callable[[str], str], sortable: Collection[str], order: tuple[str, bool], marker: str) -> None:
        """Place it, empty and out of sight."""
        self._heading, self._sortable = heading, sortable
        pagination = {"sortBy": order[0], "descending": order[1], "page": 1, "rowsPerPage": 0, "rowsNumber": 0}
        self.element = ui.table(rows=[], columns=self._heads(), row_key="id", pagination=pagination)
        self.element.classes("full pf-table" + (" pf-table--fixed" if any(it.width for it in self._columns) else "")).mark(marker)
        cells = _TICK if self._ticks else ""
        body = f'<q-tr :props="props" {_PLACE} {_OPEN} {_FOCUS}>{cells}{"".join(it.body for it in self._columns)}</q-tr>'
        # With a count of its own the table sorts nothing itself, and asks.
        self.element.props("hide-bottom binary-state-sort").add_slot("body", body)
        self.element.add_slot("header-cell-tick", _TICK_PAGE)
        self.element.on("request", self._sort).on("opened", self._open).on("tick", self._tick).on("tick_page", self._tick_page)
        self.element.set_visibility(False)

    @property
    def ids(self) -> set[int]:
        """The rows on the page."""
        return {row["id"] for row in self.element.rows}

    def show(self, rows: Sequence[R], id_of: Callable[[R], int], has: Callable[[int], bool]) -> None:
        """Show a page of rows, with what is selected of them."""
        self.shown = rows
        self._become([cells_of(self._t, self._columns, row, id_of(row)) | self._ticked(row, id_of(row), has) for row in rows])
        self.element.set_visibility(bool(rows))

    def show_ticks(self, has: Callable[[int], bool]) -> None:
        """Show what is selected now."""
        self._become([{**row, "ticked": has(row["id"])} for row in self.element.rows])

    def _become(self, rows: list[Cells]) -> None:
        """Show these; where the same rows stand, the browser is sent the fields that differ."""
        before = self.element.rows
        if [row["id"] for row in before] != [row["id"] for row in rows]:
            self.element.rows = rows
            return
        pairs = [(was, now) for was, now in zip(before, rows, strict=True) if was != now]
        changed = {now["id"]: {name: value for name, value in now.items() if was.get(name) != value} for was, now in pairs}
        if changed:
            with self.element.props.suspend_updates():
                self.element.rows = rows
            self.element.client.run_javascript(f"{_PATCH}({self.element.id}, {json.dumps(changed)})")

    def _ticked(self, row: R, id_: int, has: Callable[[int], bool]) -> Cells:
        return {"ticked": has(id_), "tick": self._ticks(self._t, row)} if self._ticks else {}

    def _heads(self) -> list[dict[str, Any]]:
        tick = {"name": "tick", "label": "", "field": "tick", "align": "left", "headerStyle": "width: 40px"}
        tick["aria"] = self._t.t("approvals.tick_page")
        heads = headings(self._columns, self._heading, self._sortable)
        return [tick, *heads] if self._ticks else heads

    async def _sort(self, event: events.GenericEventArguments) -> None:
        if asked := sort_asked(event, self._sortable):
            self.element.pagination = {**self.element.pagination, "sortBy": asked[0], "descending": asked[1]}
            await self._listener.on_sort(asked[0], descending=asked[1])

    def _open(self, event: events.GenericEventArguments) -> None:
        # An id that is not of a row here was made up.
        if type(event.args) is int and event.args in self.ids:
            self._listener.on_open(event.args)

    async def _tick(self, event: events.GenericEventArguments) -> None:
        id_, chosen = event.args if isinstance(event.args, list) and len(event.args) == len(("id", "chosen")) else (None, None)
        if self._ticks and type(id_) is int and id_ in self.ids and isinstance(chosen, bool):
            await self._listener.on_tick({id_}, chosen=chosen)

    async def _tick_page(self, event: events.GenericEventArguments) -> None:
        if self._ticks and isinstance(event.args, bool):
            await self._listener.on_tick(self.ids, chosen=event.args)


def cells_of(t: Translator, columns: Sequence[Column[R]], row: R, id_: int) -> Cells:
    """A row as the browser gets it."""
    cells: Cells = {"id": id_}
    for each in columns:
        cells |= each.cells(t, row)
    return cells


def headings(columns: Sequence[Column[Any]], heading: Callable[[str], str], sortable: Container[str] = ()) -> list[Cells]:
    """The columns as Quasar's table takes them; `heading` names one."""
    return [
        {
            "name": it.name,
            "label": heading(it.name),
            "field": it.name,
            "sortable": it.name in sortable,
            "align": "right" if it.right else "left",
            **({"headerStyle": f"width: {it.width}"} if it.width else {}),
        }
        for it in columns
    ]


def sort_asked(event: events.GenericEventArguments, sortable: Container[str]) -> tuple[str, bool] | None:
    """The field and the direction that a table asks to be sorted by; None where that is none of `sortable`."""
    asked = event.args.get("pagination") if isinstance(event.args, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("sortBy"), str) or asked["sortBy"] not in sortable:
        return None
    return asked["sortBy"], asked.get("descending") is True
