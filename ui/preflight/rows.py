"""The rows of one issue: each keeps its place and what is typed in it; one that is fixed leaves softly, and focus goes on."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from nicegui import ui

from domain.errors import Refused
from storage.queries.tickets.billing_issues import BillingIssue
from ui.kit.page import PageContext
from ui.kit.widgets import icon_button
from ui.preflight.actions import FixActions
from ui.preflight.fields import Asked, FieldKind
from ui.preflight.fixes import FIXES, Fix, Item
from ui.preflight.labels import elsewhere, entry_text, issue_name
from ui.preflight.state import IssuesState, Line

_LEAVING_SECONDS: Final = 0.35


class _Row(NamedTuple):
    root: ui.element
    info: ui.element
    line: Line


class Rows:
    """Those of `issue`, the opened one; `many` gives each a check box."""

    def __init__(self, page: PageContext, state: IssuesState, actions: FixActions, issue: BillingIssue, *, many: bool) -> None:
        self._page, self._t, self._state = page, page.translator, state
        self._actions, self._issue = actions, issue
        self._fix = FIXES.get(issue)
        self._many = many
        self._services = {choice.id: choice.label for choice in actions.services}
        self._rows: dict[Item, _Row] = {}
        self._place = ui.element("div").classes("pre-rows" + ("" if many else " pre-rows--plain")).props("role=list")
        self._place.mark("preflight-rows")

    def render(self) -> None:
        """Bring the rows in line with the state. Where the row that was fixed last left, the next one gets the focus."""
        lines, before = self._state.lines, list(self._rows)
        wanted = {line.item for line in lines}
        for item in before:
            if item not in wanted:
                self._leave(self._rows.pop(item))
        for line in lines:
            row = self._rows.get(line.item)
            if row is None:
                with self._place:
                    self._rows[line.item] = self._add(line)
            elif row.line != line:
                self._rows[line.item] = row._replace(line=line)
                self._fill(row.info, line)
        self._sort(lines)
        last, self._state.fixed_last = self._state.fixed_last, None
        if last in before and last not in wanted and lines:
            root = self._rows[lines[min(before.index(last), len(lines) - 1)].item].root
            ui.run_javascript(f"getHtmlElement({root.id})?.querySelector('.pre-do input, .pre-do button, .pre-do a')?.focus()")

    def _sort(self, lines: Sequence[Line]) -> None:
        """A new row may belong between two that stayed."""
        order = [line.item for line in lines]
        if list(self._rows) != order:
            self._rows = {item: self._rows[item] for item in order}
            for place, row in enumerate(self._rows.values()):
                row.root.move(self._place, place)

    def _leave(self, row: _Row) -> None:
        row.root.classes("pre-row--gone").props("aria-hidden=true inert")
        with self._place:
            ui.timer(_LEAVING_SECONDS, row.root.delete, once=True)

    def _add(self, line: Line) -> _Row:
        item, what = line.item, line.entry.code if line.entry else line.ticket.number
        with ui.element("div").classes("pre-row").props("role=listitem").mark(f"row-{item.ticket_id}") as root:
            if self._many:
                box = ui.checkbox(value=item in self._state.chosen, on_change=lambda event: self._choose(item, bool(event.value)))
                box.mark(f"choose-{item.entry_id or item.ticket_id}").props["aria-label"] = self._t.t(
                    "preflight.choose", what=what
                )
            info = ui.element("div").classes("pre-info")
            with ui.element("div").classes("pre-do"):
                self._place_control(line, what)
        self._fill(info, line)
        return _Row(root, info, line)

    def _choose(self, item: Item, chosen: bool) -> None:
        (self._state.chosen.add if chosen else self._state.chosen.discard)(item)
        self._state.notify()

    def _fill(self, info: ui.element, line: Line) -> None:
        ticket = line.ticket
        info.clear()
        with info:
            with ui.element("div").classes("pre-info__first"):
                ui.link(ticket.number, f"/tickets/{ticket.id}").classes("strong")
                ui.label(ticket.title).classes("clip").props["title"] = ticket.title
                ui.label(ticket.company).classes("muted clip")
            with ui.element("div").classes("pre-info__second muted small"):
                about = entry_text(self._t, line.entry) if line.entry else self._fix.about(self._t, ticket) if self._fix else ""
                ui.label(about).classes("clip").mark(f"said-{line.item.entry_id or ticket.id}").props["title"] = about
                if line.besides:
                    others = ", ".join(issue_name(self._t, issue) for issue in line.besides)
                    ui.label(self._t.t("preflight.besides", causes=others)).classes("pre-besides")

    def _place_control(self, line: Line, what: str) -> None:
        """One field or one button against the issue, which Enter confirms; or the way to where it is looked after."""
        fix, ticket, item = self._fix, line.ticket, line.item
        if fix is None:
            ui.link(*elsewhere(self._t, self._issue, ticket)).classes("pre-elsewhere clip").mark(f"elsewhere-{ticket.id}")
        elif not self._page.visitor.may(fix.permission):
            ui.label(self._t.t(f"preflight.not_yours.{fix.permission}")).classes("muted small")
        elif fix.field:
            self._place_field(fix, fix.field, line, what)
        else:
            button = ui.button(self._t.t(fix.press), on_click=lambda: self._actions.fix(item)).props("outline")
            button.mark(f"mend-{item.ticket_id}").props["aria-label"] = f"{self._t.t(fix.press)} · {what}"

    def _place_field(self, fix: Fix, kind: FieldKind, line: Line, what: str) -> None:
        item, field = line.item, kind(Asked(self._page, self._services, what, line.entry))
        marker = f"mend-{item.entry_id if fix.about_entries else item.ticket_id}"
        field.element.mark(marker)

        async def confirm() -> None:
            try:
                value = field.read()
            except Refused as refused:
                field.element.error = self._t.refusal(refused)
                return
            field.element.error = None
            if value is not None:
                await self._actions.fix(item, value)

        if field.is_choice:
            field.element.on_value_change(confirm)
        else:
            field.element.on("keydown.enter", confirm)
            icon_button("check", f"{self._t.t('action.save')} · {what}", confirm).mark(f"{marker}-go")
