"""`/invoices`: the list of invoices and credit notes, and the way to invoice what was approved (screens; spec, section 5)."""

from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from domain.actions.invoices.documents import Issued
from domain.vocabulary import InvoiceKind, Permission
from storage.queries.invoices.table import SORTABLE, InvoiceRow, InvoiceTotals, invoice_page, invoice_totals
from storage.queries.invoices.to_issue import approved_ids
from ui.i18n import Translator
from ui.invoices.document import KIND
from ui.invoices.issue_dialog import IssueDialog
from ui.kit.addresses.invoices import View
from ui.kit.filters import chips, company_field, day_field, search
from ui.kit.list_page import Empty, Found, ListPage, OpenList
from ui.kit.page import PageContext
from ui.kit.table import Look, badge, column, day, link, text
from ui.server import live

List = OpenList[View, InvoiceRow]


async def invoices(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("nav.invoices"))
    await INVOICES.open(page)


def _find(session: Any, view: View, start: int, limit: int) -> Found[InvoiceRow]:
    rows = invoice_page(session, view.filter, sort=view.sort, descending=view.descending, start=start, limit=limit)
    totals = invoice_totals(session, view.filter)
    return Found(rows, totals.documents, more=(totals, approved_ids(session)))


def _kind(t: Translator, row: InvoiceRow) -> Look:
    return (*KIND[row.kind], t.t(f"invoice_kind.{row.kind}"), "")


def _about(t: Translator, row: InvoiceRow) -> str:
    if row.credited:
        return t.t("invoices.credited" if row.credited >= row.total else "invoices.partly_credited")
    return t.t("invoices.of", number=row.credits) if row.kind is InvoiceKind.CREDIT_NOTE else ""


def _amount(name: str) -> Any:
    def write(t: Translator, row: InvoiceRow) -> str:
        return t.money(getattr(row, name) * (-1 if row.kind is InvoiceKind.CREDIT_NOTE else 1))

    return column(name, write, right=True, css="strong" if name == "total" else "")


def _sums(opened: List, found: Found[InvoiceRow]) -> str:
    totals: InvoiceTotals = found.more[0]
    sums = {name: opened.t.money(getattr(totals, name)) for name in ("net", "vat", "total")}
    return opened.t.n("invoices.sums", totals.documents, **sums)


class IssueApproved:
    """The button that invoices what was approved, and what came of it."""

    def __init__(self, opened: List) -> None:
        self._list, self._t, self._busy = opened, opened.t, False
        self._button = ui.button("", icon="receipt_long", on_click=self._ask).classes("pushed").mark("issue-open")
        with opened.root, ui.element("div").classes("told line").props("role=status").mark("issued-now") as self._done:
            pass
        self._done.set_visibility(False)
        self._button.set_visibility(False)
        opened.on_show.append(self._show)

    @property
    def _approved(self) -> Sequence[int]:
        return self._list.found.more[1] if self._list.page.visitor.may(Permission.INVOICE) else ()

    def _show(self) -> None:
        self._button.set_visibility(bool(self._approved))
        self._button.set_text(self._t.n("invoices.issue", len(self._approved)))

    async def _ask(self) -> None:
        if self._busy or not self._approved:
            return
        self._busy = True
        try:
            issued = await IssueDialog(self._list.page, self._approved).open()
        finally:
            self._busy = False
        if issued:
            self._say(list(dict.fromkeys(issued)))
            await self._list.refresh()

    def _say(self, issued: Sequence[Issued]) -> None:
        self._done.clear()
        with self._done:
            ui.label(self._t.n("issue.done", len(issued), total=self._t.money(sum(document.total for document in issued))))
            for place, document in enumerate(dict.fromkeys((issued[0], issued[-1]))):
                if place:
                    ui.label("–")
                ui.link(document.number, f"/invoices/{document.id}").mark("issued-link")
        self._done.set_visibility(True)


def _place_issue(opened: List) -> None:
    IssueApproved(opened)


INVOICES: Final = ListPage(
    area="invoices",
    view=View,
    find=_find,
    sortable=SORTABLE,
    opens="/invoices/{}",
    follows=(live.INVOICES, live.PROPOSALS),
    empty=Empty("receipt_long", "/proposals", "proposals"),
    columns=(
        link("number", lambda row: f"/invoices/{row.id}"),
        badge("kind", _kind, note=_about),
        text("company", grow=True),
        day("issued_on"),
        column("due_on", lambda t, row: t.date(row.due_on) if row.kind is InvoiceKind.INVOICE else ""),
        *(_amount(name) for name in ("net", "vat", "total")),
    ),
    tools=(
        chips("kind", ("", *InvoiceKind), lambda t, kind: t.t(f"invoices.kind.{kind or 'all'}"), counted=False),
        company_field("invoices.company"),
        day_field("issued_from", "invoices.issued_from"),
        day_field("issued_to", "invoices.issued_to"),
        search("invoices.search"),
        _place_issue,
    ),
    sums=_sums,
)
