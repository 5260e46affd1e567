"""A reason dialog stored by the browser reopens only for lines of its proposal."""

import pytest

from domain.vocabulary import LineState
from storage.database import Database
from tests.builders import World
from ui.review.actions import Draft
from ui.review.state import ReviewState


@pytest.fixture
def state(database: Database) -> ReviewState:
    world = World(database)
    return ReviewState(world.proposal_of(world.ticket(30, 60), world.ticket(15)))


def test_the_decision_and_its_lines_survive(state: ReviewState) -> None:
    lines = state.detail.lines[:2]
    assert Draft.parse(str(Draft(LineState.NOT_BILLED, lines)), state) == (LineState.NOT_BILLED, lines)


def test_lines_that_are_not_here_are_left_out(state: ReviewState) -> None:
    first = state.detail.lines[0]
    assert Draft.parse(f"suspended:{first.id},999999,-1,x,", state) == (LineState.SUSPENDED, (first,))


@pytest.mark.parametrize(
    "kept", ["", ":", "suspended", "suspended:999999", "bill:1", "released:1", "__class__:1", "suspended:²", "9" * 99]
)
def test_what_nobody_asked_opens_nothing(state: ReviewState, kept: str) -> None:
    assert Draft.parse(kept, state) is None
