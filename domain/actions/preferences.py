"""What a person chose once for all, under the name of the choice."""

import orjson
from sqlmodel import Session, select

from domain.actions.acting import Actor
from domain.errors import InvalidInput, PermissionDenied
from domain.model.people import User
from domain.model.screens import PREFERENCE_LENGTH, Preference


def set_preference(session: Session, name: str, value: object, *, actor: Actor) -> None:
    """Keep a choice of the actor's; `value` is what JSON can hold. Never commits. Raises PermissionDenied, InvalidInput."""
    user = session.exec(select(User).where(User.name == actor.name)).one_or_none()
    if user is None or user.id is None or not user.active:
        raise PermissionDenied("unknown_user", user=actor.name)
    text = orjson.dumps(value).decode()
    if len(text) > PREFERENCE_LENGTH:
        raise InvalidInput("too_long", field=name, maximum=PREFERENCE_LENGTH)
    kept = session.get(Preference, (user.id, name)) or Preference(user_id=user.id, name=name, value=text)
    kept.value = text
    session.add(kept)
    session.flush()
