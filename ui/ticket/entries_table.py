"""The time entries of a ticket: what was done, what of it is to bill, and what holds it (screens, Ticket)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from nicegui import events, ui

from domain.rules.pricing import unit_price
from domain.vocabulary import BillingStatus, Bucket, LineState, ProposalStatus, RateSource
from storage.queries.tickets.detail import EntryRow, TicketDetail
from ui.i18n import Translator
from ui.kit.badges import BILLING
from ui.kit.billing_labels import entry_value, is_invoiced

OnEntry = Callable[[int], Awaitable[None]]

# Everything in a cell comes from the row and stands there as text: a description is whatever somebody typed.
_WHEN: Final = """<q-td :props="props"><div>{{ props.row.at || '—' }}</div>
<div class="muted small clip">{{ props.row.operator }}</div></q-td>"""
_WHAT: Final = """<q-td :props="props"><div class="wrap">{{ props.row.description || '—' }}</div>
<div class="small" :class="props.row.service ? 'muted' : 'danger'">{{ props.row.service || props.row.no_service }}</div></q-td>"""
_BILLABLE: Final = """<q-td :props="props"><div :class="{danger: !props.row.known}">{{ props.row.billable }}</div>
<div v-for="part in props.row.split" class="muted small">{{ part }}</div>
<div class="muted small">{{ props.row.value }}<q-tooltip v-if="props.row.price">{{ props.row.price }}</q-tooltip></div></q-td>"""
_STATE: Final = """<q-td :props="props"><span class="chip" :tabindex="props.row.reason ? 0 : undefined"
 :class="['chip--' + props.row.tone, {'chip--explained': props.row.reason}]"><q-icon :name="props.row.icon" aria-hidden="true" />
