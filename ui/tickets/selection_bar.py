"""The bar that appears with the first selected ticket: what the selection is worth, and what can be done with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from domain.vocabulary import Permission
from storage.queries.tickets.grid import SelectionTotals, selection_totals
from ui.kit.page import PageContext
from ui.kit.selection import TicketSelection
from ui.tickets.bulk_dialog import What

_SETTLE_SECONDS = 0.15

_CHANGES: Final[dict[What, Permission]] = {
    "status": Permission.SET_BILLING,
    "contract": Permission.EDIT_TICKETS,
    "rate": Permission.SET_BILLING,
}

Press = Callable[[], Awaitable[None]]


class SelectionBar:
    """Shows one selection. Its buttons are told to the list that it belongs to."""

    def __init__(
        self,
        page: PageContext,
        selection: TicketSelection,
        *,
        on_all: Press,
        on_none: Press,
        on_generate: Press,
        on_change: Callable[[What], Awaitable[None]],
    ) -> None:
        self._page = page
        self._t = page.translator
        self._selection = selection
        self._on_all = on_all
        self._on_none = on_none
        self._on_generate = on_generate
        self._on_change = on_change
        self._asked = 0

    def build(self) -> None:
        """Place it, out of sight until something is selected."""
        t = self._t.t
        with ui.element("div").classes("selection").props("role=status").mark("selection") as self._bar:
            self._summary = ui.label("").classes("num strong").mark("selection-summary")
            self._all = ui.button("", on_click=self._on_all).props("flat").mark("select-matching")
            with ui.element("div").classes("line pushed"):
                self._changes()
                if self._page.visitor.may(Permission.GENERATE):
                    generate = ui.button(t("generation.title"), icon="request_quote", on_click=self._on_generate)
                    generate.mark("generate-selected")
                ui.button(t("tickets.deselect"), on_click=self._on_none).props("flat").mark("deselect")
        self._bar.set_visibility(False)

    def _changes(self) -> None:
        """The menu of what the selected tickets can be given at once."""
        t, may = self._t.t, self._page.visitor.may
        offered = [what for what, permission in _CHANGES.items() if may(permission)]
        if not offered:
            return
        button = ui.button(t("grid.bulk.menu"), icon="edit").props("outline icon-right=arrow_drop_down aria-haspopup=menu")
        with button.mark("bulk-menu"), ui.menu():
            for what in offered:
                ui.menu_item(t(f"grid.bulk.{what}"), on_click=lambda what=what: self._on_change(what)).props(
                    "role=menuitem"
                ).mark(f"change-{what}")

    async def show(self, matching: int) -> None:
        """Say what is selected, of `matching` tickets, priced by the rules that bill it; quick changes are priced once."""
        self._asked += 1
        asked = self._asked
        self._bar.set_visibility(not self._selection.is_empty)
        if self._selection.is_empty:
            return
        self._all.set_text(self._t.t("tickets.select_matching", count=self._t.number(matching)))
        self._all.set_visibility(not self._selection.everything)
        await asyncio.sleep(_SETTLE_SECONDS)
        if asked != self._asked:
            return
        selection = self._selection.value()
        totals = await self._page.read(lambda session: selection_totals(session, selection))
        if asked == self._asked and not self._summary.is_deleted:
            self._summary.set_text(self._in_words(totals))

    def _in_words(self, totals: SelectionTotals) -> str:
        t = self._t
        parts = [t.n("tickets.count", totals.tickets), t.n("tickets.companies", totals.companies)]
        if totals.billable != totals.tickets:
            parts.append(t.n("tickets.billable", totals.billable))
        return " · ".join([*parts, t.hours(totals.minutes), t.money(totals.value)])
