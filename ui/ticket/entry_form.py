"""The form of a time entry: when, who, which service, how long, how much of it to bill (spec, section 1)."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.time_entries import EntryData
from domain.errors import InvalidInput
from domain.model.tickets import DESCRIPTION_LENGTH
from domain.rules.calendar import FIRM_ZONE, from_firm_time
from storage.queries.records.choices import Choice
from storage.queries.tickets.detail import EntryRow
from ui.kit.dialog import Dialog
from ui.kit.fields import Choose, Day, Hours, LongText, Text
from ui.kit.form import Form
from ui.kit.page import PageContext

Save = Callable[[EntryData], Awaitable[None]]

_OPERATOR_LENGTH: Final = 100
_TIMES: Final = (Day("date", 4), Hours("time", 2, clock=True), Hours("worked_minutes", 3), Hours("billable_minutes", 3))


async def entry_dialog(page: PageContext, entry: EntryRow | None, services: list[Choice], save: Save, *, now: datetime) -> bool:
    """Add an entry, or edit `entry`: whether it was saved. `now` is the instant that a new one starts from."""
    title = page.t("ticket.entry.edit", entry=entry.code) if entry else page.t("ticket.entry.new")
    go = page.t("action.save" if entry else "ticket.entry.add")
    dialog = Dialog[bool](page, title, go, marker="entry-form", wide=True)
    started_at = entry.started_at if entry else now
    base = {**(asdict(entry.data) if entry else {"operator": page.visitor.name}), **_day_and_time(started_at)}
    with dialog.body:
        form = dialog.form(
            base, labels="ticket.field", examples="ticket.entry.{}_example", marker="entry",
            drafts=f"entry-{entry.id if entry else 'new'}", guard=True,
        )  # fmt: skip
        names = {choice.id: choice.label for choice in services}
        form.row(
            *_TIMES, Choose("service_id", 6, names, clearable=True), Text("operator", 6, length=_OPERATOR_LENGTH),
            LongText("description", length=DESCRIPTION_LENGTH, counter=True, focus=True),
        )  # fmt: skip
    with dialog.foot:
        ui.label(page.t("ticket.entry.hint"))
    if entry is None:
        _bill_what_was_worked(form)

    async def confirm() -> bool:
        values = form.values()
        day, clock = values.pop("date"), values.pop("time")
        # Not typed anew: the seconds that are not shown stay.
        kept = not form.touched("date") and not form.touched("time")
        await save(EntryData(**values, started_at=started_at if kept else _instant(day, clock)))
        return True

    return bool(await dialog.ask(confirm))


def _bill_what_was_worked(form: Form) -> None:
    """What is to bill follows what was worked, until somebody types there."""
    own: list[bool] = []

    def copy() -> None:
        if not own:
            form.elements["billable_minutes"].set_value(form["worked_minutes"])

    form.elements["worked_minutes"].on_value_change(copy)
    form.elements["billable_minutes"].on("keydown", lambda: own.append(True))


def _instant(day: Any, clock: int | None) -> datetime | None:
    if day is None and clock is None:
        return None
    if day is None or clock is None:
        raise InvalidInput("date_and_time", field="date" if day is None else "time")
    return from_firm_time(datetime.combine(day, time(clock // 60, clock % 60)))


def _day_and_time(instant: datetime | None) -> dict[str, Any]:
    local = instant.astimezone(FIRM_ZONE) if instant else None
    return {"date": local.date() if local else None, "time": local.hour * 60 + local.minute if local else None}
