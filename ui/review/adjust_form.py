"""The fields of an adjustment: hours, price and description beside what they were at first, and why (spec, section 5)."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from nicegui import ui

from domain.errors import InvalidInput, Refused
from domain.model.tickets import DESCRIPTION_LENGTH
from domain.money import format_hours, line_amount
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog, parsed
from ui.kit.drafts import keep_draft
from ui.kit.page import PageContext
from ui.kit.reason_dialog import meant, place_reason

_SELECT: Final = "(e) => e.target.select()"


class Values(NamedTuple):
    """What a line bills: minutes, rate in cents per hour, description."""

    minutes: int
    rate: int
    description: str

    @property
    def net(self) -> int:
        """In cents."""
        return line_amount(self.minutes, self.rate)


def values_of(line: LineRow) -> Values:
    """As the line is."""
    return Values(line.minutes, line.rate, line.description)


def first_values(line: LineRow) -> Values:
    """As the line was before anybody adjusted it."""
    if line.original_minutes is None or line.original_rate is None:
        return values_of(line)
    return Values(line.original_minutes, line.original_rate, line.original_description or "")


class AdjustForm:
    """In a sheet, about one line as it was read last: `line`."""

    def __init__(self, page: PageContext, sheet: Dialog[Any], line: LineRow, reasons: Sequence[str]) -> None:
        self.line = line
        self._page = page
        self._sheet = sheet
        self._reasons = reasons
        self._was: dict[str, ui.label] = {}
        t, text, now = page.t, page.translator, values_of(line)
        with sheet.body:
            ui.label(f"{line.ticket_number} · {line.service_name}").classes("muted")
            with ui.element("div").classes("adjust"):
                ui.label(t("adjust.original")).classes("section")
                with ui.element("div").classes("line line--apart"):
                    ui.label(t("adjust.now")).classes("section")
                    self._restore = ui.button(t("adjust.restore"), icon="undo", on_click=self._fill_original)
                    self._restore.props("flat").classes("adjust__restore").mark("adjust-restore")
                self._hours = self._input("minutes", format_hours(now.minutes)).props("autofocus")
                self._rate = self._input("rate", text.amount(now.rate))
                self._beside("description")
                self._description = ui.textarea(t("adjust.description"), value=now.description).mark("adjust-description")
                self._description.props(f"autogrow rows=1 maxlength={DESCRIPTION_LENGTH}").on("keydown.ctrl.enter", sheet.confirm)
                self._beside("net")
                self._net = ui.label("").classes("adjust__net").props("aria-live=polite").mark("adjust-net")
        self._reason = place_reason(page, sheet, reasons, initial=line.adjustment_reason)
        sheet.fields |= {"minutes": self._hours, "rate": self._rate, "description": self._description, "reason": self._reason}
        for name, field in sheet.fields.items():
            keep_draft(field, f"adjust-{line.id}-{name}")
            field.on_value_change(self._typed)
        self.about(line)

    def _input(self, name: str, value: str) -> ui.input:
        self._beside(name)
        field = ui.input(self._page.t(f"adjust.{name}"), value=value).mark(f"adjust-{name}").classes("full")
        field.props("autocomplete=off").on("keydown.enter", self._sheet.confirm).on("focus", js_handler=_SELECT)
        return field

    def _beside(self, name: str) -> None:
        """What it was at first, to the left of its field."""
        with ui.element("div").classes("adjust__was"):
            ui.label(self._page.t(f"adjust.{name}")).classes("muted small")
            self._was[name] = ui.label("").classes("wrap").mark(f"adjust-was-{name}")

    def about(self, line: LineRow) -> None:
        """From now on it is about the line as it is read here; what was typed stays."""
        self.line = line
        text, first = self._page.translator, first_values(line)
        self._was["minutes"].set_text(format_hours(first.minutes))
        self._was["rate"].set_text(text.amount(first.rate))
        self._was["description"].set_text(first.description or "—")
        self._was["net"].set_text(text.money(first.net))
        self._say()

    def values(self) -> Values:
        """What the fields say. Raises InvalidInput naming the field."""
        text = self._page.translator
        minutes = parsed("minutes", text.parse_hours, self._hours.value)
        rate = parsed("rate", text.parse_amount, self._rate.value)
        return Values(minutes, rate, (self._description.value or "").strip())

    def reason(self) -> str:
        """Why. Raises InvalidInput where there is none."""
        reason = meant(self._reason.value, self._reasons)
        if not reason:
            raise InvalidInput("missing", field="reason")
        return reason

    def _typed(self) -> None:
        self._sheet.forgive()
        self._say()

    def _say(self) -> None:
        """What confirming would do, as far as it can be told from what was typed."""
        t, money = self._page.t, self._page.translator.money
        try:
            values: Values | None = self.values()
        except Refused:
            values = None
        before, first = values_of(self.line), first_values(self.line)
        change = f"{money(before.net)} → {money(values.net) if values else '—'}"
        same = values is not None and values.net == before.net
        self._net.set_text(money(before.net) if same else change)
        verb = t("adjust.restore" if values == first != before else "adjust.do")
        self._sheet.go.set_text(verb if values in (None, before) else f"{verb} · {money(before.net) if same else change}")
        self._restore.set_enabled(values != first)

    def _fill_original(self) -> None:
        first = first_values(self.line)
        self._hours.set_value(format_hours(first.minutes))
        self._rate.set_value(self._page.translator.amount(first.rate))
        self._description.set_value(first.description)
