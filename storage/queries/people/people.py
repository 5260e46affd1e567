"""Users, for lists."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from domain.model.audit import AuditEntry
from domain.model.base import table_of
from domain.model.people import Login, User
from domain.vocabulary import Role

_user = table_of(User)


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user."""

    name: str
    role: Role
    active: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A user for administrators. `seen_at` is the last sign-in, None if there was none."""

    id: int
    name: str
    role: Role
    active: bool
    has_password: bool
    seen_at: datetime | None


def user_rows(session: Session) -> list[UserRow]:
    """All users, the built-in one first."""
    user = _user.c
    rows = session.execute(select(user.name, user.role, user.active).order_by(user.id))
    return [UserRow(**row._asdict()) for row in rows]


def person_rows(session: Session) -> list[PersonRow]:
    """All users except the built-in one: active ones first, by name."""
    entry, user = table_of(AuditEntry).c, _user.c
    # Ended sign-ins are deleted, but the history keeps them.
    latest = select(entry.subject_id, func.max(entry.id).label("id")).where(entry.subject == "login").group_by(entry.subject_id)
    sign_in = latest.subquery()
    statement = (
        select(user.id, user.name, user.role, user.active, (user.password_hash != "").label("has_password"), entry.at)
        .select_from(
            _user.outerjoin(sign_in, sign_in.c.subject_id == user.id).outerjoin(table_of(AuditEntry), entry.id == sign_in.c.id)
        )
        .where(user.role != Role.SYSTEM)
        .order_by(user.active.desc(), func.lower(user.name))
    )
    return [PersonRow(*row) for row in session.execute(statement)]


def logins_of(session: Session, name: str) -> set[str]:
    """The digests of a user's sign-ins."""
    login = table_of(Login)
    statement = select(login.c.digest).join_from(login, _user, login.c.user_id == _user.c.id).where(_user.c.name == name)
    return set(session.execute(statement).scalars())
