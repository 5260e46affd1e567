"""The tickets under a contract, by state, and what they took of it (spec, section 6)."""

from typing import Final

from nicegui import ui

from domain.vocabulary import TicketStatus
from storage.queries.contracts.detail import ContractDetail, CoveredTicket, covered_tickets
from ui.contracts.columns import ticket
from ui.i18n import Translator
from ui.kit.badges import BILLING, TICKET
from ui.kit.filter_chip import FilterChip
from ui.kit.page import PageContext
from ui.kit.paged_table import PagedTable
from ui.kit.table import Column, Look, badge, column, duration, money


def _status(t: Translator, row: CoveredTicket) -> Look:
    return *TICKET[row.status], t.t(f"ticket_status.{row.status}"), ""


def _billing(t: Translator, row: CoveredTicket) -> Look:
    name = row.billing_status.value if row.billing_status else "none"
    return name, BILLING[row.billing_status], t.t(f"billing_status.{name}"), t.t(f"help.means.billing_status.{name}")


_COLUMNS: Final[tuple[Column[CoveredTicket], ...]] = (
    ticket(lambda row: (row.id, row.number, row.title)),
    badge("status", _status),
    badge("billing", _billing),
    column("closed", lambda t, row: t.instant(row.closed_at) if row.closed_at else "", right=True),
    duration("minutes"),
    column("covered", lambda t, row: t.hours(row.covered) if row.covered else "—", right=True),
    money("value"),
)


class ContractTickets:
    """One section of the contract's page."""

    def __init__(self, page: PageContext, detail: ContractDetail) -> None:
        self._page = page
        self._detail = detail
        self._status: TicketStatus | None = None
        t = page.t
        with ui.element("section").classes("stack cp-section"):
            with ui.element("div").classes("line"):
                ui.label(t("contracts.tickets")).classes("section").props("role=heading aria-level=2")
                self._counts = {status: self._count(status) for status in (None, *TicketStatus)}
            self._table = PagedTable(
                page, _COLUMNS, self._find, area="contracts.column", marker="contract-tickets", none="contracts.tickets_none"
            )

    async def update(self, detail: ContractDetail) -> None:
        """Read the page that is shown again, for the contract as it is now."""
        self._detail = detail
        self._show_counts()
        await self._table.load()

    def _count(self, status: TicketStatus | None) -> FilterChip:
        async def choose() -> None:
            self._status = status
            self._show_counts()
            await self._table.turn(1)

        words = self._page.t(f"ticket_status.{status}" if status else "contracts.tickets_all")
        return FilterChip(words, choose, f"tickets-{status or 'all'}")

    def _total(self, status: TicketStatus | None) -> int:
        counts = self._detail.tickets
        return counts.get(status, 0) if status else sum(counts.values())

    def _show_counts(self) -> None:
        for status, chip in self._counts.items():
            chip.show(here=status is self._status, count=self._page.translator.number(self._total(status)))

    async def _find(self, start: int, limit: int) -> tuple[list[CoveredTicket], int]:
        id_, status = self._detail.id, self._status
        rows = await self._page.read(lambda session: covered_tickets(session, id_, status, start=start, limit=limit))
        return rows, self._total(status)
