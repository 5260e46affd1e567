"""Five steps over real pages, for who sees the demonstration for the first time: a card beside what it speaks of.

It never stands in the way: the page works on, and the card goes with a click or Esc and is not shown to that person again.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from nicegui import ui

from domain.actions.people.preferences import set_preference
from domain.vocabulary import Permission, ProposalStatus
from storage.queries.people.preferences import preference
from storage.queries.proposals.table import ProposalFilter, proposal_page
from ui.kit.page import Context

PREFERENCE: Final = "tour"
DONE: Final = "done"
"""The preference holds this, or the number of the step that was reached."""

_DRAFTS: Final = ProposalFilter(statuses=frozenset({ProposalStatus.DRAFT}))


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: the page, and what the card points at there: the first that `selector` finds, with the sentence `text` in it."""

    name: str
    path: str
    selector: str
    text: str = ""


STEPS: Final = (
    Step("grid", "/tickets?show=to_bill", ".grid"),
    Step("generate", "/tickets?show=to_bill", "button", "generation.title"),
    Step("review", "/proposals/{draft}", ".rv-row[data-key]"),
    Step("approve", "/approvals", ".content"),
    Step("invoice", f"/proposals?status={ProposalStatus.APPROVED}", ".content table"),
)
_SWITCH: Final = Step("switch", f"/proposals?status={ProposalStatus.SUBMITTED}", ".demo")
"""In place of the approval, for who may not approve: the way to somebody who may."""


class Tour:
    """The card of one open frame, for one person."""

    def __init__(self, context: Context) -> None:
        self._context, self._t = context, context.t
        self._offered = False
        self._at = -1
        may = context.visitor.may(Permission.APPROVE)
        self._steps = tuple(_SWITCH if step.name == "approve" and not may else step for step in STEPS)
        # Nobody sees the card yet; it is offered once the browser is there.
        with ui.element("section").classes("tour").props("role=dialog aria-modal=false").mark("tour") as self._card:
            self._title = ui.label("").classes("tour__title").props("id=tour-title role=heading aria-level=2").mark("tour-title")
            self._text = ui.label("").classes("tour__words").props("id=tour-words").mark("tour-words")
            with ui.element("div").classes("line tour__foot"):
                self._count = ui.label("").classes("muted small grow").mark("tour-count")
                self._skip = ui.button(on_click=self.end).props("flat").mark("tour-skip")
                self._back = ui.button(self._t("tour.back"), on_click=lambda: self._go(self._at - 1)).props("flat")
                self._back.mark("tour-back")
                self._next = ui.button(on_click=lambda: self._go(self._at + 1)).classes("tour__next").mark("tour-next")
        self._card.props("aria-labelledby=tour-title aria-describedby=tour-words").on("keydown.esc", self.end)
        self._card.set_visibility(False)
        self._context.client.on_connect(self._offer)

    async def begin(self) -> None:
        """From the first step, whatever was seen before."""
        await self._go(0)

    async def end(self) -> None:
        """Finished or skipped: not to be offered again."""
        self._card.set_visibility(False)
        self._context.client.run_javascript("window.leaveTour()")
        await self._remember(DONE)

    async def _offer(self) -> None:
        if self._offered:
            return
        self._offered = True
        seen = await self._context.read(lambda session: preference(session, self._context.visitor.user_id, PREFERENCE))
        if seen == DONE or self._card.is_deleted:
            return
        self._at = seen - 1 if isinstance(seen, int) and 0 < seen < len(self._steps) else -1
        resumed = self._at >= 0
        self._show("tour.again" if resumed else "tour.offer", go="tour.resume" if resumed else "tour.start")

    async def _go(self, at: int) -> None:
        if at >= len(self._steps):
            await self.end()
            return
        self._at = max(0, at)
        step = self._steps[self._at]
        path = await self._path(step)
        with self._card:
            ui.navigate.to(path)
        self._show(f"tour.{step.name}", go="tour.finish" if self._at + 1 == len(self._steps) else "tour.next", step=step)
        await self._remember(self._at)

    async def _path(self, step: Step) -> str:
        if "{draft}" not in step.path:
            return step.path
        drafts = await self._context.read(lambda session: proposal_page(session, _DRAFTS, sort="net", limit=1))
        return step.path.format(draft=drafts[0].id) if drafts else "/proposals"

    def _show(self, key: str, *, go: str, step: Step | None = None) -> None:
        self._title.set_text(self._t(f"{key}_title"))
        self._text.set_text(self._t(key))
        self._count.set_text(self._t("tour.count", step=self._at + 1, steps=len(self._steps)) if step else "")
        self._skip.set_text(self._t("tour.skip" if step else "tour.not_now"))
        self._skip.set_visibility(self._at + 1 < len(self._steps))
        self._back.set_visibility(step is not None and self._at > 0)
        self._next.set_text(self._t(go))
        self._card.set_visibility(True)
        target = [step.selector, self._t(step.text) if step.text else ""] if step else ["", ""]
        self._context.client.run_javascript(
            f"window.placeTour({json.dumps(target[0])}, {json.dumps(target[1])}, {json.dumps(bool(step))})"
        )

    async def _remember(self, value: Any) -> None:
        await self._context.act(lambda session, actor: set_preference(session, PREFERENCE, value, actor=actor))
