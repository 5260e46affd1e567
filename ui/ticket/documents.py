"""The invoices that bill a ticket, and the credit notes that credit it, as links (screens, Ticket)."""

from nicegui import ui

from storage.queries.tickets.documents import TicketDocument
from ui.i18n import Translator


class TicketDocuments:
    """Hidden while there are none."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._shown: tuple[TicketDocument, ...] = ()
        self._root = ui.element("section").classes("panel stack").mark("ticket-documents")
        self._root.set_visibility(False)

    def update(self, documents: tuple[TicketDocument, ...]) -> None:
        """Show these documents, oldest first."""
        if documents == self._shown:
            return
        self._shown, t = documents, self._t
        self._root.clear()
        self._root.set_visibility(bool(documents))
        with self._root:
            ui.label(t.t("ticket.documents")).classes("section").props("role=heading aria-level=2")
            for one in documents:
                with ui.element("div"):
                    ui.link(one.number, f"/invoices/{one.id}").mark(f"document-{one.id}")
                    about = (t.t(f"invoice_kind.{one.kind}"), t.date(one.issued_on), t.money(one.net))
                    ui.label(" · ".join(about)).classes("muted small num")
