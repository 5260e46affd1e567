"""An invoice or a credit note as it was issued: who, to whom, for what, and what that comes to (spec, section 5)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from domain.vocabulary import InvoiceKind
from storage.queries.invoices.table import InvoiceDetail, InvoiceLineRow
from ui.i18n import Translator
from ui.kit.badges import chip

KIND: Final = {InvoiceKind.INVOICE: ("billed", "receipt_long"), InvoiceKind.CREDIT_NOTE: ("suspended", "undo")}

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr v-if="props.row.ticket" class="doc__ticket">
  <q-td colspan="3"><a :href="props.row.path">{{ props.row.ticket }}</a> <span class="muted">{{ props.row.title }}</span></q-td>
  <q-td></q-td><q-td class="num">{{ props.row.net }}</q-td>
</q-tr>
<q-tr v-else :class="props.row.note ? 'doc__gone' : ''">
  <q-td key="work" :props="props"><div class="wrap doc__text">{{ props.row.description }}</div>
    <div class="small muted">{{ props.row.service }}</div>
    <a v-if="props.row.note" class="small" :href="props.row.note_path">{{ props.row.note }}</a></q-td>
  <q-td key="time" :props="props">{{ props.row.time }}</q-td>
  <q-td key="rate" :props="props">{{ props.row.rate }}</q-td>
  <q-td key="vat" :props="props">{{ props.row.vat }}</q-td>
  <q-td key="net" :props="props" class="doc__net">{{ props.row.net }}</q-td>
</q-tr>
"""
_COLUMNS: Final = (("work", "left"), ("time", "right"), ("rate", "right"), ("vat", "right"), ("net", "right"))


class InvoiceDocument:
    """The document. What it says never changes; `show` only adds which lines were credited since."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator

    def build(self, detail: InvoiceDetail) -> None:
        """Place it."""
        with ui.element("article").classes("doc panel").mark("document"):
            self._head(detail)
            with ui.element("div").classes("doc__parties"):
                self._party("seller", detail.seller)
                self._party("buyer", detail.buyer)
            self._facts(detail)
            columns = [{"name": n, "label": self._t.t(f"invoice.{n}"), "field": n, "align": a} for n, a in _COLUMNS]
            self._lines = ui.table(rows=[], columns=columns, row_key="id", pagination={"rowsPerPage": 0})
            self._lines.classes("doc__lines full").props("hide-bottom").mark("document-lines")
            self._lines.add_slot("body", _BODY)
            self._amounts(detail)
        self.show(detail)

    def show(self, detail: InvoiceDetail) -> None:
        """Say which lines were credited."""
        rows = list(_rows(self._t, detail.lines))
        if rows != self._lines.rows:
            self._lines.rows = rows

    def _head(self, detail: InvoiceDetail) -> None:
        with ui.element("header").classes("line line--apart full"):
            with ui.element("div").classes("line"):
                ui.label(detail.number).classes("doc__number").mark("document-number")
                chip(*KIND[detail.kind], self._t.t(f"invoice_kind.{detail.kind}"))
            ui.label(self._t.money(detail.total)).classes("doc__total num").mark("document-total")

    def _party(self, role: str, party: Mapping[str, Any]) -> None:
        with ui.element("section").classes("doc__party").mark(f"document-{role}"):
            ui.label(self._t.t(f"invoice.{role}")).classes("muted small")
            ui.label(party["name"] or "—").classes("strong wrap")
            for line in _address(party):
                ui.label(line).classes("wrap")
            for name in ("vat_number", "tax_code", "recipient_code", "pec", "email", "iban"):
                if party.get(name):
                    ui.label(self._t.t(f"invoice.{name}", value=party[name])).classes("small wrap")

    def _facts(self, detail: InvoiceDetail) -> None:
        t, buyer = self._t, detail.buyer
        facts: dict[str, str] = {"issued_on": t.date(detail.issued_on)}
        if detail.kind is InvoiceKind.INVOICE:
            facts["due_on"] = t.date(detail.due_on)
        facts |= {name: buyer[name] for name in ("cig", "cup") if buyer.get(name)}
        with ui.element("dl").classes("doc__facts"):
            for name, value in facts.items():
                self._fact(name, value)
            if detail.credits:
                with ui.element("div"):
                    with ui.element("dt"):
                        ui.label(t.t("invoice.credits"))
                    with ui.element("dd"):
                        text = t.t("invoice.credited_of", number=detail.credits.number, day=t.date(detail.credits.issued_on))
                        ui.link(text, f"/invoices/{detail.credits.id}").mark("credited-invoice")
            if detail.reason:
                self._fact("reason", detail.reason)

    def _fact(self, name: str, value: str) -> None:
        with ui.element("div"):
            with ui.element("dt"):
                ui.label(self._t.t(f"invoice.{name}"))
            with ui.element("dd"):
                ui.label(value).classes("wrap").mark(f"document-{name}")

    def _amounts(self, detail: InvoiceDetail) -> None:
        t = self._t
        with ui.element("div").classes("doc__amounts").mark("document-amounts"):
            self._amount(t.t("invoice.sum_net"), detail.net)
            for row in detail.vat_rows:
                name = t.t("invoice.vat_on", rate=t.percent(row.rate), net=t.money(row.net))
                if row.rate == 0:
                    name = t.t("invoice.untaxed", nature=row.nature, net=t.money(row.net))
                self._amount(name, row.vat)
            if detail.stamp_duty:
                self._amount(t.t("invoice.stamp_duty"), detail.stamp_duty)
            self._amount(t.t("invoice.total"), detail.total, strong=True)
            if detail.payable != detail.total:
                self._amount(t.t("invoice.split_payment"), detail.payable - detail.total)
                self._amount(t.t("invoice.payable"), detail.payable, strong=True)

    def _amount(self, name: str, cents: int, *, strong: bool = False) -> None:
        with ui.element("div").classes("doc__amount" + (" doc__amount--strong" if strong else "")):
            ui.label(name)
            ui.label(self._t.money(cents)).classes("num")


def _address(party: Mapping[str, Any]) -> list[str]:
    city = " ".join(part for part in (party["postal_code"], party["city"]) if part)
    province = f" ({party['province']})" if party["province"] else ""
    country = party["country"] if party["country"] != "IT" else ""
    return [line for line in (party["address"], f"{city}{province}".strip(), country) if line]


def _rows(t: Translator, lines: Sequence[InvoiceLineRow]) -> list[dict[str, Any]]:
    """A row for each ticket, with its lines under it."""
    by_ticket: dict[int, list[InvoiceLineRow]] = {}
    for line in lines:
        by_ticket.setdefault(line.ticket_id, []).append(line)
    rows: list[dict[str, Any]] = []
    for ticket_id, its in by_ticket.items():
        net = t.money(sum(line.net for line in its))
        head = {"id": f"t{ticket_id}", "ticket": its[0].ticket_number, "title": its[0].ticket_title}
        rows.append({**head, "path": f"/tickets/{ticket_id}", "net": net})
        rows.extend(_line(t, line) for line in its)
    return rows


def _line(t: Translator, line: InvoiceLineRow) -> dict[str, Any]:
    return {
        "id": line.id,
        "description": line.description or line.service_name,
        "service": line.service_name if line.description else "",
        "time": t.hours(line.minutes),
        "rate": t.t("invoice.rate_of", rate=t.money(line.rate)),
        "vat": line.vat_nature or t.percent(line.vat_rate),
        "net": t.money(line.net),
        "note": t.t("invoice.credited_by", number=line.note_number) if line.note_id is not None else "",
        "note_path": f"/invoices/{line.note_id}",
    }
