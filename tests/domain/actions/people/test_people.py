"""Users: who may manage them, and deactivation (spec, sections 7 and 9)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from domain.actions.core.acting import Actor
from domain.actions.people.people import (
    AddUser,
    ChangeUser,
    SetPassword,
    SetPreferences,
    SignIn,
    add_user,
    change_user,
    set_password,
    set_preferences,
    sign_in,
)
from domain.errors import InvalidInput, PermissionDenied
from domain.model.people import SYSTEM_USER, Login, User
from domain.vocabulary import Role
from storage.database import Database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HASH = "of a password"


@pytest.fixture
def people(database: Database) -> dict[Role, str]:
    """One person of each role, by name; the password of all of them is behind HASH."""
    names = {Role.OPERATOR: "sara", Role.BILLING_MANAGER: "giulia", Role.TEAM_LEAD: "marco", Role.ADMINISTRATOR: "anna"}
    with database.write() as session:
        session.add_all(User(name=name, role=role, password_hash=HASH) for role, name in names.items())
    return names


def test_a_new_password_ends_the_other_sign_ins(database: Database, people: dict[Role, str]) -> None:
    add_logins(database, people[Role.OPERATOR], "kept", "ended")
    with database.write() as session:
        set_password(session, SetPassword(people[Role.OPERATOR], HASH, keep="kept"), actor=Actor(people[Role.OPERATOR], NOW))
    with database.read() as session:
        assert session.exec(select(Login.digest)).all() == ["kept"]


@pytest.mark.parametrize(("active", "verified"), [(False, ""), (True, "of the password before")])
def test_who_was_disabled_or_changed_the_password_while_it_was_verified_does_not_get_in(
    database: Database, people: dict[Role, str], *, active: bool, verified: str
) -> None:
    command = SignIn(people[Role.OPERATOR], verified or HASH, "digest", NOW + timedelta(hours=12))
    with database.write() as session:
        session.exec(update(User).where(col(User.name) == command.name).values(active=active))
        with pytest.raises(PermissionDenied):
            sign_in(session, command, now=NOW)


def test_language_and_theme_are_kept_and_nothing_else_can_be(database: Database, people: dict[Role, str]) -> None:
    actor = Actor(people[Role.OPERATOR], NOW)
    with database.write() as session:
        set_preferences(session, SetPreferences("en", "dark"), actor=actor)
    for wrong in (SetPreferences("xx", "dark"), SetPreferences("it", "<b>")):
        with database.write() as session, pytest.raises(InvalidInput):
            set_preferences(session, wrong, actor=actor)
    with database.read() as session:
        person = session.exec(select(User).where(User.name == actor.name)).one()
    assert (person.language, person.theme) == ("en", "dark")


def test_people_are_managed_by_administrators_alone(database: Database, people: dict[Role, str]) -> None:
    for role in (Role.OPERATOR, Role.BILLING_MANAGER, Role.TEAM_LEAD):
        with database.write() as session, pytest.raises(PermissionDenied):
            add_user(session, AddUser("new", Role.OPERATOR), actor=Actor(people[role], NOW))
    with database.write() as session, pytest.raises(PermissionDenied, match="not_yourself"):
        change_user(session, ChangeUser("anna", Role.OPERATOR, active=True), actor=Actor("anna", NOW))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "giulia"])
@pytest.mark.usefixtures("people")
def test_a_name_that_cannot_be_is_refused(database: Database, name: str) -> None:
    with database.write() as session, pytest.raises(InvalidInput):
        add_user(session, AddUser(name, Role.OPERATOR), actor=Actor(SYSTEM_USER, NOW))


def test_an_administrator_ends_somebodys_access_and_their_sign_ins(database: Database, people: dict[Role, str]) -> None:
    add_logins(database, people[Role.OPERATOR], "hers")
    add_logins(database, people[Role.TEAM_LEAD], "his")
    command = ChangeUser(people[Role.OPERATOR], Role.OPERATOR, active=False)
    with database.write() as session:
        change_user(session, command, actor=Actor(people[Role.ADMINISTRATOR], NOW))
    with database.read() as session:
        assert session.exec(select(Login.digest)).all() == ["his"]


def add_logins(database: Database, name: str, *digests: str) -> None:
    with database.write() as session:
        for digest in digests:
            sign_in(session, SignIn(name, HASH, digest, NOW + timedelta(hours=12)), now=NOW)
