"""The quick filters above the list of tickets, with counts; and why some can't be billed, each reason a filter (screens)."""

from dataclasses import replace

from nicegui import ui

from domain.vocabulary import Refusal
from storage.queries.tickets.grid import RefusalCounts, TicketRow, refusal_counts
from ui.kit.addresses.tickets import ALWAYS, CHIPS, States, View
from ui.kit.filter_chip import FilterChip
from ui.kit.list_page import OpenList
from ui.kit.widgets import SMALL, icon_button


class TicketChips:
    """The chips of an open list. What the rule says of every ticket takes longer to count than the rows: it comes after."""

    def __init__(self, opened: OpenList[View, TicketRow]) -> None:
        self._list, self._t = opened, opened.t
        self._refusals: RefusalCounts | None = None
        self._reasons: dict[str, tuple[ui.menu_item, ui.label]] = {}
        self._place()
        opened.on_show.append(self._show)
        opened.on_rest.append(self._count_refusals)

    def _place(self) -> None:
        with ui.element("div").classes("line grow").props(f'role=group aria-label="{self._t.t("grid.chips")}"'):
            self._chips: dict[str, FilterChip] = {}
            for chip in CHIPS:
                if chip.name != "refused":
                    self._chips[chip.name] = self._chip(chip.name)
                    continue
                with ui.element("div").classes("quick-pair"):
                    self._chips[chip.name] = self._chip(chip.name)
                    self._menu()

    def _chip(self, name: str) -> FilterChip:
        return FilterChip(self._t.t(f"tickets.chip.{name}"), lambda: self._list.change_view(show=name, why=""), f"chip-{name}")

    def _menu(self) -> None:
        t = self._t.t
        button = icon_button("expand_more", t("grid.why"), props=f"{SMALL} aria-haspopup=menu").mark("why-menu")
        with button, ui.menu().mark("why"):
            for name in Refusal:
                with (
                    ui.menu_item(on_click=lambda name=name: self._list.change_view(show="refused", why=name))
                    .props("role=menuitem")
                    .mark(f"why-{name}") as item
                ):
                    ui.label(t(f"refusal_short.{name}")).classes("grow")
                    self._reasons[name] = (item, ui.label("").classes("num muted why__count"))
            ui.separator()
            ui.menu_item(t("grid.preflight"), on_click=self._open_issues).props("role=menuitem").mark("preflight")

    def _open_issues(self) -> None:
        view = replace(self._list.view, show="all", why="", page="1", columns="")
        self._list.page.go(view.address_at("/preflight"))

    async def _count_refusals(self) -> None:
        whole = self._list.view.without_chip()
        self._refusals = await self._list.page.read(lambda session: refusal_counts(session, whole))
        self._show()

    def _show(self) -> None:
        view, refusals = self._list.view, self._refusals
        states: States = self._list.found.more[0]
        number = self._t.number
        for chip in CHIPS:
            placed, here = self._chips[chip.name], chip.name == view.show
            if chip.counted and refusals is None:
                placed.show(here=here, count="…")
                continue
            count = chip.count(states, refusals or RefusalCounts())
            placed.show(here=here, count=number(count))
            placed.element.set_visibility(bool(count) or here or chip.name in ALWAYS)
        if refusals:
            for name, (item, label) in self._reasons.items():
                count = refusals.reasons.get(Refusal(name), 0)
                label.set_text(number(count))
                item.set_visibility(bool(count) or name == view.why)
                item.classes(
                    add="q-item--active" if name == view.why else None, remove=None if name == view.why else "q-item--active"
                )
