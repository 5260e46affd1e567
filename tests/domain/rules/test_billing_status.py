"""Billing states: which change is allowed at all, and which state follows from lines (spec, sections 3 and 5)."""

from itertools import chain, combinations, product

import pytest

from domain.rules.billing_status import (
    LATE_WORK_RETURNS,
    REASON_REQUIRED,
    LineView,
    Status,
    allowed,
    replaced_decisions,
    status_from_lines,
    status_when_linked,
)
from domain.vocabulary import BillingEvent, BillingStatus, ContractKind, LineState

# The spec's table, written out: a letter per state. B to bill, C service contract, N not billed, F billed (fatturato),
# S suspended, P proposed, - the empty state of a planning.
LETTERS: dict[str, Status] = {
    "B": BillingStatus.TO_BILL,
    "C": BillingStatus.SERVICE_CONTRACT,
    "N": BillingStatus.NOT_BILLED,
    "F": BillingStatus.BILLED,
    "S": BillingStatus.SUSPENDED,
    "P": BillingStatus.PROPOSED,
    "-": None,
}
TABLE = {
    BillingEvent.CONTRACT_LINKED: ("BCNS-", "BC"),
    BillingEvent.PLANNING_LINKED: ("BCNS-", "-"),
    BillingEvent.UNLINKED: ("BCNS-", "B"),
    BillingEvent.PROPOSED: ("B", "P"),
    BillingEvent.REVIEWED: ("BNFSP", "BNFSP"),
    # Another proposal may hold other work of the same ticket: then it stays proposed.
    BillingEvent.TAKEN_OFF: ("BNFSP", "BNFSP"),
    BillingEvent.PROPOSAL_CANCELLED: ("BNFSP", "BNFSP"),
    BillingEvent.PROPOSAL_INVOICED: ("BNFSP", "BNFSP"),
    # Late work hides that a ticket is suspended, and another line of it may still bill.
    BillingEvent.RESUMED: ("BSP", "BNFP"),
    BillingEvent.LATE_WORK: ("FSN", "B"),
    # Other work of the ticket may be on a proposal, or on none yet.
    BillingEvent.CREDITED: ("BCNFSP-", "BSP"),
    BillingEvent.CONTRACT_DRAWN: ("BC", "BCNFSP"),
    BillingEvent.SET_BY_HAND: ("BCNFSP-", "BCNFS-"),
}


def test_every_event_but_creation_has_its_transitions() -> None:
    assert set(TABLE) == set(BillingEvent) - {BillingEvent.CREATED}


@pytest.mark.parametrize("event", TABLE)
def test_an_event_leads_exactly_where_the_table_says(event: BillingEvent) -> None:
    sources, targets = TABLE[event]
    found = {b + a for b, a in product(LETTERS, repeat=2) if allowed(event, LETTERS[b], LETTERS[a])}
    assert found == {b + a for b, a in product(sources, targets)}


def test_no_hand_gives_the_state_of_a_proposal() -> None:
    assert not any(allowed(BillingEvent.SET_BY_HAND, before, BillingStatus.PROPOSED) for before in LETTERS.values())


def test_a_person_gives_a_reason_where_work_will_not_be_billed_from_here() -> None:
    assert {LETTERS[letter] for letter in "NFS"} == REASON_REQUIRED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (None, BillingStatus.TO_BILL),
        (ContractKind.TIME_AND_MATERIALS, BillingStatus.TO_BILL),
        (ContractKind.UNITS, BillingStatus.SERVICE_CONTRACT),
        (ContractKind.FLAT, BillingStatus.SERVICE_CONTRACT),
    ],
)
def test_a_contract_decides_the_first_state(kind: ContractKind | None, expected: BillingStatus) -> None:
    assert status_when_linked(kind, planned=False) is expected


def test_a_planned_ticket_has_no_state() -> None:
    assert status_when_linked(None, planned=True) is None


@pytest.mark.parametrize("letter", LETTERS)
def test_late_work_brings_back_what_was_decided_and_nothing_else(letter: str) -> None:
    assert (LETTERS[letter] in LATE_WORK_RETURNS) is (letter in "FSN")


LIVE = LineView(LineState.BILL, invoiced=False)
INVOICED = LineView(LineState.BILL, invoiced=True)
SUSPENDED = LineView(LineState.SUSPENDED, invoiced=False)
NOT_BILLED = LineView(LineState.NOT_BILLED, invoiced=False)
LEFT_SUSPENDED = LineView(LineState.SUSPENDED, invoiced=True)
LEFT_NOT_BILLED = LineView(LineState.NOT_BILLED, invoiced=True)
KINDS = (LIVE, INVOICED, SUSPENDED, NOT_BILLED, LEFT_SUSPENDED, LEFT_NOT_BILLED)


def expected_state(lines: tuple[LineView, ...], *, free_work: bool) -> BillingStatus:
    """The precedence of the spec: still to bill, then work on no line, then suspended, then billed, then not billed."""
    ladder = [
        (LIVE in lines, BillingStatus.PROPOSED),
        (free_work, BillingStatus.TO_BILL),
        (SUSPENDED in lines or LEFT_SUSPENDED in lines, BillingStatus.SUSPENDED),
        (INVOICED in lines, BillingStatus.BILLED),
        (NOT_BILLED in lines or LEFT_NOT_BILLED in lines, BillingStatus.NOT_BILLED),
    ]
    return next((state for holds, state in ladder if holds), BillingStatus.TO_BILL)


@pytest.mark.parametrize("free_work", [False, True])
def test_the_state_of_a_ticket_follows_from_its_lines_in_the_order_of_the_spec(free_work: bool) -> None:
    subsets = list(chain.from_iterable(combinations(KINDS, size) for size in range(len(KINDS) + 1)))
    assert len(subsets) == 64
    for lines in subsets:
        assert status_from_lines(list(lines), free_work=free_work) is expected_state(lines, free_work=free_work)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([LIVE, SUSPENDED, NOT_BILLED], BillingStatus.PROPOSED),
        ([SUSPENDED, NOT_BILLED], BillingStatus.SUSPENDED),
        ([NOT_BILLED], BillingStatus.NOT_BILLED),
        ([INVOICED, LEFT_SUSPENDED], BillingStatus.SUSPENDED),
        ([INVOICED, LEFT_NOT_BILLED], BillingStatus.BILLED),
        ([INVOICED, LIVE], BillingStatus.PROPOSED),
        ([], BillingStatus.TO_BILL),
    ],
)
def test_the_sentences_of_the_spec_hold(lines: list[LineView], state: BillingStatus) -> None:
    assert status_from_lines(lines, free_work=False) is state


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        ("B", "S", ""), ("S", "S", "S"), ("N", "S", "N"), ("F", "S", "F"),
        ("B", "N", "S"), ("S", "N", "S"), ("F", "N", "SF"),
        ("B", "F", "SN"), ("P", "F", "SN"), ("F", "F", "SNF"),
        ("B", "B", "SN"), ("S", "B", "SN"), ("F", "B", "SNF"), ("B", "C", "SN"), ("S", "-", "SN"),
    ],
)  # fmt: skip
def test_what_was_billed_elsewhere_gives_way_only_where_just_that_is_taken_back(before: str, after: str, replaced: str) -> None:
    assert replaced_decisions(LETTERS[before], LETTERS[after]) == {LETTERS[letter] for letter in replaced}
