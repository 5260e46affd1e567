"""What the keys, rows and buttons of the inbox do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nicegui import ui

from domain.errors import Refused
from storage.queries.proposals.inbox import WaitingRow, waiting_proposals
from ui.approvals.actions import approve_seen, ask_and_reject
from ui.approvals.state import InboxState, seen
from ui.kit.dialog import Dialog
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.state import Exclusive

VERBS: Final = {
    "j": "down", "ArrowDown": "down", "k": "up", "ArrowUp": "up", "PageDown": "page_down", "PageUp": "page_up",
    "Home": "first", "End": "last", "x": "pick", " ": "pick", "X": "pick_page", "Escape": "clear", "a": "ask_approve",
    "r": "reject", "Enter": "open", "?": "keys",
}  # fmt: skip

CARD: Final = (
    ("J", "K", "move"), ("X", "␣", "pick"), ("⇧X", "", "pick_page"), ("A", "", "approve"), ("R", "", "reject"),
    ("↵", "", "open"), ("Esc", "", "clear"), ("?", "", "keys"),
)  # fmt: skip
"""The keys on the card, in its order."""

_NAMED: Final = 5


@dataclass(frozen=True)
class InboxCommands:
    """One approval or rejection runs at a time."""

    page: PageContext
    state: InboxState
    refresh: LiveRefresh
    exclusive: Exclusive = field(default_factory=Exclusive)

    async def run(self, verb: str) -> None:
        """Do what `verb` says."""
        state, rows = self.state, self.state.targets()
        if state.change_view(verb):
            return
        if verb == "pick_all":
            state.pick_all((await self.page.read(lambda session: waiting_proposals(session, state.person))).rows)
        elif verb == "open" and state.current:
            self.page.go(f"/proposals/{state.current}")
        elif verb == "approve" and rows:
            await self.exclusive(lambda: self._approve(rows))
        elif verb == "ask_approve" and rows:
            await self.exclusive(lambda: self._ask_approve(rows))
        elif verb == "reject" and rows:
            await self.exclusive(lambda: self._reject(rows))

    async def _ask_approve(self, rows: Sequence[WaitingRow]) -> None:
        """A key is pressed by accident more easily than a button that says what it does: ask before."""
        sheet = Dialog[bool](self.page, *self._labels("approve", rows), marker="approve-sheet")
        with sheet.body:
            ui.label(_named(rows)).classes("muted wrap")

        async def yes() -> bool:
            return True

        sheet.go.props("autofocus")
        if await sheet.ask(yes):
            await self._approve(rows)

    async def _approve(self, rows: Sequence[WaitingRow]) -> None:
        try:
            await approve_seen(self.page, seen(rows))
        except Refused as refused:
            show_refusal(self.page.translator, refused)
        else:
            self.page.done(self._with_amount("approved", rows))
        await self.refresh()

    async def _reject(self, rows: Sequence[WaitingRow]) -> None:
        title, go = self._labels("reject", rows)

        async def refresh() -> None:
            # After a refusal the next attempt is about those that still are what they were.
            nonlocal rows
            await self.refresh()
            asked = {row.id for row in rows}
            rows = [row for row in self.state.targets() if row.id in asked] or rows

        count = await ask_and_reject(self.page, lambda: seen(rows), refresh, title=title, go=go, detail=_named(rows))
        if count:
            self.page.done(self.page.n("approvals.rejected", count))

    def _labels(self, verb: str, rows: Sequence[WaitingRow]) -> tuple[str, str]:
        """The title and the button of a dialog about these."""
        return self.page.n(f"approvals.{verb}.title", len(rows)), self._with_amount(f"{verb}.go", rows)

    def _with_amount(self, key: str, rows: Sequence[WaitingRow]) -> str:
        return self.page.n(f"approvals.{key}", len(rows), amount=self.page.translator.money(sum(row.total for row in rows)))


def _named(rows: Sequence[WaitingRow]) -> str:
    shown = [f"{row.number} {row.company}" for row in rows[:_NAMED]]
    return " · ".join(shown) + (" …" if len(rows) > len(shown) else "")
