"""Who acts and when, and whether they may: re-read inside the transaction (spec, section 7)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from domain.errors import PermissionDenied
from domain.model.people import User
from domain.rules.calendar import firm_date
from domain.rules.permissions import may
from domain.vocabulary import Permission


@dataclass(frozen=True, slots=True)
class Actor:
    """A person's name and the instant (UTC) at which they act. A name proves nothing: `authorise` reads the rest."""

    name: str
    now: datetime

    @property
    def today(self) -> date:
        """The firm's date of the action."""
        return firm_date(self.now)


def person(session: Session, actor: Actor) -> User:
    """The acting person, if active, for what everybody may do for themselves. Raises PermissionDenied.

    Their role and access stay as they are until the transaction ends: who changes those waits for it.
    """
    statement = select(User).where(User.name == actor.name).with_for_update(read=True, key_share=True)
    user = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if user is None or not user.active:
        raise PermissionDenied("unknown_user", user=actor.name)
    return user


def authorise(session: Session, actor: Actor, permission: Permission) -> User:
    """The acting person, if active and allowed. Raises PermissionDenied."""
    user = person(session, actor)
    if not may(user.role, permission):
        raise PermissionDenied("permission_denied", user=actor.name, role=user.role.value, permission=permission.value)
    return user
