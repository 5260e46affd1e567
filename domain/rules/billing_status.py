"""Billing status: the transition table, and the status that an event sets (spec, section 3)."""

from collections.abc import Collection
from typing import NamedTuple

from domain.vocabulary import BillingEvent, BillingStatus, ContractKind, LineState

Status = BillingStatus | None
"""None stands for *(empty)*: billed through a planning."""

_EVERY: frozenset[Status] = frozenset({*BillingStatus, None})
_OFF_PROPOSAL = _EVERY - {BillingStatus.PROPOSED}
_FROM_LINES: frozenset[Status] = frozenset(BillingStatus) - {BillingStatus.SERVICE_CONTRACT}
_TO_BILL: frozenset[Status] = frozenset({BillingStatus.TO_BILL})
_COVERED: frozenset[Status] = frozenset({BillingStatus.TO_BILL, BillingStatus.SERVICE_CONTRACT})
_LINKABLE = _OFF_PROPOSAL - {BillingStatus.BILLED}

TRANSITIONS: dict[BillingEvent, tuple[frozenset[Status], frozenset[Status]]] = {
    BillingEvent.CONTRACT_LINKED: (_LINKABLE, _COVERED),
    BillingEvent.PLANNING_LINKED: (_LINKABLE, frozenset({None})),
    BillingEvent.UNLINKED: (_LINKABLE, _TO_BILL),
    BillingEvent.PROPOSED: (_TO_BILL, frozenset({BillingStatus.PROPOSED})),
    BillingEvent.REVIEWED: (_FROM_LINES, _FROM_LINES),
    # Also to PROPOSED: another proposal may hold other work of the same ticket.
    BillingEvent.TAKEN_OFF: (_FROM_LINES, _FROM_LINES),
    BillingEvent.PROPOSAL_CANCELLED: (_FROM_LINES, _FROM_LINES),
    BillingEvent.PROPOSAL_INVOICED: (_FROM_LINES, _FROM_LINES),
    # A resumed ticket may show late work or a line that still bills; the remaining work decides.
    BillingEvent.RESUMED: (
        frozenset({BillingStatus.SUSPENDED, BillingStatus.TO_BILL, BillingStatus.PROPOSED}),
        _FROM_LINES - {BillingStatus.SUSPENDED},
    ),
    BillingEvent.LATE_WORK: (
        frozenset({BillingStatus.BILLED, BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED}),
        _TO_BILL,
    ),
    # To PROPOSED or TO_BILL if other work of the ticket is on a proposal, or on none yet.
    BillingEvent.CREDITED: (_EVERY, frozenset({BillingStatus.SUSPENDED, BillingStatus.PROPOSED, BillingStatus.TO_BILL})),
    # A ticket with an overage, and back if the overage ends or its lines decide (spec, section 6).
    BillingEvent.CONTRACT_DRAWN: (_COVERED, _COVERED | _FROM_LINES),
    BillingEvent.SET_BY_HAND: (_EVERY, _OFF_PROPOSAL),
}
"""For each event, the states before and after it. Creation has no state before."""

REASON_REQUIRED: frozenset[Status] = frozenset({BillingStatus.NOT_BILLED, BillingStatus.BILLED, BillingStatus.SUSPENDED})
"""States that need a reason when set by hand."""


def allowed(event: BillingEvent, before: Status, after: Status) -> bool:
    """Whether `event` may take a ticket from `before` to `after`."""
    sources, targets = TRANSITIONS[event]
    return before in sources and after in targets


def status_when_linked(kind: ContractKind | None, *, planned: bool, cover_time_and_materials: bool = False) -> Status:
    """State of a ticket created with, or linked to, a contract of this kind, a planning, or neither.

    A *time and materials* contract leaves it to bill: a rate on what is never billed would mean nothing (spec, section 6);
    `cover_time_and_materials` is the firm's setting that holds to the source's letter instead.
    """
    if planned:
        return None
    covers = kind in (ContractKind.UNITS, ContractKind.FLAT)
    covers = covers or (cover_time_and_materials and kind is ContractKind.TIME_AND_MATERIALS)
    return BillingStatus.SERVICE_CONTRACT if covers else BillingStatus.TO_BILL


class LineView(NamedTuple):
    """A line that still holds entries; `invoiced`: its proposal became an invoice."""

    state: LineState
    invoiced: bool


def status_from_lines(lines: Collection[LineView], *, free_work: bool) -> BillingStatus:
    """State of a ticket that follows from its active lines (spec, section 5).

    `free_work`: it has a time entry on no line that is not goodwill, which must not be forgotten.
    """
    if LineView(LineState.BILL, invoiced=False) in lines:
        return BillingStatus.PROPOSED
    if free_work:
        return BillingStatus.TO_BILL
    states = {line.state for line in lines}
    if LineState.SUSPENDED in states:
        return BillingStatus.SUSPENDED
    if LineState.BILL in states:
        return BillingStatus.BILLED
    if LineState.NOT_BILLED in states:
        return BillingStatus.NOT_BILLED
    return BillingStatus.TO_BILL


LATE_WORK_RETURNS: frozenset[Status] = TRANSITIONS[BillingEvent.LATE_WORK][0]
"""States from which late billable work sets the ticket to TO_BILL at once (spec, section 5)."""


_FIRMNESS = (BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED, BillingStatus.BILLED)


def replaced_decisions(before: Status, after: Status) -> frozenset[BillingStatus]:
    """Earlier decisions on single entries that end when a ticket goes from `before` to `after` by hand.

    The one that is being changed, and those less firm than the new one. So what was billed elsewhere gives way only where
    just that is taken back: neither suspending the ticket for its late work nor linking a contract makes it billable again.
    """
    weaker = _FIRMNESS[: _FIRMNESS.index(after)] if after in _FIRMNESS else _FIRMNESS[:-1]
    return frozenset({*weaker, *(decision for decision in _FIRMNESS if decision is before)})
