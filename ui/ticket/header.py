"""What a ticket is: its number, title and states, whose it is, and what can be done with it (screens, Ticket)."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from domain.vocabulary import BillingStatus, TicketStatus
from storage.queries.contracts.detail import Balance
from storage.queries.tickets.detail import TicketDetail
from ui.i18n import Translator
from ui.kit.badges import balance_badge, billing_badge, ticket_badge
from ui.kit.contract_labels import residual_text

Do = Callable[[], Awaitable[None]]

_FACTS: Final = ("customer", "coverage", "owner", "opened_at", "closed_at")


class TicketHeader:
    """Built once; `update` changes what changed, in place."""

    def __init__(self, translator: Translator, *, on_edit: Do, on_close: Do, on_reopen: Do) -> None:
        self._text = translator
        t = translator.t
        self._chips_of: tuple[TicketStatus, BillingStatus | None, str] | None = None
        self._warned: Balance | None = None
        self._facts: dict[str, tuple[ui.label, ui.label, ui.label]] = {}
        with ui.element("section").classes("panel head").mark("ticket-header"):
            with ui.element("div").classes("line line--apart head__top"):
                with ui.element("div").classes("line"):
                    self._number = ui.label("").classes("muted strong").mark("ticket-number")
                    self._chips = ui.element("div").classes("line line--tight").mark("ticket-chips")
                with ui.element("div").classes("line line--tight"):
                    self._close = ui.button(t("ticket.close"), icon="check", on_click=on_close).props("flat").mark("close-ticket")
                    self._reopen = ui.button(t("ticket.reopen"), icon="replay", on_click=on_reopen).props("flat")
                    self._reopen.mark("reopen-ticket")
                    ui.button(t("action.edit"), icon="edit", on_click=on_edit).props("outline").mark("edit-ticket")
            self._title = ui.label("").classes("head__title wrap").props("role=heading aria-level=2").mark("ticket-title")
            with ui.element("dl").classes("facts"):
                for name in _FACTS:
                    self._fact(name)

    def _fact(self, name: str) -> None:
        with ui.element("div").classes("facts__fact"):
            with ui.element("dt").classes("muted small"):
                term = ui.label(self._text.t(f"ticket.fact.{name}"))
            with ui.element("dd"):
                value = ui.label("").classes("wrap").mark(f"fact-{name}")
                if name == "coverage":
                    self._contract = ui.link("", "/").classes("wrap").mark("contract-link")
                note = ui.label("").classes("muted small wrap").mark(f"note-{name}")
                if name == "coverage":
                    self._warning = ui.element("div").mark("contract-warning")
        self._facts[name] = (term, value, note)

    def update(self, detail: TicketDetail) -> None:
        """Show `detail`."""
        text = self._text
        closed = detail.status is TicketStatus.CLOSED
        self._number.set_text(detail.number)
        self._title.set_text(detail.title)
        self._close.set_visibility(not closed)
        self._reopen.set_visibility(closed)
        self._show_chips(detail)
        self._show_customer(detail)
        self._show_coverage(detail)
        self._show("owner", detail.owner)
        self._show("opened_at", text.instant(detail.opened_at) if detail.opened_at else "")
        self._show("closed_at", text.instant(detail.closed_at) if detail.closed_at else "")

    def _show(self, name: str, value: str, note: str = "", term: str = "") -> None:
        labels = self._facts[name]
        labels[0].set_text(term or self._text.t(f"ticket.fact.{name}"))
        labels[1].set_text(value or "—")
        labels[2].set_text(note)

    def _show_chips(self, detail: TicketDetail) -> None:
        shown = (detail.status, detail.billing_status, detail.cancellation_reason)
        if shown == self._chips_of:
            return
        self._chips_of = shown
        self._chips.clear()
        with self._chips:
            ticket_badge(self._text, detail.status)
            billing_badge(self._text, detail.billing_status, reason=detail.cancellation_reason)

    def _show_customer(self, detail: TicketDetail) -> None:
        t = self._text.t
        if detail.contact_id is None:
            self._show("customer", detail.company or t("ticket.no_customer"), term=t("ticket.company"))
            return
        self._show("customer", detail.contact, f"→ {detail.company or t('ticket.contact_without_company')}", t("ticket.contact"))

    def _show_coverage(self, detail: TicketDetail) -> None:
        t = self._text.t
        self._contract.set_visibility(detail.contract_id is not None)
        self._facts["coverage"][1].set_visibility(detail.contract_id is None)
        self._warn(detail.balance)
        if detail.contract_id is not None:
            kind = t(f"contract_kind.{detail.contract_kind}") if detail.contract_kind else ""
            left = f" · {residual_text(self._text, detail.balance)}" if detail.balance else ""
            self._show("coverage", detail.contract, kind + left, t("ticket.contract"))
            self._contract.set_text(detail.contract)
            self._contract.props["href"] = f"/contracts/{detail.contract_id}"
        elif detail.planning_id is not None:
            self._show("coverage", detail.planning, term=t("ticket.planning"))
        else:
            self._show("coverage", t("ticket.coverage_none"))

    def _warn(self, balance: Balance | None) -> None:
        if balance != self._warned:
            self._warned = balance
            self._warning.clear()
            with self._warning:
                balance_badge(self._text, balance)
