"""The date of a document that is about to be issued: today, unless another is given (spec, section 5)."""

from datetime import UTC, date, datetime
from typing import Any

from nicegui import ui

from domain.rules.calendar import firm_date
from ui.i18n import Translator
from ui.kit.date_field import OnDate, date_field
from ui.kit.dialog import Dialog


def today() -> date:
    """The firm's date, now."""
    return firm_date(datetime.now(UTC))


def document_date(translator: Translator, sheet: Dialog[Any], on_date: OnDate) -> ui.input:
    """The field. `on_date` hears each whole date, or None for today, and makes the sheet ready again."""
    label = translator.t("field.issued_on")
    field = date_field(translator, label, today(), on_date).classes("issue__date")
    field.props["label"], field.props["placeholder"] = label, translator.date(today())
    field.props("stack-label")
    # Nothing is issued on a date that is half typed, nor before it is known what it would come to.
    field.on_value_change(lambda: sheet.ready(False))
    return field
