"""Which status a proposal may take, and which state its lines, written out from the spec (section 5)."""

from itertools import product

from domain.rules.proposal_states import CANCELLABLE, LINE_TRANSITIONS, PROPOSAL_TRANSITIONS, LineEvent
from domain.vocabulary import LineState, ProposalStatus

# A letter per status: D draft, S submitted, A approved, I invoiced, X cancelled.
LETTERS = dict(zip("DSAIX", ProposalStatus, strict=True))
NEXT = {"D": "SX", "S": "DAX", "A": "IX", "I": "", "X": ""}
# A letter per state: B to bill, S suspended, N not billed, R released.
STATES = dict(zip("BSNR", LineState, strict=True))
LINES = {
    LineEvent.REVIEWED: ({"D": "BSN"}, "BSN"),
    LineEvent.SET_BY_HAND: ({"D": "BSN", "X": "BSN", "I": "SN"}, "SN"),
    LineEvent.FREED: ({"D": "BSN", "X": "BSN", "I": "SN"}, "R"),
    LineEvent.CREDITED: ({"I": "B"}, "S"),
}


def test_the_table_of_proposals_is_that_of_the_spec() -> None:
    for before, after in product(LETTERS, LETTERS):
        assert (LETTERS[after] in PROPOSAL_TRANSITIONS[LETTERS[before]]) is (after in NEXT[before]), before + after
    assert {LETTERS[letter] for letter in "DSA"} == CANCELLABLE


def test_the_table_of_lines_is_that_of_the_spec() -> None:
    assert LINES.keys() == set(LineEvent)
    for event, (sources, targets) in LINES.items():
        found_sources, found_targets = LINE_TRANSITIONS[event]
        assert found_sources == {(LETTERS[of], STATES[state]) for of, states in sources.items() for state in states}, event
        assert found_targets == {STATES[state] for state in targets}, event


def test_a_released_line_changes_no_more_and_a_proposal_under_approval_keeps_its_lines() -> None:
    for event, (sources, _) in LINE_TRANSITIONS.items():
        assert all(state is not LineState.RELEASED for _, state in sources), event
        assert not {status for status, _ in sources} & {ProposalStatus.SUBMITTED, ProposalStatus.APPROVED}, event
