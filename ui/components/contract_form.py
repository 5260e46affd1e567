"""The form of a contract, for the pages that show one (spec, section 6)."""

from domain.rules.import_tables import ImportTable
from ui.components.master_sheet import open_record_form
from ui.page import PageContext


async def open_contract_form(page: PageContext, contract_id: int | None, *, field: str = "") -> int | None:
    """Write a new contract, or change one: its id once saved, None where the person thought better of it. Raises NotFound."""
    return await open_record_form(page, ImportTable.CONTRACTS, contract_id, field=field)
