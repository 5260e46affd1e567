"""The bar under the list of proposals: what the ticked rows come to, and sending those that may go to be approved."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from domain.actions.proposals.approval import Seen
from domain.errors import Refused
from domain.vocabulary import ProposalStatus
from storage.queries.proposals.table import ProposalRow
from ui.approvals.actions import submit_seen
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext


class SubmitBar:
    """`refresh` reads the list anew, `on_none` unticks all. `slot` has room for what else may be done with the ticked rows."""

    slot: ui.element

    def __init__(self, page: PageContext, refresh: Callable[[], Awaitable[None]], on_none: Callable[[], None]) -> None:
        self._page = page
        self._refresh = refresh
        self._on_none = on_none
        self._rows: Sequence[ProposalRow] = ()
        self._busy = False

    def build(self) -> None:
        """Place it, out of sight until something is ticked."""
        with ui.element("div").classes("selection").props("role=status").mark("proposals-selection") as self._bar:
            self._what = ui.label("").classes("num strong").mark("proposals-selected")
            self._others = ui.label("").classes("muted").mark("proposals-others")
            with ui.element("div").classes("line pushed"):
                ui.button(self._page.t("review.clear"), on_click=self._on_none).props("flat").mark("proposals-deselect")
                self.slot = ui.element("div").classes("line line--tight")
                with self.slot:
                    self._submit = ui.button("", icon="how_to_reg", on_click=self._do_submit).mark("proposals-submit")
        self._bar.set_visibility(False)

    def show(self, rows: Sequence[ProposalRow]) -> None:
        """Say what is ticked, and offer what can be done with it."""
        self._rows = rows
        t, ready = self._page.translator, self._ready
        self._bar.set_visibility(bool(rows))
        amount = t.money(sum(row.net for row in rows))
        self._what.set_text(t.n("approvals.proposals", len(rows), amount=amount))
        left = len(rows) - len(ready)
        self._others.set_text(t.n("approvals.not_ready", left) if left else "")
        self._submit.set_visibility(bool(ready))
        self._submit.set_text(t.n("approvals.submit", len(ready)))

    @property
    def _ready(self) -> list[ProposalRow]:
        return [row for row in self._rows if row.status is ProposalStatus.DRAFT and row.to_bill]

    async def _do_submit(self) -> None:
        ready = self._ready
        if self._busy or not ready:
            return
        self._busy = True
        try:
            await submit_seen(self._page, [Seen(row.id, row.version) for row in ready])
        except Refused as refused:
            show_refusal(self._page.translator, refused)
        else:
            self._on_none()
            self._page.done(self._page.n("approvals.submitted_many", len(ready)))
        finally:
            self._busy = False
            await self._refresh()
