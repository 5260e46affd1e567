"""`/invoices`: the list of invoices and credit notes, and the way to invoice what was approved (screens; spec, section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from nicegui import ui

from domain.actions.invoices.documents import Issued
from domain.vocabulary import InvoiceKind, Permission
from storage.queries.invoices.table import (
    SORTABLE,
    InvoiceFilter,
    InvoiceRow,
    InvoiceTotals,
    invoice_page,
    invoice_totals,
)
from storage.queries.invoices.to_issue import approved_ids
from storage.queries.records.choices import Choice, companies, company_name
from ui.invoices.document import KIND
from ui.invoices.issue_dialog import IssueDialog
from ui.kit.addresses.invoices import View
from ui.kit.date_field import date_field
from ui.kit.empty_state import empty_state, learn_more
from ui.kit.filter_chip import FilterChip
from ui.kit.list_query import date_of
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.refresh import LiveRefresh
from ui.kit.search_field import search_field
from ui.kit.search_select import SearchSelect
from ui.kit.skeleton import skeleton_table
from ui.kit.sorted_table import columns_of, sorted_table
from ui.server import live

ROWS: Final = 50

_COLUMNS: Final = ("number", "kind", "company", "issued_on", "due_on", "net", "vat", "total")
_RIGHT: Final = frozenset({"net", "vat", "total"})

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" tabindex="0" :data-id="props.row.id"
  @click="$event.target.closest('a') || $parent.$emit('opened', props.row.id)"
  @keydown.enter="$event.target.closest('a') || $parent.$emit('opened', props.row.id)">
  <q-td key="number" :props="props"><a :href="props.row.path" tabindex="-1">{{ props.row.number }}</a></q-td>
  <q-td key="kind" :props="props"><div class="inv-kind"><span class="chip" :class="'chip--' + props.row.tone">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.row.icon }}</i>{{ props.row.kind }}</span>
    <span class="small muted">{{ props.row.about }}</span></div></q-td>
  <q-td key="company" :props="props" class="pf-company" :title="props.row.company">{{ props.row.company }}</q-td>
  <q-td key="issued_on" :props="props">{{ props.row.issued_on }}</q-td>
  <q-td key="due_on" :props="props">{{ props.row.due_on }}</q-td>
  <q-td key="net" :props="props">{{ props.row.net }}</q-td>
  <q-td key="vat" :props="props">{{ props.row.vat }}</q-td>
  <q-td key="total" :props="props" class="strong">{{ props.row.total }}</q-td>
</q-tr>
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, what all that match come to, and the approved proposals that wait."""

    rows: list[InvoiceRow]
    totals: InvoiceTotals
    approved: list[int]


async def invoices(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("nav.invoices"))
    await InvoiceList(page, View.of_query(page.query)).build()


