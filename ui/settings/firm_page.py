"""`/settings`: the firm itself, what stands on its documents and how it works (spec, section 6)."""

from dataclasses import asdict
from typing import Any, Final

from nicegui import ui

from domain.actions.settings.firm import edit_firm
from domain.errors import Stale
from domain.rules.firm import REGIMES, SERIES_LENGTH, FirmData, missing_to_invoice
from domain.rules.records.fields import Problem
from storage.queries.settings.firm import firm_data
from ui.i18n import Translator
from ui.kit.fields import Check, Choose, Hours, Text, Whole
from ui.kit.form import Form, Group
from ui.kit.page import PageContext
from ui.kit.save_bar import SaveBar
from ui.kit.skeleton import skeleton_lines
from ui.settings.tabs import settings_tabs


def _regimes(text: Translator) -> dict[Any, str]:
    return {code: f"{code} · {text.t(f'settings.regime.{code}')}" for code in REGIMES}


_PARTS: Final = (
    Group(
        "who", (
            Text("name", length=200), Text("vat_number", 6, length=20), Text("tax_code", 6, length=20),
            Choose("tax_regime", 12, _regimes),
        ),
    ),
    Group(
        "where",
        (
            Text("address", length=200), Text("postal_code", 2, length=10), Text("city", 6, length=100),
            Text("province", 2, length=2), Text("country", 2, length=2), Text("email", 6, length=254), Text("iban", 6, length=42),
        ),
    ),
    Group("numbers", (Text("invoice_series", 6, length=SERIES_LENGTH), Text("credit_series", 6, length=SERIES_LENGTH))),
    Group(
        "work",
        (
            Hours("day_minutes", 6, length=8, required=True), Whole("warning_percent", 6, length=8, maximum=100, unit="%"),
            Check("cover_time_and_materials", label="settings.firm.cover", switch=True),
        ),
    ),
)  # fmt: skip


async def firm(page: PageContext) -> None:
    """The form."""
    settings_tabs(page, "firm")
    waiting = skeleton_lines(8)
    seen = await page.read(firm_data)
    waiting.delete()
    with ui.element("div").classes("form firm stack").mark("firm") as root:
        form = FirmForm(page, seen)
        bar = SaveBar(page, form, form.save, marker="firm", keys="Ctrl+↵")
        bar.root.classes("firm__foot")
    root.on("keydown.ctrl.enter", bar.confirm).on("keydown.meta.enter", bar.confirm)


class FirmForm(Form):
    """What is typed stays until it is saved or taken back. `_seen` is what was read, and what the action compares."""

    def __init__(self, page: PageContext, seen: FirmData) -> None:
        super().__init__(page, asdict(seen), labels="settings.firm", marker="firm")
        self._missing = ui.label("").classes("told").mark("firm-missing")
        self.groups("settings.firm", _PARTS, classes="panel form__group--beside")
        with self.boxes["cover_time_and_materials"]:
            ui.label(page.t("settings.firm.cover_text")).classes("muted small")
        self._show(seen)

    def sentence(self, problem: Problem) -> str:
        """What is wrong in a field."""
        return self.page.t(f"settings.wrong.{problem.code}", **problem.params)

    def _show(self, seen: FirmData) -> None:
        t, lacking = self.page.t, missing_to_invoice(seen)
        self._seen = seen
        names = ", ".join(t(f"settings.firm.{name}") for name in lacking)
        self._missing.set_text(t("settings.firm.missing", fields=names))
        self._missing.set_visibility(bool(lacking))

    async def save(self) -> None:
        """Write what was typed. Raises Refused."""
        values, unread = self.read()
        # Out of range: the action answers with everything that is wrong, this among it.
        data, seen = FirmData(**values | dict.fromkeys(unread, -1)), self._seen
        try:
            saved = await self.page.act(lambda session, actor: edit_firm(session, seen, data, actor=actor))
        except Stale:
            # What was typed stays; what is compared from now on is what somebody else saved.
            self._show(await self.page.read(firm_data))
            self.follow(asdict(self._seen))
            raise
        self._show(saved)
        self.saved(asdict(saved))
        self.page.done(self.page.t("settings.firm.saved"))
