"""`/proposals/{proposal_id}`: a proposal under review, line by line (spec, section 5; screens, Proposta)."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any, Final

from nicegui import background_tasks, ui

from domain.actions.proposals.visits import remember_visit
from domain.errors import Refused
from domain.vocabulary import LineState, Permission, ProposalStatus
from storage.queries.proposals.comments import CommentRow, News, comments_of, news_since
from storage.queries.proposals.table import LineRow, ProposalDetail, proposal_detail, usual_reasons
from storage.queries.tickets.detail import HistoryRow, proposal_history
from ui.approvals.actions import ApprovalActions
from ui.invoices.issue_dialog import IssueButton
from ui.kit.document_history import ReviewHistory
from ui.kit.drafts import reopen_draft
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh, listen
from ui.kit.shortcuts import READING, Shortcuts
from ui.kit.skeleton import skeleton_table
from ui.kit.undo_toast import UndoToast
from ui.review.actions import ReviewActions
from ui.review.adjusting import ReviewAdjusting
from ui.review.anomaly_check import AnomalyCheck
from ui.review.comment_box import CommentBox
from ui.review.header import NARROW, ReviewHeader
from ui.review.list import ReviewList
from ui.review.restore_reason_dialog import meant
from ui.review.rows import ReviewRows
from ui.review.selection_bar import ReviewBar
from ui.review.state import LINE, TICKET, Key, ReviewState
from ui.review.state_changes import change_hand, moved
from ui.review.tools import ReviewTools
from ui.server import live

_STATES: Final = {"restore": LineState.BILL, "suspend": LineState.SUSPENDED, "not_bill": LineState.NOT_BILLED}
_ABOUT_ONE: Final = frozenset({"adjust", "entries", "why", "comment"})

Told = tuple[Sequence[HistoryRow], Sequence[CommentRow]]
"""What was done to a proposal and what was said about it."""


async def proposal(page: PageContext, proposal_id: int) -> None:
    """The page."""
    page.heading(page.t("review.title"), trail=[("/proposals", page.t("nav.proposals"))])
    root = ui.element("div").classes("review").mark("proposal")
    with root:
        skeleton = skeleton_table(18)
    visitor = page.visitor

    def look(session: Any) -> tuple[ProposalDetail, Told, Sequence[str], News | None]:
        told = proposal_history(session, proposal_id), comments_of(session, proposal_id)
        news = news_since(session, proposal_id, visitor.user_id, visitor.name)
        return proposal_detail(session, proposal_id), told, usual_reasons(session), news

    detail, told, reasons, news = await page.read(look)
    page.heading(detail.number, trail=[("/proposals", page.t("nav.proposals"))])
    skeleton.delete()
    with root:
        await Review(page, root, detail, reasons).build(told, news)


class Review:
    """The screen of one proposal for one person."""

    def __init__(self, page: PageContext, root: ui.element, detail: ProposalDetail, reasons: Sequence[str]) -> None:
        self._page = page
        self._root = root
        self._desk = ReviewState(detail)
        self._history_wanted: bool | None = None
        text = page.translator
        self._refresh = LiveRefresh(root, self._load)
        self._note = UndoToast(text)
        self._actions = ReviewActions(page, self._desk, reasons, self._refresh, self._note, self._show_all)
        self._approval = ApprovalActions(page, lambda: self._desk.detail, self._refresh, self._note)
        self._adjusting = ReviewAdjusting(self._actions)
        self._rows = ReviewRows(text, editable=self._editable)
        may_cancel = page.visitor.may(Permission.CANCEL_PROPOSAL)
        self._header = ReviewHeader(text, on_cancel=self._actions.cancel if may_cancel else None, on_history=self._toggle_history)
        self._issue = IssueButton(page)
        self._list = ReviewList(text, self._rows, self._row)
        self._bar = ReviewBar(text, self._do)
        self._tools = ReviewTools(text, on_find=self._find, on_line=self._go_to, on_do=self._do, leave=self._list.focus)
        self._talk = CommentBox(page, detail.id, leave=self._list.focus, refresh=self._refresh)
        may_talk = page.visitor.may(Permission.REVIEW)
        self._history = ReviewHistory(text, talk=self._talk.build if may_talk else None, on_line=self._go_to)
        self._keys = Shortcuts(text, self._do)
        self._second_look = AnomalyCheck(page, root, self._desk, self._show)
        self._places: Final[dict[str, Callable[[], None]]] = {
            "keys": self._keys.show,
            "find": self._tools.focus,
            "news": self._tools.open_news,
            "submit": self._approval.focus_submit,
            "history": lambda: self._toggle_history(NARROW),
        }
        self._seen: object = None

    @property
    def _editable(self) -> bool:
        """Whether to offer anything at all; the actions decide again."""
        return self._page.visitor.may(Permission.REVIEW) and self._desk.detail.status is ProposalStatus.DRAFT

    async def build(self, told: Told, news: News | None) -> None:
        """Place everything, and follow what others do. What takes longer to find out comes when it is known."""
        if news:
            self._desk.fresh = frozenset(news.lines)
        self._header.build(self._desk.detail)
        with self._header.actions:
            self._issue.build(self._desk.detail)
            self._approval.build()
        self._tools.build(self._desk)
        if news:
            self._tools.tell(news)
        with ui.element("div").classes("rv-body"):
            with ui.element("div").classes("rv-main"):
                self._list.build(self._desk)
                self._bar.build()
                self._note.build(key="U")
            self._history.build()
        self._history.show(*told)
        self._keys.build()
        self._list.focus()
        reopen_draft("reason", self._ask_again)
        await self._look()
        self._think_once_there(told)

    def _think_once_there(self, told: Told) -> None:
        """Not before the page is there: what is found would only make it heavy, and late."""

        def think() -> None:
            if not self._root.is_deleted:
                background_tasks.create(self._think(told))

        client = self._page.client
        if client.has_socket_connection:
            think()
        else:
            client.on_connect(think)

    async def _look(self) -> None:
        page, proposal_id = self._page, self._desk.detail.id

        async def looked(changed: int) -> None:
            if changed == proposal_id:
                self._header.look(live.onlookers(proposal_id, besides=page.visitor.name))

        listen(self._root, live.presence_changed, looked)
        live.look(proposal_id, page.client.id, page.visitor.name)
        await looked(proposal_id)
        self._refresh.follow(live.PROPOSALS, having=lambda ids: proposal_id in ids)
        self._refresh.follow(live.TICKETS, having=lambda ids: any(group.ticket_id in ids for group in self._desk.groups))

    async def _think(self, told: Told) -> None:
        await self._second_look.look()
        if not self._root.is_deleted:
            await self._remember(told)

    async def _remember(self, told: Told) -> None:
        """That the person has seen what others did; what they did themselves is never news to them."""
        history, comments = told
        name, proposal_id = self._page.visitor.name, self._desk.detail.id
        seen = {row.id for row in history if row.actor != name}, {row.id for row in comments if row.author != name}
        if seen == self._seen:
            return
        self._seen = seen
        newest = max((row.id for row in history), default=0)
        # Whoever was signed out meanwhile is told so by the page itself.
        with suppress(Refused):
            await self._page.act(lambda session, actor: remember_visit(session, proposal_id, newest, actor=actor))

    async def _load(self) -> None:
        proposal_id = self._desk.detail.id

        def look(session: Any) -> tuple[ProposalDetail, Told]:
            told = proposal_history(session, proposal_id), comments_of(session, proposal_id)
            return proposal_detail(session, proposal_id), told

        detail, told = await self._page.read(look)
        if self._root.is_deleted:
            return
        self._desk.adopt(detail)
        self._rows.editable = self._editable
        if not self._editable:
            self._desk.selected.clear()
        self._issue.show(detail)
        self._approval.show()
        self._history.show(*told)
        self._show_all()
        background_tasks.create(self._think(told))

    def _show_all(self) -> None:
        self._header.show(self._desk.detail)
        self._show()

    def _show(self) -> None:
        self._list.show(self._desk)
        self._tools.show(self._desk)
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
        elif verb in _ABOUT_ONE:
            await self._look_at_one(verb, self._desk.of(key))
        elif verb == "remove_from_proposal" and key.kind == TICKET and self._editable:
            await self._actions.remove_from_proposal(frozenset({key.id}))

    async def _do(self, verb: str) -> None:
        """A key, or a button for what is ticked."""
        if verb not in READING and not self._editable:
            return
        if (at := moved(self._desk, verb)) is not None:
            self._show()
            self._list.reveal(at)
        elif verb in _STATES:
            if await self._decide(verb, self._desk.in_hand()):
                self._desk.selected.clear()
                self._show()
        elif verb in _ABOUT_ONE:
            await self._look_at_one(verb, self._desk.in_hand())
        elif verb == "undo":
            await self._actions.undo()
        elif verb == "remove_from_proposal":
            await self._actions.remove_from_proposal(frozenset(line.ticket_id for line in self._desk.in_hand()))
        elif verb in self._places:
            self._places[verb]()
        else:
            change_hand(self._desk, verb)
            self._show()

    async def _decide(self, verb: str, lines: Collection[LineRow]) -> bool:
        return self._editable and await self._actions.decide(_STATES[verb], lines)

    async def _ask_again(self, kept: str) -> None:
        again = meant(kept, self._desk)
        if again and self._editable:
            await self._actions.decide(*again)

    async def _look_at_one(self, verb: str, lines: Collection[LineRow]) -> None:
        if verb == "entries":
            await self._adjusting.look_inside(lines, may_split=self._editable)
        elif verb == "why":
            await self._adjusting.explain(lines)
        elif verb == "comment":
            self._say(next(iter(lines)) if len(lines) == 1 else None)
        elif self._editable:
            await self._adjusting.adjust(lines)

    def _say(self, line: LineRow | None) -> None:
        """Write to colleagues about the one line in hand, or about the whole."""
        if self._page.visitor.may(Permission.REVIEW):
            self._root.classes(add="review--history", remove="review--no-history")
            self._history_wanted = True
            self._talk.about(line)
            self._talk.focus()

    def _find(self, text: str, step: int) -> None:
        at, place, count = self._desk.seek(text, step)
        self._tools.found(place, count)
        self._show()
        self._list.reveal(at)

    def _go_to(self, line_id: int) -> None:
        self._desk.narrow(only_flagged=False)
        at = self._desk.stand_on(Key(LINE, line_id))
        self._show()
        self._list.reveal(at)
        self._list.focus()
