"""Where one writes to colleagues about a proposal, or about one line of it."""

from collections.abc import Sequence
from typing import Final

from nicegui import events, ui

from domain.actions.proposals.comments import AddComment, add_comment
from domain.errors import Refused
from domain.model.comments import COMMENT_LENGTH
from storage.queries.proposals.table import LineRow
from ui.kit.drafts import discard_draft, keep_draft
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.state import Exclusive
from ui.kit.widgets import icon_button
from ui.review.list import focus_lines
from ui.review.state import ReviewState

_KEYS: Final = """(e) => { const send = e.key === 'Enter' && (e.ctrlKey || e.metaKey);
 if (send || e.key === 'Escape') e.preventDefault();
 if (send) emit('send'); else if (e.key === 'Escape') { e.target.blur(); emit('leave'); } }"""


class CommentBox:
    """What is typed stays until it was sent."""

    def __init__(self, page: PageContext, state: ReviewState) -> None:
        self._page, self._state = page, state
        self._line: LineRow | None = None
        self._exclusive = Exclusive()
        t = page.t
        with ui.element("div").classes("rv-talk").mark("talk"):
            with ui.element("div").classes("rv-talk__about"):
                self._about = ui.label("").classes("clip muted small").mark("comment-about")
                self._whole = icon_button("close", t("review.comment.to_whole"), lambda: self._set_line(None), props="flat")
                self._whole.mark("comment-whole")
            field = ui.textarea(placeholder=t("review.comment.text")).mark("comment-text").classes("full")
            self._text = keep_draft(field, "comment")
            self._text.props(f"autogrow rows=1 maxlength={COMMENT_LENGTH}").props["aria-label"] = t("review.comment.text")
            self._text.on("keydown", self._on_key, js_handler=_KEYS)
            send = ui.button(t("review.comment.send"), icon="send", on_click=self._submit).mark("comment-send")
            send.tooltip("Ctrl ↵").bind_visibility_from(self._text, "value", lambda text: bool((text or "").strip()))
        self._set_line(None)

    def focus(self, lines: Sequence[LineRow]) -> None:
        """Show the box, about the one line or else about the whole, with the keyboard focus in it."""
        self._set_line(lines[0] if len(lines) == 1 else None)
        self._state.history_shown = True
        self._state.notify()
        self._text.run_method("focus")

    def _set_line(self, line: LineRow | None) -> None:
        self._line = line
        about = {"ticket": line.ticket_number, "text": line.description} if line else {}
        self._about.set_text(self._page.t("review.comment.line" if line else "review.comment.whole", **about))
        self._whole.set_visibility(line is not None)

    async def _on_key(self, event: events.GenericEventArguments) -> None:
        if event.args == "send":
            await self._submit()
        else:
            focus_lines()

    async def _submit(self) -> None:
        await self._exclusive(self._add)

    async def _add(self) -> None:
        body, proposal_id = (self._text.value or "").strip(), self._state.detail.id
        if not body:
            return
        command = AddComment(proposal_id, body, self._line.id if self._line else None)
        try:
            await self._page.act(lambda session, actor: add_comment(session, command, actor=actor))
        except Refused as refused:
            show_refusal(self._page.translator, refused)
        else:
            self._text.set_value("")
            discard_draft("comment")
            self._set_line(None)
            focus_lines()
