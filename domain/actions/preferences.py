"""What a person chose once for all on the screens: kept under a name, as JSON, for themselves alone."""

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from domain.actions.acting import Actor
from domain.errors import InvalidInput, PermissionDenied
from domain.model.people import User
from domain.model.screens import PREFERENCE_LENGTH, Preference

NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class SetPreference:
    """A new `value`, anything that JSON holds, of the preference called `name`."""

    name: str
    value: Any


def set_preference(session: Session, command: SetPreference, *, actor: Actor) -> None:
    """Keep it for the acting person, in place of what was there. Raises PermissionDenied, InvalidInput `too_long`."""
    user = session.exec(select(User).where(User.name == actor.name, col(User.active))).one_or_none()
    if user is None or user.id is None:
        raise PermissionDenied("unknown_user", user=actor.name)
    value = json.dumps(command.value)
    if len(command.name) > NAME_LENGTH or len(value) > PREFERENCE_LENGTH:
        raise InvalidInput("too_long", field=command.name[:NAME_LENGTH], maximum=PREFERENCE_LENGTH)
    kept = session.get(Preference, (user.id, command.name))
    if kept is None:
        session.add(Preference(user_id=user.id, name=command.name, value=value))
    else:
        kept.value = value
