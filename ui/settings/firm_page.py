"""`/settings`: the firm itself, what stands on its documents and how it works (spec, section 6)."""

from dataclasses import replace
from typing import Any, Final

from nicegui import ui

from domain.actions.settings.firm import edit_firm
from domain.errors import InvalidInput, Refused, Stale
from domain.money import format_hours
from domain.rules.firm import REGIMES, SERIES_LENGTH, FirmData, missing_to_invoice
from domain.rules.records.fields import BadValues
from storage.queries.settings.firm import firm_data
from ui.kit.drafts import discard_draft, keep_draft
from ui.kit.page import PageContext
from ui.kit.skeleton import skeleton_lines
from ui.settings.tabs import settings_tabs

_LENGTHS: Final = {
    "name": 200, "vat_number": 20, "tax_code": 20, "address": 200, "postal_code": 10, "city": 100, "province": 2, "country": 2,
    "email": 254, "iban": 42, "invoice_series": SERIES_LENGTH, "credit_series": SERIES_LENGTH,
}  # fmt: skip
_WIDTHS: Final = {"name": 6, "tax_regime": 6, "address": 6, "email": 3, "iban": 3, "postal_code": 1, "city": 3, "province": 1,
                  "country": 1}  # fmt: skip
"""Columns of six that a field takes; three where it is not said."""

_PARTS: Final = (
    ("who", ("name", "vat_number", "tax_code", "tax_regime")),
    ("where", ("address", "postal_code", "city", "province", "country", "email", "iban")),
    ("numbers", ("invoice_series", "credit_series")),
    ("work", ("day_minutes", "warning_percent")),
)


async def firm(page: PageContext) -> None:
    """The form."""
    settings_tabs(page, "firm")
    await FirmForm(page).build()


class FirmForm:
    """What is typed stays until it is saved or taken back. `_seen` is what was read, and what the action compares."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._t = page.t
        self._seen = FirmData()
        self._saving = False
        self._fields: dict[str, ui.input | ui.select] = {}

    async def build(self) -> None:
        """Frame first."""
        waiting = skeleton_lines(8)
        self._seen = await self._page.read(firm_data)
        waiting.delete()
        with ui.element("form").classes("firm stack").mark("firm") as form:
            self._missing = ui.element("div").classes("told").mark("firm-missing")
            for part, names in _PARTS:
                self._part(part, names)
            with ui.element("div").classes("alarm").props("role=alert") as self._alarm:
                self._refusal = ui.label("").mark("firm-refused")
            with ui.element("div").classes("line firm__foot"):
                self._save_button = ui.button(self._t("action.save"), on_click=self._save).mark("firm-save")
                self._undo = ui.button(self._t("settings.take_back"), on_click=self._take_back).props("flat").mark("firm-undo")
                ui.label("Ctrl+↵").classes("muted small")
        form.on("submit", js_handler="(e) => e.preventDefault()")
        form.on("keydown.ctrl.enter", self._save).on("keydown.meta.enter", self._save)
        self._alarm.set_visibility(False)
        self._show(self._seen)
        discard_draft("firm-")

    def _part(self, part: str, names: tuple[str, ...]) -> None:
        with ui.element("section").classes("panel firm__part"):
            with ui.element("div").classes("firm__about"):
                ui.label(self._t(f"settings.firm.{part}")).classes("strong").props("role=heading aria-level=2")
                ui.label(self._t(f"settings.firm.{part}_text")).classes("muted small")
            with ui.element("div").classes("firm__fields"):
                for name in names:
                    self._fields[name] = self._field(name)
                if part == "work":
                    self._cover = ui.switch(self._t("settings.firm.cover"), on_change=self._changed).mark("firm-cover")
                    ui.label(self._t("settings.firm.cover_text")).classes("muted small firm__wide")

    def _field(self, name: str) -> ui.input | ui.select:
        label = self._t(f"settings.firm.{name}")
        field: ui.input | ui.select
        if name == "tax_regime":
            regimes = {code: f"{code} · {self._t(f'settings.regime.{code}')}" for code in REGIMES}
            field = ui.select(regimes, label=label, on_change=self._changed)
        else:
            field = keep_draft(ui.input(label, on_change=self._changed), f"firm-{name}")
            field.props(f"autocomplete=off maxlength={_LENGTHS.get(name, 8)}")
        hint = f"settings.firm.{name}_hint"
        if self._page.translator.knows(hint):
            field.props["hint"] = self._t(hint)
        return field.classes(f"firm__field--{_WIDTHS.get(name, 3)}").mark(f"firm-{name}")

    def _show(self, data: FirmData) -> None:
        """Fill the fields with `data`, which is saved."""
        for name, field in self._fields.items():
            field.set_value(self._as_text(name, data))
            field.error = None
        self._cover.set_value(data.cover_time_and_materials)
        lacking = missing_to_invoice(data)
        self._missing.clear()
        self._missing.set_visibility(bool(lacking))
        with self._missing:
            names = ", ".join(self._t(f"settings.firm.{name}") for name in lacking)
            ui.label(self._t("settings.firm.missing", fields=names))
        self._changed()

    @staticmethod
    def _as_text(name: str, data: FirmData) -> str:
        value = getattr(data, name)
        return format_hours(value) if name == "day_minutes" else str(value)

    def _typed(self) -> dict[str, Any]:
        return {name: field.value or "" for name, field in self._fields.items()}

    def _changed(self) -> None:
        """Nothing to save or to take back until something differs."""
        saved = {name: self._as_text(name, self._seen) for name in self._fields}
        differs = self._typed() != saved or self._cover.value is not self._seen.cover_time_and_materials
        self._save_button.set_enabled(differs and not self._saving)
        self._undo.set_visibility(differs)

    def _take_back(self) -> None:
        self._alarm.set_visibility(False)
        self._show(self._seen)

    async def _save(self) -> None:
        if self._saving or not self._save_button.enabled:
            return
        self._saving = True
        self._alarm.set_visibility(False)
        try:
            await self._try_to_save()
        except BadValues as bad:
            self._mark({p.column: self._t(f"settings.wrong.{p.code}", **p.params) for p in bad.problems})
        except Stale as stale:
            # What was typed stays; what is compared from now on is what somebody else saved.
            self._seen = await self._page.read(firm_data)
            self._refuse(stale)
        except Refused as refused:
            self._refuse(refused)
        finally:
            self._saving = False
            self._changed()

    async def _try_to_save(self) -> None:
        typed = self._typed()
        for name, parse in (("day_minutes", self._page.translator.parse_hours), ("warning_percent", _percent)):
            try:
                typed[name] = parse(typed[name])
            except InvalidInput:
                # Out of range: the action answers with everything that is wrong, this among it.
                typed[name] = -1
        data = replace(self._seen, **typed, cover_time_and_materials=bool(self._cover.value))
        seen = self._seen
        self._seen = await self._page.act(lambda session, actor: edit_firm(session, seen, data, actor=actor))
        self._show(self._seen)
        discard_draft("firm-")
        self._page.done(self._t("settings.firm.saved"))

    def _mark(self, wrong: dict[str, str]) -> None:
        for name, field in self._fields.items():
            field.error = wrong.get(name)
        first = next(name for name in self._fields if name in wrong)
        self._fields[first].run_method("focus")

    def _refuse(self, refused: Refused) -> None:
        self._refusal.set_text(self._page.translator.refusal(refused))
        self._alarm.set_visibility(True)


def _percent(text: str) -> int:
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len("100")):
        raise InvalidInput("ordinal_out_of_range", field="warning_percent", maximum=100)
    return int(digits)
