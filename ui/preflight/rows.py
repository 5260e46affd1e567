"""The rows of one cause: each keeps its place and what is typed in it; one that is mended leaves softly, and focus goes on."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from nicegui import ui

from storage.queries.tickets.billing_issues import BillingIssue, EntryLine, TicketLine
from ui.i18n import Translator
from ui.preflight.board import Item
from ui.preflight.controls import Controls
from ui.preflight.labels import cause_name, entry_text, ticket_text

_LEAVING_SECONDS: Final = 0.35


class Line(NamedTuple):
    """What one row shows. `besides`: what else stands in the way of the ticket."""

    item: Item
    ticket: TicketLine
    entry: EntryLine | None
    besides: Collection[BillingIssue]


class _Row(NamedTuple):
    root: ui.element
    info: ui.element
    line: Line


class Rows:
    """`on_choose` hears each tick of a check box; without it there are none."""

    def __init__(
        self, translator: Translator, cause: BillingIssue, controls: Controls, on_choose: Callable[[Item, bool], None] | None
    ) -> None:
        self._t = translator
        self._cause = cause
        self._controls = controls
        self._on_choose = on_choose
        self._rows: dict[Item, _Row] = {}
        with ui.element("div").classes("pre-rows" + ("" if on_choose else " pre-rows--plain")).props("role=list") as self._place:
            self._place.mark("preflight-rows")

    @property
    def lines(self) -> dict[Item, Line]:
        """What is shown, by what it is about."""
        return {item: row.line for item, row in self._rows.items()}

    def show(self, lines: Sequence[Line], chosen: Collection[Item], *, after: Item | None = None) -> None:
        """Bring the rows in line with `lines`. Where `after` left, the row that comes to its place gets the focus."""
        places = list(self._rows)
        wanted = {line.item for line in lines}
        for item in [item for item in places if item not in wanted]:
            self._leave(self._rows.pop(item))
        for line in lines:
            if line.item in self._rows:
                self._update(line)
        with self._place:
            for line in lines:
                if line.item not in self._rows:
                    self._rows[line.item] = self._add(line, chosen=line.item in chosen)
        self._sort(lines)
        if after in places and after not in wanted and lines:
            self.focus(lines[min(places.index(after), len(lines) - 1)].item)

    def focus(self, item: Item) -> None:
        """Put the focus on what mends a row."""
        root = self._rows[item].root
        ui.run_javascript(f"getHtmlElement({root.id})?.querySelector('.pre-do input, .pre-do button, .pre-do a')?.focus()")

    def _sort(self, lines: Sequence[Line]) -> None:
        """What came newly may belong between two that stayed."""
        if list(self._rows) == [line.item for line in lines]:
            return
        self._rows = {line.item: self._rows[line.item] for line in lines}
        for place, row in enumerate(self._rows.values()):
            row.root.move(self._place, place)

    def _leave(self, row: _Row) -> None:
        row.root.classes("pre-row--gone").props("aria-hidden=true inert")
        with self._place:
            ui.timer(_LEAVING_SECONDS, row.root.delete, once=True)

    def _add(self, line: Line, *, chosen: bool) -> _Row:
        item, on_choose = line.item, self._on_choose
        with ui.element("div").classes("pre-row").props("role=listitem").mark(f"row-{item.ticket_id}") as root:
            if on_choose:
                box = ui.checkbox(value=chosen, on_change=lambda event: on_choose(item, bool(event.value)))
                box.mark(f"choose-{item.entry_id or item.ticket_id}")
                box.props["aria-label"] = self._t.t(
                    "preflight.choose", what=line.entry.code if line.entry else line.ticket.number
                )
            info = ui.element("div").classes("pre-info")
            with ui.element("div").classes("pre-do"):
                self._controls.place(item, line.ticket, line.entry)
        row = _Row(root, info, line)
        self._tell(row)
        return row

    def _update(self, line: Line) -> None:
        row = self._rows[line.item]
        if row.line != line:
            row = self._rows[line.item] = row._replace(line=line)
            self._tell(row)

    def _tell(self, row: _Row) -> None:
        ticket, entry = row.line.ticket, row.line.entry
        row.info.clear()
        with row.info:
            with ui.element("div").classes("pre-info__first"):
                ui.link(ticket.number, f"/tickets/{ticket.id}").classes("strong")
                ui.label(ticket.title).classes("clip").props["title"] = ticket.title
                ui.label(ticket.company).classes("muted clip")
            with ui.element("div").classes("pre-info__second muted small"):
                said = entry_text(self._t, entry) if entry else ticket_text(self._t, self._cause, ticket)
                ui.label(said).classes("clip").mark(f"said-{row.line.item.entry_id or ticket.id}").props["title"] = said
                if row.line.besides:
                    others = ", ".join(cause_name(self._t, cause) for cause in row.line.besides)
                    ui.label(self._t.t("preflight.besides", causes=others)).classes("pre-besides")
