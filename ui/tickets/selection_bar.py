"""What can be done with selected tickets: proposals of them, or another state, contract or rate for all (screens)."""

from functools import partial
from typing import Any, Final

from domain.actions.tickets.bulk_change import Undo, undo_bulk
from domain.reads.selection import Selection, count_selected
from domain.vocabulary import Permission
from storage.queries.tickets.grid import SelectionTotals, TicketRow, selection_totals
from ui.generation.dialog import GenerationDialog
from ui.kit.addresses.tickets import View
from ui.kit.list_bar import Act, Item, Menu, SelectionBar
from ui.kit.list_page import OpenList
from ui.kit.undo_toast import UndoToast
from ui.tickets.bulk_dialog import BulkDialog, What

List = OpenList[View, TicketRow]
Selected = tuple[Selection, SelectionTotals]


def selected_tickets(opened: List) -> Selection:
    """What is selected, as queries and actions take it; with nothing selected, everything that matches."""
    chosen = opened.selection
    if chosen.is_empty:
        return Selection(filter=opened.view.filter())
    return Selection(frozenset(chosen.ids), chosen.matching.filter() if chosen.matching else None)


async def generate(opened: List, _: Any = None) -> None:
    """Proposals of what is selected; with nothing selected, of everything that matches, and the dialog says so."""
    key = "generation.of_matching" if opened.selection.is_empty else "generation.of_selected"
    selection, page = selected_tickets(opened), opened.page
    count = await page.read(lambda session: count_selected(session, selection))
    result = await GenerationDialog(page, selection, page.n(key, count)).open()
    if result is not None:
        page.go(f"/generations/{result.id}")


async def _read(opened: List) -> Selected:
    selection = selected_tickets(opened)
    return selection, await opened.page.read(lambda session: selection_totals(session, selection))


def _parts(opened: List, selected: Selected) -> tuple[str, str]:
    t, totals = opened.t, selected[1]
    parts = [t.n("tickets.count", totals.tickets), t.n("tickets.companies", totals.companies)]
    if totals.billable != totals.tickets:
        parts.append(t.n("tickets.billable", totals.billable))
    return " · ".join([*parts, t.hours(totals.minutes), t.money(totals.value)]), ""


async def _change(what: What, opened: List) -> None:
    """Give all that is selected another state, contract or rate."""
    effect = await BulkDialog(opened.page, selected_tickets(opened), what).open()
    if effect is None:
        return
    # What was selected may match no more: nobody is to change again what is out of sight.
    await opened.change_selection(lambda selection: selection.clear())
    with opened.root:
        toast = UndoToast(opened.t)
        toast.build()
    toast.show(opened.t.n("grid.bulk.done", effect.changed), partial(_take_back, opened, effect.undo) if effect.undo else None)


async def _take_back(opened: List, undo: Undo) -> None:
    count = await opened.page.act(lambda session, actor: undo_bulk(session, undo, actor=actor))
    opened.page.done(opened.t.n("grid.bulk.undone", count))


def _changing(what: What, permission: Permission) -> Item:
    return Item(f"change-{what}", f"grid.bulk.{what}", partial(_change, what), permission)


BAR: Final = SelectionBar(
    _read,
    _parts,
    (
        Act(
            "generate-selected",
            "request_quote",
            lambda opened, _: opened.t.t("generation.title"),
            generate,
            Permission.GENERATE,
        ),
    ),
    Menu(
        "bulk-menu",
        "edit",
        "grid.bulk.menu",
        (
            _changing("status", Permission.SET_BILLING),
            _changing("contract", Permission.EDIT_TICKETS),
            _changing("rate", Permission.SET_BILLING),
        ),
    ),
)
