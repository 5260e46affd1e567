"""*Nota di credito*: which lines of an invoice, why, and what it comes to before it is written (spec, section 5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from nicegui import events, ui

from domain.actions.invoices.credit import Credit, credit, preview_credit
from domain.actions.invoices.documents import Draft, Issued
from domain.errors import Refused
from storage.queries.invoices.table import InvoiceDetail, InvoiceLineRow, invoice_detail
from ui.invoices.objections import show_reasons
from ui.kit.date_field import document_date, today
from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.kit.reason_dialog import meant, place_reason
from ui.kit.widgets import figure

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" :class="props.row.note ? 'credit__gone' : ''">
  <q-td key="pick" :props="props"><q-checkbox v-if="!props.row.note" dense :model-value="props.row.picked"
    :aria-label="props.row.name" @update:model-value="$parent.$emit('pick', props.row.id)" /></q-td>
  <q-td key="work" :props="props"><div class="clip" :title="props.row.name">{{ props.row.name }}</div>
    <div v-if="props.row.note" class="small muted">{{ props.row.note }}</div></q-td>
  <q-td key="time" :props="props">{{ props.row.time }}</q-td>
  <q-td key="net" :props="props">{{ props.row.net }}</q-td>
</q-tr>
"""
_HEAD: Final = """
<q-th :props="props"><q-checkbox dense :model-value="props.col.picked" :aria-label="props.col.hint"
  @update:model-value="$parent.$emit('all')" /></q-th>
"""
_AMOUNTS: Final = ("net", "vat", "stamp_duty", "total", "payable")


class CreditDialog:
    """One opening of the dialog for one invoice. All lines that are left are chosen at first."""

    def __init__(self, page: PageContext, detail: InvoiceDetail, reasons: Sequence[str]) -> None:
        self._page = page
        self._t = page.translator
        self._detail = detail
        self._reasons = reasons
        self._picked = {line.id for line in detail.creditable}
        self._day: date | None = today()
        self._asked = 0
        self._draft: Draft | None = None
        title = page.t("credit.title", number=detail.number)
        self._sheet = Dialog[Issued](page, title, page.t("credit.nothing"), marker="credit", wide=True)

    async def open(self) -> Issued | None:
        """Show it until it is closed: the credit note, if one was issued."""
        t = self._t
        with self._sheet.body:
            ui.label(t.t("credit.what")).classes("muted")
            self._place_lines()
            self._place_reason()
            self._date = document_date(t, self._dated, today()).mark("credit-date")
            # Nothing is issued on a date that is half typed, nor before it is known what it would come to.
            self._date.on_value_change(self._date_changes)
            self._wrong: ui.element = ui.element("div").classes("alarm").props("role=alert").mark("credit-wrong")
            self._wrong.set_visibility(False)
            with ui.element("dl").classes("figures"):
                self._figures = {name: figure(t.t(f"credit.{name}"), f"credit-{name}") for name in _AMOUNTS}
            ui.timer(0, self._refresh, once=True)
        self._show_lines()
        self._sheet.ready(False)
        return await self._sheet.ask(self._credit)

    def _place_lines(self) -> None:
        t = self._t
        columns: list[dict[str, Any]] = [
            {"name": "pick", "label": "", "field": "id", "align": "left", "picked": True, "hint": t.t("credit.pick_all")},
            {"name": "work", "label": t.t("credit.work"), "field": "name", "align": "left"},
            {"name": "time", "label": t.t("credit.time"), "field": "time", "align": "right"},
            {"name": "net", "label": t.t("credit.net"), "field": "net", "align": "right"},
        ]
        self._lines = ui.table(rows=[], columns=columns, row_key="id", pagination={"rowsPerPage": 0})
        self._lines.classes("credit__lines").props("hide-bottom").mark("credit-lines")
        self._lines.add_slot("body", _BODY)
        self._lines.add_slot("header-cell-pick", _HEAD)
        self._lines.on("pick", self._pick).on("all", self._pick_all)

    def _place_reason(self) -> None:
        self._form = self._sheet.form({}, labels="credit", marker="credit")
        place_reason(self._sheet, self._form, self._reasons).on_value_change(self._ready)

    async def _pick(self, event: events.GenericEventArguments) -> None:
        if event.args in [line.id for line in self._detail.creditable]:
            self._picked ^= {event.args}
            self._show_lines()
            await self._refresh()

    async def _pick_all(self) -> None:
        every = {line.id for line in self._detail.creditable}
        self._picked = set() if self._picked == every else every
        self._show_lines()
        await self._refresh()

    def _date_changes(self) -> None:
        # What is said of an earlier date is not true of the one that is being typed.
        self._sheet.ready(False)
        self._wrong.set_visibility(False)

    async def _dated(self, day: date | None) -> None:
        self._day = day
        await self._refresh()

    async def _refresh(self) -> None:
        """Work out the note for what is chosen; a newer change makes an older answer void."""
        self._asked += 1
        asked = self._asked
        self._draft = None
        self._ready()
        reasons: tuple[Refused, ...] = ()
        draft: Draft | None = None
        command = self._command()
        if command.line_ids:
            try:
                draft, reasons = await self._page.read(lambda session: preview_credit(session, command, today=today()))
            except Refused as refused:
                reasons = refused.reasons
        if asked == self._asked and not self._sheet.dialog.is_deleted:
            self._draft = None if reasons else draft
            self._wrong.clear()
            self._wrong.set_visibility(bool(reasons))
            with self._wrong:
                show_reasons(self._page, reasons, self._date)
            self._show_amounts(self._draft)

    def _command(self) -> Credit:
        return Credit(self._detail.id, meant(self._form["reason"], self._reasons), frozenset(self._picked), self._day)

    def _show_lines(self) -> None:
        every = {line.id for line in self._detail.creditable}
        self._lines.rows = [self._row(line) for line in self._detail.lines]
        picked: bool | None = True if self._picked == every else None if self._picked else False
        self._lines.columns[0]["picked"] = picked
        self._lines.update()

    def _row(self, line: InvoiceLineRow) -> dict[str, Any]:
        t = self._t
        return {
            "id": line.id,
            "name": f"{line.ticket_number} · {line.description or line.service_name}",
            "note": t.t("credit.already", number=line.note_number) if line.note_id is not None else "",
            "picked": line.id in self._picked,
            "time": f"{t.hours(line.minutes)} × {t.money(line.rate)}",
            "net": t.money(line.net),
        }

    def _show_amounts(self, draft: Draft | None) -> None:
        t = self._t
        amounts = draft.amounts if draft else None
        values = (amounts.net, amounts.vat_total, amounts.stamp_duty, amounts.total, amounts.payable) if amounts else (0,) * 5
        for (one, label), name, cents in zip(self._figures.values(), _AMOUNTS, values, strict=True):
            label.set_text(t.money(cents))
            one.set_visibility(name not in ("stamp_duty", "payable") or cents not in (0, values[3]))
        go = t.t("credit.go", total=t.money(amounts.total)) if amounts else t.t("credit.nothing")
        self._sheet.go.set_text(go)
        self._ready()

    def _ready(self) -> None:
        self._sheet.ready(self._draft is not None and bool(meant(self._form["reason"], self._reasons)))

    async def _credit(self) -> Issued:
        command = self._command()
        try:
            return await self._page.act(lambda session, actor: credit(session, command, actor=actor))
        except Refused:
            # Somebody may have credited some of it meanwhile.
            self._detail = await self._page.read(lambda session: invoice_detail(session, command.invoice_id))
            self._picked &= {line.id for line in self._detail.creditable}
            self._show_lines()
            await self._refresh()
            raise
