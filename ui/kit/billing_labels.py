"""Why a ticket is in its billing state, what it would be billed, and what stands in the way (spec, promise 3)."""

from typing import Any, Final

from domain.rules.eligibility import Objection
from domain.rules.pricing import unit_price
from domain.vocabulary import (
    AuditAction,
    BillingEvent,
    BillingStatus,
    Bucket,
    ContractKind,
    LineState,
    ProposalStatus,
    Refusal,
    TicketStatus,
)
from storage.queries.tickets.detail import EntryRow, HistoryRow, TicketDetail
from storage.queries.tickets.parts import NOTHING, Part
from ui.i18n import Translator
from ui.kit.contract_labels import day_outside

_COVERING: Final = (ContractKind.UNITS, ContractKind.FLAT)


def is_invoiced(entry: EntryRow) -> bool:
    """Whether an invoice bills this entry."""
    return entry.proposal_status is ProposalStatus.INVOICED and entry.line_state is LineState.BILL


def entry_value(detail: TicketDetail, entry: EntryRow) -> int | None:
    """Net of an entry in cents; None where it can't be priced."""
    unpriced = entry.open_minutes and not entry.line_state and unit_price(detail.hourly_rate, entry.service_rate) is None
    return None if entry.open_minutes is None or unpriced else entry.net


def part_of(detail: TicketDetail, bucket: Bucket) -> Part:
    """What of a ticket is in a bucket. Late work may hide suspended work: the ticket's state then is that of the late work."""
    parts = [entry.parts.get(bucket, NOTHING) for entry in detail.entries]
    return Part(sum(part.minutes for part in parts), sum(part.net for part in parts))


def master_data_fix(objection: Objection) -> str:
    """The address of the company, contact or service where a refusal is fixed; empty where that is the ticket itself."""
    kind, params = objection.code, objection.params
    if kind is Refusal.CONTACT_WITHOUT_COMPANY and "contact_id" in params:
        return f"/contacts/{params['contact_id']}?field=company_id"
    if kind is Refusal.NO_RATE and "service_id" in params:
        return f"/services/{params['service_id']}?field=hourly_rate"
    return ""


def last_move(detail: TicketDetail) -> HistoryRow | None:
    """The audit entry that set the billing state, if it was not set at creation."""
    return next((row for row in detail.history if row.action is AuditAction.BILLING_STATUS), None)


def why(text: Translator, detail: TicketDetail) -> str:
    """One sentence: why the ticket is in its billing state."""
    moved = last_move(detail)
    params: dict[str, Any] = {
        "number": (moved.after.get("proposal") if moved else "") or detail.proposal_number,
        "contract": detail.contract,
        "planning": detail.planning,
        "reason": detail.cancellation_reason or "—",
        "by": moved.actor if moved else "",
        "at": text.instant(moved.at) if moved else "",
    }
    sentence = text.t(f"ticket.why.{_why_key(detail, moved)}", **params)
    invoiced = part_of(detail, Bucket.INVOICED).minutes
    if invoiced and detail.billing_status is not BillingStatus.BILLED:
        whole = all(is_invoiced(entry) for entry in detail.entries if entry.open_minutes)
        sentence += " " + text.t(f"ticket.why.{'wholly' if whole else 'partly'}", hours=text.hours(invoiced))
    return sentence


def _why_key(detail: TicketDetail, moved: HistoryRow | None) -> str:
    status = detail.billing_status
    by_hand = moved is not None and moved.after.get("event") == BillingEvent.SET_BY_HAND
    name = status.value if status else "none"
    if by_hand:
        unlinked = "_unlinked" if status is BillingStatus.SERVICE_CONTRACT and detail.contract_id is None else ""
        return f"{name}_by_hand{unlinked}" if status is not None or not detail.planning else "none_by_hand_planned"
    if status is BillingStatus.TO_BILL:
        return _why_to_bill(detail, moved)
    if status is BillingStatus.SERVICE_CONTRACT:
        covering = detail.contract_kind if detail.contract_kind in _COVERING else None
        waits = "_open" if covering is ContractKind.UNITS and detail.status is not TicketStatus.CLOSED else ""
        return f"{name}_{covering}{waits}" if covering and not day_outside(detail) else name
    if status is None:
        return name if detail.planning else "none_unlinked"
    if moved and moved.after.get("event") == BillingEvent.CREDITED:
        return "credited"
    return name if moved and detail.proposal_number else f"{name}_unknown"


_CAUSES_TO_BILL: Final = frozenset({
    BillingEvent.TAKEN_OFF, BillingEvent.PROPOSAL_CANCELLED, BillingEvent.PROPOSAL_INVOICED, BillingEvent.RESUMED,
    BillingEvent.LATE_WORK, BillingEvent.UNLINKED,
})  # fmt: skip


def _why_to_bill(detail: TicketDetail, moved: HistoryRow | None) -> str:
    event = moved.after.get("event") if moved else None
    if event in _CAUSES_TO_BILL:
        return f"to_bill_{event}"
    if detail.drawn:
        return "to_bill_contract_drawn"
    if detail.contract_id is None:
        return "to_bill"
    return "to_bill_contract" if detail.contract_kind is ContractKind.TIME_AND_MATERIALS else "to_bill_linked"
