"""What a reviewer does with one line: adjust what it bills, look at the work that it holds, split it (spec, section 5)."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.actions.proposals.adjust import Adjust, adjust, split
from domain.errors import Stale
from storage.queries.proposals.line_entries import line_entries
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.review.actions import ReviewActions
from ui.review.adjust_form import AdjustForm, Values, values_of
from ui.review.line_work import LineWork
from ui.review.price import show_price


@dataclass(frozen=True, slots=True)
class ReviewAdjusting:
    """Acts beside `actions`: for the same person, on the same desk, one thing at a time."""

    actions: ReviewActions

    async def adjust(self, lines: Collection[LineRow]) -> None:
        """Ask for new values of the one line in hand and write them, with *Annulla* afterwards."""
        line = await self._only(lines, "adjust.one_line")
        if line is None:
            return
        self.actions.busy = True
        try:
            await self._ask(line)
        finally:
            self.actions.busy = False

    async def look_inside(self, lines: Collection[LineRow], *, may_split: bool) -> None:
        """Show the work of the one line in hand; with `may_split` offer a line for each piece of it."""
        line = await self._only(lines, "adjust.one_line_inside")
        if line is None:
            return
        self.actions.busy = True
        try:
            await self._show_work(line, may_split=may_split)
        finally:
            self.actions.busy = False

    async def explain(self, lines: Collection[LineRow]) -> None:
        """Show why the one line in hand costs what it costs."""
        line = await self._only(lines, "review.why_one_line")
        if line is None:
            return
        self.actions.busy = True
        try:
            await show_price(self.actions.page, line)
        finally:
            self.actions.busy = False

    async def _only(self, lines: Collection[LineRow], otherwise: str) -> LineRow | None:
        if not await self.actions.free():
            return None
        if len(lines) != 1:
            self.actions.note.show(self.actions.page.t(otherwise))
            return None
        return next(iter(lines))

    def _now(self, line: LineRow) -> LineRow:
        """The line as it is now. Raises Stale where it is gone."""
        found = self.actions.desk.held([line.id])
        if not found:
            raise self.actions.stale()
        return found[0]

    async def _ask(self, line: LineRow) -> None:
        page = self.actions.page
        sheet = Dialog[tuple[LineRow, Values]](page, page.t("adjust.title"), page.t("adjust.do"), marker="adjust", wide=True)
        form = AdjustForm(page, sheet, line, self.actions.reasons)

        async def write() -> tuple[LineRow, Values]:
            seen, now, wanted = form.line, self._now(line), form.wanted()
            if values_of(now) != values_of(seen):
                form.about(now)
                raise self.actions.stale()
            try:
                await self._write(now, wanted, form.reason())
            except Stale:
                # Read anew by now: the next attempt is about what is shown from here on.
                form.about(self._now(line))
                raise
            return now, wanted

        written = await sheet.ask(write)
        if written is not None:
            before, made = written
            money = page.translator.money
            self.actions.note.show(page.t("adjust.done", before=money(before.net), after=money(made.net)), self.actions.undo)

    async def _write(self, line: LineRow, values: Values, reason: str) -> None:
        page, detail = self.actions.page, self.actions.desk.detail
        command = Adjust(detail.id, detail.version, line.id, *values, reason)
        await self.actions.act(lambda: page.act(lambda s, actor: adjust(s, command, actor=actor).version))

    async def _show_work(self, line: LineRow, *, may_split: bool) -> None:
        page = self.actions.page
        entries = await page.read(lambda session: line_entries(session, line.id))
        work = LineWork(page, line, entries, may_split=may_split)

        async def divide() -> int:
            now, seen = self._now(line), work.line
            work.line = now
            if (values_of(now), now.state, now.entries) != (values_of(seen), seen.state, seen.entries):
                raise self.actions.stale()
            detail = self.actions.desk.detail
            proposal_id, version = detail.id, detail.version
            await self.actions.act(
                lambda: page.act(lambda s, actor: split(s, proposal_id, version, line.id, actor=actor).version)
            )
            return now.entries

        made = await work.sheet.ask(divide)
        if made:
            self.actions.note.show(page.t("adjust.split.done", count=page.translator.number(made)))
