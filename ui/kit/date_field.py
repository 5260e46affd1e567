"""A date as people here write it, typed or picked; native date fields follow the browser's language, not ours."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Final

from nicegui import ui

from domain.errors import InvalidInput
from domain.rules.calendar import firm_date
from ui.i18n import Translator
from ui.kit.widgets import icon_button

# Set by its middle, Quasar keeps it inside a window that is narrow.
_MENU: Final = 'no-parent-event role=dialog anchor="bottom middle" self="top middle"'
# A text that nobody goes on typing at: 8/1 may become 8/11, and 8/11 may become 8/11/2026.
_WHOLE: Final = re.compile(r"|\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{8}|\d{4}-\d{2}-\d{2}", re.ASCII)

OnDate = Callable[[date | None], Awaitable[None]]


def today() -> date:
    """The firm's date, now."""
    return firm_date(datetime.now(UTC))


def date_input(translator: Translator, label: str) -> ui.input:
    """A field with a calendar. Whoever leaves it sees how a short date was understood, or why it is none."""

    def understand() -> None:
        try:
            day = translator.parse_date(field.value) if (field.value or "").strip() else None
        except InvalidInput as refused:
            field.error = translator.refusal(refused)
        else:
            field.set_value(translator.date(day) if day else "")

    field = ui.input(label).props("autocomplete=off no-error-icon").on("blur", understand)
    field.on_value_change(lambda: setattr(field, "error", None))
    with field.add_slot("append"):
        button = icon_button("event", translator.t("access.calendar", field=label), props="flat", tip="").classes("date-pick")
        with button, ui.menu().props(_MENU) as menu:
            menu.props["aria-label"] = label
            picker = ui.date(mask="DD/MM/YYYY").props("minimal")
        picker.on("update:model-value", lambda: field.set_value(picker.value))
        field.on_value_change(lambda: picker.set_value(field.value))
        button.on_click(menu.open)
    field.on("keydown.enter", understand)
    return field


def date_field(translator: Translator, label: str, value: date | None, on_date: OnDate) -> ui.input:
    """A field that filters: it tells `on_date` each date once it is whole, or None once it is emptied."""

    async def changed() -> None:
        if _WHOLE.fullmatch(text := (field.value or "").strip()):
            try:
                day = translator.parse_date(text) if text else None
            except InvalidInput:
                return
            await on_date(day)

    field = date_input(translator, label)
    field.set_value(translator.date(value) if value else "")
    field.props("clearable", remove="label").props["placeholder"] = field.props["aria-label"] = label
    return field.on_value_change(changed)


def document_date(translator: Translator, on_date: OnDate, day: date) -> ui.input:
    """The date of a document that is about to be issued: `day`, unless another is given (spec, section 5)."""
    label = translator.t("field.issued_on")
    field = date_field(translator, label, day, on_date).classes("issue__date").props("stack-label")
    field.props["label"], field.props["placeholder"] = label, translator.date(day)
    return field
