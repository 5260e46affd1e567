"""Where one writes to colleagues about a proposal, or about one line of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from domain.actions.proposals.comments import AddComment, add_comment
from domain.errors import Refused
from domain.model.comments import COMMENT_LENGTH
from storage.queries.proposals.table import LineRow
from ui.kit.drafts import discard_draft, keep_draft
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext

_SEND: Final = "(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); emit('send'); }"
_LEAVE: Final = " else if (e.key === 'Escape') { e.preventDefault(); e.target.blur(); emit('leave'); } }"


class CommentBox:
    """What is typed stays until it was said. `leave` gives the keyboard back to the lines, `refresh` reads what was said."""

    def __init__(
        self, page: PageContext, proposal_id: int, *, leave: Callable[[], None], refresh: Callable[[], Awaitable[None]]
    ) -> None:
        self._page = page
        self._proposal_id = proposal_id
        self._leave = leave
        self._refresh = refresh
        self._line: LineRow | None = None
        self._busy = False

    def build(self) -> None:
        """Place it, about the proposal as a whole."""
        t = self._page.t
        with ui.element("div").classes("rv-talk").mark("talk"):
            with ui.element("div").classes("rv-talk__about"):
                self._about = ui.label(t("review.comment.whole")).classes("clip muted small").mark("comment-about")
                self._whole = ui.button(icon="close", on_click=lambda: self.about(None)).props("flat").mark("comment-whole")
                self._whole.props["aria-label"] = t("review.comment.to_whole")
            self._text = keep_draft(
                ui.textarea(placeholder=t("review.comment.text")).mark("comment-text").classes("full"), "comment"
            )
            self._text.props(f"autogrow rows=1 maxlength={COMMENT_LENGTH}").props["aria-label"] = t("review.comment.text")
            self._text.on("keydown", self._pressed, js_handler=_SEND + _LEAVE)
            self._text.on_value_change(self._show)
            self._send = ui.button(t("review.comment.send"), icon="send", on_click=self._say).mark("comment-send")
            self._send.tooltip("Ctrl ↵")
        self.about(None)
        self._show()

    def about(self, line: LineRow | None) -> None:
        """What to say next is about this line, or about the whole."""
        self._line = line
        t = self._page.t
        self._about.set_text(
            t("review.comment.line", ticket=line.ticket_number, text=line.description) if line else t("review.comment.whole")
        )
        self._whole.set_visibility(line is not None)

    def focus(self) -> None:
        """Put the hand on the field."""
        self._text.run_method("focus")

    def _show(self) -> None:
        self._send.set_visibility(bool((self._text.value or "").strip()))

    async def _pressed(self, event: object) -> None:
        if getattr(event, "args", None) == "send":
            await self._say()
        else:
            self._leave()

    async def _say(self) -> None:
        body = (self._text.value or "").strip()
        if self._busy or not body:
            return
        self._busy = True
        command = AddComment(self._proposal_id, body, self._line.id if self._line else None)
        try:
            await self._page.act(lambda session, actor: add_comment(session, command, actor=actor))
        except Refused as refused:
            show_refusal(self._page.translator, refused)
        else:
            self._text.set_value("")
            discard_draft("comment")
            self.about(None)
            self._leave()
            await self._refresh()
        finally:
            self._busy = False
