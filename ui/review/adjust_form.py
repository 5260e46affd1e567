"""The fields of an adjustment: hours, price and description beside what they were at first, and why (spec, section 5)."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from nicegui import ui

from domain.errors import InvalidInput, Refused
from domain.model.tickets import DESCRIPTION_LENGTH
from domain.money import format_hours, line_amount
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.kit.fields import Amount, Hours, LongText
from ui.kit.form import Form
from ui.kit.page import PageContext
from ui.kit.reason_dialog import meant, place_reason

_SELECT: Final = "(e) => e.target.select()"
_FIELDS: Final = (
    Hours("minutes", required=True, focus=True), Amount("rate"), LongText("description", length=DESCRIPTION_LENGTH)
)  # fmt: skip


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


class AdjustForm(Form):
    """About one line as it was read last: `line`."""

    def __init__(self, page: PageContext, dialog: Dialog[Any], line: LineRow, reasons: Sequence[str]) -> None:
        self.line = line
        self._dialog, self._reasons = dialog, reasons
        self._was: dict[str, ui.label] = {}
        t, now = page.t, values_of(line)
        with dialog.body:
            base = {**now._asdict(), "reason": line.adjustment_reason}
            super().__init__(page, base, labels="adjust", marker="adjust", drafts=f"adjust-{line.id}")
            ui.label(f"{line.ticket_number} · {line.service_name}").classes("muted")
            with ui.element("div").classes("adjust"):
                ui.label(t("adjust.original")).classes("section")
                with ui.element("div").classes("line line--apart"):
                    ui.label(t("adjust.now")).classes("section")
                    self._restore = ui.button(t("adjust.restore"), icon="undo", on_click=self._fill_original)
                    self._restore.props("flat").classes("adjust__restore").mark("adjust-restore")
                for field in _FIELDS:
                    self._beside(field.name)
                    self.place(field).on("focus", js_handler="" if isinstance(field, LongText) else _SELECT)
                self._beside("net")
                self._net = ui.label("").classes("adjust__net").props("aria-live=polite").mark("adjust-net")
            place_reason(dialog, self, reasons)
        dialog.attach(self)
        self.listeners.append(self._say)
        self.about(line)

    def _beside(self, name: str) -> None:
        """What it was at first, to the left of its field."""
        with ui.element("div").classes("adjust__was"):
            ui.label(self.page.t(f"adjust.{name}")).classes("muted small")
            self._was[name] = ui.label("").classes("wrap").mark(f"adjust-was-{name}")

    def about(self, line: LineRow) -> None:
        """From now on it is about the line as it is read here; what was typed stays."""
        self.line = line
        text, first = self.page.translator, first_values(line)
        self._was["minutes"].set_text(format_hours(first.minutes))
        self._was["rate"].set_text(text.amount(first.rate))
        self._was["description"].set_text(first.description or "—")
        self._was["net"].set_text(text.money(first.net))
        self.follow(values_of(line)._asdict())
        self._say()

    def wanted(self) -> Values:
        """What the fields say. Raises BadFields."""
        values = self.values()
        return Values(values["minutes"], values["rate"], values["description"])

    def reason(self) -> str:
        """Why. Raises InvalidInput where there is none."""
        reason = meant(self["reason"], self._reasons)
        if not reason:
            raise InvalidInput("missing", field="reason")
        return reason

    def _say(self) -> None:
        """What confirming would do, as far as it can be told from what was typed."""
        t, money = self.page.t, self.page.translator.money
        try:
            values: Values | None = self.wanted()
        except Refused:
            values = None
        before, first = values_of(self.line), first_values(self.line)
        change = f"{money(before.net)} → {money(values.net) if values else '—'}"
        same = values is not None and values.net == before.net
        self._net.set_text(money(before.net) if same else change)
        verb = t("adjust.restore" if values == first != before else "adjust.do")
        self._dialog.go.set_text(verb if values in (None, before) else f"{verb} · {money(before.net) if same else change}")
        self._restore.set_enabled(values != first)

    def _fill_original(self) -> None:
        for name, value in first_values(self.line)._asdict().items():
            self[name] = value
