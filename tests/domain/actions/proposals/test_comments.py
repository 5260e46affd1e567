"""Comments on a proposal, their notifications, and changes since the last visit."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from domain.actions.core.acting import Actor
from domain.actions.proposals.adjust import split
from domain.actions.proposals.comments import AddComment, add_comment
from domain.actions.proposals.visits import remember_visit
from domain.errors import InvalidInput, NotFound, PermissionDenied
from domain.vocabulary import LineState
from storage.queries.proposals.comments import CommentRow, comments_of, news_since
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, NOW, OPERATOR, OTHER_MANAGER, World


def say(world: World, proposal_id: int, body: str, line_id: int | None = None, actor: Actor = MANAGER) -> int:
    return world.act(lambda session: add_comment(session, AddComment(proposal_id, body, line_id), actor=actor))


def told(world: World) -> list[str]:
    statement = "SELECT u.name FROM notice n JOIN user_account u ON u.id = n.user_id WHERE n.kind = 'commented' ORDER BY n.id"
    return [row[0] for row in world.rows(statement)]


def test_participants_are_notified_but_not_of_their_own_comments(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    say(world, proposal.id, "Quante ore?")
    assert told(world) == []
    say(world, proposal.id, " Due, confermate ", proposal.lines[0].id, actor=LEAD)
    say(world, proposal.id, "Bene", actor=OTHER_MANAGER)
    assert told(world) == ["mario", "mario", "lucia"]
    said = world.read(lambda session: comments_of(session, proposal.id))
    assert [(row.author, row.body, row.line_id) for row in said] == [
        ("carla", "Bene", None),
        ("lucia", "Due, confermate", proposal.lines[0].id),
        ("mario", "Quante ore?", None),
    ]
    assert world.proposal(proposal.number).version == proposal.version


def test_only_those_who_review_speak_and_only_about_what_there_is(world: World) -> None:
    proposal, other = world.proposal_of(world.ticket(60)), world.proposal_of(world.ticket(60))
    with pytest.raises(PermissionDenied):
        say(world, proposal.id, "ciao", actor=OPERATOR)
    with pytest.raises(NotFound, match="no_lines"):
        say(world, proposal.id, "ciao", other.lines[0].id)
    with pytest.raises(NotFound, match="unknown_proposal"):
        say(world, 999, "ciao")
    for body in ("  ", "x" * 2001, "a\x00b"):
        with pytest.raises(InvalidInput):
            say(world, proposal.id, body)
    assert world.count("proposal_comment") == 0


def test_what_was_said_about_a_line_stays_with_the_first_of_those_that_it_is_split_into(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60, 30), group_entries=True)
    say(world, proposal.id, "due giornate", proposal.lines[0].id)
    world.act(lambda session: split(session, proposal.id, None, proposal.lines[0].id, actor=MANAGER).version)
    [said] = world.read(lambda session: comments_of(session, proposal.id))
    assert said.line_id == world.proposal(proposal.number).lines[0].id


def test_what_is_new_is_what_others_did_since_the_last_visit(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    [(lead_id,)] = world.rows("SELECT id FROM user_account WHERE name = 'lucia'")
    assert world.read(lambda session: news_since(session, proposal.id, lead_id, "lucia")) is None
    newest = world.rows("SELECT max(id) FROM audit_entry")[0][0]
    world.act(lambda session: remember_visit(session, proposal.id, newest, actor=LEAD))
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", line_ids={proposal.lines[0].id}, actor=LEAD)
    later = replace(MANAGER, now=NOW + timedelta(hours=1))
    world.decide(proposal.number, LineState.BILL, line_ids={proposal.lines[0].id}, actor=later)
    say(world, proposal.id, "Sistemata", actor=later)
    news = world.read(lambda session: news_since(session, proposal.id, lead_id, "lucia"))
    assert news is not None
    assert [row.actor for row in news.entries] == ["mario"]
    assert [row.body for row in news.comments] == ["Sistemata"]
    assert (news.count, news.lines, isinstance(news.comments[0], CommentRow)) == (2, {proposal.lines[0].id}, True)


def test_an_older_page_does_not_take_a_visit_back(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    for seen, hour in ((9, 2), (5, 1)):
        actor = replace(ADMINISTRATOR, now=NOW + timedelta(hours=hour))
        world.act(partial(remember_visit, proposal_id=proposal.id, seen_entry=seen, actor=actor))
    assert world.rows("SELECT seen_entry FROM proposal_visit") == [(9,)]
