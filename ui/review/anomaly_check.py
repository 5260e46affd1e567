"""Finds what of a proposal deserves a second look, beside the work: nobody waits for it."""

import asyncio
from datetime import UTC, datetime

from nicegui import ui

from storage.queries.proposals.anomalies import anomalies
from ui.kit.page import PageContext
from ui.review.state import ReviewState

REST_SECONDS = 1.5


class AnomalyCheck:
    """Puts its findings on `state`, while `root` stands."""

    def __init__(self, page: PageContext, root: ui.element, state: ReviewState) -> None:
        self._page, self._root, self._state = page, root, state
        self._checked: object = None
        self._runs = 0

    async def run(self) -> None:
        """Check again where what the findings depend on has changed, and only once the person rests between two acts."""
        proposal_id, lines = self._state.detail.id, self._state.detail.lines
        basis = tuple((line.id, line.rate, line.net, line.state, line.description) for line in lines)
        if basis == self._checked:
            return
        before, self._checked = self._checked, basis
        # Counted, since after an undo the basis is as it was: the run that was meant for it must not come after all.
        self._runs += 1
        mine = self._runs
        await asyncio.sleep(REST_SECONDS if before else 0)
        if self._outdated(mine):
            return
        findings = await self._page.read(lambda session: anomalies(session, proposal_id, datetime.now(UTC)))
        if not self._outdated(mine):
            self._state.show_findings(findings)

    def _outdated(self, mine: int) -> bool:
        return self._root.is_deleted or self._runs != mine
