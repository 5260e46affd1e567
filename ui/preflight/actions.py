"""Fixes one row or many, undoes that, and generates the proposals of what was fixed (spec, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.errors import Refused
from domain.reads.selection import Selection
from storage.queries.records.choices import Choice
from storage.queries.tickets.billing_issues import BillingIssue
from ui.generation.dialog import GenerationDialog
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.state import Exclusive
from ui.kit.undo_toast import UndoToast
from ui.preflight.fixes import FIXES, Change, Item, Targets
from ui.preflight.labels import issue_key
from ui.preflight.state import IssuesState
from ui.server.gateway import Action
from ui.ticket.entry_form import entry_dialog

_MOST_IDS: Final = 20_000
"""So many tickets are generated as those of the page; of more, whatever matches the filter then."""


@dataclass(frozen=True)
class FixActions:
    """Acts for the person at `page`, one fix at a time. `services` are those to choose from."""

    page: PageContext
    state: IssuesState
    selection: Selection
    services: list[Choice]
    refresh: LiveRefresh
    toast: UndoToast
    exclusive: Exclusive = field(default_factory=Exclusive)

    async def fix(self, item: Item, value: Any = None) -> None:
        """Fix one row of the opened issue."""
        issue, line = self.state.opened, next((line for line in self.state.lines if line.item == item), None)
        if issue is None or line is None:
            return
        self.state.fixed_last = item
        if change := FIXES[issue].change:
            await self._run(issue, change(Targets([item], self.state.versions, line.ticket), value), [item])
        else:
            await self._add_work(item)

    async def fix_many(self, value: Any = None) -> None:
        """Fix what is chosen of the opened issue, or all of it."""
        issue, items = self.state.opened, self.state.many()
        if issue is None or not items:
            return
        fix, targets = FIXES[issue], Targets(items, self.state.versions)
        change = await fix.many_change(self.page, targets) if fix.many_change else fix.change and fix.change(targets, value)
        if change is None:
            ui.notify(self.page.t("preflight.no_times"), classes="notice", icon="info")
        else:
            await self._run(issue, change, items)

    async def open(self, issue: BillingIssue) -> None:
        """Show the rows of an issue."""
        self.state.show(issue)
        await self.refresh()

    async def generate(self) -> None:
        """Generate for all tickets of the page: those that were fixed may match no filter any more."""
        known = self.state.known
        selection = Selection(frozenset(known)) if len(known) <= _MOST_IDS else self.selection
        if known:
            title = self.page.n("generation.of_selected", len(known))
            result = await GenerationDialog(self.page, selection, title).open()
            if result is not None:
                self.page.go(f"/generations/{result.id}")

    async def _run(self, issue: BillingIssue, change: Change, items: Sequence[Item]) -> None:
        if await self.exclusive(lambda: self._write(issue, change, items)) is False:
            self.state.fixed_last = None
        await self._evaluate(items)

    async def _write(self, issue: BillingIssue, change: Change, items: Sequence[Item]) -> bool:
        """Write it; where somebody was faster, say so, and what is so now is read."""
        try:
            result = await self.page.act(change.action)
        except Refused as refused:
            show_refusal(self.page.translator, refused)
            return False
        back = change.undo(result)
        done = self.page.n(f"preflight.done.{issue_key(issue)}", change.count)
        self.toast.show(done, (lambda: self._undo(issue, back, items)) if back else None)
        return True

    async def _undo(self, issue: BillingIssue, back: Action[Any], items: Sequence[Item]) -> None:
        try:
            await self.page.act(back)
        except Refused as refused:
            show_refusal(self.page.translator, refused)
        else:
            self.page.done(self.page.t("preflight.taken_back"))
        if self.state.opened is None:
            self.state.show(issue)
        await self._evaluate(items)

    async def _evaluate(self, items: Sequence[Item]) -> None:
        self.state.outdated.append({item.ticket_id for item in items})
        await self.refresh()

    async def _add_work(self, item: Item) -> None:
        async def save(data: EntryData) -> None:
            await self.page.act(lambda session, actor: add_entry(session, item.ticket_id, data, actor=actor).id)

        if await entry_dialog(self.page, None, self.services, save, now=datetime.now(UTC)):
            self.page.done(self.page.t("ticket.entry.added"))
