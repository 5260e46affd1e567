"""The fields of a fix: each asks for one value, of one row or of many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from nicegui import ui

from domain.money import format_hours
from domain.rules.calendar import from_firm_time
from storage.queries.records.choices import companies
from storage.queries.tickets.billing_issues import EntryLine
from ui.kit.date_field import date_input
from ui.kit.fields import Hours
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect

_FIRST_HOUR: Final = "09:00"


@dataclass(frozen=True)
class Field:
    """`read` is its value, or raises Refused. A choice is complete as soon as it is made, a text once it is confirmed."""

    element: Any
    read: Callable[[], Any]
    is_choice: bool = False


@dataclass(frozen=True)
class Asked:
    """What a field is asked about: `what` names it, empty for many at once. `services` are those to choose from, by id."""

    page: PageContext
    services: Mapping[int, str]
    what: str = ""
    entry: EntryLine | None = None

    def name(self, element: Any, field: str) -> Any:
        """Say what to enter, on screen and to a screen reader."""
        label = self.page.t(f"ticket.field.{field}")
        element.props(remove="label")
        element.props["placeholder"] = label
        element.props["aria-label"] = " · ".join(filter(None, (label, self.what)))
        return element


FieldKind = Callable[[Asked], Field]


def service_field(asked: Asked) -> Field:
    """A choice of services; a few letters and Enter choose."""
    field = ui.select(dict(asked.services), with_input=True).classes("grow").props("autocomplete=off options-dense")
    return Field(asked.name(field, "service_id"), lambda: field.value, is_choice=True)


def company_field(asked: Asked) -> Field:
    """A search over all companies."""
    field = SearchSelect(asked.page, "", lambda text: lambda session: companies(session, text), chosen=None)
    return Field(asked.name(field.element, "company_id"), lambda: field.value, is_choice=True)


def hours_field(asked: Asked) -> Field:
    """Time to bill; the time that was worked stands there at first."""
    worked = asked.entry.worked_minutes if asked.entry else None
    field = ui.input(value="" if worked is None else format_hours(worked)).props("suffix=h").classes("grow")
    return Field(asked.name(field, "billable_minutes"), lambda: asked.page.translator.parse_hours(field.value or ""))


def rate_field(asked: Asked) -> Field:
    """A price of an hour."""
    field = ui.input().props("suffix=€/h inputmode=decimal autocomplete=off").classes("grow")
    return Field(asked.name(field, "hourly_rate"), lambda: asked.page.translator.parse_amount(field.value or ""))


def date_field(asked: Asked) -> Field:
    """A day and a time of the day."""
    text = asked.page.translator
    day = asked.name(date_input(text, "").classes("pre-day"), "date")
    clock = asked.name(ui.input(value=_FIRST_HOUR).classes("grow"), "time")
    day.mark(f"day-{asked.entry.id}" if asked.entry else "day").on("keydown.enter", lambda: clock.run_method("focus"))

    def read() -> datetime:
        minutes = Hours("time", clock=True, required=True).read(text, clock.value or "") or 0
        return from_firm_time(datetime.combine(text.parse_date(day.value or ""), time(minutes // 60, minutes % 60)))

    return Field(clock, read)
