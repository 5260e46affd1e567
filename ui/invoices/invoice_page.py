"""`/invoices/{invoice_id}`: one document, which can't be changed, and the credit note that can correct it (spec, section 5)."""

from nicegui import ui

from domain.vocabulary import InvoiceKind, Permission
from storage.queries.invoices.table import InvoiceDetail, invoice_detail
from storage.queries.proposals.table import usual_reasons
from ui.invoices.credit_dialog import CreditDialog
from ui.invoices.document import InvoiceDocument
from ui.kit.document_history import DocumentHistory
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_table
from ui.server import live


async def invoice(page: PageContext, invoice_id: int) -> None:
    """The page."""
    trail = [("/invoices", page.t("nav.invoices"))]
    page.heading(page.t("invoice.title"), trail=trail)
    root = ui.element("div").classes("inv full").mark("invoice")
    with root:
        skeleton = skeleton_table(14)
    detail = await page.read(lambda session: invoice_detail(session, invoice_id))
    page.heading(detail.number, trail=trail)
    skeleton.delete()
    with root:
        InvoicePage(page, root, detail).build()


class InvoicePage:
    """The screen of one document for one person."""

    def __init__(self, page: PageContext, root: ui.element, detail: InvoiceDetail) -> None:
        self._page = page
        self._t = page.translator
        self._root = root
        self._detail = detail
        self._busy = False
        self._document = InvoiceDocument(page.translator)
        self._refresh = LiveRefresh(root, self._load)

    def build(self) -> None:
        """Place everything, and follow what others do."""
        t, detail = self._t, self._detail
        with ui.element("div").classes("inv__left"):
            with ui.element("div").classes("told line").props("role=status").mark("credited-now") as self._told:
                self._told_text = ui.label("")
                self._told_link = ui.link("", "")
            self._told.set_visibility(False)
            self._document.build(detail)
        with ui.element("div").classes("inv__right stack"):
            with ui.element("section").classes("panel stack"):
                with ui.element("div").classes("line inv__fixed"):
                    ui.icon("lock").props("aria-hidden=true").classes("muted")
                    ui.label(t.t(f"invoice.fixed.{detail.kind}")).classes("grow muted small")
                self._credit = ui.button(t.t("invoice.credit"), icon="undo", on_click=self._ask_credit).props("outline")
                self._credit.classes("full").mark("credit-open")
                self._links = ui.element("div").classes("stack inv__links").mark("links")
            self._history = DocumentHistory(t, t.t("review.history"))
        self._show()
        self._refresh.follow(live.INVOICES, having=lambda ids: detail.id in ids)

    async def _load(self) -> None:
        self._detail = await self._page.read(lambda session: invoice_detail(session, self._detail.id))
        if not self._root.is_deleted:
            self._document.show(self._detail)
            self._show()

    def _show(self) -> None:
        detail = self._detail
        self._credit.set_visibility(bool(detail.creditable) and self._page.visitor.may(Permission.CREDIT))
        self._history.show(detail.history)
        self._links.clear()
        with self._links:
            if detail.notes:
                self._show_notes()
            with ui.element("div"):
                ui.label(self._t.t("invoice.proposals")).classes("muted small")
                for id_, number in detail.proposals.items():
                    ui.link(number, f"/proposals/{id_}").classes("inv__link").mark("from-proposal")

    def _show_notes(self) -> None:
        t, notes = self._t, self._detail.notes
        with ui.element("div").mark("credit-notes"):
            given = sum(note.total for note in notes)
            ui.label(t.t("invoice.notes", given=t.money(given), total=t.money(self._detail.total))).classes("muted small")
            for note in notes:
                with ui.element("div").classes("line line--apart"):
                    ui.link(note.number, f"/invoices/{note.id}")
                    ui.label(f"{t.date(note.issued_on)} · {t.money(note.total)}").classes("small num")

    async def _ask_credit(self) -> None:
        if self._busy or self._detail.kind is not InvoiceKind.INVOICE:
            return
        self._busy = True
        try:
            reasons = await self._page.read(usual_reasons)
            note = await CreditDialog(self._page, self._detail, reasons).open()
        finally:
            self._busy = False
        if note is not None:
            self._told_text.set_text(self._t.t("credit.done", total=self._t.money(note.total)))
            self._told_link.set_text(note.number)
            self._told_link.props["href"] = f"/invoices/{note.id}"
            self._told.set_visibility(True)
            await self._refresh()
