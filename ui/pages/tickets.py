"""Assistenza Clienti: the list of tickets, what is selected in it, and the way to proposals (spec, section 4; screens)."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from nicegui import ui

from domain.actions.bulk_change import Undo, undo_bulk
from domain.actions.selection import count_selected
from domain.errors import InvalidInput
from domain.vocabulary import Permission
from storage.queries.choices import Choice, companies, company_name
from storage.queries.tickets import (
    SORTABLE,
    RefusalCounts,
    TicketRow,
    count_tickets,
    counts_by_state,
    refusal_counts,
    ticket_page,
)
from ui import live
from ui.address import date_of
from ui.components.bulk_dialog import BulkDialog, What
from ui.components.date_field import date_field
from ui.components.empty_state import empty_state
from ui.components.generation_dialog import GenerationDialog
from ui.components.pager import Pager
from ui.components.review_bar import ReviewNote
from ui.components.search_field import search_field
from ui.components.search_select import SearchSelect
from ui.components.selection_bar import SelectionBar
from ui.components.ticket_chips import TicketChips
from ui.components.ticket_filters import States, View
from ui.components.ticket_form import new_ticket_dialog
from ui.components.ticket_grid import TicketGrid
from ui.components.ticket_selection import TicketSelection
from ui.components.work_chip import work_chip
from ui.following import Refresher
from ui.page import PageContext

ROWS = 100


async def tickets(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("tickets.title"))
    await TicketList(page, View.of_query(page.query)).build()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, and what the chips count."""

    rows: list[TicketRow]
    total: int
    states: States


