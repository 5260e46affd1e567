"""*Fatturazione Avanzata*: Tariffa, Motivazione Annullamento, Proposta Fattura, Stato Fatturazione (spec, section 2)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.set_billing import SetBilling
from domain.errors import Refused
from domain.model.tickets import REASON_LENGTH
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed
from domain.vocabulary import BillingEvent, BillingStatus, Permission, ProposalStatus
from storage.queries.tickets.detail import TicketDetail
from ui.kit.badges import proposal_badge
from ui.kit.fields import Amount, Choose, LongText
from ui.kit.form import Form
from ui.kit.history import latest_change
from ui.kit.page import PageContext
from ui.kit.save_bar import SaveBar
from ui.kit.widgets import icon_button
from ui.ticket.remove_from_proposal import Holder, can_remove_from_proposal, holder_of, offer

Save = Callable[[SetBilling], Awaitable[None]]
"""Saves the panel and has the page read again. Raises Refused; on Stale the page has been read again, too."""

_EMPTY: Final = "none"
_HELD: Final = frozenset({"on_proposal", "rate_on_proposal"})
"""Refusals that taking the ticket off its draft would answer."""


class BillingPanel:
    """What is typed stays until it is saved or taken back, whatever others save meanwhile."""

    def __init__(self, page: PageContext, detail: TicketDetail, reasons: Sequence[str], save: Save) -> None:
        self._page, self._t, self._save_billing, self._detail = page, page.t, save, detail
        self._may = page.visitor.may(Permission.SET_BILLING)
        self._holder: Holder | None = None
        # A reason belongs to its state: it goes with it, and comes back with it.
        self._state, self._reasons = _name(detail.billing_status), {_name(detail.billing_status): detail.cancellation_reason}
        with ui.element("section").classes("panel stack billing").mark("billing-panel"):
            ui.label(self._t("ticket.billing.title")).classes("section").props("role=heading aria-level=2")
            self._form = Form(page, _values(detail), labels="ticket.field", marker="billing", locked=not self._may)
            self._place_fields(reasons)
            if self._may:
                self._bar = SaveBar(page, self._form, self._save, marker="billing")
                self._bar.refusal.remedy = self._remedy
            else:
                ui.label(self._t("ticket.billing.read_only")).classes("muted small").mark("billing-read-only")
        self._offer_states(self._state)
        self._form.elements["status"].on_value_change(self._status_chosen)
        self._form.listeners.append(self._refresh)
        self.update(detail)

    def _place_fields(self, reasons: Sequence[str]) -> None:
        t, form = self._t, self._form
        rate = form.place(Amount("hourly_rate", suffix="€/h", empty=0, no_zero=True, props="inputmode=decimal stack-label"))
        rate.props["placeholder"] = t("ticket.rate_not_set")
        self._rate_source = ui.label("").classes("small muted wrap billing__source").mark("billing-rate-source")
        reason = form.place(LongText("reason", label="ticket.field.cancellation_reason", length=REASON_LENGTH))
        if reasons and self._may:
            with reason.add_slot("append"):
                button = icon_button("format_list_bulleted", t("reason.usual")).mark("usual-reasons")
            with button, ui.menu().props("auto-close"):
                for number, usual in enumerate(reasons, start=1):
                    ui.menu_item(usual, lambda usual=usual: reason.set_value(usual)).mark(f"usual-{number}")
        with ui.element("div").classes("billing__proposal"):
            ui.label(t("ticket.field.proposal")).classes("muted small")
            self._proposal = ui.element("div").classes("line").mark("billing-proposal")
        form.place(Choose("status", label="ticket.field.billing_status", options={self._state: ""}))
        self._effect = ui.label("").classes("small muted wrap").mark("billing-effect")

    def update(self, detail: TicketDetail) -> None:
        """Show what was saved, except where something else is typed; say who saved what meanwhile."""
        form, fresh = self._form, _values(detail)
        typing, saved = form.dirty and fresh != form.base, form.touched("status")
        self._detail = detail
        self._offer_states(form["status"] if saved else fresh["status"])
        form.follow(fresh)
        self._state = form["status"]
        self._show_proposal(holder_of(detail))
        if typing and form.dirty and not (self._may and self._bar.busy):
            who = self._t("ticket.billing.meanwhile", **latest_change(self._page.translator, detail))
            form.tell(f"{who} {form.conflicts()}".strip())

    def point_at(self, name: str) -> None:
        """Lead the person to the field of this name."""
        self._form.focus(name)

    def _offer_states(self, chosen: str) -> None:
        """What may be set by hand, and the state that the ticket has anyway."""
        current = self._detail.billing_status
        by_hand: list[Status] = [*BillingStatus, None]
        names = [_name(status) for status in by_hand if status is current or allowed(BillingEvent.SET_BY_HAND, current, status)]
        self._form.offer("status", {name: self._t(f"billing_status.{name}") for name in names}, chosen)

    def _show_proposal(self, holder: Holder | None) -> None:
        if self._proposal.default_slot.children and holder == self._holder:
            return
        self._holder = holder
        self._proposal.clear()
        with self._proposal:
            if holder is None:
                ui.label("—")
            else:
                ui.link(holder.number, holder.path).classes("num").mark("proposal-link")
                proposal_badge(self._page.translator, holder.status)

    def _status_chosen(self) -> None:
        form, before, after = self._form, self._state, self._form["status"] or _EMPTY
        self._state = after
        if not form.touched("status") and not form.touched("reason"):
            self._reasons = {after: form.base["reason"]}
        elif before != after:
            typed = form["reason"] or ""
            if _status(before) in REASON_REQUIRED or typed == form.base["reason"]:
                self._reasons[before], typed = typed, ""
            form["reason"] = typed or self._reasons.get(after, "")

    def _refresh(self) -> None:
        """Hints follow what the fields hold."""
        form, detail = self._form, self._detail
        required = _status(form["status"]) in REASON_REQUIRED
        form.elements["reason"].props["label"] = form.label("reason") + (" *" if required and self._may else "")
        form.elements["reason"].props(f"aria-required={str(required).lower()}")
        self._effect.set_text(self._effect_of_saving())
        filled = detail.rate_from_contract and not form.touched("hourly_rate")
        self._rate_source.set_text(self._t("contract_labels.rate_filled", contract=detail.contract) if filled else "")
        self._rate_source.set_visibility(filled)

    def _effect_of_saving(self) -> str:
        """What *Salva* will do on the draft that holds the ticket."""
        holder, status = self._holder, self._form["status"]
        if holder is None or holder.status is not ProposalStatus.DRAFT or not self._form.touched("status"):
            return ""
        if not any(entry.proposal_id == holder.id for entry in self._detail.entries):
            return ""
        act = status if status in (BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED) else "off"
        return self._t(f"ticket.billing.effect_{act}", number=holder.number)

    async def _save(self) -> None:
        values, detail = self._form.values(), self._detail
        await self._save_billing(
            SetBilling(detail.id, detail.version, _status(values["status"]), values["hourly_rate"], values["reason"])
        )
        # The page has been read again: what was typed is saved, and shows in the form in which it is kept.
        self._form.restore()
        self._page.done(self._t("ticket.billing.saved"))

    def _remedy(self, refused: Refused) -> None:
        if self._holder and refused.code in _HELD and can_remove_from_proposal(self._page, self._holder):
            offer(self._page, self._holder, self._detail.id, self._forget_refusal)

    async def _forget_refusal(self) -> None:
        self._bar.refusal.hide()


def _values(detail: TicketDetail) -> dict[str, Any]:
    return {
        "hourly_rate": detail.hourly_rate,
        "reason": detail.cancellation_reason,
        "status": _name(detail.billing_status),
    }


def _name(status: Status) -> str:
    return status.value if status else _EMPTY


def _status(name: str | None) -> Status:
    return None if name in (None, _EMPTY) else BillingStatus(name)
