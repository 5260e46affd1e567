"""Preferences are stored per user."""

import pytest
from sqlmodel import Session, select

from domain.actions.core.acting import Actor
from domain.actions.people.preferences import set_preference
from domain.errors import InvalidInput, PermissionDenied
from domain.model import User
from storage.queries.people.preferences import preference
from tests.builders import MANAGER, NOW, OPERATOR, World


def keep(world: World, actor: Actor, value: object) -> None:
    world.act(lambda session: set_preference(session, "tour", value, actor=actor))


def kept(world: World, actor: Actor) -> object:
    def find(session: Session) -> object:
        return preference(session, session.exec(select(User.id).where(User.name == actor.name)).one() or 0, "tour")

    return world.read(find)


def test_the_last_choice_holds_for_who_made_it_and_for_nobody_else(world: World) -> None:
    keep(world, MANAGER, 2)
    keep(world, MANAGER, {"step": [1, "è"]})
    assert kept(world, MANAGER) == {"step": [1, "è"]}
    assert kept(world, OPERATOR) is None


def test_a_stranger_and_too_much_are_refused(world: World) -> None:
    with pytest.raises(PermissionDenied):
        keep(world, Actor("nobody", NOW), 1)
    with pytest.raises(InvalidInput, match="too_long"):
        keep(world, MANAGER, "x" * 9_000)
