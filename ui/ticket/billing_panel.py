"""*Fatturazione Avanzata*: Tariffa, Motivazione Annullamento, Proposta Fattura, Stato Fatturazione (spec, section 2)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from nicegui import ui

from domain.actions.tickets.set_billing import SetBilling
from domain.errors import InvalidInput, Refused
from domain.model.tickets import REASON_LENGTH
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed
from domain.vocabulary import BillingEvent, BillingStatus, Permission, ProposalStatus
from storage.queries.tickets.detail import TicketDetail
from ui.i18n import Translator
from ui.kit.badges import proposal_badge
from ui.kit.dialog import parsed
from ui.kit.drafts import discard_draft, keep_draft
from ui.kit.history import latest_change
from ui.kit.page import PageContext
from ui.ticket.remove_from_proposal import Holder, can_remove_from_proposal, holder_of, offer

Save = Callable[[SetBilling], Awaitable[None]]
"""Saves the panel and has the page read again. Raises Refused; on Stale the page has been read again, too."""

_EMPTY: Final = "none"
_HELD: Final = frozenset({"on_proposal", "rate_on_proposal"})
"""Refusals that taking the ticket off its draft would answer."""


class Values(NamedTuple):
    """What the fields hold, as text."""

    hourly_rate: str
    reason: str
    status: str


class BillingPanel:
    """What is typed stays until it is saved or taken back, whatever others save meanwhile."""

    def __init__(self, page: PageContext, reasons: Sequence[str], save: Save) -> None:
        self._page = page
        self._t = page.t
        self._save_billing = save
        self._may = page.visitor.may(Permission.SET_BILLING)
        self._detail: TicketDetail | None = None
        self._base = Values("", "", _EMPTY)
        self._holder: Holder | None = None
        self._saving = False
        with ui.element("section").classes("panel stack billing").mark("billing-panel"):
            ui.label(self._t("ticket.billing.title")).classes("section").props("role=heading aria-level=2")
            self._place_fields(reasons)
            self._place_messages()
            self._place_buttons()
        self._refresh()

    def _place_fields(self, reasons: Sequence[str]) -> None:
        t = self._t
        self._rate = ui.input(
            t("ticket.field.hourly_rate"), placeholder=t("ticket.rate_not_set"), suffix="€/h", on_change=self._changed
        )
        self._rate.props("inputmode=decimal autocomplete=off stack-label").on("keydown.enter", self._save)
        self._rate_source = ui.label("").classes("small muted wrap billing__source").mark("billing-rate-source")
        self._reason = ui.textarea(t("ticket.field.cancellation_reason"), on_change=self._changed)
        self._reason.props(f"autogrow rows=1 maxlength={REASON_LENGTH}").on("keydown.ctrl.enter", self._save)
        if reasons and self._may:
            self._offer_reasons(reasons)
        with ui.element("div").classes("billing__proposal"):
            ui.label(t("ticket.field.proposal")).classes("muted small")
            self._proposal = ui.element("div").classes("line").mark("billing-proposal")
        with self._proposal:
            ui.label("—")
        label = t("ticket.field.billing_status")
        self._status = ui.select({_EMPTY: ""}, label=label, value=_EMPTY, on_change=self._status_chosen)
        self._effect = ui.label("").classes("small muted wrap").mark("billing-effect")
        self._fields: dict[str, ui.input | ui.textarea | ui.select] = {
            "hourly_rate": self._rate, "reason": self._reason, "status": self._status,
        }  # fmt: skip
        for name, field in self._fields.items():
            # That it can't be typed in is a courtesy; what keeps it from being saved is the action.
            keep_draft(field, f"billing-{name}")
            field.classes("full").mark(f"billing-{name}").props("" if self._may else "readonly")

    def _offer_reasons(self, reasons: Sequence[str]) -> None:
        label = self._t("reason.usual")
        with self._reason.add_slot("append"), ui.button(icon="format_list_bulleted").props("flat round") as button:
            button.props(f'aria-label="{label}"').tooltip(label).mark("usual-reasons")
            with ui.menu().props("auto-close"):
                for number, reason in enumerate(reasons, start=1):
                    ui.menu_item(reason, lambda reason=reason: self._reason.set_value(reason)).mark(f"usual-{number}")

    def _place_messages(self) -> None:
        with ui.element("div").classes("told").props("role=status") as self._note:
            self._note_text = ui.label("").classes("wrap").mark("billing-note")
        with ui.element("div").classes("alarm").props("role=alert") as self._refusal:
            self._refusal_text = ui.label("").classes("wrap").mark("billing-refused")
            self._remedies = ui.element("div").classes("line")
        self._note.set_visibility(False)
        self._refusal.set_visibility(False)

    def _place_buttons(self) -> None:
        with ui.element("div").classes("line billing__buttons") as buttons:
            self._undo = ui.button(self._t("action.cancel"), on_click=self._take_back).props("flat").mark("billing-cancel")
            self._go = ui.button(self._t("action.save"), on_click=self._save).mark("billing-save")
        buttons.set_visibility(self._may)
        if not self._may:
            ui.label(self._t("ticket.billing.read_only")).classes("muted small").mark("billing-read-only")

    def update(self, detail: TicketDetail) -> None:
        """Show what was saved, except where something else is typed; say who saved what meanwhile."""
        now, old, fresh = self._now(), self._base, _values(self._page.translator, detail)
        typing = self._detail is not None and self._may and not self._saving
        kept = now if self._detail is not None and self._may else old
        shown = Values._make(new if mine == was else mine for mine, was, new in zip(kept, old, fresh, strict=True))
        self._detail, self._base = detail, fresh
        self._show(shown)
        self._show_proposal(holder_of(detail))
        if typing and fresh not in (old, shown):
            self._tell(self._t("ticket.billing.meanwhile", **latest_change(self._page.translator, detail)))

    def point_at(self, name: str) -> None:
        """Lead the person to the field of this name."""
        self._fields[name].run_method("focus")

    def _now(self) -> Values:
        return Values(self._rate.value or "", self._reason.value or "", self._status.value or _EMPTY)

    def _show(self, values: Values) -> None:
        self._offer_states(values.status)
        self._rate.set_value(values.hourly_rate)
        self._reason.set_value(values.reason)
        self._refresh()

    def _offer_states(self, chosen: str) -> None:
        """What may be set by hand, and the state that the ticket has anyway."""
        current = self._detail.billing_status if self._detail else None
        by_hand: list[Status] = [*BillingStatus, None]
        names = [_name(status) for status in by_hand if status is current or allowed(BillingEvent.SET_BY_HAND, current, status)]
        options = {name: self._t(f"billing_status.{name}") for name in names}
        if options == self._status.options:
            self._status.set_value(chosen)
        else:
            self._status.set_options(options, value=chosen if chosen in options else _name(current))

    def _show_proposal(self, holder: Holder | None) -> None:
        if holder == self._holder:
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
        # A reason belongs to its state: it goes with it, and comes back with it.
        if self._reason.value in (self._base.reason, "", None):
            belongs = self._status.value == self._base.status or self._asks_reason()
            self._reason.set_value(self._base.reason if belongs else "")
        self._changed()

    def _changed(self) -> None:
        self._refusal.set_visibility(False)
        for field in self._fields.values():
            field.error = None
        self._refresh()

    def _refresh(self) -> None:
        """Buttons and hints follow what the fields hold."""
        differs = self._differs() and not self._saving
        self._go.set_enabled(differs)
        self._undo.set_enabled(differs)
        if not self._differs():
            self._tell("")
        required = self._asks_reason()
        self._reason.set_label(self._t("ticket.field.cancellation_reason") + (" *" if required and self._may else ""))
        self._reason.props(f"aria-required={str(required).lower()}")
        self._effect.set_text(self._effect_of_saving())
        detail = self._detail
        filled = detail is not None and detail.rate_from_contract and self._now().hourly_rate == self._base.hourly_rate
        self._rate_source.set_text(self._t("contract_labels.rate_filled", contract=detail.contract) if detail and filled else "")
        self._rate_source.set_visibility(filled)

    def _asks_reason(self) -> bool:
        return _status(self._status.value or _EMPTY) in REASON_REQUIRED

    def _differs(self) -> bool:
        now, base = self._now(), self._base
        same_rate = now.hourly_rate == base.hourly_rate or self._cents(now.hourly_rate) == self._cents(base.hourly_rate)
        return not same_rate or now[1:] != base[1:]

    def _cents(self, text: str) -> int | None:
        try:
            return self._page.translator.parse_amount(text) if text.strip() else 0
        except InvalidInput:
            return None

    def _effect_of_saving(self) -> str:
        """What *Salva* will do on the draft that holds the ticket."""
        holder, status = self._holder, self._status.value
        on_draft = holder is not None and holder.status is ProposalStatus.DRAFT and self._detail is not None
        if not on_draft or status == self._base.status or holder is None or self._detail is None:
            return ""
        if not any(entry.proposal_id == holder.id for entry in self._detail.entries):
            return ""
        act = status if status in (BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED) else "off"
        return self._t(f"ticket.billing.effect_{act}", number=holder.number)

    def _tell(self, sentence: str) -> None:
        self._note_text.set_text(sentence)
        self._note.set_visibility(bool(sentence))

    def _take_back(self) -> None:
        self._show(self._base)
        self._changed()
        discard_draft("billing-")

    async def _save(self) -> None:
        detail = self._detail
        if detail is None or self._saving or not self._may or not self._differs():
            return
        self._changed()
        self._saving = True
        self._refresh()
        try:
            now = self._now()
            rate = parsed("hourly_rate", self._page.translator.parse_amount, now.hourly_rate) if now.hourly_rate.strip() else 0
            await self._save_billing(SetBilling(detail.id, detail.version, _status(now.status), rate, now.reason))
            # The page has been read again: what was typed is saved, and shows in the form in which it is kept.
            self._take_back()
            self._page.done(self._t("ticket.billing.saved"))
        except Refused as refused:
            self._show_refusal(refused)
        finally:
            self._saving = False
            self._refresh()

    def _show_refusal(self, refused: Refused) -> None:
        sentence = self._page.translator.refusal(refused)
        about = "reason" if refused.code.startswith("reason_") else str(refused.params.get("field"))
        if about in self._fields:
            self._fields[about].error = sentence
            self.point_at(about)
            return
        self._refusal_text.set_text(sentence)
        self._refusal.set_visibility(True)
        self._remedies.clear()
        detail, holder = self._detail, self._holder
        if detail and holder and refused.code in _HELD and can_remove_from_proposal(self._page, holder):
            with self._remedies:
                offer(self._page, holder, detail.id, self._forget_refusal)

    async def _forget_refusal(self) -> None:
        self._changed()


def _values(text: Translator, detail: TicketDetail) -> Values:
    rate = text.amount(detail.hourly_rate) if detail.hourly_rate else ""
    return Values(rate, detail.cancellation_reason, _name(detail.billing_status))


def _name(status: Status) -> str:
    return status.value if status else _EMPTY


def _status(name: str) -> Status:
    return None if name == _EMPTY else BillingStatus(name)
