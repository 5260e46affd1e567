"""The head of a proposal under review: whose it is, how far it is, who else is looking, and totals that stay in sight."""

from collections.abc import Sequence
from typing import Final

from nicegui import events, ui

from domain.rules.proposal_states import CANCELLABLE
from domain.vocabulary import LineState, Permission, ProposalStatus
from storage.queries.proposals.table import ProposalDetail
from ui.kit.badges import proposal_badge
from ui.kit.elements import set_class
from ui.kit.page import PageContext
from ui.kit.widgets import icon_button
from ui.review.actions import ReviewActions
from ui.review.state import NARROW, ReviewState

_STATES: Final = (LineState.BILL, LineState.SUSPENDED, LineState.NOT_BILLED, LineState.RELEASED)


class ReviewHeader:
    """`actions` is an empty slot for what may be done with the whole proposal."""

    actions: ui.element

    def __init__(self, page: PageContext, state: ReviewState, actions: ReviewActions) -> None:
        self._page, self._t, self._state = page, page.t, state
        self._figures: dict[str, tuple[ui.element, ui.label, ui.label]] = {}
        self._rendered: ProposalDetail | None = None
        with ui.element("header").classes("rv-top").mark("review-header"):
            with ui.element("div").classes("rv-who-line"):
                ui.label(state.detail.number).classes("rv-number")
                ui.label(state.detail.company).classes("rv-company clip").mark("company")
                self._badge = ui.element("span").classes("rv-badge").mark("status")
                with ui.element("div").classes("rv-created muted clip").mark("steps"):
                    self._last_step, self._steps = ui.label("").classes("clip"), ui.tooltip("").classes("rv-steps")
                self._onlookers = ui.label("").classes("rv-onlookers clip").mark("onlookers")
                self._place_buttons(actions)
            self._banner = ui.label("").classes("rv-banner wrap").mark("banner")
            with ui.element("div").classes("rv-totals").mark("totals"):
                for line_state in _STATES:
                    self._place_figure(line_state.value)
                ui.element("span").classes("grow")
                for name in ("hours", "net"):
                    self._place_figure(name)
                self._vat = ui.element("div").classes("rv-vat").mark("vat")
                self._place_figure("total")
                self._place_figure("payable")
        self._render()
        state.observe(self._render)

    def show_onlookers(self, names: Sequence[str]) -> None:
        """Say who else is looking."""
        key = "review.onlooker.one" if len(names) == 1 else "review.onlooker.other"
        self._onlookers.set_text(self._t(key, names=", ".join(names)) if names else "")

    def _place_buttons(self, actions: ReviewActions) -> None:
        with ui.element("div").classes("line line--tight pushed rv-buttons"):
            self.actions = ui.element("div").classes("line line--tight")
            toggle = icon_button("history", self._t("review.history.toggle"), props="flat").mark("toggle-history")
            toggle.on("click", self._toggle, js_handler="() => emit(window.innerWidth)")
            with icon_button("more_horiz", self._t("review.more"), props="flat").mark("more") as self._more, ui.menu():
                item = ui.menu_item(self._t("review.cancel"), on_click=actions.cancel)
                item.classes("danger").mark("cancel-proposal")

    def _toggle(self, event: events.GenericEventArguments) -> None:
        self._state.toggle_history(event.args if isinstance(event.args, int) else NARROW)
        self._state.notify()

    def _place_figure(self, name: str) -> None:
        with ui.element("div").classes(f"rv-figure rv-figure--{name}").mark(f"total-{name}") as figure:
            with ui.element("div").classes("rv-figure__name"):
                ui.label(self._t(f"review.total.{name}"))
                note = ui.label("")
            amount = ui.label("").classes("rv-figure__amount")
        self._figures[name] = (figure, amount, note)

    def _render(self) -> None:
        before, detail = self._rendered, self._state.detail
        if detail is before:
            return
        self._rendered = detail
        if before is None or detail.status is not before.status:
            self._badge.clear()
            with self._badge:
                proposal_badge(self._page.translator, detail.status, reason=detail.cancellation_reason)
        steps = self._way(detail)
        self._last_step.set_text(steps[-1])
        self._steps.set_text("\n".join(steps))
        self._render_banner(detail)
        may_cancel = self._page.visitor.may(Permission.CANCEL_PROPOSAL)
        self._more.set_visibility(may_cancel and detail.status in CANCELLABLE)
        self._render_totals(detail)
        if before is None or (detail.vat, detail.amounts) != (before.vat, before.amounts):
            self._render_vat(detail)

    def _way(self, detail: ProposalDetail) -> list[str]:
        """Who brought it how far, and when."""
        steps = (
            ("review.created", detail.created_at, detail.created_by),
            ("approval.was_submitted", detail.submitted_at, detail.submitted_by),
            ("approval.was_approved", detail.approved_at, detail.approved_by),
        )
        return [self._t(key, at=self._page.translator.instant(at), by=by) for key, at, by in steps if at]

    def _render_banner(self, detail: ProposalDetail) -> None:
        cancelled = detail.status is ProposalStatus.CANCELLED
        rejected = detail.status is ProposalStatus.DRAFT and bool(detail.rejection_comment)
        self._banner.set_visibility(cancelled or rejected)
        set_class(self._banner, "rv-banner--rejected", rejected)
        if cancelled:
            at, by = self._page.translator.instant(detail.changed_at), detail.changed_by
            self._banner.set_text(self._t("review.cancelled", at=at, by=by, reason=detail.cancellation_reason))
        elif rejected:
            self._banner.set_text(self._t("approval.came_back", comment=detail.rejection_comment))

    def _render_totals(self, detail: ProposalDetail) -> None:
        money, bill = self._page.translator.money, detail.total(LineState.BILL)
        for line_state in _STATES:
            total = detail.total(line_state)
            always = line_state is LineState.BILL
            note = "" if always else self._page.n("review.line", total.lines)
            self._set(line_state.value, money(total.net), note, visible=always or total.lines > 0)
        self._set("hours", self._page.translator.hours(bill.minutes))
        self._set("net", money(bill.net))
        amounts = detail.amounts
        self._set("total", money(amounts.total))
        self._set("payable", money(amounts.payable), visible=amounts.payable != amounts.total)

    def _set(self, name: str, amount: str, note: str = "", *, visible: bool = True) -> None:
        figure, label, small = self._figures[name]
        figure.set_visibility(visible)
        label.set_text(amount)
        small.set_text(note)

    def _render_vat(self, detail: ProposalDetail) -> None:
        t = self._page.translator
        taxes = [(f"{t.t('review.vat', rate=t.percent(row.rate))} {row.nature}".strip(), row.vat) for row in detail.vat]
        if detail.amounts.stamp_duty:
            taxes.append((t.t("review.stamp_duty"), detail.amounts.stamp_duty))
        self._vat.clear()
        for name, amount in taxes:
            with self._vat, ui.element("div").classes("rv-figure"):
                ui.label(name).classes("rv-figure__name")
                ui.label(t.money(amount)).classes("rv-figure__amount")
