"""What a person chose once for all, under the name of the choice."""

import orjson
from sqlmodel import Session

from domain.actions.core.acting import Actor, person
from domain.errors import InvalidInput
from domain.model.screens import PREFERENCE_LENGTH, Preference


def set_preference(session: Session, name: str, value: object, *, actor: Actor) -> None:
    """Save a preference of the actor; `value` is JSON. Raises PermissionDenied, InvalidInput."""
    user_id = person(session, actor).id or 0
    text = orjson.dumps(value).decode()
    if len(text) > PREFERENCE_LENGTH:
        raise InvalidInput("too_long", field=name, maximum=PREFERENCE_LENGTH)
    kept = session.get(Preference, (user_id, name)) or Preference(user_id=user_id, name=name, value=text)
    kept.value = text
    session.add(kept)
    session.flush()
