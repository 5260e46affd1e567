"""The head of a proposal under review: whose it is, how far it is, who else is looking, and totals that stay in sight."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nicegui import events, ui

from domain.rules.proposal_states import CANCELLABLE
from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.table import ProposalDetail
from ui.i18n import Translator
from ui.kit.badges import proposal_badge

NARROW: Final = 1360
"""Below this width in pixels the history is folded until it is asked for; the stylesheet says the same."""

_LEFT: Final = (LineState.BILL, LineState.SUSPENDED, LineState.NOT_BILLED, LineState.RELEASED)


class ReviewHeader:
    """`actions` is an empty slot for what may be done with the whole proposal. `on_cancel` is None for who may not cancel it."""

    actions: ui.element

    def __init__(
        self, translator: Translator, *, on_cancel: Callable[[], Awaitable[None]] | None, on_history: Callable[[int], None]
    ) -> None:
        self._translator = translator
        self._t = translator.t
        self._on_cancel = on_cancel
        self._on_history = on_history
        self._figures: dict[str, tuple[ui.element, ui.label, ui.label]] = {}
        self._status: ProposalStatus | None = None
        self._pairs: list[tuple[str, str]] = []

    def build(self, detail: ProposalDetail) -> None:
        """Place it for `detail`."""
        with ui.element("header").classes("rv-top").mark("review-header"):
            with ui.element("div").classes("rv-who-line"):
                ui.label(detail.number).classes("rv-number")
                ui.label(detail.company).classes("rv-company clip").mark("company")
                self._badge = ui.element("span").classes("rv-badge").mark("status")
                with ui.element("div").classes("rv-created muted clip").mark("steps"):
                    self._last_step, self._steps = ui.label("").classes("clip"), ui.tooltip("").classes("rv-steps")
                self._onlookers = ui.label("").classes("rv-onlookers clip").mark("onlookers")
                self._buttons()
            self._banner = ui.label("").classes("rv-banner wrap").mark("banner")
            with ui.element("div").classes("rv-totals").mark("totals"):
                for state in _LEFT:
                    self._figure(state.value)
                ui.element("span").classes("grow")
                for name in ("hours", "net"):
                    self._figure(name)
                self._vat = ui.element("div").classes("rv-vat").mark("vat")
                self._figure("total")
                self._figure("payable")
        self.show(detail)

    def show(self, detail: ProposalDetail) -> None:
        """Bring state and totals up to date, in place."""
        if detail.status is not self._status:
            self._status = detail.status
            self._badge.clear()
            with self._badge:
                proposal_badge(self._translator, detail.status, reason=detail.cancellation_reason)
        steps = self._way(detail)
        self._last_step.set_text(steps[-1])
        self._steps.set_text("\n".join(steps))
        self._show_banner(detail)
        if self._menu:
            self._menu.set_visibility(detail.status in CANCELLABLE)
        self._show_totals(detail)

    def _way(self, detail: ProposalDetail) -> list[str]:
        """Who brought it how far, and when."""
        steps = (
            ("review.created", detail.created_at, detail.created_by),
            ("approval.was_submitted", detail.submitted_at, detail.submitted_by),
            ("approval.was_approved", detail.approved_at, detail.approved_by),
        )
        return [self._t(key, at=self._translator.instant(at), by=by) for key, at, by in steps if at]

    def _show_banner(self, detail: ProposalDetail) -> None:
        cancelled = detail.status is ProposalStatus.CANCELLED
        rejected = detail.status is ProposalStatus.DRAFT and bool(detail.rejection_comment)
        self._banner.set_visibility(cancelled or rejected)
        self._banner.classes(add="rv-banner--rejected" if rejected else None, remove=None if rejected else "rv-banner--rejected")
        if cancelled:
            at, by = self._translator.instant(detail.changed_at), detail.changed_by
            self._banner.set_text(self._t("review.cancelled", at=at, by=by, reason=detail.cancellation_reason))
        elif rejected:
            self._banner.set_text(self._t("approval.came_back", comment=detail.rejection_comment))

    def look(self, names: Sequence[str]) -> None:
        """Say who else is looking."""
        joined = ", ".join(names)
        key = "review.onlooker.one" if len(names) == 1 else "review.onlooker.other"
        self._onlookers.set_text(self._t(key, names=joined) if names else "")

    def _show_totals(self, detail: ProposalDetail) -> None:
        money = self._translator.money
        bill = detail.total(LineState.BILL)
        for state in _LEFT:
            total = detail.total(state)
            always = state is LineState.BILL
            lines = self._translator.n("review.line", total.lines)
            self._set(state.value, money(total.net), "" if always else lines, visible=always or total.lines > 0)
        self._set("hours", self._translator.hours(bill.minutes), "")
        self._set("net", money(bill.net), "")
        amounts = detail.amounts
        self._set("total", money(amounts.total), "")
        self._set("payable", money(amounts.payable), "", visible=amounts.payable != amounts.total)
        pairs = [
            (f"{self._t('review.vat', rate=self._translator.percent(row.rate))} {row.nature}".strip(), money(row.vat))
            for row in detail.vat
        ]
        if amounts.stamp_duty:
            pairs.append((self._t("review.stamp_duty"), money(amounts.stamp_duty)))
        if pairs != self._pairs:
            self._pairs = pairs
            self._vat.clear()
            with self._vat:
                for name, amount in pairs:
                    self._pair(name, amount)

    def _figure(self, name: str) -> None:
        with ui.element("div").classes(f"rv-figure rv-figure--{name}").mark(f"total-{name}") as figure:
            with ui.element("div").classes("rv-figure__name"):
                ui.label(self._t(f"review.total.{name}"))
                note = ui.label("")
            amount = ui.label("").classes("rv-figure__amount")
        self._figures[name] = (figure, amount, note)

    def _pair(self, name: str, amount: str) -> None:
        with ui.element("div").classes("rv-figure"):
            ui.label(name).classes("rv-figure__name")
            ui.label(amount).classes("rv-figure__amount")

    def _set(self, name: str, amount: str, note: str, *, visible: bool = True) -> None:
        figure, label, small = self._figures[name]
        figure.set_visibility(visible)
        label.set_text(amount)
        small.set_text(note)

    def _buttons(self) -> None:
        with ui.element("div").classes("line line--tight pushed rv-buttons"):
            self.actions = ui.element("div").classes("line line--tight")
            with ui.button(icon="history").props("flat").mark("toggle-history") as button:
                ui.tooltip(self._t("review.history.toggle"))
            button.props["aria-label"] = self._t("review.history.toggle")
            button.on("click", self._toggle_history, js_handler="() => emit(window.innerWidth)")
            self._menu = self._more() if self._on_cancel else None

    def _more(self) -> ui.button:
        with ui.button(icon="more_horiz").props("flat").mark("more") as button, ui.menu():
            item = ui.menu_item(self._t("review.cancel"), on_click=self._on_cancel)
            item.classes("danger").mark("cancel-proposal")
        button.props["aria-label"] = self._t("review.more")
        return button

    def _toggle_history(self, event: events.GenericEventArguments) -> None:
        self._on_history(event.args if isinstance(event.args, int) else NARROW)
