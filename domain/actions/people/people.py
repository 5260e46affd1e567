"""People who act: added, changed, signed in and out (spec, sections 7 and 9).

Passwords arrive as hashes: what hashes and verifies them is the caller's, so that no slow hashing holds a transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, func, select

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused
from domain.model.people import Login, User
from domain.vocabulary import AuditAction, Permission, Role

NAME_LENGTH = 100
LANGUAGES = ("it", "en")
THEMES = ("auto", "light", "dark")
_SUBJECT = "user"


@dataclass(frozen=True, slots=True)
class AddUser:
    """A new person. Without a `password_hash` they can't sign in."""

    name: str
    role: Role
    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """Another role for a person, or an end or a new start to their access."""

    name: str
    role: Role
    active: bool


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A new password for a person; ends their other sign-ins, all but the one with digest `keep`."""

    name: str
    password_hash: str
    keep: str = ""


@dataclass(frozen=True, slots=True)
class SetPreferences:
    """How a person wants to see the screens."""

    language: str
    theme: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser whose person gave the password behind `password_hash`. `digest` is that of its new cookie."""

    name: str
    password_hash: str
    digest: str
    expires_at: datetime


def add_user(session: Session, command: AddUser, *, actor: Actor) -> int:
    """Add a person; their id. Raises PermissionDenied, InvalidInput for a name that is taken or can't be one."""
    authorise(session, actor, Permission.MANAGE_USERS)
    name = command.name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InvalidInput("user_name", maximum=NAME_LENGTH)
    if command.role is Role.SYSTEM:
        raise InvalidInput("user_role", role=command.role.value)
    if session.exec(select(User).where(func.lower(User.name) == name.lower())).first() is not None:
        raise InvalidInput("user_exists", user=name)
    user = User(name=name, role=command.role, password_hash=command.password_hash)
    session.add(user)
    session.flush()
    user_id = _id(user)
    record(session, actor, AuditAction.CREATED, _SUBJECT, user_id, after={"name": name, "role": command.role.value})
    return user_id


def change_user(session: Session, command: ChangeUser, *, actor: Actor) -> None:
    """Give a person another role, or end their access. Nobody does it to themselves, and an administrator always remains.

    Raises PermissionDenied, NotFound, InvalidInput, Refused `last_administrator`.
    """
    administrators = _lock_people(session, command.name)
    authorise(session, actor, Permission.MANAGE_USERS)
    user = _person(session, command.name)
    if command.role is Role.SYSTEM:
        raise InvalidInput("user_role", role=command.role.value)
    if user.name == actor.name:
        raise PermissionDenied("not_yourself", user=actor.name)
    if administrators == [user.name] and not (command.active and command.role is Role.ADMINISTRATOR):
        raise Refused("last_administrator", user=user.name)
    before = {"role": user.role.value, "active": user.active}
    user.role, user.active = command.role, command.active
    if not command.active:
        _end_logins(session, user)
    _record_change(session, actor, user, before, {"role": user.role.value, "active": user.active})


def set_password(session: Session, command: SetPassword, *, actor: Actor) -> None:
    """Set one's own password, or as administrator anybody's. Raises PermissionDenied, NotFound."""
    if command.name != actor.name:
        authorise(session, actor, Permission.MANAGE_USERS)
    user = _person(session, command.name)
    user.password_hash = command.password_hash
    _end_logins(session, user, keep=command.keep)
    # That it changed is history; what it was or is never is.
    record(session, actor, AuditAction.CHANGED, _SUBJECT, _id(user), after={"password": "changed"})


def set_preferences(session: Session, command: SetPreferences, *, actor: Actor) -> None:
    """Keep the acting person's language and theme. Raises InvalidInput, NotFound."""
    if command.language not in LANGUAGES or command.theme not in THEMES:
        raise InvalidInput("preferences", language=command.language, theme=command.theme)
    user = _person(session, actor.name)
    before = {"language": user.language, "theme": user.theme}
    user.language, user.theme = command.language, command.theme
    _record_change(session, actor, user, before, {"language": user.language, "theme": user.theme})


def sign_in(session: Session, command: SignIn, *, now: datetime) -> None:
    """Open a sign-in. Raises PermissionDenied `sign_in` where the person, or the password that was verified, is no more."""
    user = session.exec(select(User).where(User.name == command.name)).one_or_none()
    if user is None or not user.active or not command.password_hash or user.password_hash != command.password_hash:
        raise PermissionDenied("sign_in")
    enter(session, user, command.digest, command.expires_at, now=now)


def enter(session: Session, user: User, digest: str, expires_at: datetime, *, now: datetime) -> None:
    """Open a sign-in for a person who is known already; what has run out is cleared away on the way."""
    session.exec(delete(Login).where(col(Login.expires_at) <= now))
    session.add(Login(digest=digest, user_id=_id(user), created_at=now, expires_at=expires_at))
    record(session, Actor(user.name, now), AuditAction.CREATED, "login", _id(user))


def switch_person(session: Session, digest: str, user: User, *, now: datetime) -> bool:
    """Put another person behind a sign-in, as the demonstration does; False where it has ended."""
    login = session.exec(select(Login).where(col(Login.digest) == digest, col(Login.expires_at) > now)).one_or_none()
    if login is None:
        return False
    login.user_id = _id(user)
    record(session, Actor(user.name, now), AuditAction.CREATED, "login", _id(user))
    return True


def sign_out(session: Session, digest: str) -> None:
    """End a sign-in; nothing happens where there is none."""
    session.exec(delete(Login).where(col(Login.digest) == digest))


def _lock_people(session: Session, name: str) -> list[str]:
    """Lock a person and all administrators against acting and change, in one order; the names of the active administrators.

    Two of them who end each other's access take turns, so that the second is no administrator any more.
    """
    among_them = (col(User.role) == Role.ADMINISTRATOR) | (col(User.name) == name)
    statement = select(User).where(among_them).order_by(col(User.id)).with_for_update()
    people = session.exec(statement.execution_options(populate_existing=True)).all()
    return [user.name for user in people if user.active and user.role is Role.ADMINISTRATOR]


def _person(session: Session, name: str) -> User:
    user = session.exec(select(User).where(User.name == name)).one_or_none()
    if user is None or user.role is Role.SYSTEM:
        raise NotFound("unknown_user", user=name)
    return user


def _end_logins(session: Session, user: User, *, keep: str = "") -> None:
    session.exec(delete(Login).where(col(Login.user_id) == _id(user), col(Login.digest) != keep))


def _record_change(session: Session, actor: Actor, user: User, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = [key for key in after if before[key] != after[key]]
    if changed:
        old, new = ({key: values[key] for key in changed} for values in (before, after))
        record(session, actor, AuditAction.CHANGED, _SUBJECT, _id(user), before=old, after=new)


def _id(user: User) -> int:
    if user.id is None:
        raise ValueError("a person without an id: not flushed yet")
    return user.id
