"""What a row of the pre-flight offers against its cause: one field or one button, which Enter confirms."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, time
from typing import Any, Final

from nicegui import ui

from domain.errors import Refused
from domain.money import format_hours
from domain.rules.calendar import from_firm_time
from domain.vocabulary import BillingStatus, Refusal
from storage.queries.records.choices import companies
from storage.queries.tickets.billing_issues import BillingIssue, EntryLine, TicketLine
from ui.kit.date_field import date_input
from ui.kit.fields import Hours
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect
from ui.preflight.board import Item, Kind, kind_of
from ui.preflight.fixes import needed
from ui.preflight.labels import elsewhere

OnMend = Callable[[Item, Any], Awaitable[None]]
"""Hears what is to be mended, and the value that was given where the cause asks for one."""

_FIRST_HOUR: Final = "09:00"


class Controls:
    """Places what fits one cause. `services` are those to choose from, by id."""

    def __init__(self, page: PageContext, cause: BillingIssue, services: Mapping[int, str], on_mend: OnMend) -> None:
        self._page = page
        self._t = page.translator
        self._cause = cause
        self._services = dict(services)
        self._on_mend = on_mend
        self._may = page.visitor.may(needed(cause))

    def place(self, item: Item, ticket: TicketLine, entry: EntryLine | None) -> None:
        """In the current slot."""
        if kind_of(self._cause) is Kind.LASTING:
            ui.link(*elsewhere(self._t, self._cause, ticket)).classes("pre-elsewhere clip").mark(f"elsewhere-{ticket.id}")
            return
        if not self._may:
            ui.label(self._t.t(f"preflight.not_yours.{needed(self._cause)}")).classes("muted small")
            return
        what = entry.code if entry else ticket.number
        # A cause without a line here has no mend: that must not look like the button of another.
        place: dict[Refusal, Callable[[Item, str, EntryLine | None], None]] = {
            Refusal.NOT_CLOSED: self._button,
            Refusal.NOT_TO_BILL: self._button,
            Refusal.NO_TIME_ENTRIES: self._button,
            Refusal.ENTRY_WITHOUT_SERVICE: self._service,
            Refusal.ENTRY_WITHOUT_DATE: self._date,
            Refusal.ENTRY_WITHOUT_TIME: self._time,
            Refusal.NO_RATE: self._rate,
            Refusal.NO_COMPANY: self._company,
            Refusal.CONTACT_WITHOUT_COMPANY: self._company,
        }
        place[self._cause.code](item, what, entry)

    def press_name(self) -> str:
        """What the button of a row says, where a press is all that it takes."""
        if self._cause.code is Refusal.NOT_TO_BILL:
            return self._t.t("preflight.resume" if self._cause.state == BillingStatus.SUSPENDED else "preflight.bill_again")
        return self._t.t("preflight.add_work" if self._cause.code is Refusal.NO_TIME_ENTRIES else "preflight.close")

    def _button(self, item: Item, what: str, _: EntryLine | None) -> None:
        button = ui.button(self.press_name(), on_click=lambda: self._on_mend(item, None)).props("outline")
        button.mark(f"mend-{item.ticket_id}").props["aria-label"] = f"{self.press_name()} · {what}"

    def _service(self, item: Item, what: str, _: EntryLine | None) -> None:
        async def chosen() -> None:
            if isinstance(field.value, int):
                await self._on_mend(item, field.value)

        field = self.service_field(chosen)
        self._name(field, "service_id", what).mark(f"mend-{item.entry_id}")

    def service_field(self, on_change: Callable[[], Any]) -> ui.select:
        """A choice of services; a few letters and Enter choose."""
        field = ui.select(self._services, with_input=True, on_change=on_change).classes("grow")
        return field.props("autocomplete=off options-dense")

    def _company(self, item: Item, what: str, _: EntryLine | None) -> None:
        async def chosen() -> None:
            if field.value is not None:
                await self._on_mend(item, field.value)

        field = SearchSelect(
            self._page, "", lambda text: lambda session: companies(session, text), chosen=None, on_change=chosen
        )  # fmt: skip
        self._name(field.element, "company_id", what).mark(f"mend-{item.ticket_id}")

    def _time(self, item: Item, what: str, entry: EntryLine | None) -> None:
        worked = entry.worked_minutes if entry else None
        field = ui.input(value="" if worked is None else format_hours(worked)).props("suffix=h")
        self._typed(item, what, "billable_minutes", field, lambda: self._t.parse_hours(field.value or ""))

    def _rate(self, item: Item, what: str, _: EntryLine | None) -> None:
        field = self.rate_field()
        self._typed(item, what, "hourly_rate", field, lambda: self._t.parse_amount(field.value or ""))

    @staticmethod
    def rate_field() -> ui.input:
        """A price of an hour."""
        return ui.input().props("suffix=€/h inputmode=decimal autocomplete=off").classes("grow")

    def _date(self, item: Item, what: str, _: EntryLine | None) -> None:
        day = date_input(self._t, "").classes("pre-day")
        clock = ui.input(value=_FIRST_HOUR)
        self._name(day, "date", what)
        self._typed(item, what, "time", clock, lambda: self._instant(day.value or "", clock.value or ""))
        day.mark(f"day-{item.entry_id}").on("keydown.enter", lambda: clock.run_method("focus"))

    def _instant(self, day: str, clock: str) -> datetime:
        minutes = Hours("time", clock=True, required=True).read(self._t, clock) or 0
        return from_firm_time(datetime.combine(self._t.parse_date(day), time(minutes // 60, minutes % 60)))

    def _typed(self, item: Item, what: str, field_name: str, field: ui.input, read: Callable[[], Any]) -> None:
        """A field with a button beside it; what can't be read is said in the field."""

        async def confirm() -> None:
            try:
                value = read()
            except Refused as refused:
                field.error = self._t.refusal(refused)
                return
            field.error = None
            await self._on_mend(item, value)

        marker = f"mend-{item.entry_id or item.ticket_id}"
        self._name(field, field_name, what).classes("grow").mark(marker).on("keydown.enter", confirm)
        go = ui.button(icon="check", on_click=confirm).props("flat round").mark(f"{marker}-go")
        go.props["aria-label"] = f"{self._t.t('action.save')} · {what}"

    def _name(self, field: Any, name: str, what: str) -> Any:
        label = self._t.t(f"ticket.field.{name}")
        field.props(remove="label")
        field.props["placeholder"] = label
        field.props["aria-label"] = f"{label} · {what}"
        return field
