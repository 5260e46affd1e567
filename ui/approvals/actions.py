"""Submitting, approving and rejecting on screen: what pages share, and the buttons on a proposal (spec, section 5)."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.errors import Refused
from domain.vocabulary import LineState, Permission, ProposalStatus
from storage.queries.proposals.table import ProposalDetail
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.reason_dialog import ask_reason
from ui.kit.state import Exclusive
from ui.kit.undo_toast import UndoToast
from ui.server.background_runs import Work, act_on_many

Refresh = Callable[[], Awaitable[None]]
Act = Callable[[PageContext, Sequence[SeenProposal]], Awaitable[None]]


async def submit_seen(page: PageContext, seen: Sequence[SeenProposal]) -> None:
    """Submit these proposals. Raises what `submit` raises."""
    await page.act(lambda session, actor: len(submit(session, seen, actor=actor)))


async def approve_seen(page: PageContext, seen: Sequence[SeenProposal]) -> None:
    """Approve these. Raises what `approve` raises."""
    await act_on_many(
        page.gateway,
        page.visitor,
        Work("approval", len(seen), "/approvals"),
        lambda session, actor: len(approve(session, seen, actor=actor)),
        path=f"/proposals?status={ProposalStatus.APPROVED}",
    )


async def ask_and_reject(
    page: PageContext, seen: Callable[[], Sequence[SeenProposal]], refresh: Refresh, *, title: str, go: str, detail: str = ""
) -> int:
    """Ask for the comment and reject; returns how many. A refusal stands in the dialog, which keeps the comment.

    `seen` is called at every attempt, since `refresh` has come between two of them.
    """
    rejected = 0

    async def act(comment: str) -> None:
        nonlocal rejected
        these = seen()
        try:
            rejected = await page.act(lambda s, actor: len(reject(s, these, comment, actor=actor)))
        finally:
            await refresh()

    await ask_reason(page, title, go, reasons=(), action=act, detail=detail)
    return rejected


class ApprovalButtons:
    """The buttons on one proposal, for what the person at `page` may do with it."""

    def __init__(self, page: PageContext, detail: ProposalDetail, refresh: Refresh, toast: UndoToast) -> None:
        self._page, self._refresh, self._toast = page, refresh, toast
        self._exclusive = Exclusive()
        with ui.element("div").classes("line line--tight ap-actions") as self._place:
            self._reject = ui.button(page.t("approval.reject"), icon="undo", on_click=self._ask_reject).props("outline")
            self._reject.mark("reject")
            self._approve, self._approve_tip = self._button("approve", "task_alt", approve_seen, "approval.approved")
            self._submit, self._submit_tip = self._button("submit", "how_to_reg", submit_seen, "approval.submitted")
        self.show(detail)

    def _button(self, name: str, icon: str, act: Act, done: str) -> tuple[ui.button, ui.tooltip]:
        """A button that says why where it can't be pressed: a disabled one gets no pointer, the element around it does."""

        async def press() -> None:
            await self._exclusive(lambda: self._act(act, done))

        with ui.element("span").mark(f"{name}-place"):
            tip = ui.tooltip()
            button = ui.button(self._page.t(f"approval.{name}"), icon=icon, on_click=press).mark(name)
        return button, tip

    def focus_submit(self) -> None:
        """Focus the button that submits, which Enter presses: a key alone must not submit anything."""
        ui.run_javascript(f"getElement({self._submit.id})?.$el.focus()")

    def show(self, detail: ProposalDetail) -> None:
        """Offer what fits the proposal as it is now; the actions decide again."""
        self._detail = detail
        visitor, t = self._page.visitor, self._page.translator
        bill = detail.total(LineState.BILL)
        drafted = detail.status is ProposalStatus.DRAFT and visitor.may(Permission.SUBMIT)
        waits = detail.status is ProposalStatus.SUBMITTED and visitor.may(Permission.APPROVE)
        own = detail.submitted_by == visitor.name
        self._submit.set_visibility(drafted)
        self._approve.set_visibility(waits)
        self._reject.set_visibility(waits)
        self._place.set_visibility(drafted or waits)
        self._approve.set_text(t.t("approval.approve_amount", amount=t.money(detail.amounts.total)))
        _explain(self._submit, self._submit_tip, "" if bill.lines else t.t("approval.nothing_to_bill"))
        _explain(self._approve, self._approve_tip, t.t("approval.own") if own else "")

    def _seen(self) -> tuple[SeenProposal, ...]:
        return (SeenProposal(self._detail.id, self._detail.version),)

    async def _act(self, act: Act, done: str) -> None:
        """Act on what the page shows. A refusal comes once what is so now is shown, so that the next press is about that."""
        number = self._detail.number
        try:
            await act(self._page, self._seen())
        except Refused as refused:
            await self._refresh()
            show_refusal(self._page.translator, refused)
        else:
            self._toast.show(self._page.t(done, number=number))
            await self._refresh()

    async def _ask_reject(self) -> None:
        number, t = self._detail.number, self._page.t
        title, go = (t(f"approval.reject.{part}", number=number) for part in ("title", "go"))
        if await ask_and_reject(self._page, self._seen, self._refresh, title=title, go=go, detail=t("approval.reject.what")):
            self._toast.show(t("approval.rejected", number=number))


def _explain(button: ui.button, tip: ui.tooltip, why_not: str) -> None:
    button.set_enabled(not why_not)
    tip.set_text(why_not)
    tip.set_visibility(bool(why_not))
