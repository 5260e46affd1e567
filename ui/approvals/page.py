"""`/approvals`: submitted proposals that wait for a team lead, to be judged many at a time (spec, section 5)."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from domain.errors import NotFound, Refused
from storage.queries.proposals.inbox import Waiting, WaitingRow, versions_waiting, waiting_proposals
from storage.queries.proposals.table import proposal_detail
from ui.approvals.actions import approve_seen, ask_and_reject
from ui.approvals.preview import ProposalPreview
from ui.approvals.rows import ApprovalList
from ui.approvals.selection_bar import ApprovalBar
from ui.approvals.state import InboxState, seen
from ui.kit.dialog import Dialog
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.shortcuts import Shortcuts
from ui.kit.skeleton import skeleton_table
from ui.server import live

ROWS: Final = 100
_SETTLE_SECONDS: Final = 0.08
_STEPS: Final = {"down": 1, "up": -1, "page_down": 15, "page_up": -15, "first": -ROWS, "last": ROWS}
_VERBS: Final = {
    "j": "down", "ArrowDown": "down", "k": "up", "ArrowUp": "up", "PageDown": "page_down", "PageUp": "page_up",
    "Home": "first", "End": "last", "x": "pick_current", " ": "pick_current", "X": "pick_page", "Escape": "clear",
    "a": "ask_approve", "r": "reject", "Enter": "open", "?": "keys",
}  # fmt: skip
_SHOWN: Final = (
    ("J", "K", "move"),
    ("X", "␣", "pick"),
    ("⇧X", "", "pick_page"),
    ("A", "", "approve"),
    ("R", "", "reject"),
    ("↵", "", "open"),
    ("Esc", "", "clear"),
    ("?", "", "keys"),
)


async def approvals(page: PageContext) -> None:
    """The page."""
    page.heading(page.t("approvals.title"))
    await Inbox(page).build()


class Inbox:
    """One open inbox."""

    def __init__(self, page: PageContext) -> None:
        text = page.translator
        self._page = page
        self._number = 1
        self._busy = False
        self._desk = InboxState(page.visitor.name)
        self._list = ApprovalList(text, self._desk, self._row)
        self._look = ProposalPreview(text)
        self._bar = ApprovalBar(text, self._do)
        self._pager = Pager(text, ROWS, self._turn)
        self._keys = Shortcuts(text, self._do, verbs=_VERBS, shown=_SHOWN, asking=("r",), words="approvals.keys")

    async def build(self) -> None:
        """Frame first, rows right after."""
        with ui.element("div").classes("review").mark("approvals") as self._root:
            skeleton = skeleton_table(14)
            with ui.element("div").classes("rv-body") as self._body:
                with ui.element("div").classes("rv-main"):
                    self._list.build()
                    self._bar.build()
                self._look.build()
            with ui.element("div").classes("line ap-foot") as self._foot:
                self._summary = ui.label("").classes("muted small num").mark("summary")
                self._pager.build()
            self._nothing()
        self._keys.build()
        for part in (self._body, self._foot, self._none):
            part.set_visibility(False)
        self._refresh = LiveRefresh(self._root, self._load)
        await self._refresh()
        skeleton.delete()
        self._list.focus()
        self._refresh.follow(live.PROPOSALS)

    def _nothing(self) -> None:
        t = self._page.t
        self._none = ui.element("div").classes("full").mark("approvals-none")
        with self._none, empty_state("task_alt", t("approvals.none"), t("approvals.none_text")):
            ui.button(t("approvals.none_go"), on_click=lambda: self._page.go("/proposals")).props("outline").mark("none-go")
            learn_more(self._page.translator, "proposals")

    async def _load(self) -> None:
        found, versions = await self._page.read(lambda session: (self._find(session), versions_waiting(session)))
        if self._root.is_deleted:
            return
        if not found.rows and self._number > 1:
            self._number = self._pager.last_page(len(versions))
            await self._load()
            return
        lost = self._desk.adopt(found, versions)
        if lost and not self._busy:
            numbers = ", ".join(row.number for row in lost[:3]) + ("…" if len(lost) > 3 else "")  # noqa: PLR2004 - as told
            ui.notify(self._page.n("approvals.lost", len(lost), numbers=numbers), classes="notice", icon="info", timeout=8000)
        self._show()
        await self._look_at_current()

    def _find(self, session: Any) -> Waiting:
        return waiting_proposals(session, self._desk.person, start=(self._number - 1) * ROWS, limit=ROWS)

    def _show(self) -> None:
        found, t = self._desk.found, self._page.translator
        for part in (self._body, self._foot):
            part.set_visibility(bool(found.rows))
        self._none.set_visibility(not found.rows)
        self._list.show()
        self._bar.show(list(self._desk.chosen.values()), found.count - found.own)
        self._summary.set_text(t.n("approvals.summary", found.count, net=t.money(found.net), total=t.money(found.total)))
        self._pager.show(self._number, len(found.rows), found.count)

    async def _look_at_current(self) -> None:
        """Show what is under the cursor, once it rests there."""
        wanted = self._desk.current
        await asyncio.sleep(_SETTLE_SECONDS)
        if wanted != self._desk.current or self._root.is_deleted:
            return
        try:
            detail = await self._page.read(lambda session: proposal_detail(session, wanted)) if wanted else None
        except NotFound:
            detail = None
        if wanted == self._desk.current and not self._root.is_deleted:
            self._look.show(detail)

    async def _turn(self, number: int) -> None:
        self._number = number
        await self._refresh()

    async def _row(self, verb: str, id_: int | None) -> None:
        """A click on a row, or on what stands in it."""
        row = self._desk.row(id_)
        if verb == "pick_page":
            await self._do(verb)
        elif row is not None:
            self._desk.current = row.id
            await self._do({"pick": "pick_current", "open": "open"}.get(verb, "point"))

    async def _do(self, verb: str) -> None:
        """A key, a click or a button of the bar."""
        desk = self._desk
        if verb == "keys":
            self._keys.show()
        elif verb == "open" and desk.current:
            self._page.go(f"/proposals/{desk.current}")
        elif verb in ("approve", "ask_approve", "reject"):
            await self._decide(verb)
        else:
            await self._change_hand(verb)

    async def _change_hand(self, verb: str) -> None:
        desk, row = self._desk, self._desk.row(self._desk.current)
        if verb in _STEPS:
            desk.move(_STEPS[verb])
            self._list.reveal()
        elif verb == "pick_current" and row:
            desk.pick(row)
        elif verb == "pick_page":
            desk.pick_page()
        elif verb == "pick_all":
            desk.pick_all((await self._page.read(lambda session: waiting_proposals(session, desk.person))).rows)
        elif verb == "clear":
            desk.chosen.clear()
        self._show()
        await self._look_at_current()

    async def _decide(self, verb: str) -> None:
        """Approve or reject what is in hand, as it was shown; one answer at a time."""
        rows = self._desk.in_hand
        if self._busy or not rows:
            return
        self._busy = True
        try:
            if verb == "reject":
                await self._reject(rows)
            elif verb == "approve" or await self._sure(rows):
                await self._approve(rows)
        finally:
            self._busy = False

    async def _sure(self, rows: Sequence[WaitingRow]) -> bool:
        """A key is pressed by accident more easily than a button that says what it does: say it before."""
        sheet = Dialog[bool](self._page, *self._asked("approve", rows), marker="approve-sheet")
        with sheet.body:
            ui.label(_numbers(rows)).classes("muted wrap")

        async def yes() -> bool:
            return True

        sheet.go.props("autofocus")
        return bool(await sheet.ask(yes))

    async def _approve(self, rows: Sequence[WaitingRow]) -> None:
        try:
            await approve_seen(self._page, seen(rows))
        except Refused as refused:
            show_refusal(self._page.translator, refused)
        else:
            self._page.done(self._told("approved", rows))
        await self._refresh()

    async def _reject(self, rows: Sequence[WaitingRow]) -> None:
        title, go = self._asked("reject", rows)

        async def look_again() -> None:
            # After a refusal the next attempt is about those that still are what they were.
            nonlocal rows
            await self._refresh()
            asked = {row.id for row in rows}
            rows = [row for row in self._desk.in_hand if row.id in asked] or rows

        count = await ask_and_reject(self._page, lambda: seen(rows), look_again, title=title, go=go, detail=_numbers(rows))
        if count:
            self._page.done(self._page.n("approvals.rejected", count))

    def _asked(self, verb: str, rows: Sequence[WaitingRow]) -> tuple[str, str]:
        """The title and the button of a dialog about these."""
        return self._page.n(f"approvals.{verb}.title", len(rows)), self._told(f"{verb}.go", rows)

    def _told(self, key: str, rows: Sequence[WaitingRow]) -> str:
        amount = self._page.translator.money(sum(row.total for row in rows))
        return self._page.n(f"approvals.{key}", len(rows), amount=amount)


def _numbers(rows: Sequence[WaitingRow]) -> str:
    shown = [f"{row.number} {row.company}" for row in rows[:5]]
    return " · ".join(shown) + (" …" if len(rows) > len(shown) else "")
