"""The ledger of a units contract, newest first: what each ticket drew or gave back, by work date (spec, section 6)."""

from typing import Any

from nicegui import ui

from storage.queries.contracts.detail import Balance, DrawRow, count_draws, draw_page
from ui.contracts.columns import ticket
from ui.kit.contract_labels import units_text
from ui.kit.page import PageContext
from ui.kit.paged_table import PagedTable
from ui.kit.table import Column, column, day, instant, text


class ContractLedger:
    """One section of the contract's page."""

    def __init__(self, page: PageContext, contract_id: int, balance: Balance) -> None:
        self._page = page
        self._id = contract_id
        self._balance = balance
        with ui.element("section").classes("stack cp-section"):
            ui.label(page.t("contracts.ledger")).classes("section").props("role=heading aria-level=2")
            self._table = PagedTable(
                page, self._columns(), self._find, area="contracts.column", marker="contract-ledger", none="contracts.ledger_none"
            )

    async def update(self, balance: Balance) -> None:
        """Read the page that is shown again."""
        self._balance = balance
        await self._table.load()

    async def _find(self, start: int, limit: int) -> tuple[list[DrawRow], int]:
        def find(session: Any) -> tuple[list[DrawRow], int]:
            return draw_page(session, self._id, start=start, limit=limit), count_draws(session, self._id)

        return await self._page.read(find)

    def _columns(self) -> list[Column[DrawRow]]:
        def units(t: Any, row: DrawRow) -> dict[str, Any]:
            return {"units": units_text(t, self._balance, row.units), "back": row.units < 0}

        shown = "<span :class=\"{'cp-back': props.row.back}\">{{ props.row.units }}</span>"
        return [
            instant("at"),
            text("actor"),
            ticket(lambda row: (row.ticket_id, row.ticket_number, row.ticket_title)),
            column("entry", lambda t, row: row.entry or t.t("contracts.entry_deleted")),
            day("worked_on"),
            Column("units", units, shown, right=True),
        ]
