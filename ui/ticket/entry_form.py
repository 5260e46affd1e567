"""The form of a time entry: when, who, which service, how long, how much of it to bill (spec, section 1)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.time_entries import EntryData
from domain.errors import InvalidInput
from domain.model.tickets import DESCRIPTION_LENGTH
from domain.money import format_hours
from domain.rules.calendar import FIRM_ZONE, from_firm_time
from storage.queries.records.choices import Choice
from storage.queries.tickets.detail import EntryRow
from ui.kit.dialog import Dialog, parsed
from ui.kit.drafts import keep_draft
from ui.kit.page import PageContext

Save = Callable[[EntryData], Awaitable[None]]

_DAY: Final = 24 * 60
_OPERATOR_LENGTH: Final = 100


async def entry_dialog(page: PageContext, entry: EntryRow | None, services: list[Choice], save: Save, *, now: datetime) -> bool:
    """Add an entry, or edit `entry`: whether it was saved. `now` is the instant that a new one starts from."""
    title = page.t("ticket.entry.edit", entry=entry.code) if entry else page.t("ticket.entry.new")
    go = page.t("action.save" if entry else "ticket.entry.add")
    sheet = Dialog[bool](page, title, go, marker="entry-form", wide=True)
    form = EntryForm(page, sheet, entry, services, now)

    async def confirm() -> bool:
        await save(form.data())
        return True

    return bool(await sheet.ask(confirm))


class EntryForm:
    """The fields of an entry in a sheet."""

    def __init__(
        self, page: PageContext, sheet: Dialog[Any], entry: EntryRow | None, services: list[Choice], now: datetime
    ) -> None:
        self._page = page
        self._sheet = sheet
        self._started_at = entry.started_at if entry else now
        self._day, self._clock = _day_and_clock(page, self._started_at)
        self._billable_follows = entry is None
        self._kept = f"entry-{entry.id if entry else 'new'}"
        with sheet.body:
            with ui.element("div").classes("fields fields--four"):
                self._date = self._input("date", self._day).props("inputmode=numeric")
                self._time = self._input("time", self._clock).props("inputmode=numeric")
                self._worked = self._input("worked_minutes", _hours(entry.worked_minutes if entry else None))
                self._billable = self._input("billable_minutes", _hours(entry.billable_minutes if entry else None))
            with ui.element("div").classes("fields"):
                names = {choice.id: choice.label for choice in services}
                service = entry.service_id if entry and entry.service_id in names else None
                self._service = ui.select(names, label=page.t("ticket.field.service_id"), value=service, clearable=True)
                self._service.mark("entry-service_id")
                self._operator = self._input("operator", entry.operator if entry else page.visitor.name)
                self._operator.props(f"maxlength={_OPERATOR_LENGTH}")
            self._description = ui.textarea(page.t("ticket.field.description"), value=entry.description if entry else "")
            self._description.props(f"autogrow maxlength={DESCRIPTION_LENGTH} autofocus").classes("full").mark(
                "entry-description"
            )
            self._description.on("keydown.ctrl.enter", sheet.confirm)
        with sheet.foot:
            ui.label(page.t("ticket.entry.hint"))
        keep_draft(self._description, f"{self._kept}-description")
        self._worked.on_value_change(self._copy_worked)
        self._billable.on("keydown", self._billable_is_own)
        sheet.fields |= {"date": self._date, "time": self._time, "worked_minutes": self._worked, "operator": self._operator}
        sheet.fields |= {"billable_minutes": self._billable, "service_id": self._service, "description": self._description}

    def _input(self, name: str, value: str) -> ui.input:
        field = ui.input(self._page.t(f"ticket.field.{name}"), value=value).mark(f"entry-{name}").classes("full")
        keep_draft(field, f"{self._kept}-{name}")
        if name != "operator":
            field.props["placeholder"] = self._page.t(f"ticket.entry.{name}_example")
        return field.props("autocomplete=off").on("keydown.enter", self._sheet.confirm)

    def _copy_worked(self) -> None:
        if self._billable_follows:
            self._billable.set_value(self._worked.value)

    def _billable_is_own(self) -> None:
        self._billable_follows = False

    def data(self) -> EntryData:
        """What the fields say. Raises InvalidInput naming the field."""
        return EntryData(
            description=self._description.value or "",
            service_id=self._service.value,
            started_at=self._instant(),
            worked_minutes=self._minutes("worked_minutes", self._worked.value),
            billable_minutes=self._minutes("billable_minutes", self._billable.value),
            operator=self._operator.value or "",
        )

    def _minutes(self, name: str, text: str | None) -> int | None:
        return parsed(name, self._page.translator.parse_hours, text) if (text or "").strip() else None

    def _instant(self) -> datetime | None:
        day, clock = (self._date.value or "").strip(), (self._time.value or "").strip()
        if (day, clock) == (self._day, self._clock):
            # Not typed anew: the seconds that are not shown stay.
            return self._started_at
        if not day and not clock:
            return None
        if not day or not clock:
            raise InvalidInput("date_and_time", field="time" if day else "date")
        date = parsed("date", self._page.translator.parse_date, day)
        minutes = parsed("time", self._page.translator.parse_hours, clock)
        if minutes >= _DAY:
            raise InvalidInput("not_a_clock", field="time", value=clock[:40])
        return from_firm_time(datetime(date.year, date.month, date.day, minutes // 60, minutes % 60))  # noqa: DTZ001 - local


def _day_and_clock(page: PageContext, instant: datetime | None) -> tuple[str, str]:
    if instant is None:
        return "", ""
    local = instant.astimezone(FIRM_ZONE)
    return page.translator.date(local.date()), f"{local:%H:%M}"


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else format_hours(minutes)
