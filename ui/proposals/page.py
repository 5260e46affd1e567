"""`/proposals`: the list of proposals, by state, customer or generation (screens; spec, section 5)."""

from dataclasses import dataclass, replace
from typing import Any, Final

from nicegui import ui

from domain.vocabulary import Permission, ProposalStatus
from storage.queries.proposals.generation import made_at
from storage.queries.proposals.table import ProposalRow, count_proposals, counts_by_status, proposal_page
from ui.kit.addresses.proposals import View
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.filter_chip import FilterChip
from ui.kit.filter_notice import filter_notice
from ui.kit.list_query import number_of
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.search_field import search_field
from ui.kit.skeleton import skeleton_table
from ui.proposals.submit_bar import SubmitBar
from ui.proposals.table import ProposalTable
from ui.server import live

ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, how many match, and how many there are in each state."""

    rows: list[ProposalRow]
    total: int
    counts: dict[ProposalStatus, int]


async def proposals(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("proposals.title"))
    await ProposalList(page, View.of_query(page.query)).build()


class ProposalList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view
        self._root = ui.element("div").classes("pf full").mark("proposals")
        self._refresh = LiveRefresh(self._root, self._load)
        self._pager = Pager(self._t, ROWS, self._turn)
        self._bar = SubmitBar(page, self._refresh, self._deselect)
        ticks = self._bar.show if page.visitor.may(Permission.SUBMIT) else None
        self._table = ProposalTable(self._t, on_open=self._open, on_sort=self._sort, on_tick=ticks)

    async def build(self) -> None:
        """Frame first, rows right after."""
        with self._root:
            with ui.element("div").classes("pf-tools full"):
                self._chips = {name: self._chip(name) for name in ("", *ProposalStatus)}
                self._search = search_field(
                    self._t.t("proposals.search"), self._view.search, lambda text: self._look(search=text)
                )
                self._search.classes("pf-search")
            self._back = filter_notice(self._page, [self._t.t("home.narrowed_back")] if self._view.back else [], self._drop_back)
            self._origin = ui.element("div").classes("line")
            self._skeleton = skeleton_table(14)
            self._table.build(self._view.sort, descending=self._view.order != "asc")
            self._none = ui.element("div").mark("nothing")
            with ui.element("div").classes("full") as self._foot:
                self._pager.build()
            self._foot.set_visibility(False)
            self._bar.build()
        await self._name_origin()
        await self._refresh()
        self._skeleton.delete()
        self._refresh.follow(live.PROPOSALS)

    async def _load(self) -> None:
        view = self._view
        found = await self._page.read(lambda session: _find(session, view))
        last = self._pager.last_page(found.total)
        if view.number > last:
            self._view = replace(view, page=str(last))
            await self._load()
            return
        if not self._root.is_deleted:
            self._show(found)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(self._view.address)
        await self._refresh()

    def _show(self, found: Found) -> None:
        rows = found.rows
        self._table.show(rows)
        self._foot.set_visibility(bool(rows))
        everything = sum(found.counts.values())
        for name, chip in self._chips.items():
            count = found.counts.get(ProposalStatus(name), 0) if name else everything
            chip.show(here=name == self._view.status, count=self._t.number(count))
        self._pager.show(self._view.number, len(rows), found.total)
        self._show_nothing(nothing=not rows, narrowed=self._view.is_narrowed or bool(everything))

    def _show_nothing(self, *, nothing: bool, narrowed: bool) -> None:
        self._none.clear()
        if not nothing:
            return
        key, icon = ("proposals.none", "search_off") if narrowed else ("proposals.empty", "request_quote")
        with self._none, empty_state(icon, self._t.t(key), self._t.t(f"{key}_text")).mark(key):
            go = self._widen if narrowed else lambda: self._page.go("/tickets")
            ui.button(self._t.t(f"{key}_go"), on_click=go).props("outline").mark("nothing-go")
            if not narrowed:
                learn_more(self._t, "way")

    async def _widen(self) -> None:
        """Take every filter off."""
        self._origin.set_visibility(False)
        self._back.set_visibility(False)
        self._search.set_value("")
        await self._look(status="", search="", generation="", back="")

    async def _drop_back(self) -> None:
        await self._look(back="")

    def _chip(self, name: str) -> FilterChip:
        words = self._t.t(f"proposal_status.{name}" if name else "proposals.all")
        return FilterChip(words, lambda: self._look(status=name), f"chip-{name or 'all'}")

    async def _name_origin(self) -> None:
        """Say which generation the list is narrowed to, and offer to drop that."""
        generation = number_of(self._view.generation)
        self._origin.set_visibility(generation is not None)
        if generation is None:
            return
        at = await self._page.read(lambda session: made_at(session, generation))
        name = self._t.t("proposals.of_generation", at=self._t.instant(at)) if at else f"#{generation}"
        with self._origin.mark("origin"):
            ui.icon("filter_alt").props("aria-hidden=true").classes("muted")
            ui.link(name, f"/generations/{generation}") if at else ui.label(name)

            async def drop() -> None:
                self._origin.set_visibility(False)
                await self._look(generation="")

            button = ui.button(icon="close", on_click=drop).props("flat round").mark("drop-origin")
            button.props["aria-label"] = self._t.t("proposals.of_generation_off")

    async def _turn(self, number: int) -> None:
        await self._look(page=str(number))

    async def _sort(self, field: str, descending: bool) -> None:
        await self._look(sort=field, order="desc" if descending else "asc")

    def _deselect(self) -> None:
        self._table.deselect()

    def _open(self, proposal_id: int) -> None:
        self._page.go(f"/proposals/{proposal_id}")


def _find(session: Any, view: View) -> Found:
    narrowed, start = view.filter(), (view.number - 1) * ROWS
    rows = proposal_page(session, narrowed, sort=view.sort, descending=view.order != "asc", start=start, limit=ROWS)
    return Found(rows, count_proposals(session, narrowed), counts_by_status(session, view.filter(by_status=False)))
