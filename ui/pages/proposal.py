"""`/proposals/{proposal_id}`: a proposal under review, line by line (spec, section 5; screens, Proposta)."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from nicegui import ui

from domain.vocabulary import LineState, Permission, ProposalStatus
from storage.queries.proposals import LineRow, ProposalDetail, proposal_detail, usual_reasons
from storage.queries.ticket import HistoryRow, proposal_history
from ui import live
from ui.components.approval_actions import ApprovalActions
from ui.components.issue_dialog import IssueButton
from ui.components.review_actions import ReviewActions
from ui.components.review_adjusting import ReviewAdjusting
from ui.components.review_bar import ReviewBar, ReviewNote
from ui.components.review_desk import LINE, TICKET, Desk, Key
from ui.components.review_header import NARROW, ReviewHeader
from ui.components.review_history import ReviewHistory
from ui.components.review_keys import READING, ReviewKeys
from ui.components.review_list import ReviewList
from ui.components.review_rows import ReviewRows
from ui.components.skeleton import skeleton_table
from ui.following import Refresher, listen
from ui.page import PageContext

_STATES: Final = {"restore": LineState.BILL, "suspend": LineState.SUSPENDED, "not_bill": LineState.NOT_BILLED}
_STEPS: Final = {"down": 1, "up": -1, "page_down": 15, "page_up": -15, "first": -(10**9), "last": 10**9}


async def proposal(page: PageContext, proposal_id: int) -> None:
    """The page."""
    page.heading(page.t("review.title"), trail=[("/proposals", page.t("nav.proposals"))])
    root = ui.element("div").classes("review").mark("proposal")
    with root:
        skeleton = skeleton_table(18)
    detail, history, reasons = await page.read(
        lambda session: (proposal_detail(session, proposal_id), proposal_history(session, proposal_id), usual_reasons(session))
    )
    page.heading(detail.number, trail=[("/proposals", page.t("nav.proposals"))])
    skeleton.delete()
    with root:
        await Review(page, root, detail, reasons).build(history)


class Review:
    """The screen of one proposal for one person."""

    def __init__(self, page: PageContext, root: ui.element, detail: ProposalDetail, reasons: Sequence[str]) -> None:
        self._page = page
        self._root = root
        self._desk = Desk(detail)
        self._history_wanted: bool | None = None
        text = page.translator
        self._refresh = Refresher(root, self._load)
        self._note = ReviewNote(text, self._undo)
        self._actions = ReviewActions(page, self._desk, reasons, self._refresh, self._note, self._show_all)
        self._approval = ApprovalActions(page, self._desk, self._refresh, self._note)
        self._adjusting = ReviewAdjusting(self._actions)
        self._rows = ReviewRows(text, editable=self._editable)
        may_cancel = page.visitor.may(Permission.CANCEL_PROPOSAL)
        self._header = ReviewHeader(text, on_cancel=self._actions.cancel if may_cancel else None, on_history=self._toggle_history)
        self._issue = IssueButton(page)
        self._list = ReviewList(text, self._rows, self._row)
        self._bar = ReviewBar(text, self._do)
        self._history = ReviewHistory(text)
        self._keys = ReviewKeys(text, self._do)

    @property
    def _editable(self) -> bool:
        """Whether to offer anything at all; the actions decide again."""
        return self._page.visitor.may(Permission.REVIEW) and self._desk.detail.status is ProposalStatus.DRAFT

    async def build(self, history: Sequence[HistoryRow]) -> None:
        """Place everything, and follow what others do."""
        self._header.build(self._desk.detail)
        with self._header.actions:
            self._issue.build(self._desk.detail)
            self._approval.build()
        with ui.element("div").classes("rv-body"):
            with ui.element("div").classes("rv-main"):
                self._list.build(self._desk)
                self._bar.build()
                self._note.build()
            self._history.build()
        self._history.show(history)
        self._keys.build()
        self._list.focus()
        await self._look()

    async def _look(self) -> None:
        page, proposal_id = self._page, self._desk.detail.id

        async def looked(changed: int) -> None:
            if changed == proposal_id:
                self._header.look(live.onlookers(proposal_id, besides=page.visitor.name))

        listen(self._root, live.presence_changed, looked)
        live.look(proposal_id, page.client.id, page.visitor.name)
        await looked(proposal_id)
        self._refresh.follow(live.proposals_changed, lambda ids: proposal_id in ids)
        self._refresh.follow(live.tickets_changed, lambda ids: any(group.ticket_id in ids for group in self._desk.groups))

    async def _load(self) -> None:
        proposal_id = self._desk.detail.id
        detail, history = await self._page.read(
            lambda session: (proposal_detail(session, proposal_id), proposal_history(session, proposal_id))
        )
        if self._root.is_deleted:
            return
        self._desk.adopt(detail)
        self._rows.editable = self._editable
        if not self._editable:
            self._desk.selected.clear()
        self._issue.show(detail)
        self._approval.show()
        self._history.show(history)
        self._show_all()

    def _show_all(self) -> None:
        self._header.show(self._desk.detail)
        self._show()

    def _show(self) -> None:
        self._list.show(self._desk)
        self._bar.show(self._desk.held(self._desk.selected))

    def _toggle_history(self, width: int) -> None:
        shown = width >= NARROW if self._history_wanted is None else self._history_wanted
        self._history_wanted = not shown
        on, off = "review--history", "review--no-history"
        self._root.classes(add=off if shown else on, remove=on if shown else off)

    async def _row(self, verb: str, message: dict[str, Any]) -> None:
        """A click on a row, or on what stands in it."""
        key = self._desk.key(message.get("key"))
        if key is None:
            if verb in ("pick_all", "fold_all"):
                await self._do(verb)
            return
        self._desk.current = key
        if verb == "fold" and key.kind == TICKET:
            self._desk.fold(key.id)
        elif verb == "pick" and self._editable:
            self._desk.pick(key, through=message.get("through") is True)
        self._show()
        if verb in _STATES:
            await self._decide(verb, self._desk.of(key))
        elif verb in ("adjust", "entries"):
            await self._look_at_one(verb, self._desk.of(key))
        elif verb == "take_off" and key.kind == TICKET and self._editable:
            await self._actions.take_off(frozenset({key.id}))

    async def _do(self, verb: str) -> None:
        """A key, or a button for what is ticked."""
        if verb not in READING and not self._editable:
            return
        if verb in _STEPS:
            at = self._desk.move(_STEPS[verb])
            self._show()
            self._list.reveal(at)
        elif verb in _STATES:
            if await self._decide(verb, self._desk.in_hand()):
                self._change_hand("clear")
                self._show()
        elif verb in ("adjust", "entries"):
            await self._look_at_one(verb, self._desk.in_hand())
        elif verb == "undo":
            await self._undo()
        elif verb == "keys":
            self._keys.show()
        else:
            self._change_hand(verb)
            self._show()

    def _change_hand(self, verb: str) -> None:
        desk = self._desk
        if verb == "pick_all":
            desk.pick_all()
        elif verb == "clear":
            desk.selected.clear()
        elif verb == "fold_all":
            desk.fold_all()
        elif desk.current is None:
            return
        elif verb == "open":
            desk.fold(_ticket_of(desk, desk.current))
        elif verb in ("pick_current", "pick_through"):
            desk.pick(desk.current, through=verb == "pick_through")

    async def _decide(self, verb: str, lines: Collection[LineRow]) -> bool:
        return self._editable and await self._actions.decide(_STATES[verb], lines)

    async def _look_at_one(self, verb: str, lines: Collection[LineRow]) -> None:
        if verb == "entries":
            await self._adjusting.look_inside(lines, may_split=self._editable)
        elif self._editable:
            await self._adjusting.adjust(lines)

    async def _undo(self) -> None:
        await self._actions.undo()


def _ticket_of(desk: Desk, key: Key) -> int:
    if key.kind == TICKET:
        return key.id
    return next(line.ticket_id for line in desk.detail.lines if key == Key(LINE, line.id))
