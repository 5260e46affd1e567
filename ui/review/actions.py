"""What a reviewer does: suspend, not bill, restore, remove tickets, cancel, and undo (spec, section 5)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.actions.proposals.undo_review import undo_review
from domain.errors import Refused, Stale
from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import confirm
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.reason_dialog import ask_reason
from ui.kit.refresh import LiveRefresh
from ui.kit.state import Exclusive
from ui.kit.undo_toast import UndoToast
from ui.review.state import ReviewState
from ui.server.gateway import Action

_VERBS: Final = {LineState.BILL: "restore", LineState.SUSPENDED: "suspend", LineState.NOT_BILLED: "not_bill"}
_WITH_REASON: Final = {state.value: state for state in (LineState.SUSPENDED, LineState.NOT_BILLED)}
_DIGITS: Final = 18
_PATIENCE_SECONDS: Final = 1.0
"""So long a key waits for what is being written: that of a quick hand is not lost."""


class Draft(NamedTuple):
    """What a reason dialog was about, as the browser keeps it over a reload (`ui.kit.drafts`)."""

    decision: LineState
    lines: Sequence[LineRow]

    def __str__(self) -> str:
        return f"{self.decision}:{','.join(str(line.id) for line in self.lines)}"

    @classmethod
    def parse(cls, text: str, state: ReviewState) -> "Draft | None":
        """The decision and those of its lines that are on this proposal and hold entries; None for anything else."""
        name, _, ids = text.partition(":")
        wanted = {int(part) for part in ids.split(",") if part.isascii() and part.isdecimal() and len(part) <= _DIGITS}
        lines = state.active(wanted)
        return cls(_WITH_REASON[name], lines) if name in _WITH_REASON and lines else None


@dataclass(frozen=True)
class ReviewActions:
    """Acts for the person at `page` on what `state` shows, one act at a time. `reasons` are the usual ones."""

    page: PageContext
    state: ReviewState
    reasons: Sequence[str]
    refresh: LiveRefresh
    toast: UndoToast
    exclusive: Exclusive = field(default_factory=lambda: Exclusive(_PATIENCE_SECONDS))

    async def decide(self, decision: LineState, lines: Collection[LineRow]) -> bool:
        """Suspend or not bill, after asking why; or restore, at once. Whether it was done."""
        if decision is LineState.BILL:
            lines = [line for line in lines if line.state is not LineState.BILL]
        if not lines:
            return False
        draft = Draft(decision, tuple(lines))
        act = self._restore if decision is LineState.BILL else self._ask_why
        done = await self.exclusive(lambda: act(draft))
        if done:
            self.toast.show(self._count(f"{_VERBS[decision]}.done", len(lines), lines), self.undo)
        return bool(done)

    async def ask_again(self, kept: str) -> None:
        """Open the reason dialog that a reload closed."""
        if self.state.editable and (draft := Draft.parse(kept, self.state)):
            await self.decide(*draft)

    async def undo(self) -> None:
        """Undo the last action of this person, if nobody touched its lines since; once more, the one before."""
        await self.exclusive(self._undo)
        # Another undo needs nothing of what is read here, so it need not wait for it.
        await self.refresh()

    async def remove_from_proposal(self, tickets: frozenset[int]) -> None:
        """Remove whole tickets from the proposal, after saying what that does."""
        lines = [line for line in self.state.active() if line.ticket_id in tickets]
        if not lines:
            return
        if await self.exclusive(lambda: self._ask_remove(lines, tickets)):
            self.toast.show(self.page.n("review.remove_from_proposal.done", len(tickets)))

    async def cancel(self) -> None:
        """Cancel the proposal, after asking why and saying what goes where."""
        number = self.state.detail.number
        if await self.exclusive(self._ask_cancel) is not None:
            self.toast.show(self.page.t("review.cancel.done", number=number))

    async def act(self, action: Action[Any]) -> None:
        """Run `action` and read the proposal anew: after a success, and after a refusal."""
        try:
            await self.page.act(action)
        except Refused as refused:
            await self.refresh()
            raise (self.stale() if refused.code == "proposal_changed" else refused) from None
        await self.refresh()

    def stale(self) -> Stale:
        """The refusal for somebody who was about to act on something that has changed."""
        detail = self.state.detail
        return Stale("review_changed", number=detail.number, by=detail.changed_by, at=detail.changed_at)

    async def _restore(self, draft: Draft) -> bool:
        try:
            await self._write(draft, "")
        except Refused as refused:
            show_refusal(self.page.translator, refused)
            return False
        return True

    async def _ask_why(self, draft: Draft) -> bool:
        verb, count = _VERBS[draft.decision], len(draft.lines)
        fresh = Fresh(self, draft.lines, _decision)
        reasons = {line.reason for line in draft.lines if line.state is draft.decision}

        async def act(reason: str) -> None:
            await self._write(Draft(draft.decision, fresh.check()), reason)

        reason = await ask_reason(
            self.page,
            self.page.n(f"review.{verb}.title", count),
            self._count(f"{verb}.go", count, draft.lines),
            reasons=self.reasons,
            action=act,
            detail=self._named(draft.lines),
            initial=reasons.pop() if len(reasons) == 1 else "",
            opens=str(draft),
        )
        return reason is not None

    async def _write(self, draft: Draft, reason: str) -> None:
        detail, lines = self.state.detail, draft.lines
        choice = LineChoice(detail.id, detail.version, frozenset(line.id for line in lines))
        command = Decide(choice, draft.decision, reason)
        # Shown before it is written: the eye is quicker than a disk.
        by, at, tidy = self.page.visitor.name, datetime.now(UTC), " ".join(reason.split())
        coming = (replace(line, state=draft.decision, reason=tidy, decided_by=by, decided_at=at) for line in lines)
        self.state.anticipate(coming)
        await self.act(lambda s, actor: decide(s, command, actor=actor).version)

    async def _undo(self) -> None:
        detail = self.state.detail
        try:
            undone = await self.page.act(lambda s, actor: undo_review(s, detail.id, actor=actor))
        except Refused as refused:
            show_refusal(self.page.translator, refused)
        else:
            self.toast.show(self.page.n("review.undone", undone.lines), self.undo, again=True)

    async def _ask_remove(self, lines: Sequence[LineRow], tickets: frozenset[int]) -> bool:
        page, key, count = self.page, "remove_from_proposal", len(tickets)
        title, go, what = (
            page.n(f"review.{key}.title", count),
            self._count(f"{key}.go", count, lines),
            page.n(f"review.{key}.what", count),
        )
        fresh = Fresh(self, lines, _decision)

        async def act() -> None:
            fresh.check()
            detail = self.state.detail
            choice = LineChoice(detail.id, detail.version, ticket_ids=tickets)
            await self.act(lambda s, actor: remove_from_proposal(s, choice, actor=actor).version)

        return await confirm(page, title, go, self._named(lines), act, marker="take-off", more=what)

    async def _ask_cancel(self) -> str | None:
        page, seen = self.page, self.state.detail
        bill = seen.total(LineState.BILL)
        kept = seen.total(LineState.SUSPENDED).lines + seen.total(LineState.NOT_BILLED).lines

        async def act(reason: str) -> None:
            nonlocal seen
            before, seen = seen, self.state.detail
            if before.version != seen.version:
                raise self.stale()
            command = Cancel(seen.id, seen.version, reason)
            await self.act(lambda s, actor: cancel(s, command, actor=actor).version)

        back = page.n("review.cancel.back", bill.lines, amount=page.translator.money(bill.net))
        title, go = (page.t(f"review.cancel.{part}", number=seen.number) for part in ("title", "go"))
        detail = f"{back} {page.n('review.cancel.kept', kept) if kept else ''}".strip()
        return await ask_reason(page, title, go, reasons=(), action=act, detail=detail)

    def _count(self, key: str, count: int, lines: Collection[LineRow]) -> str:
        return self.page.n(f"review.{key}", count, amount=self.page.translator.money(sum(line.net for line in lines)))

    def _named(self, lines: Sequence[LineRow]) -> str:
        if len(lines) == 1:
            return f"{lines[0].ticket_number} · {lines[0].description}"
        tickets = {line.ticket_number for line in lines}
        return tickets.pop() if len(tickets) == 1 else self.page.n("review.ticket", len(tickets))


@dataclass
class Fresh:
    """Lines as the person saw them when a dialog opened, and `what` of them the dialog is about."""

    actions: ReviewActions
    lines: Sequence[LineRow]
    what: Callable[[LineRow], object]

    def check(self) -> Sequence[LineRow]:
        """The lines as they are now. Raises Stale where they changed; the next check is about what is shown since."""
        seen, self.lines = self.lines, self.actions.state.active({line.id for line in self.lines})
        if not self.lines or list(map(self.what, seen)) != list(map(self.what, self.lines)):
            raise self.actions.stale()
        return self.lines


def _decision(line: LineRow) -> tuple[LineState, str]:
    return line.state, line.reason
