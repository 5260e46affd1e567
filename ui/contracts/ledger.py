"""The ledger of a units contract, newest first: what each ticket drew or gave back, by work date (spec, section 6)."""

from typing import Any, Final

from nicegui import ui

from storage.queries.contracts.detail import Balance, DrawRow, count_draws, draw_page
from ui.kit.contract_labels import units_text
from ui.kit.page import PageContext
from ui.kit.paged_table import TICKET_LINK, PagedTable, Row

_COLUMNS: Final = ("at", "actor", "number", "entry", "worked_on", "units")
_UNITS: Final = """<q-td :props="props"><span :class="{'cp-back': props.row.back}">{{ props.row.units }}</span></q-td>"""


class ContractLedger:
    """One section of the contract's page."""

    def __init__(self, page: PageContext, contract_id: int, balance: Balance) -> None:
        self._page = page
        self._id = contract_id
        self._balance = balance
        t = page.t
        with ui.element("section").classes("stack cp-section"):
            ui.label(t("contracts.ledger")).classes("section").props("role=heading aria-level=2")
            self._table = PagedTable(
                page, [(name, t(f"contracts.column_{name}")) for name in _COLUMNS], self._find, right=frozenset({"units"}),
                slots={"number": TICKET_LINK, "units": _UNITS}, marker="contract-ledger", none=t("contracts.ledger_none"),
            )  # fmt: skip

    async def update(self, balance: Balance) -> None:
        """Read the page that is shown again."""
        self._balance = balance
        await self._table.load()

    async def _find(self, start: int, limit: int) -> tuple[list[Row], int]:
        def find(session: Any) -> tuple[list[DrawRow], int]:
            return draw_page(session, self._id, start=start, limit=limit), count_draws(session, self._id)

        rows, total = await self._page.read(find)
        return [self._row(row) for row in rows], total

    def _row(self, row: DrawRow) -> Row:
        text = self._page.translator
        return {
            "id": row.id,
            "ticket_id": row.ticket_id,
            "number": row.ticket_number,
            "title": row.ticket_title,
            "at": text.instant(row.at),
            "actor": row.actor,
            "entry": row.entry or text.t("contracts.entry_deleted"),
            "worked_on": text.date(row.worked_on),
            "units": units_text(text, self._balance, row.units),
            "back": row.units < 0,
        }
