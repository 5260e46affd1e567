"""`/approvals`: submitted proposals that wait for a team lead, to be judged many at a time (spec, section 5)."""

from functools import partial
from typing import Any, Final

from nicegui import ui

from storage.queries.proposals.inbox import Waiting, versions_waiting, waiting_proposals
from ui.approvals.commands import CARD, VERBS, InboxCommands
from ui.approvals.list import InboxList
from ui.approvals.preview import ProposalPreview
from ui.approvals.state import InboxState
from ui.kit.action_bar import ActionBar
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.shortcuts import Shortcuts
from ui.kit.skeleton import skeleton_table
from ui.server import live

ROWS: Final = 100
_NAMED: Final = 3


async def approvals(page: PageContext) -> None:
    """The page."""
    page.heading(page.t("approvals.title"))
    await Inbox(page).build()


class Inbox:
    """Puts the parts together, and keeps the state in line with the database."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._state = InboxState(page.visitor.name)
        self._pager = Pager(page.translator, ROWS, self._turn)

    async def build(self) -> None:
        """Frame first, rows right after."""
        page, state = self._page, self._state
        with ui.element("div").classes("review").mark("approvals") as self._root:
            self._refresh = LiveRefresh(self._root, self._load)
            self._commands = InboxCommands(page, state, self._refresh)
            skeleton = skeleton_table(14)
            with ui.element("div").classes("rv-body") as self._body:
                with ui.element("div").classes("rv-main"):
                    rows = InboxList(page, state, self._commands)
                    self._place_selection_bar()
                ProposalPreview(page, state)
            with ui.element("div").classes("line ap-foot") as self._foot:
                self._summary = ui.label("").classes("muted small num").mark("summary")
                self._pager.build()
            self._none = ui.element("div").classes("full").mark("approvals-none")
            with self._none, empty_state("task_alt", page.t("approvals.none"), page.t("approvals.none_text")):
                go = ui.button(page.t("approvals.none_go"), on_click=lambda: page.go("/proposals"))
                go.props("outline").mark("none-go")
                learn_more(page.translator, "proposals")
        Shortcuts(page.translator, self._commands.run, verbs=VERBS, card=CARD, asking=("r",), name="approvals.keys")
        for part in (self._body, self._foot, self._none):
            part.set_visibility(False)
        state.observe(self._render)
        await self._refresh()
        skeleton.delete()
        rows.focus()
        self._refresh.follow(live.PROPOSALS)

    def _place_selection_bar(self) -> None:
        t, run = self._page.translator, self._commands.run
        self._bar = ActionBar(t.t("approvals.selected"), "approval")
        self._all = self._bar.extend(partial(run, "pick_all")).mark("pick-all")
        self._bar.button(t.t("review.clear"), partial(run, "clear"), key="Esc", props="flat").mark("clear")
        self._reject = self._bar.button("", partial(run, "reject"), icon="undo", key="R").mark("reject")
        self._approve = self._bar.button("", partial(run, "approve"), icon="task_alt", props="").mark("approve")

    async def _load(self) -> None:
        found, versions = await self._page.read(lambda session: (self._find(session), versions_waiting(session)))
        if self._root.is_deleted:
            return
        if not found.rows and self._state.number > 1:
            self._state.number = self._pager.last_page(len(versions))
            await self._load()
            return
        lost = self._state.adopt(found, versions)
        if lost and not self._commands.exclusive.busy:
            numbers = ", ".join(row.number for row in lost[:_NAMED]) + ("…" if len(lost) > _NAMED else "")
            ui.notify(self._page.n("approvals.lost", len(lost), numbers=numbers), classes="notice", icon="info", timeout=8000)

    def _find(self, session: Any) -> Waiting:
        return waiting_proposals(session, self._state.person, start=(self._state.number - 1) * ROWS, limit=ROWS)

    def _render(self) -> None:
        found, t = self._state.found, self._page.translator
        for part in (self._body, self._foot):
            part.set_visibility(bool(found.rows))
        self._none.set_visibility(not found.rows)
        self._summary.set_text(t.n("approvals.summary", found.count, net=t.money(found.net), total=t.money(found.total)))
        self._pager.show(self._state.number, len(found.rows), found.count)
        self._render_selection(found.count - found.own)

    def _render_selection(self, available: int) -> None:
        t, rows = self._page.translator, self._state.selected.values()
        count, lines = len(rows), t.n("review.line", sum(row.to_bill for row in rows))
        self._bar.show(*((lines, t.hours(sum(row.minutes for row in rows))) if rows else ()))
        self._all.set_text(t.t("approvals.pick_all", count=t.number(available)))
        self._all.set_visibility(available > count)
        self._reject.set_text(t.n("approvals.reject", count))
        self._approve.set_text(t.n("approvals.approve.go", count, amount=t.money(sum(row.total for row in rows))))

    async def _turn(self, number: int) -> None:
        self._state.number = number
        await self._refresh()