class TicketList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view if view.sort in SORTABLE else replace(view, sort=View().sort)
        self._selection = TicketSelection()
        self._found = Found([], 0, {})
        self._refusals: RefusalCounts | None = None
        self._chips = TicketChips(page, on_look=self._look, on_preflight=self._preflight)
        self._grid = TicketGrid(self._t, on_tick=self._tick, on_sort=self._sort, on_open=self._open)
        self._pager = Pager(self._t, ROWS, self._turn)
        self._bar = SelectionBar(
            page,
            self._selection,
            on_all=self._select_matching,
            on_none=self._deselect,
            on_generate=self._generate,
            on_change=self._change,
        )
        self._note = ReviewNote(self._t, self._take_back)
        self._undo: Undo | None = None

    async def build(self) -> None:
        """Frame first, rows right after."""
        with ui.element("div").classes("stack full") as root:
            await self._head()
            await work_chip(self._page, self._view.work_filter, self._drop_work)
            self._chips.build()
            with ui.element("div").classes("tickets__body full"):
                self._grid.build(self._view.sort, descending=self._view.order != "asc")
                with ui.element("div").classes("tickets__empty") as self._empty:
                    self._no_rows()
                self._empty.set_visibility(False)
            self._pager.build()
            self._bar.build()
            self._note.build()
        self._refresh = Refresher(root, self._load)
        self._refresh.follow(live.tickets_changed, lambda _ids: True)
        await self._refresh()

    async def _load(self) -> None:
        view = self._view
        found = await self._page.read(lambda session: _find(session, view))
        last = self._pager.last_page(found.total)
        if view.page_number > last:
            self._view = replace(view, page=str(last))
            await self._load()
            return
        self._found = found
        self._grid.show(found.rows, self._selection.has, view.page_number)
        self._chips.show(view, found.states, self._refusals)
        self._pager.show(view.page_number, len(found.rows), found.total)
        self._empty.set_visibility(not found.total)
        await self._bar.show(found.total)
        # What the rule says of every ticket takes longer than the rows, so it comes after them.
        self._refusals = await self._page.read(lambda session: refusal_counts(session, view.without_chip()))
        self._chips.show(view, found.states, self._refusals)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        before = self._view
        self._view = replace(self._view, **{"page": "1", **changes})
        # Letter by letter, a search is one step back; whatever else is looked at is a step of its own.
        typing = changes.keys() == {"search"} and bool(before.search)
        self._page.replace_address(self._view.address, step=not typing)
        if self._selection.everything and before.filter() != self._view.filter():
            self._selection.clear()
        await self._refresh()

    # ---- chips, fields, pages

    async def _head(self) -> None:
        """Search and fields, and on the right what can be begun."""
        t, visitor = self._t.t, self._page.visitor
        with ui.element("div").classes("line full tickets__head"):
            search_field(t("tickets.search"), self._view.search, lambda text: self._look(search=text)).classes("tickets__search")
            await self._company_field()
            for name in ("closed_from", "closed_to"):
                self._date_field(name)
            reset = ui.button(icon="filter_alt_off", on_click=self._reset).props("flat round").mark("reset")
            reset.props(f'aria-label="{t("tickets.reset")}"').tooltip(t("tickets.reset"))
            with ui.element("div").classes("line pushed"):
                if visitor.may(Permission.EDIT_TICKETS):
                    ui.button(t("action.create"), icon="add", on_click=self._create).props("outline").mark("create")
                if visitor.may(Permission.GENERATE):
                    ui.button(t("generation.title"), icon="request_quote", on_click=self._generate).mark("generate")

    async def _company_field(self) -> None:
        chosen = self._view.company_id
        name = await self._page.read(lambda session: company_name(session, chosen)) if chosen else ""
        label = self._t.t("tickets.column.company")
        field = SearchSelect(
            self._page,
            label,
            lambda text: lambda session: companies(session, text, retired=True),
            chosen=Choice(chosen, name) if chosen and name else None,
            on_change=lambda: self._look(company=str(field.value or "")),
        )
        # Its name stands where the value will: a label above the value would make the row of fields higher.
        field.element.props(remove="label").props(f'placeholder="{label}" aria-label="{label}"')
        field.element.classes("tickets__company", remove="full").mark("company")

    def _date_field(self, name: str) -> None:
        async def narrow(day: date | None) -> None:
            await self._look(**{name: day.isoformat() if day else ""})

        shown = date_of(getattr(self._view, name))
        date_field(self._t, self._t.t(f"tickets.{name}"), shown, narrow).classes("tickets__date").mark(name)

    async def _drop_work(self) -> None:
        await self._look(**asdict(self._view.without_work()))

    async def _reset(self) -> None:
        ui.navigate.to("/tickets")

    def _no_rows(self) -> None:
        t = self._t.t
        with empty_state("inbox", t("tickets.none"), t("tickets.none_advice")):
            ui.button(t("tickets.reset"), on_click=self._reset).props("outline")

    def _preflight(self) -> None:
        self._page.go(replace(self._view, show="all", why="", page="1", columns="").address_at("/preflight"))

    async def _turn(self, number: int) -> None:
        await self._look(page=str(number))

    async def _sort(self, field: str, descending: bool) -> None:
        if field not in SORTABLE:
            raise InvalidInput("unknown_sort", field=field[:40])
        await self._look(sort=field, order="desc" if descending else "asc")

    def _open(self, ticket_id: int) -> None:
        self._page.go(f"/tickets/{ticket_id}")

    # ---- selection

    async def _tick(self, ids: list[int]) -> None:
        self._selection.choose_on_page(self._grid.shown, ids)
        await self._bar.show(self._found.total)

    async def _select_matching(self) -> None:
        self._selection.choose_matching(self._view.filter())
        self._grid.tick(self._selection.has)
        await self._bar.show(self._found.total)

    async def _deselect(self) -> None:
        self._selection.clear()
        self._grid.tick(self._selection.has)
        await self._bar.show(self._found.total)

    async def _generate(self) -> None:
        """Of what is selected; with nothing selected, of everything that matches, and the dialog says so."""
        chosen = TicketSelection()
        chosen.choose_matching(self._view.filter())
        if self._selection.is_empty:
            selection, key = chosen.value(), "generation.of_matching"
        else:
            selection, key = self._selection.value(), "generation.of_selected"
        count = await self._page.read(lambda session: count_selected(session, selection))
        result = await GenerationDialog(self._page, selection, self._t.n(key, count)).open()
        if result is not None:
            self._page.go(f"/generations/{result.id}")

    async def _change(self, what: What) -> None:
        """Give all that is selected another state, contract or rate."""
        effect = await BulkDialog(self._page, self._selection.value(), what).open()
        if effect is not None:
            self._undo = effect.undo
            self._note.show(self._t.n("grid.bulk.done", effect.changed), undo=effect.undo is not None)

    async def _take_back(self) -> None:
        undo = self._undo
        if undo is not None:
            self._undo = None
            count = await self._page.act(
                lambda session, actor: undo_bulk(session, undo, actor=actor), changed=live.Changes(tickets=live.EVERY)
            )
            self._page.done(self._t.n("grid.bulk.undone", count))

    async def _create(self) -> None:
        created = await new_ticket_dialog(self._page)
        if created is not None:
            self._page.go(f"/tickets/{created}")


def _find(session: Any, view: View) -> Found:
    narrowed = view.filter()
    rows = ticket_page(
        session,
        narrowed,
        sort=view.sort,
        descending=view.order != "asc",
        start=(view.page_number - 1) * ROWS,
        limit=ROWS,
    )
    return Found(rows, count_tickets(session, narrowed), counts_by_state(session, view.without_chip()))
