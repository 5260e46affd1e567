"""Status of a proposal and state of its lines: the transition tables (spec, section 5)."""

from collections.abc import Iterator
from enum import StrEnum

from domain.vocabulary import LineState, ProposalStatus

PROPOSAL_TRANSITIONS: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.DRAFT: frozenset({ProposalStatus.SUBMITTED, ProposalStatus.CANCELLED}),
    ProposalStatus.SUBMITTED: frozenset({ProposalStatus.DRAFT, ProposalStatus.APPROVED, ProposalStatus.CANCELLED}),
    ProposalStatus.APPROVED: frozenset({ProposalStatus.INVOICED, ProposalStatus.CANCELLED}),
    ProposalStatus.INVOICED: frozenset(),
    ProposalStatus.CANCELLED: frozenset(),
}
"""For each status: the next ones. A new proposal is DRAFT."""

CANCELLABLE = frozenset(before for before, after in PROPOSAL_TRANSITIONS.items() if ProposalStatus.CANCELLED in after)


class LineEvent(StrEnum):
    """What changes the state of lines."""

    REVIEWED = "reviewed"
    SET_BY_HAND = "set_by_hand"
    FREED = "freed"
    CREDITED = "credited"


Source = tuple[ProposalStatus, LineState]
"""A line can change its state from here: the status of its proposal, and its own state."""

_KEPT = frozenset({LineState.SUSPENDED, LineState.NOT_BILLED})
_ACTIVE = _KEPT | {LineState.BILL}


def _sources(states: dict[ProposalStatus, frozenset[LineState]]) -> Iterator[Source]:
    return ((status, state) for status, its in states.items() for state in its)


_IN_REVIEW = frozenset(_sources({ProposalStatus.DRAFT: _ACTIVE}))
# On an invoiced proposal the lines to bill are on its invoice: only a credit note changes these.
_NOT_INVOICED = frozenset(
    _sources({ProposalStatus.DRAFT: _ACTIVE, ProposalStatus.CANCELLED: _ACTIVE, ProposalStatus.INVOICED: _KEPT})
)

LINE_TRANSITIONS: dict[LineEvent, tuple[frozenset[Source], frozenset[LineState]]] = {
    LineEvent.REVIEWED: (_IN_REVIEW, _ACTIVE),
    LineEvent.SET_BY_HAND: (_NOT_INVOICED, _KEPT),
    LineEvent.FREED: (_NOT_INVOICED, frozenset({LineState.RELEASED})),
    LineEvent.CREDITED: (frozenset({(ProposalStatus.INVOICED, LineState.BILL)}), frozenset({LineState.SUSPENDED})),
}
"""For each event: from where it may change a line, and to which states. A new line is BILL; a RELEASED one changes no more."""
