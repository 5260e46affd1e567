"""What belongs to a company: its tickets, contacts, contracts and plannings, as links (spec, section 1)."""

from collections.abc import Sequence

from nicegui import ui

from storage.queries.records.records import BillableTickets, Related
from ui.kit.addresses.tickets import View
from ui.kit.page import PageContext
from ui.master_data.labels import path_of
from ui.master_data.rows import to_bill_path


class RelatedLists:
    """The lists beside the form of a company."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._shown: object = None
        self._panel = ui.element("div").classes("panel stack md-related").mark("related")

    def update(self, company_id: int, related: Sequence[Related], worth: BillableTickets) -> None:
        """Show them; where they are the same, nothing moves."""
        if self._shown == (related, worth):
            return
        self._shown = (related, worth)
        self._panel.clear()
        with self._panel:
            self._tickets(company_id, worth)
            for each in related:
                self._list(company_id, each)

    def _tickets(self, company_id: int, worth: BillableTickets) -> None:
        text = self._page.translator
        with ui.element("section").classes("md-related__list"):
            with ui.element("div").classes("line line--apart"):
                ui.label(text.t("field.tickets")).classes("strong")
                ui.link(text.t("master_data.all"), View(company=str(company_id)).address).classes("small").mark("all-tickets")
            if worth.tickets:
                words = text.n("master_data.to_bill", worth.tickets, value=text.money(worth.value))
                ui.link(words, to_bill_path(company_id)).mark("tickets-to-bill")
            else:
                ui.label(text.t("master_data.nothing_to_bill")).classes("muted")

    def _list(self, company_id: int, related: Related) -> None:
        text, table = self._page.translator, related.table
        with ui.element("section").classes("md-related__list").mark(f"related-{table.value}"):
            with ui.element("div").classes("line line--apart"):
                ui.label(text.t(f"master_data.{table.value}.title")).classes("strong")
                if related.total:
                    words = text.t("master_data.all_of", count=text.number(related.total))
                    ui.link(words, f"/{table.value}?company={company_id}").classes("small")
            for row in related.rows:
                ui.link(row.values["name"], path_of(table, row.id)).classes("clip")
            if not related.total:
                ui.label(text.t("master_data.none_of_company")).classes("muted")