<span class="chip__word">{{ props.row.word }}</span><q-tooltip v-if="props.row.reason">{{ props.row.reason }}</q-tooltip></span>
<div v-if="props.row.proposal" class="small"><a :href="props.row.path"
 @click.prevent="$parent.$emit('proposal', props.row.id)">{{ props.row.proposal }}</a></div></q-td>"""
_DO: Final = """<q-td :props="props" class="entries__do"><template v-if="props.row.locked">
<span class="entries__lock" tabindex="0" role="img" :aria-label="props.row.lock"><q-icon name="lock" />
<q-tooltip>{{ props.row.lock }}</q-tooltip></span></template><template v-else>
<q-btn flat dense round icon="edit" :aria-label="props.row.edit" @click="$parent.$emit('edit', props.row.id)" />
<q-btn flat dense round icon="delete_outline" :aria-label="props.row.remove" @click="$parent.$emit('remove', props.row.id)" />
</template></q-td>"""
_SLOTS: Final = {"at": _WHEN, "description": _WHAT, "billable": _BILLABLE, "state": _STATE, "do": _DO}


class EntriesTable:
    """`on_edit`, `on_remove` and `on_proposal` are called with the id of an entry, which the browser may have made up."""

    def __init__(
        self, translator: Translator, *, on_add: Callable[[], Awaitable[None]], on_edit: OnEntry, on_remove: OnEntry,
        on_proposal: OnEntry,
    ) -> None:  # fmt: skip
        self._text = translator
        t = translator.t
        with ui.element("section").classes("entries").mark("entries"):
            with ui.element("div").classes("line line--apart section"):
                self._title = ui.label(t("ticket.entries")).props("role=heading aria-level=2")
                ui.button(t("ticket.entry.add"), icon="add", on_click=on_add).props("flat").mark("add-entry")
            self.table = ui.table(rows=[], columns=self._columns(), row_key="id").classes("full").mark("entries-table")
            self.table.props["no-data-label"] = t("ticket.entries_none")
            self.table.props("wrap-cells separator=horizontal")
            self._totals()
        for name, template in _SLOTS.items():
            self.table.add_slot(f"body-cell-{name}", template)
        for event, handler in (("edit", on_edit), ("remove", on_remove), ("proposal", on_proposal)):
            self.table.on(event, self._with_id(handler))

    def update(self, detail: TicketDetail) -> None:
        """Show the entries of `detail`."""
        rows = [self._row(detail, entry) for entry in detail.entries]
        if rows != self.table.rows:
            self.table.update_rows(rows, clear_selection=False)
        self._title.set_text(self._text.n("ticket.entries_count", len(rows)) if rows else self._text.t("ticket.entries"))
        self._worked.set_text(self._text.hours(sum(entry.worked_minutes or 0 for entry in detail.entries)))
        self._billable.set_text(self._text.hours(sum(entry.billable_minutes or 0 for entry in detail.entries)))
        covered = sum(entry.covered_minutes for entry in detail.entries)
        self._covered.set_text(self._text.t("contract_labels.entry_covered", hours=self._text.hours(covered)))
        self._covered.set_visibility(covered > 0)
        self._value.set_text(self._text.money(detail.value))

    def _columns(self) -> list[dict[str, Any]]:
        t = self._text.t

        def column(name: str, label: str, align: str = "left") -> dict[str, Any]:
            return {"name": name, "field": name, "label": label, "align": align, "classes": f"entries__{name}"}

        return [
            column("at", t("ticket.column.at")),
            column("description", t("ticket.column.description")),
            column("worked", t("ticket.column.worked"), "right"),
            column("billable", t("ticket.column.billable"), "right"),
            column("state", t("ticket.column.state")),
            column("do", t("access.actions"), "right"),
        ]

    def _totals(self) -> None:
        with self.table.add_slot("bottom-row"), self.table.row().classes("entries__totals"):
            with self.table.cell().props("colspan=2"):
                ui.label(self._text.t("ticket.total"))
            with self.table.cell().classes("num"):
                self._worked = ui.label("").mark("total-worked")
            with self.table.cell().classes("num"):
                self._billable = ui.label("").mark("total-billable")
                self._covered = ui.label("").classes("small muted").mark("total-covered")
                self._value = ui.label("").classes("small muted").mark("total-value")
            self.table.cell().props("colspan=2")

    @staticmethod
    def _with_id(handler: OnEntry) -> Callable[[events.GenericEventArguments], Awaitable[None]]:
        async def handle(event: events.GenericEventArguments) -> None:
            if type(event.args) is int:
                await handler(event.args)

        return handle

    def _row(self, detail: TicketDetail, entry: EntryRow) -> dict[str, Any]:
        text = self._text
        tone, icon, word = self._state(detail, entry)
        value = entry_value(detail, entry) if entry.billable_minutes else None
        held = entry.line_state is not None
        return {
            "id": entry.id,
            "at": text.instant(entry.started_at) if entry.started_at else "",
            "operator": entry.operator,
            "description": entry.description,
            "service": entry.service_name,
            "no_service": text.t("ticket.entry.no_service"),
            "worked": text.hours(entry.worked_minutes) if entry.worked_minutes is not None else "—",
            "billable": self._billable_text(entry),
            "known": entry.billable_minutes is not None,
            "split": self._split(entry),
            "value": text.money(value) if value is not None else "",
            "price": self._price(detail, entry),
            "tone": tone,
            "icon": icon,
            "word": word,
            "reason": entry.line_reason,
            "proposal": entry.proposal_number,
            "path": f"/proposals/{entry.proposal_id}" if entry.proposal_id else "",
            "locked": held,
            "lock": self._lock(entry) if held else "",
            "edit": text.t("ticket.entry.edit", entry=entry.code),
            "remove": text.t("ticket.entry.delete", entry=entry.code),
        }

    def _billable_text(self, entry: EntryRow) -> str:
        if entry.billable_minutes is None:
            return self._text.t("ticket.entry.unknown")
        return self._text.hours(entry.billable_minutes)

    def _split(self, entry: EntryRow) -> list[str]:
        """What a contract covers of it and leaves to bill, and what an adjustment writes off."""
        text, parts = self._text, []
        if entry.covered_minutes:
            parts.append(text.t("contract_labels.entry_covered", hours=text.hours(entry.covered_minutes)))
            if entry.open_minutes:
                parts.append(text.t("contract_labels.entry_left", hours=text.hours(entry.open_minutes)))
        if off := entry.parts.get(Bucket.WRITTEN_OFF):
            amount = f"{text.hours(off.minutes)} · {text.money(off.net)}"
            parts.append(text.t("ticket.entry.written_off", amount=amount))
        return parts

    def _price(self, detail: TicketDetail, entry: EntryRow) -> str:
        price = unit_price(detail.hourly_rate, entry.service_rate)
        if price is None or not entry.open_minutes:
            return ""
        source = self._text.t(f"rate_source.{RateSource(price.source)}")
        return self._text.t("ticket.entry.price", rate=self._text.money(price.rate), source=source)

    def _lock(self, entry: EntryRow) -> str:
        status = entry.proposal_status or ProposalStatus.DRAFT
        return self._text.t("ticket.entry.locked", number=entry.proposal_number, status=self._text.t(f"proposal_status.{status}"))

    def _state(self, detail: TicketDetail, entry: EntryRow) -> tuple[str, str, str]:
        """Tone, icon and word. What no line holds shares the state of its ticket, except goodwill, which is never billed."""
        if entry.line_state is None and entry.billable_minutes == 0:
            return "none", "volunteer_activism", self._text.t("ticket.entry.goodwill")
        status: BillingStatus | None = detail.billing_status
        if is_invoiced(entry):
            status = BillingStatus.BILLED
        elif entry.line_state is not None:
            status = _BY_LINE[entry.line_state]
        elif entry.covered_minutes and not entry.open_minutes:
            status = BillingStatus.SERVICE_CONTRACT
        elif entry.manual_decision is not None:
            status = entry.manual_decision
        elif status is BillingStatus.PROPOSED:
            # It came after: on no line, so the proposal does not bill it.
            status = BillingStatus.TO_BILL
        name = status.value if status else "none"
        return name, BILLING[status], self._text.t(f"billing_status.{name}")


_BY_LINE: Final = {
    LineState.BILL: BillingStatus.PROPOSED,
    LineState.SUSPENDED: BillingStatus.SUSPENDED,
    LineState.NOT_BILLED: BillingStatus.NOT_BILLED,
    LineState.RELEASED: BillingStatus.TO_BILL,
}
