"""Who acts keeps their role until they are done, and an administrator always remains, whoever acts at the same moment."""

import threading
from functools import partial

import pytest
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.people.people import AddUser, ChangeUser, add_user, change_user
from domain.errors import Refused
from domain.model.people import SYSTEM_USER
from domain.vocabulary import Permission, Role
from tests.builders import ADMINISTRATOR, MANAGER, NOW, World
from tests.support.racing import race_threads

RACES = 30
SYSTEM = Actor(SYSTEM_USER, NOW)


def ending(world: World, name: str, actor: Actor) -> None:
    """End a person's access."""
    world.act(lambda session: change_user(session, ChangeUser(name, Role.ADMINISTRATOR, active=False), actor=actor))


def test_of_two_administrators_who_end_each_others_access_at_once_one_remains(world: World) -> None:
    for number in range(RACES):
        names = (f"prima{number}", f"seconda{number}")
        for name in names:
            world.act(partial(add_user, command=AddUser(name, Role.ADMINISTRATOR), actor=SYSTEM))
        one, other = names
        outcomes = race_threads([
            partial(ending, world, other, Actor(one, NOW)), partial(ending, world, one, Actor(other, NOW)),
        ])  # fmt: skip
        assert sorted(outcome.refusal for outcome in outcomes) == ["", "unknown_user"]
        active = world.rows("SELECT name FROM user_account WHERE active AND name IN (:one, :other)", one=one, other=other)
        assert len(active) == 1
        ending(world, active[0].name, SYSTEM)


def test_the_last_administrator_keeps_access_and_role_whoever_asks(world: World) -> None:
    for command in (ChangeUser("ada", Role.OPERATOR, active=True), ChangeUser("ada", Role.ADMINISTRATOR, active=False)):
        with pytest.raises(Refused, match="last_administrator"):
            world.act(partial(change_user, command=command, actor=SYSTEM))
    world.act(partial(add_user, command=AddUser("berta", Role.ADMINISTRATOR), actor=SYSTEM))
    ending(world, "ada", SYSTEM)
    assert [row.name for row in world.rows("SELECT name FROM user_account WHERE active AND role = 'administrator'")] == ["berta"]


def test_who_acts_is_not_demoted_before_they_are_done(world: World) -> None:
    began, events = threading.Event(), []

    def act(session: Session) -> None:
        authorise(session, MANAGER, Permission.INVOICE)
        began.set()
        # Long enough for whoever does not wait to be through.
        demotion.join(0.5)
        events.append("acted")

    def demote() -> None:
        began.wait()
        world.act(partial(change_user, command=ChangeUser("mario", Role.OPERATOR, active=True), actor=ADMINISTRATOR))
        events.append("demoted")

    demotion = threading.Thread(target=demote)
    demotion.start()
    world.act(act)
    demotion.join()
    assert events == ["acted", "demoted"]