class InvoiceList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view
        self._busy = False
        self._approved: Sequence[int] = ()

    async def build(self) -> None:
        """Frame first, rows right after."""
        company_id = self._view.filter.company_id
        name = await self._page.read(lambda session: company_name(session, company_id)) if company_id else ""
        with ui.element("div").classes("pf full").mark("invoices") as self._root:
            with ui.element("div").classes("pf-tools full"):
                self._filters(Choice(company_id, name) if company_id and name else None)
            self._told = ui.element("div").classes("told line").props("role=status").mark("issued-now")
            self._told.set_visibility(False)
            self._skeleton = skeleton_table(14)
            self._place_table()
            self._none = ui.element("div").mark("nothing")
            with ui.element("div").classes("inv-foot full") as self._foot:
                self._sums = ui.label("").classes("small num").mark("sums")
                with ui.element("div").classes("grow"):
                    self._pager = Pager(self._t, ROWS, lambda page: self._look(page=str(page)))
                    self._pager.build()
            self._foot.set_visibility(False)
        self._refresh = LiveRefresh(self._root, self._load)
        await self._refresh()
        self._skeleton.delete()
        self._refresh.follow(live.INVOICES, live.PROPOSALS)

    async def _load(self) -> None:
        view = self._view
        found = await self._page.read(lambda session: _find(session, view))
        last = self._pager.last_page(found.totals.documents)
        if view.number > last:
            self._view = replace(view, page=str(last))
            await self._load()
        elif not self._root.is_deleted:
            self._show(found)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(self._view.address)
        await self._refresh()

    def _show(self, found: Found) -> None:
        t = self._t
        rows = [self._row(row) for row in found.rows]
        if rows != self._table.rows:
            self._table.rows = rows
        for element in (self._table, self._foot):
            element.set_visibility(bool(rows))
        for name, chip in self._chips.items():
            chip.show(here=name == self._view.kind)
        self._pager.show(self._view.number, len(rows), found.totals.documents)
        sums = {name: t.money(getattr(found.totals, name)) for name in ("net", "vat", "total")}
        self._sums.set_text(t.n("invoices.sums", found.totals.documents, **sums))
        self._approved = found.approved
        self._issue.set_visibility(bool(found.approved) and self._page.visitor.may(Permission.INVOICE))
        self._issue.set_text(t.n("invoices.issue", len(found.approved)))
        self._show_nothing(nothing=not rows, narrowed=self._view.filter != InvoiceFilter())

    def _show_nothing(self, *, nothing: bool, narrowed: bool) -> None:
        self._none.clear()
        if not nothing:
            return
        key, icon = ("invoices.none", "search_off") if narrowed else ("invoices.empty", "receipt_long")
        with self._none, empty_state(icon, self._t.t(key), self._t.t(f"{key}_text")).mark(key):
            go = (lambda: self._page.go("/invoices")) if narrowed else (lambda: self._page.go("/proposals"))
            ui.button(self._t.t(f"{key}_go"), on_click=go).props("outline").mark("nothing-go")
            if not narrowed:
                learn_more(self._t, "proposals")

    def _filters(self, company: Choice | None) -> None:
        t, view = self._t, self._view
        self._chips = {name: self._chip(name) for name in ("", *InvoiceKind)}
        self._company = SearchSelect(
            self._page, t.t("invoices.company"), lambda text: lambda session: companies(session, text),
            chosen=company, on_change=lambda: self._look(company=str(self._company.value or "")),
        )  # fmt: skip
        self._company.element.classes("tickets__company", remove="full").mark("company")
        for name in ("issued_from", "issued_to"):

            async def dated(day: date | None, name: str = name) -> None:
                await self._look(**{name: day.isoformat() if day else ""})

            value = date_of(getattr(view, name))
            date_field(t, t.t(f"invoices.{name}"), value, dated).classes("tickets__date").mark(name)
        search_field(t.t("invoices.search"), view.search, lambda text: self._look(search=text)).classes("inv-search grow")
        self._issue = ui.button("", icon="receipt_long", on_click=self._ask_issue).mark("issue-open")
        self._issue.set_visibility(False)

    def _chip(self, name: str) -> FilterChip:
        words = self._t.t(f"invoices.kind.{name or 'all'}")
        return FilterChip(words, lambda: self._look(kind=name), f"chip-{name or 'all'}", counted=False)

    def _place_table(self) -> None:
        columns = columns_of(_COLUMNS, lambda name: self._t.t(f"invoices.{name}"), SORTABLE, _RIGHT)
        order = (self._view.sort, self._view.order != "asc")
        self._table = sorted_table(columns, _BODY, order=order, on_sort=self._sort, on_open=self._open)
        self._table.classes("pf-table").mark("invoices-table")

    async def _sort(self, field: str, descending: bool) -> None:
        await self._look(sort=field, order="desc" if descending else "asc")

    def _open(self, invoice_id: int) -> None:
        self._page.go(f"/invoices/{invoice_id}")

    async def _ask_issue(self) -> None:
        if self._busy or not self._approved:
            return
        self._busy = True
        try:
            issued = await IssueDialog(self._page, self._approved).open()
        finally:
            self._busy = False
        if issued:
            self._tell(list(dict.fromkeys(issued)))
            await self._refresh()

    def _tell(self, issued: Sequence[Issued]) -> None:
        total = self._t.money(sum(document.total for document in issued))
        self._told.clear()
        with self._told:
            ui.label(self._t.n("issue.done", len(issued), total=total))
            ui.link(issued[0].number, f"/invoices/{issued[0].id}").mark("issued-link")
            if len(issued) > 1:
                ui.label("–")
                ui.link(issued[-1].number, f"/invoices/{issued[-1].id}").mark("issued-link")
        self._told.set_visibility(True)

    def _row(self, row: InvoiceRow) -> dict[str, Any]:
        t = self._t
        tone, icon = KIND[row.kind]
        note = row.kind is InvoiceKind.CREDIT_NOTE
        sign = -1 if note else 1
        about = t.t("invoices.of", number=row.credits) if note else ""
        if row.credited:
            about = t.t("invoices.credited" if row.credited >= row.total else "invoices.partly_credited")
        return {
            "id": row.id,
            "path": f"/invoices/{row.id}",
            "number": row.number,
            "tone": tone,
            "icon": icon,
            "kind": t.t(f"invoice_kind.{row.kind}"),
            "about": about,
            "company": row.company,
            "issued_on": t.date(row.issued_on),
            "due_on": "" if note else t.date(row.due_on),
            **{name: t.money(sign * getattr(row, name)) for name in ("net", "vat", "total")},
        }


def _find(session: Any, view: View) -> Found:
    start = (view.number - 1) * ROWS
    rows = invoice_page(session, view.filter, sort=view.sort, descending=view.order != "asc", start=start, limit=ROWS)
    return Found(rows, invoice_totals(session, view.filter), approved_ids(session))
