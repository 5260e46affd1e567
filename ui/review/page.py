"""`/proposals/{proposal_id}`: a proposal under review, line by line (spec, section 5; screens, Proposta)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from nicegui import background_tasks, ui

from domain.actions.proposals.visits import remember_visit
from domain.errors import Refused
from domain.vocabulary import Permission
from storage.queries.proposals.comments import CommentRow, News, comments_of, news_since
from storage.queries.proposals.table import ProposalDetail, proposal_detail, usual_reasons
from storage.queries.tickets.detail import HistoryRow, proposal_history
from ui.approvals.actions import ApprovalButtons
from ui.invoices.issue_dialog import IssueButton
from ui.kit.document_history import DocumentHistory
from ui.kit.drafts import reopen_draft
from ui.kit.elements import set_class
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh, listen
from ui.kit.shortcuts import Shortcuts
from ui.kit.skeleton import skeleton_table
from ui.kit.undo_toast import UndoToast
from ui.review.actions import ReviewActions
from ui.review.anomaly_check import AnomalyCheck
from ui.review.commands import CARD, VERBS, Commands
from ui.review.comment_box import CommentBox
from ui.review.header import ReviewHeader
from ui.review.list import ReviewList, focus_lines
from ui.review.news import NewsMenu
from ui.review.selection_bar import place_selection_bar
from ui.review.state import ReviewState
from ui.review.tools import ReviewTools
from ui.server import live

Reading = tuple[ProposalDetail, Sequence[HistoryRow], Sequence[CommentRow]]


async def proposal(page: PageContext, proposal_id: int) -> None:
    """The page."""
    trail, visitor = [("/proposals", page.t("nav.proposals"))], page.visitor
    page.heading(page.t("review.title"), trail=trail)
    root = ui.element("div").classes("review").mark("proposal")
    with root:
        skeleton = skeleton_table(18)

    def read(session: Any) -> tuple[Reading, News | None, Sequence[str]]:
        news = news_since(session, proposal_id, visitor.user_id, visitor.name)
        return _read(session, proposal_id), news, usual_reasons(session)

    (detail, history, comments), news, reasons = await page.read(read)
    page.heading(detail.number, trail=trail)
    skeleton.delete()
    fresh = frozenset(news.lines) if news else frozenset()
    state = ReviewState(detail, visitor.may(Permission.REVIEW), history, comments, fresh=fresh)
    with root:
        await Review(page, root, state, reasons).build(news)


def _read(session: Any, proposal_id: int) -> Reading:
    return proposal_detail(session, proposal_id), proposal_history(session, proposal_id), comments_of(session, proposal_id)


class Review:
    """Puts the parts together, and keeps the state in line with the database."""

    def __init__(self, page: PageContext, root: ui.element, state: ReviewState, reasons: Sequence[str]) -> None:
        self._page, self._root, self._state = page, root, state
        self._refresh = LiveRefresh(root, self._load)
        self._actions = ReviewActions(page, state, reasons, self._refresh, UndoToast(page.translator))
        self._check = AnomalyCheck(page, root, state)
        self._rendered: ProposalDetail | None = None
        self._remembered: object = None

    async def build(self, news: News | None) -> None:
        """Place everything, and follow what others do. What takes longer to find out comes when it is known."""
        page, state, actions = self._page, self._state, self._actions
        self._header = ReviewHeader(page, state, actions)
        with self._header.actions:
            self._issue = IssueButton(page)
            self._issue.build(state.detail)
            self._approval = ApprovalButtons(page, state.detail, actions.refresh, actions.toast)
        tools = ReviewTools(page, state)
        with tools.news:
            news_menu = NewsMenu(page, state, news)
        with ui.element("div").classes("rv-body"):
            main = ui.element("div").classes("rv-main")
            title = page.t("review.talk" if state.may_review else "review.history")
            self._history = DocumentHistory(page.translator, title, state.go_to)
        with self._history.top:
            comment_box = CommentBox(page, state) if state.may_review else None
        places = {"find": tools.focus, "news": news_menu.open, "submit": self._approval.focus_submit}
        commands = Commands(actions, places, comment_box.focus if comment_box else None)
        with main:
            ReviewList(page, state, commands)
            place_selection_bar(page, state, commands)
            actions.toast.build(key="U")
        Shortcuts(page.translator, commands.run, verbs=VERBS, card=CARD, asking=("s", "n"), name="review.keys")
        state.observe(self._render)
        self._render()
        focus_lines()
        reopen_draft("reason", actions.ask_again)
        await self._follow()
        self._check_once_there()

    def _render(self) -> None:
        state, shown = self._state, self._state.history_shown
        if state.detail is not self._rendered:
            self._rendered = state.detail
            self._issue.show(state.detail)
            self._approval.show(state.detail)
            self._history.show(state.history, state.comments)
        set_class(self._root, "review--history", shown is True)
        set_class(self._root, "review--no-history", shown is False)

    async def _follow(self) -> None:
        page, state, id_ = self._page, self._state, self._state.detail.id

        async def show_onlookers(changed: int) -> None:
            if changed == id_:
                self._header.show_onlookers(live.onlookers(id_, besides=page.visitor.name))

        listen(self._root, live.presence_changed, show_onlookers)
        live.look(id_, page.client.id, page.visitor.name)
        await show_onlookers(id_)
        self._refresh.follow(live.PROPOSALS, having=lambda ids: id_ in ids)
        self._refresh.follow(live.TICKETS, having=lambda ids: any(group.ticket_id in ids for group in state.groups))

    def _check_once_there(self) -> None:
        """Not before the page is there: findings would only make it heavy, and late."""

        def check() -> None:
            if not self._root.is_deleted:
                background_tasks.create(self._check_and_remember())

        if self._page.client.has_socket_connection:
            check()
        else:
            self._page.client.on_connect(check)

    async def _load(self) -> None:
        proposal_id = self._state.detail.id
        detail, history, comments = await self._page.read(lambda session: _read(session, proposal_id))
        if not self._root.is_deleted:
            self._state.history, self._state.comments = history, comments
            self._state.adopt(detail)
            background_tasks.create(self._check_and_remember())

    async def _check_and_remember(self) -> None:
        """Look for anomalies, then note that the person has seen what others did; their own acts are never news to them."""
        name, state = self._page.visitor.name, self._state
        newest = max((row.id for row in state.history), default=0)
        others = (
            {row.id for row in state.history if row.actor != name},
            {row.id for row in state.comments if row.author != name},
        )
        await self._check.run()
        if self._root.is_deleted or others == self._remembered:
            return
        self._remembered = others
        # Whoever was signed out meanwhile gets that message from the page itself.
        with suppress(Refused):
            await self._page.act(lambda session, actor: remember_visit(session, state.detail.id, newest, actor=actor))
