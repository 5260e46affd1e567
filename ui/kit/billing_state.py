"""Above the panel: why the ticket is in its state, and what it would be billed or why it can't (spec, promise 3)."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from domain.rules.eligibility import Objection
from domain.vocabulary import BillingStatus, Bucket, Permission, Refusal
from storage.queries.tickets.detail import TicketDetail
from ui.kit.billing_labels import master_data_fix, part_of, why
from ui.kit.contract_labels import coverage_sentence
from ui.kit.page import PageContext

Fix = Callable[[Objection], Awaitable[None]]

_NEEDS: Final = {Refusal.NOT_TO_BILL: Permission.SET_BILLING, Refusal.NO_RATE: Permission.SET_BILLING}
"""What the way out takes, where it is more than editing tickets."""


class BillingState:
    """`fix` leads to the mend of one objection, `resume` brings suspended work back."""

    def __init__(self, page: PageContext, fix: Fix, resume: Callable[[], Awaitable[None]]) -> None:
        self._page = page
        self._fix = fix
        self._shown: tuple[Objection, ...] | None = None
        with ui.element("div").classes("stack state").mark("billing-state"):
            self._why = ui.label("").classes("wrap").mark("billing-why")
            self._coverage = ui.label("").classes("wrap muted").mark("billing-coverage")
            with ui.element("div").classes("state__worth"):
                self._worth_name = ui.label("").classes("muted small")
                with ui.element("div").classes("line line--base"):
                    self._value = ui.label("").classes("state__value").mark("billing-value")
                    self._hours = ui.label("").classes("muted num").mark("billing-hours")
            with ui.element("div").classes("line line--apart").mark("suspended-part") as self._suspended:
                self._suspended_words = ui.label("").classes("num")
                if page.visitor.may(Permission.SET_BILLING):
                    ui.button(page.t("ticket.resume"), icon="play_arrow", on_click=resume).props("outline").mark("resume")
            self._obstacles = ui.element("div").classes("obstacles").mark("objections")

    def update(self, detail: TicketDetail) -> None:
        """Show `detail`."""
        text = self._page.translator
        billable = not detail.objections
        minutes, value = part_of(detail, Bucket.TO_BILL) if billable else (detail.minutes, detail.value)
        self._why.set_text(why(text, detail))
        coverage = coverage_sentence(text, detail)
        self._coverage.set_text(coverage)
        self._coverage.set_visibility(bool(coverage))
        self._worth_name.set_text(text.t("ticket.worth.bills" if billable else "ticket.worth.work"))
        self._value.set_text(text.money(value))
        self._hours.set_text(text.hours(minutes))
        suspended = part_of(detail, Bucket.SUSPENDED)
        self._suspended.set_visibility(bool(suspended.minutes) or detail.billing_status is BillingStatus.SUSPENDED)
        hours, worth = text.hours(suspended.minutes), text.money(suspended.net)
        self._suspended_words.set_text(text.t("ticket.suspended_part", hours=hours, value=worth))
        # That it is on a proposal is what the sentence says already.
        obstacles = tuple(objection for objection in detail.objections if objection.code is not Refusal.ALREADY_PROPOSED)
        if obstacles != self._shown:
            self._shown = obstacles
            self._list(obstacles)

    def _list(self, obstacles: tuple[Objection, ...]) -> None:
        self._obstacles.clear()
        if not obstacles:
            return
        with self._obstacles:
            ui.label(self._page.t("ticket.obstacles")).classes("small strong")
            with ui.element("ul"):
                for objection in obstacles:
                    self._obstacle(objection)

    def _obstacle(self, objection: Objection) -> None:
        may, elsewhere = self._page.visitor.may, master_data_fix(objection)
        with ui.element("li").mark(f"objection-{objection.code}"):
            ui.label(self._page.translator.objection(objection)).classes("wrap")
            if elsewhere and may(Permission.MANAGE_MASTER_DATA):
                words = self._page.t(f"master_data.fix.{objection.code}")
                ui.link(words, elsewhere).classes("small md-fix").mark(f"mend-{objection.code}")
            if may(_NEEDS.get(objection.code, Permission.EDIT_TICKETS)):
                button = ui.button(self._page.t(f"ticket.fix.{objection.code}"), on_click=lambda: self._fix(objection))
                button.props("flat").classes("quiet").mark(f"fix-{objection.code}")
