"""The form of a contract, for the pages that show one (spec, section 6)."""

from domain.rules.records.tables import RecordKind
from ui.kit.page import PageContext
from ui.master_data.dialog import open_record_form


async def open_contract_form(page: PageContext, contract_id: int | None, *, field: str = "") -> int | None:
    """Write a new contract, or change one: its id once saved, None where the person thought better of it. Raises NotFound."""
    return await open_record_form(page, RecordKind.CONTRACTS, contract_id, field=field)
