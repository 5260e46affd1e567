"""The bell in the top bar: what concerns the person, newest first; to open it is to have read it (spec, section 5)."""

from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.core.acting import Actor
from domain.actions.people.notices import read_notices
from domain.vocabulary import NoticeKind, ProposalStatus
from storage.queries.people.notices import NoticeRow, newest_notices, unread_notices
from ui.kit.elements import decorative_icon
from ui.kit.page import Context

_MOST: Final = 99
_ICONS: Final = {
    NoticeKind.SUBMITTED: "how_to_reg",
    NoticeKind.APPROVED: "task_alt",
    NoticeKind.REJECTED: "undo",
    NoticeKind.COMMENTED: "chat_bubble_outline",
}
_MANY: Final = {
    NoticeKind.SUBMITTED: "/approvals",
    NoticeKind.APPROVED: f"/proposals?status={ProposalStatus.APPROVED}",
    NoticeKind.REJECTED: f"/proposals?status={ProposalStatus.DRAFT}",
    NoticeKind.COMMENTED: "/proposals",
}
"""Where a notice of many proposals leads."""


class NotificationBell:
    """`unread` is the query behind the number that `show` puts on the bell."""

    def __init__(self, context: Context) -> None:
        self._context, self._text = context, context.translator
        name = context.t("notifications.title")
        with ui.button(icon="notifications", on_click=self._open).props("flat").classes("bell").mark("notices") as self._button:
            self._count = ui.label("").classes("bell__count num").mark("notices-count")
            place = 'no-parent-event anchor="bottom right" self="top right" :offset="[0, 6]"'
            with ui.menu().props(place).classes("notices").mark("notices-menu") as self._menu:
                self._menu.props["role"], self._menu.props["aria-label"] = "dialog", name
                ui.label(name).classes("notices__title").props("role=heading aria-level=2")
                self._list = ui.element("div").classes("notices__list")
        self.show(0)

    def unread(self, session: Any) -> int:
        """How many notices the person has not read."""
        return unread_notices(session, self._context.visitor.user_id)

    def show(self, count: int) -> None:
        """Put `count` on the bell."""
        self._count.set_text(f"{_MOST}+" if count > _MOST else str(count) if count else "")
        self._button.props["aria-label"] = (
            self._text.n("notifications.unread", count) if count else self._text.t("notifications.title")
        )

    async def _open(self) -> None:
        """Read them and take them as read in one transaction, so that none is missed that comes in between."""
        rows = await self._context.act(self._read)
        self._list.clear()
        with self._list:
            for row in rows:
                self._notice(row)
            if not rows:
                ui.label(self._text.t("notifications.none")).classes("notices__none muted")
        self._menu.open()
        self.show(0)

    def _read(self, session: Any, actor: Actor) -> list[NoticeRow]:
        rows = newest_notices(session, self._context.visitor.user_id)
        read_notices(session, actor=actor)
        return rows

    def _notice(self, row: NoticeRow) -> None:
        t = self._text
        many = row.count > 1
        target = _MANY[row.kind] if many else f"/proposals/{row.proposal_id}"
        params = {"by": row.actor, "number": row.number, "count": t.number(row.count)}
        link = ui.link(target=target).classes("notice-row" + (" notice-row--unread" if row.unread else ""))
        with link.mark(f"notice-{row.kind}").on("click", self._menu.close):
            decorative_icon(_ICONS[row.kind])
            with ui.element("div").classes("grow"):
                ui.label(t.t(f"notifications.{row.kind}.{'other' if many else 'one'}", **params)).classes("wrap")
                if row.comment:
                    ui.label(t.t("review.quoted", text=row.comment)).classes("muted wrap")
                ui.label(t.ago(row.created_at, datetime.now(UTC))).classes("muted small")
