"""What a reviewer does: suspend, not bill, restore, take off, cancel, and take back what was just done (spec, section 5)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from nicegui import ui

from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.actions.proposals.undo_review import undo_review
from domain.errors import Refused, Stale
from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.reason_dialog import ask_reason
from ui.kit.undo_toast import UndoToast
from ui.review.restore_reason_dialog import opens
from ui.review.state import ReviewState

_WAITS, _WAIT_SECONDS = 50, 0.02

_VERBS = {LineState.BILL: "restore", LineState.SUSPENDED: "suspend", LineState.NOT_BILLED: "not_bill"}


@dataclass(slots=True)
class ReviewActions:
    """Acts for the person at `page` on what `desk` shows. `refresh` reads the proposal anew, `show` shows the desk as it is."""

    page: PageContext
    desk: ReviewState
    reasons: Sequence[str]
    refresh: Callable[[], Awaitable[None]]
    note: UndoToast
    show: Callable[[], None]
    busy: bool = False

    async def decide(self, state: LineState, lines: Collection[LineRow]) -> bool:
        """Suspend or not bill, after asking why; or restore, at once. Whether it was done."""
        if state is LineState.BILL:
            lines = [line for line in lines if line.state is not LineState.BILL]
        if not lines or not await self.free():
            return False
        self.busy = True
        try:
            seen = _Seen(self.desk, lines)
            return await (self._at_once(seen, state) if state is LineState.BILL else self._ask(seen, state))
        finally:
            self.busy = False

    async def undo(self) -> None:
        """Take the last action of this person back, if nobody touched its lines since; once more, the one before."""
        if not await self.free():
            return
        self.busy = True
        proposal_id = self.desk.detail.id
        try:
            undone = await self.page.act(lambda s, actor: undo_review(s, proposal_id, actor=actor))
            self.note.show(self.page.n("review.undone", undone.lines), self.undo, again=True)
        except Refused as refused:
            show_refusal(self.page.translator, refused)
        finally:
            # Before it is shown: the next step back needs nothing of what is read now.
            self.busy = False
        await self.refresh()

    async def free(self) -> bool:
        """Whether nothing is under way, after a moment for what is being written: a quick hand's next key is not lost."""
        for _ in range(_WAITS):
            if not self.busy:
                return True
            await asyncio.sleep(_WAIT_SECONDS)
        return not self.busy

    async def remove_from_proposal(self, tickets: frozenset[int]) -> None:
        """Take whole tickets off the proposal, after saying what that does."""
        lines = [line for line in self.desk.detail.lines if line.ticket_id in tickets and line.state is not LineState.RELEASED]
        if not lines or not await self.free():
            return
        self.busy = True
        try:
            await self._ask_remove(_Seen(self.desk, lines), tickets)
        finally:
            self.busy = False

    async def cancel(self) -> None:
        """Cancel the proposal, after asking why and saying what goes where."""
        if not await self.free():
            return
        self.busy = True
        try:
            await self._ask_cancel()
        finally:
            self.busy = False

    async def _at_once(self, seen: "_Seen", state: LineState) -> bool:
        try:
            await self._write(seen, state, "")
        except Refused as refused:
            show_refusal(self.page.translator, refused)
            return False
        self._tell(seen, state)
        return True

    async def _ask(self, seen: "_Seen", state: LineState) -> bool:
        page, verb, count = self.page, _VERBS[state], len(seen.lines)
        amount = page.translator.money(sum(line.net for line in seen.lines))
        reasons = {line.reason for line in seen.lines if line.state is state}

        async def act(reason: str) -> None:
            self._check(seen)
            await self._write(seen, state, reason)

        reason = await ask_reason(
            page,
            page.n(f"review.{verb}.title", count),
            page.n(f"review.{verb}.go", count, amount=amount),
            reasons=self.reasons,
            action=act,
            detail=self._about(seen.lines),
            initial=reasons.pop() if len(reasons) == 1 else "",
            opens=opens(state, seen.lines),
        )
        if reason is not None:
            self._tell(seen, state)
        return reason is not None

    async def _ask_remove(self, seen: "_Seen", tickets: frozenset[int]) -> None:
        page = self.page
        amount = page.translator.money(sum(line.net for line in seen.lines))
        go = page.n("review.remove_from_proposal.go", len(tickets), amount=amount)
        sheet = Dialog[bool](page, page.n("review.remove_from_proposal.title", len(tickets)), go, marker="take-off")
        with sheet.body:
            ui.label(self._about(seen.lines)).classes("muted")
            ui.label(page.n("review.remove_from_proposal.what", len(tickets)))

        async def act() -> bool:
            self._check(seen)
            choice = LineChoice(seen.proposal_id, self.desk.detail.version, ticket_ids=tickets)
            await self.act(lambda: page.act(lambda s, actor: remove_from_proposal(s, choice, actor=actor).version))
            return True

        if await sheet.ask(act):
            self.note.show(page.n("review.remove_from_proposal.done", len(tickets)))

    async def _ask_cancel(self) -> None:
        page, detail = self.page, self.desk.detail
        bill = detail.total(LineState.BILL)
        kept = detail.total(LineState.SUSPENDED).lines + detail.total(LineState.NOT_BILLED).lines
        version = detail.version

        async def act(reason: str) -> None:
            nonlocal version
            seen, version = version, self.desk.detail.version
            if seen != version:
                raise self.stale()
            command = Cancel(detail.id, version, reason)
            await self.act(lambda: page.act(lambda s, actor: cancel(s, command, actor=actor).version))

        lines = page.n("review.cancel.back", bill.lines, amount=page.translator.money(bill.net))
        rest = page.n("review.cancel.kept", kept) if kept else ""
        done = await ask_reason(
            page,
            page.t("review.cancel.title", number=detail.number),
            page.t("review.cancel.go", number=detail.number),
            reasons=(),
            action=act,
            detail=f"{lines} {rest}".strip(),
        )
        if done is not None:
            self.note.show(page.t("review.cancel.done", number=detail.number))

    def _check(self, seen: "_Seen") -> None:
        """Refuse what was decided about lines that somebody has changed since; the next attempt is about what is shown now."""
        now = self.desk.held(line.id for line in seen.lines)
        if [_decision(line) for line in now] != [_decision(line) for line in seen.lines]:
            seen.lines = now
            raise self.stale()

    def stale(self) -> Stale:
        """What to tell somebody who was about to act on what is no more so."""
        detail = self.desk.detail
        return Stale("review_changed", number=detail.number, by=detail.changed_by, at=detail.changed_at)

    async def _write(self, seen: "_Seen", state: LineState, reason: str) -> None:
        choice = LineChoice(seen.proposal_id, self.desk.detail.version, frozenset(line.id for line in seen.lines))
        command = Decide(choice, state, reason)
        self._foresee(seen, state, " ".join(reason.split()))
        await self.act(lambda: self.page.act(lambda s, actor: decide(s, command, actor=actor).version))

    async def act(self, act: Callable[[], Awaitable[object]]) -> None:
        """Act, and show what is so now: after a success, and after it was refused."""
        try:
            await act()
        except Refused as refused:
            await self.refresh()
            raise (self.stale() if refused.code == "proposal_changed" else refused) from None
        await self.refresh()

    def _foresee(self, seen: "_Seen", state: LineState, reason: str) -> None:
        """Show at once what is about to be so: the eye is quicker than a disk."""
        by, at = self.page.visitor.name, datetime.now(UTC)
        coming = (replace(line, state=state, reason=reason, decided_by=by, decided_at=at) for line in seen.lines)
        self.desk.foresee(coming)
        self.show()

    def _tell(self, seen: "_Seen", state: LineState) -> None:
        amount = self.page.translator.money(sum(line.net for line in seen.lines))
        self.note.show(self.page.n(f"review.{_VERBS[state]}.done", len(seen.lines), amount=amount), self.undo)

    def _about(self, lines: Sequence[LineRow]) -> str:
        if len(lines) == 1:
            return f"{lines[0].ticket_number} · {lines[0].description}"
        tickets = list(dict.fromkeys(line.ticket_number for line in lines))
        return tickets[0] if len(tickets) == 1 else self.page.n("review.ticket", len(tickets))


class _Seen:
    """Lines as the person saw them when they decided."""

    def __init__(self, desk: ReviewState, lines: Collection[LineRow]) -> None:
        self.proposal_id = desk.detail.id
        self.lines = tuple(lines)


def _decision(line: LineRow) -> tuple[LineState, str]:
    return line.state, line.reason
