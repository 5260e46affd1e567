"""The tickets under a contract, by state, and what they took of it (spec, section 6)."""

from typing import Final

from nicegui import ui

from domain.vocabulary import TicketStatus
from storage.queries.contracts.detail import ContractDetail, CoveredTicket, covered_tickets
from ui.kit.badges import BILLING, TICKET
from ui.kit.filter_chip import FilterChip
from ui.kit.page import PageContext
from ui.kit.paged_table import TICKET_LINK, PagedTable, Row

_COLUMNS: Final = ("number", "status", "billing", "closed", "minutes", "covered", "value")
_RIGHT: Final = frozenset({"closed", "minutes", "covered", "value"})

# Values reach the markup through Vue's bindings alone; the name of the column is ours.
_CHIP: Final = """<q-td :props="props"><span class="chip" :class="'chip--' + props.row.COLUMN.tone"
 :title="props.row.COLUMN.meaning"><q-icon
 :name="props.row.COLUMN.icon" aria-hidden="true" /><span class="chip__word">{{ props.row.COLUMN.word }}</span></span></q-td>"""


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
            slots = {"number": TICKET_LINK} | {name: _CHIP.replace("COLUMN", name) for name in ("status", "billing")}
            self._table = PagedTable(
                page, [(name, t(f"contracts.column_{name}")) for name in _COLUMNS], self._find, right=_RIGHT, slots=slots,
                marker="contract-tickets", none=t("contracts.tickets_none"),
            )  # fmt: skip

    async def update(self, detail: ContractDetail) -> None:
        """Read the page that is shown again, for the contract as it is now."""
        self._detail = detail
        self._show_counts()
        await self._table.load()

    def _count(self, status: TicketStatus | None) -> FilterChip:
        async def choose() -> None:
            self._status = status
            self._show_counts()
            await self._table.restart()

        words = self._page.t(f"ticket_status.{status}" if status else "contracts.tickets_all")
        return FilterChip(words, choose, f"tickets-{status or 'all'}")

    def _total(self, status: TicketStatus | None) -> int:
        counts = self._detail.tickets
        return counts.get(status, 0) if status else sum(counts.values())

    def _show_counts(self) -> None:
        for status, chip in self._counts.items():
            chip.show(here=status is self._status, count=self._page.translator.number(self._total(status)))

    async def _find(self, start: int, limit: int) -> tuple[list[Row], int]:
        id_, status = self._detail.id, self._status
        rows = await self._page.read(lambda session: covered_tickets(session, id_, status, start=start, limit=limit))
        return [self._row(row) for row in rows], self._total(status)

    def _row(self, row: CoveredTicket) -> Row:
        text = self._page.translator
        tone, icon = TICKET[row.status]
        billing = row.billing_status.value if row.billing_status else "none"
        return {
            "id": row.id,
            "ticket_id": row.id,
            "number": row.number,
            "title": row.title,
            "status": {"tone": tone, "icon": icon, "word": text.t(f"ticket_status.{row.status}")},
            "billing": {
                "tone": billing,
                "icon": BILLING[row.billing_status],
                "word": text.t(f"billing_status.{billing}"),
                "meaning": text.t(f"help.means.billing_status.{billing}"),
            },
            "closed": text.instant(row.closed_at) if row.closed_at else "",
            "minutes": text.hours(row.minutes),
            "covered": text.hours(row.covered) if row.covered else "—",
            "value": text.money(row.value),
        }
