"""The bar that stands while rows of a list are selected: what they come to, and what can be done with them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from nicegui import ui

from domain.vocabulary import Permission
from ui.kit.list_page import OpenList

S = TypeVar("S")
List = OpenList[Any, Any]


@dataclass(frozen=True, slots=True)
class Act(Generic[S]):
    """A button of the bar. `label` says what it would do with what is selected; without a word there is nothing to do."""

    name: str
    icon: str
    label: Callable[[List, S], str]
    run: Callable[[List, S], Awaitable[None]]
    permission: Permission | None = None
    outline: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a menu: the key of its label, and what it does."""

    name: str
    key: str
    run: Callable[[List], Awaitable[None]]
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """Acts behind one button, whose label has `key`."""

    name: str
    icon: str
    key: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class SelectionBar(Generic[S]):
    """`summary` reads what is selected, None where that is nothing; `parts` are its sum and a remark in words."""

    summary: Callable[[List], Awaitable[S | None]]
    parts: Callable[[List, S], tuple[str, str]]
    acts: Sequence[Act[S]]
    menu: Menu | None = None

    def __call__(self, opened: List) -> None:
        """Place it in an open list, out of sight until something is selected."""
        _OpenBar(self, opened)


class _OpenBar(Generic[S]):
    def __init__(self, declared: SelectionBar[S], opened: List) -> None:
        self._declared, self._list = declared, opened
        self._busy, self._asked, self._reading = False, 0, asyncio.Lock()
        self._selected: S | None = None
        t = opened.t.t
        with ui.element("div").classes("selection").props("role=status").mark("selection") as self._bar:
            self._what = ui.label("").classes("num strong").mark("selection-summary")
            self._remark = ui.label("").classes("small muted").mark("selection-remark")
            self._all = ui.button("", on_click=self._select_all).props("flat").mark("select-matching")
            with ui.element("div").classes("line pushed"):
                self._place_menu()
                self._acts = {act: self._place(act) for act in declared.acts}
                ui.button(t("tickets.deselect"), on_click=self._deselect).props("flat").mark("deselect")
        self._bar.set_visibility(False)
        opened.on_select.append(self._show)

    def _place(self, act: Act[S]) -> ui.button:
        button = ui.button("", icon=act.icon, on_click=lambda: self._run(act)).mark(act.name)
        return button.props("outline") if act.outline else button

    def _place_menu(self) -> None:
        menu, may, t = self._declared.menu, self._list.page.visitor.may, self._list.t.t
        offered = [item for item in menu.items if item.permission is None or may(item.permission)] if menu else []
        if menu and offered:
            button = ui.button(t(menu.key), icon=menu.icon).mark(menu.name)
            with button.props("outline icon-right=arrow_drop_down aria-haspopup=menu"), ui.menu():
                for item in offered:
                    entry = ui.menu_item(t(item.key), on_click=partial(item.run, self._list))
                    entry.props("role=menuitem").mark(item.name)

    async def _show(self) -> None:
        """Say what is selected; of changes in quick succession the last."""
        self._asked += 1
        asked = self._asked
        async with self._reading:
            if asked != self._asked:
                return
            selected = None if self._list.selection.is_empty else await self._declared.summary(self._list)
            if not self._bar.is_deleted:
                self._render(selected)

    def _render(self, selected: S | None) -> None:
        self._selected = selected
        self._bar.set_visibility(selected is not None)
        if selected is None:
            return
        what, remark = self._declared.parts(self._list, selected)
        self._what.set_text(what)
        self._remark.set_text(remark)
        total = self._list.found.total
        self._all.set_text(self._list.t.t("tickets.select_matching", count=self._list.t.number(total)))
        self._all.set_visibility(self._list.declared.selects_all and not self._list.selection.everything)
        for act, button in self._acts.items():
            label = act.label(self._list, selected)
            button.set_text(label)
            button.set_visibility(bool(label) and (act.permission is None or self._list.page.visitor.may(act.permission)))

    async def _select_all(self) -> None:
        await self._list.change_selection(lambda selection: selection.choose_matching(self._list.view))

    async def _deselect(self) -> None:
        await self._list.change_selection(lambda selection: selection.clear())

    async def _run(self, act: Act[S]) -> None:
        """One act at a time, on what the button counted."""
        if self._busy or self._selected is None:
            return
        self._busy = True
        try:
            await act.run(self._list, self._selected)
        finally:
            self._busy = False
