"""Undoing one's own changes to lines of a draft, step by step (spec, section 5)."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.proposals.adjust import Adjust, adjust
from domain.actions.proposals.undo_review import UNDO_WITHIN, Undone, undo_review
from domain.errors import PermissionDenied, Refused, Stale
from domain.vocabulary import AuditAction, LineState
from tests.builders import MANAGER, NOW, OPERATOR, OTHER_MANAGER, World

SUSPENDED, NOT_BILLED, BILL = LineState.SUSPENDED, LineState.NOT_BILLED, LineState.BILL


def undo(world: World, proposal_id: int, actor: Actor = MANAGER) -> Undone:
    return world.act(lambda session: undo_review(session, proposal_id, actor=actor))


def _adjust(command: Adjust, session: Session) -> None:
    adjust(session, command, actor=MANAGER)


def decisions(world: World, number: str) -> list[tuple[LineState, str]]:
    return [(line.state, line.reason) for line in world.proposal(number).lines]


def test_lines_that_were_not_alike_go_back_each_to_what_it_was_and_their_tickets_follow(world: World) -> None:
    first, second = world.ticket(60, 30), world.ticket(15)
    proposal = world.proposal_of(first, second)
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids={proposal.lines[0].id}, actor=OTHER_MANAGER)
    world.decide(proposal.number, NOT_BILLED, "omaggio", ticket_ids={first, second})
    assert undo(world, proposal.id).lines == 3
    assert decisions(world, proposal.number) == [(SUSPENDED, "attesa"), (BILL, ""), (BILL, "")]
    assert (world.billing(first), world.billing(second)) == ("proposed", "proposed")


def test_step_by_step_it_goes_back_through_decisions_and_adjustments(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    line = proposal.lines[0]
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids={line.id})
    for minutes, reason in ((45, "concordato"), (30, "sconto")):
        command = Adjust(proposal.id, None, line.id, minutes, line.rate, line.description, reason)
        world.act(partial(_adjust, command))
    seen = []
    for _ in range(3):
        undone = undo(world, proposal.id)
        now = world.proposal(proposal.number).lines[0]
        seen.append((undone.action, now.minutes, now.adjustment_reason, now.state))
    assert seen == [
        (AuditAction.ADJUSTED, 45, "concordato", SUSPENDED),
        (AuditAction.ADJUSTED, 60, "", SUSPENDED),
        (AuditAction.LINES_REVIEWED, 60, "", BILL),
    ]
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo(world, proposal.id)


def test_it_is_refused_where_somebody_decided_since_and_says_who(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    chosen = {proposal.lines[0].id}
    world.decide(proposal.number, SUSPENDED, "attesa", line_ids=chosen)
    later = replace(OTHER_MANAGER, now=NOW + timedelta(minutes=5))
    world.decide(proposal.number, NOT_BILLED, "omaggio", line_ids=chosen, actor=later)
    with pytest.raises(Stale, match="undo_moved") as refused:
        undo(world, proposal.id)
    assert refused.value.params == {"number": proposal.number, "by": "carla", "at": later.now.isoformat()}
    assert decisions(world, proposal.number) == [(NOT_BILLED, "omaggio")]


def test_undo_excludes_actions_of_others_old_ones_and_those_before_a_removed_ticket(world: World) -> None:
    kept, taken = world.ticket(60), world.ticket(30)
    proposal = world.proposal_of(kept, taken)
    world.decide(proposal.number, SUSPENDED, "attesa", ticket_ids={kept})
    late = replace(MANAGER, now=NOW + UNDO_WITHIN + timedelta(seconds=1))
    for actor in (OTHER_MANAGER, late):
        with pytest.raises(Refused, match="nothing_to_undo"):
            undo(world, proposal.id, actor)
    world.remove_from_proposal(proposal.number, taken)
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo(world, proposal.id)
    with pytest.raises(PermissionDenied):
        undo(world, proposal.id, OPERATOR)
    assert decisions(world, proposal.number)[0] == (SUSPENDED, "attesa")
