"""Finds what of a proposal deserves a second look, beside the work: nobody waits for it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from nicegui import ui

from storage.queries.proposals.anomalies import anomalies
from ui.kit.page import PageContext
from ui.review.state import ReviewState

REST_SECONDS = 1.5


class AnomalyCheck:
    """Puts its findings on `desk` and calls `show`."""

    def __init__(self, page: PageContext, root: ui.element, desk: ReviewState, show: Callable[[], None]) -> None:
        self._page = page
        self._root = root
        self._desk = desk
        self._show = show
        self._looked_at: object = None
        self._times = 0

    async def look(self) -> None:
        """Look again where what the findings depend on is another, and only once the hand rests between two acts."""
        proposal_id = self._desk.detail.id
        here = tuple((line.id, line.rate, line.net, line.state, line.description) for line in self._desk.detail.lines)
        if here == self._looked_at:
            return
        before, self._looked_at = self._looked_at, here
        # Counted, since what is taken back is as it was: the look that was meant for it then must not come after all.
        self._times += 1
        mine = self._times
        await asyncio.sleep(REST_SECONDS if before else 0)
        if self._outdated(mine):
            return
        findings = await self._page.read(lambda session: anomalies(session, proposal_id, datetime.now(UTC)))
        if self._outdated(mine):
            return
        self._desk.findings = findings
        self._desk.narrow(only_flagged=self._desk.only_flagged and bool(findings.lines))
        self._show()

    def _outdated(self, mine: int) -> bool:
        return self._root.is_deleted or self._times != mine
