"""A date as people here write it, typed or picked; native date fields follow the browser's language, not ours."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from nicegui import ui

from domain.errors import InvalidInput
from ui.i18n import Translator

# Set by its middle, Quasar keeps it inside a window that is narrow.
_MENU: Final = 'no-parent-event role=dialog anchor="bottom middle" self="top middle"'

OnDate = Callable[[date | None], Awaitable[None]]


def date_field(translator: Translator, label: str, value: date | None, on_date: OnDate) -> ui.input:
    """A field that tells `on_date` each date that is whole, or None once it is emptied; what is no date says so in place."""

    def wrong(text: str | None) -> str | None:
        try:
            _parsed(translator, text)
        except InvalidInput as refused:
            return translator.refusal(refused)
        return None

    async def changed() -> None:
        if wrong(field.value) is None:
            await on_date(_parsed(translator, field.value))

    field = ui.input(placeholder=label, value=translator.date(value) if value else "", validation=wrong)
    field.props(f'aria-label="{label}"').props("clearable mask=##/##/#### debounce=300 no-error-icon").on_value_change(changed)
    with field.add_slot("append"):
        button = ui.button(icon="event").classes("date-pick").props("flat")
        button.props["aria-label"] = translator.t("access.calendar", field=label)
        with button, ui.menu().props(_MENU) as menu:
            menu.props["aria-label"] = label
            picker = ui.date(mask="DD/MM/YYYY").props("minimal")
            picker.bind_value(field)
        button.on_click(menu.open)
    return field


def _parsed(translator: Translator, text: str | None) -> date | None:
    return translator.parse_date(text) if text and text.strip() else None
