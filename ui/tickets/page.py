"""Assistenza Clienti: the list of tickets, what is selected in it, and the way to proposals (spec, section 4; screens)."""

from dataclasses import asdict, replace
from typing import Any, Final, cast

from nicegui import ui

from domain.vocabulary import Permission
from storage.queries.people.preferences import preference
from storage.queries.reconciliation.buckets import Amount, work_behind
from storage.queries.tickets.grid import SORTABLE, TicketRow, count_minutes, count_tickets, counts_by_state, ticket_page
from ui.kit.addresses.tickets import View, filter_labels
from ui.kit.billing_issues_link import preflight_button
from ui.kit.filters import company_field, day_field, notice, search
from ui.kit.list_page import Empty, Found, ListPage, OpenList
from ui.kit.page import PageContext
from ui.kit.widgets import icon_button
from ui.server import live
from ui.ticket.form import new_ticket_dialog
from ui.tickets.chips import TicketChips
from ui.tickets.export import ExportMenu
from ui.tickets.grid import COLUMNS, TicketGrid
from ui.tickets.selection_bar import BAR, generate, selected_tickets
from ui.tickets.view_menu import ViewMenu
from ui.tickets.work_chip import work_chip

List = OpenList[View, TicketRow]


async def tickets(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("tickets.title"))
    user_id = page.visitor.user_id
    chosen = await page.read(lambda session: preference(session, user_id, COLUMNS))
    listed = replace(TICKETS, table=lambda opened: TicketGrid(opened, chosen if isinstance(chosen, list) else ()))
    await listed.open(page)


def _find(session: Any, view: View, start: int, limit: int) -> Found[TicketRow]:
    wanted = view.filter()
    rows = ticket_page(session, wanted, sort=view.sort, descending=view.descending, start=start, limit=limit)
    states = counts_by_state(session, view.without_chip())
    # Where a chip goes by states alone, they are counted already.
    total = count_tickets(session, wanted) if view.why or view.chip.counted else view.chip.count_of(states)
    work = work_behind(session, wanted)
    if work is None and (wanted.owner or wanted.lacks or wanted.refusal):
        # The figures that open these lists have hours alone: it takes a service to have a price.
        work = Amount(minutes=count_minutes(session, wanted)[1])
    return Found(rows, total, more=(states, work))


def _sums(opened: List, found: Found[TicketRow]) -> str:
    """What the figure says that opens the list."""
    t, work = opened.t, found.more[1]
    if work is None:
        return ""
    amounts = [t.hours(work.minutes)] + ([t.money(work.cents)] if opened.view.work else [])
    return " · ".join((t.n("tickets.count", found.total), *amounts))


def _reset(opened: List) -> None:
    label = opened.t.t("tickets.reset")
    icon_button("filter_alt_off", label, lambda: opened.page.go(View.PATH)).mark("reset")


def _create(opened: List) -> None:
    async def create() -> None:
        created = await new_ticket_dialog(opened.page)
        if created is not None:
            opened.page.go(f"/tickets/{created}")

    if opened.page.visitor.may(Permission.EDIT_TICKETS):
        ui.button(opened.t.t("action.create"), icon="add", on_click=create).props("outline").mark("create")


def _begin(opened: List) -> None:
    """*Crea* and *Genera Proposte Fattura*."""
    page = opened.page

    with ui.element("div").classes("line pushed"):
        _create(opened)
        if page.visitor.may(Permission.GENERATE):
            ui.button(page.t("generation.title"), icon="request_quote", on_click=lambda: generate(opened)).mark("generate")


async def _name_work(opened: List) -> None:
    """The work that the address narrowed the list to, what it comes to, and a button that drops it."""

    async def drop() -> None:
        await opened.change_view(**asdict(opened.view.without_work()))

    label = await work_chip(opened.page, opened.view.work_filter, drop)

    def show() -> None:
        work: Amount | None = opened.found.more[1]
        if label and work and not label.is_deleted:
            label.set_text(f"{opened.t.hours(work.minutes)} · {opened.t.money(work.cents)}")

    opened.on_show.append(show)


def _place_tools(opened: List) -> None:
    """Chips with counts; views, columns and export."""
    grid = cast(TicketGrid, opened.table)
    with ui.element("div").classes("line full tickets__tools"):
        TicketChips(opened)
        with ui.element("div").classes("line line--tight pushed"):
            preflight_button(opened.page, lambda: selected_tickets(opened))
            views = ViewMenu(opened.page, View.PATH, lambda: _as_saved(opened.view, grid))
            views.build()
            label = opened.t.t("grid.columns")
            icon_button("view_column", label, grid.choose_columns).mark("columns-open")
            ExportMenu(opened.page, lambda: (opened.view, grid.columns, opened.found.total)).build()
    grid.on_columns = views.show
    opened.on_show.append(views.show)

    async def load_once() -> None:
        opened.on_rest.remove(load_once)
        await views.load()

    opened.on_rest.append(load_once)


def _as_saved(view: View, grid: TicketGrid) -> str:
    """The view at hand as it would be kept: its columns with it, and without a page."""
    return replace(view, page="1", columns=",".join(grid.columns)).address_at("").removeprefix("?")


TICKETS: Final = ListPage(
    area="tickets",
    view=View,
    find=_find,
    columns=(),
    sortable=SORTABLE,
    opens="/tickets/{}",
    follows=live.BILLING,
    empty=Empty("inbox", "", "way", place=_create),
    tools=(
        search("tickets.search"),
        company_field("tickets.column.company", retired=True),
        day_field("closed_from", "tickets.closed_from"),
        day_field("closed_to", "tickets.closed_to"),
        _reset,
        _begin,
    ),
    notes=(_name_work, notice(filter_labels, "owner", "lacks"), _place_tools),
    sums=_sums,
    ticks=lambda _, row: row.number,
    selects_all=True,
    bar=BAR,
    page_rows=100,
    steps=True,
    css="full tickets",
)
