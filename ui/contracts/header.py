"""What a contract is: its kind, whose, for which days, and what it does past its last unit (spec, section 6)."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from nicegui import ui

from domain.vocabulary import BillingStatus, ContractKind, Overage
from storage.queries.contracts.detail import ContractDetail
from ui.i18n import Translator
from ui.kit.badges import BILLING, balance_badge, chip

_FACTS: Final = ("company", "period", "overage", "rate")


class ContractHeader:
    """Built once; `update` changes what changed. `on_edit` is None where there is nothing to edit it with."""

    def __init__(self, translator: Translator, on_edit: Callable[[], Awaitable[None]] | None) -> None:
        self._text = translator
        self._facts: dict[str, ui.label] = {}
        self._boxes: dict[str, ui.element] = {}
        self._shown: tuple[ContractDetail, date] | None = None
        t = translator.t
        with ui.element("section").classes("panel head").mark("contract-header"):
            with ui.element("div").classes("line line--apart head__top"):
                with ui.element("div").classes("line"):
                    self._code = ui.label("").classes("muted strong").mark("contract-code")
                    self._chips = ui.element("div").classes("line line--tight").mark("contract-chips")
                if on_edit:
                    ui.button(t("action.edit"), icon="edit", on_click=on_edit).props("outline").mark("edit-contract")
            self._name = ui.label("").classes("head__title wrap").props("role=heading aria-level=2").mark("contract-name")
            self._meaning = ui.label("").classes("muted wrap cp-meaning").mark("contract-meaning")
            with ui.element("dl").classes("facts cp-facts"):
                for name in _FACTS:
                    with ui.element("div").classes("facts__fact") as self._boxes[name]:
                        with ui.element("dt").classes("muted small"):
                            ui.label(t(f"contracts.{name}"))
                        with ui.element("dd"):
                            self._facts[name] = ui.label("").classes("wrap").mark(f"contract-{name}")

    def update(self, detail: ContractDetail, today: date) -> None:
        """Show `detail` as it stands `today`."""
        if (detail, today) == self._shown:
            return
        self._shown = detail, today
        text = self._text
        self._code.set_text(detail.code)
        self._name.set_text(detail.name)
        worth = {"hours": text.hours(detail.minutes), "value": text.money(detail.value)}
        self._meaning.set_text(text.t(f"contracts.means_{detail.kind}", **worth))
        self._facts["company"].set_text(detail.company)
        self._facts["period"].set_text(self._period(detail))
        self._facts["overage"].set_text(self._overage(detail))
        self._facts["rate"].set_text(f"{text.money(detail.hourly_rate)}/h")
        self._boxes["overage"].set_visibility(detail.kind is ContractKind.UNITS)
        self._boxes["rate"].set_visibility(detail.hourly_rate > 0)
        self._show_chips(detail, today)

    def _show_chips(self, detail: ContractDetail, today: date) -> None:
        t = self._text.t
        unit = f" · {t(f'contract_unit.{detail.balance.unit}')}" if detail.balance else ""
        self._chips.clear()
        with self._chips:
            chip("service_contract", BILLING[BillingStatus.SERVICE_CONTRACT], t(f"contract_kind.{detail.kind}") + unit)
            if detail.ends_on and detail.ends_on < today:
                chip("not_billed", "event_busy", t("contracts.ended"))
            elif detail.starts_on and detail.starts_on > today:
                chip("open", "event_upcoming", t("contracts.not_started"))
            if detail.retired:
                chip("not_billed", "block", t("contracts.retired"))
            balance_badge(self._text, detail.balance)

    def _period(self, detail: ContractDetail) -> str:
        dates = {"first": detail.starts_on, "last": detail.ends_on}
        known = {name: self._text.date(day) for name, day in dates.items() if day}
        return self._text.t(f"contracts.period_{'_'.join(known) or 'open'}", **known)

    def _overage(self, detail: ContractDetail) -> str:
        overage = detail.overage or Overage.GO_NEGATIVE
        if overage is Overage.BILL and detail.overage_rate:
            return self._text.t("contracts.overage_bill_at", rate=self._text.money(detail.overage_rate))
        return self._text.t(f"contracts.overage_{overage}")
