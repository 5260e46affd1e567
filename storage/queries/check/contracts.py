"""Checks of the contract ledger: nothing is drawn twice, nothing is both drawn and billed (spec, section 6)."""

from typing import Final

# The units that each ticket draws now, by entry; a deleted entry still counts in the ledger.
_DRAWN: Final = """SELECT ticket_id, time_entry_id, contract_id, sum(units) AS units FROM contract_draw
 GROUP BY ticket_id, time_entry_id, contract_id HAVING sum(units) <> 0"""

CONTRACT_RULES: Final[tuple[tuple[str, str], ...]] = (
    (
        "entries that draw other minutes from their contract than it covers",
        f"""SELECT t.number FROM ({_DRAWN}) AS d JOIN ticket t ON t.id = d.ticket_id
        JOIN service_contract c ON c.id = d.contract_id LEFT JOIN time_entry e ON e.id = d.time_entry_id AND e.ticket_id = t.id
        WHERE c.unit <> 'incidents' AND d.units <> coalesce(e.covered_minutes, 0)
        UNION ALL SELECT t.number FROM time_entry e JOIN ticket t ON t.id = e.ticket_id
        LEFT JOIN service_contract c ON c.id = t.contract_id
        WHERE e.covered_minutes > 0 AND coalesce(c.unit, '') <> 'incidents' AND NOT EXISTS (
        SELECT 1 FROM contract_draw d WHERE d.time_entry_id = e.id AND d.ticket_id = t.id AND d.contract_id = c.id)""",  # noqa: S608  constants alone
    ),
    (
        "tickets that draw no incident for what is covered, or one for nothing, or several",
        f"""SELECT t.number FROM ticket t LEFT JOIN (
        SELECT d.ticket_id, sum(d.units) AS units FROM ({_DRAWN}) AS d JOIN service_contract c ON c.id = d.contract_id
        WHERE c.unit = 'incidents' GROUP BY d.ticket_id) AS drawn ON drawn.ticket_id = t.id
        LEFT JOIN service_contract c ON c.id = t.contract_id
        WHERE coalesce(drawn.units, 0) <> CASE WHEN c.unit = 'incidents' AND EXISTS (
        SELECT 1 FROM time_entry e WHERE e.ticket_id = t.id AND e.covered_minutes > 0) THEN 1 ELSE 0 END""",  # noqa: S608  constants alone
    ),
    (
        "incidents drawn by work that is not covered",
        f"""SELECT t.number FROM ({_DRAWN}) AS d JOIN ticket t ON t.id = d.ticket_id
        JOIN service_contract c ON c.id = d.contract_id LEFT JOIN time_entry e ON e.id = d.time_entry_id
        WHERE c.unit = 'incidents' AND coalesce(e.covered_minutes, 0) = 0""",  # noqa: S608  constants alone
    ),
    (
        "tickets that draw from a contract that is not theirs",
        f"""SELECT t.number FROM ({_DRAWN}) AS d JOIN ticket t ON t.id = d.ticket_id
        WHERE t.contract_id IS DISTINCT FROM d.contract_id""",  # noqa: S608  constants alone
    ),
    (
        "tickets whose free work draws and that are not closed, or not marked as drawn",
        """SELECT t.number FROM ticket t JOIN time_entry e ON e.ticket_id = t.id
        WHERE e.covered_minutes > 0 AND e.line_id IS NULL AND (t.status <> 'closed' OR NOT t.drawn)""",
    ),
    (
        "entries covered beyond what is to bill",
        "SELECT code FROM time_entry WHERE covered_minutes NOT BETWEEN 0 AND coalesce(billable_minutes, 0)",
    ),
    (
        "tickets marked as drawn that are not closed under a units contract",
        """SELECT t.number FROM ticket t LEFT JOIN service_contract c ON c.id = t.contract_id
        WHERE t.drawn AND (c.kind = 'units' AND c.unit IS NOT NULL AND t.status = 'closed') IS NOT TRUE""",
    ),
    (
        "covered tickets closed under a units contract that draw nothing from it",
        """SELECT t.number FROM ticket t JOIN service_contract c ON c.id = t.contract_id
        WHERE c.kind = 'units' AND c.unit IS NOT NULL AND t.status = 'closed' AND t.billing_status = 'service_contract'
        AND NOT t.drawn""",
    ),
)
"""A sentence, and the statement that lists its violations."""
