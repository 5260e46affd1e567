"""The quick filters above the list of tickets, with counts; and why some can't be billed, each reason a filter (screens)."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from domain.vocabulary import Refusal
from storage.queries.tickets.grid import RefusalCounts
from ui.kit.addresses.tickets import ALWAYS, CHIPS, TO_FIX, States, View
from ui.kit.filter_chip import FilterChip
from ui.kit.page import PageContext

_WHY: Final = (TO_FIX, *Refusal)


class TicketChips:
    """`on_look` hears which fields of the view a press changes; `on_preflight` that somebody wants to mend what is refused."""

    def __init__(self, page: PageContext, *, on_look: Callable[..., Awaitable[None]], on_preflight: Callable[[], None]) -> None:
        self._t = page.translator
        self._on_look = on_look
        self._on_preflight = on_preflight
        self._reasons: dict[str, tuple[ui.menu_item, ui.label]] = {}

    def build(self) -> None:
        """Place them."""
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
        return FilterChip(self._t.t(f"tickets.chip.{name}"), lambda: self._on_look(show=name, why=""), f"chip-{name}")

    def _menu(self) -> None:
        t = self._t.t
        button = ui.button(icon="expand_more").props("flat round size=sm aria-haspopup=menu").mark("why-menu")
        button.props["aria-label"] = t("grid.why")
        with button, ui.menu().mark("why"):
            for name in _WHY:
                with (
                    ui.menu_item(on_click=lambda name=name: self._on_look(show="refused", why=name))
                    .props("role=menuitem")
                    .mark(f"why-{name}") as item
                ):
                    words = t("grid.to_fix") if name == TO_FIX else t(f"refusal_short.{name}")
                    ui.label(words).classes("grow")
                    self._reasons[name] = (item, ui.label("").classes("num muted why__count"))
            ui.separator()
            ui.menu_item(t("grid.preflight"), on_click=self._on_preflight).props("role=menuitem").mark("preflight")

    def show(self, view: View, states: States, refusals: RefusalCounts | None) -> None:
        """Say the counts for `view`; those of the rule come later than those of the states."""
        number = self._t.number
        for chip in CHIPS:
            placed, here = self._chips[chip.name], chip.name == view.show
            if chip.billable is not None and refusals is None:
                placed.show(here=here, count="…")
                continue
            count = chip.count(states, refusals or RefusalCounts(0, 0, 0, {}))
            placed.show(here=here, count=number(count))
            placed.element.set_visibility(bool(count) or here or chip.name in ALWAYS)
        if refusals:
            for name, (item, label) in self._reasons.items():
                count = refusals.to_fix if name == TO_FIX else refusals.reasons.get(Refusal(name), 0)
                label.set_text(number(count))
                item.set_visibility(bool(count) or name == view.why)
                item.classes(
                    add="q-item--active" if name == view.why else None, remove=None if name == view.why else "q-item--active"
                )
