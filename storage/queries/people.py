"""People, for lists."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.people import User
from domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class UserRow:
    """One person."""

    name: str
    role: Role
    active: bool


def user_rows(session: Session) -> list[UserRow]:
    """Everybody, the built-in user first."""
    user = table_of(User).c
    rows = session.execute(select(user.name, user.role, user.active).order_by(user.id))
    return [UserRow(**row._asdict()) for row in rows]
