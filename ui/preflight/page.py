"""`/preflight`: why tickets can't be billed, each fixed in its place, before proposals are generated (spec, section 4)."""

from collections.abc import Container, Mapping
from typing import Any

from nicegui import ui

from domain.reads.selection import Selection
from storage.change_feed import EVERYTHING
from storage.queries.records.choices import Choice, services
from storage.queries.tickets.billing_issues import Evaluation, entry_lines, ticket_lines, verdicts
from ui.kit.billing_issues_link import selection_at
from ui.kit.empty_state import empty_state
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_lines, skeleton_table
from ui.kit.undo_toast import UndoToast
from ui.preflight.actions import FixActions
from ui.preflight.overview import Figures, IssueList
from ui.preflight.panel import IssuePanel
from ui.preflight.state import IssuesState, Line
from ui.server import live


async def preflight(page: PageContext) -> None:
    """The page."""
    page.heading(page.t("preflight.title"), trail=[("/tickets", page.t("nav.tickets"))])
    root = ui.element("div").classes("pre full").mark("preflight")
    with root:
        skeletons = [skeleton_lines(3), skeleton_table(8)]
    selection, found, offered = await page.read(lambda session: _first(page, session))
    for skeleton in skeletons:
        skeleton.delete()
    with root:
        if selection is None:
            with empty_state("history_toggle_off", page.t("preflight.gone"), page.t("preflight.gone_text")).mark("gone"):
                ui.button(page.t("preflight.to_list"), on_click=lambda: page.go("/tickets"))
            return
        await Preflight(page, root, found).build(selection, offered)


def _first(page: PageContext, session: Any) -> tuple[Selection | None, dict[int, Evaluation], list[Choice]]:
    selection = selection_at(page, session)
    return selection, verdicts(session, selection) if selection else {}, services(session)


class Preflight:
    """Puts the parts together, and keeps the state in line with the database."""

    def __init__(self, page: PageContext, root: ui.element, found: Mapping[int, Evaluation]) -> None:
        self._page, self._root = page, root
        self._state = IssuesState()
        self._state.update(found, found)
        self._refresh = LiveRefresh(root, self._load)

    async def build(self, selection: Selection, offered: list[Choice]) -> None:
        """Figures on top, issues on the left, the rows of one issue beside them."""
        page, state, toast = self._page, self._state, UndoToast(self._page.translator)
        actions = FixActions(page, state, selection, offered, self._refresh, toast)
        Figures(page, state, actions)
        with ui.element("div").classes("pre-body"):
            IssueList(page, state, actions)
            IssuePanel(page, state, actions)
        toast.build()
        first = state.next_to_fix
        state.show(first.issue if first else None)
        await self._refresh()
        self._refresh.follow(live.TICKETS, having=self._outdate)
        self._refresh.follow(live.PROPOSALS, *live.RECORDS, having=lambda _: self._outdate(EVERYTHING))

    def _outdate(self, ids: Container[int]) -> bool:
        self._state.outdated.append(ids)
        return True

    async def _load(self) -> None:
        """Evaluate again the tickets that changed, and read the rows of the opened issue."""
        state = self._state
        changed, state.outdated = state.outdated, []
        if ids := frozenset(id_ for id_ in state.known if any(id_ in each for each in changed)):
            state.update(ids, await self._page.read(lambda session: verdicts(session, Selection(ids))))
        items, opened = state.items_on_page(), state.opened
        tickets, entries = {item.ticket_id for item in items}, {item.entry_id for item in items} - {0}
        shown, work = await self._page.read(lambda s: (ticket_lines(s, tickets), entry_lines(s, entries) if entries else {}))
        # Whoever opened another issue meanwhile has asked for the next reading.
        if opened != state.opened or self._root.is_deleted:
            return
        if not items:
            state.show(None)
        state.lines = [
            Line(item, shown[item.ticket_id], work.get(item.entry_id), state.besides(item.ticket_id))
            for item in items
            if item.ticket_id in shown
        ]
        state.notify()
