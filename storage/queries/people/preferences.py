"""Preferences of a user."""

import json
from typing import Any

from sqlmodel import Session

from domain.model.screens import Preference


def preference(session: Session, user_id: int, name: str) -> Any:
    """The value of a preference; None if it is not set."""
    kept = session.get(Preference, (user_id, name))
    return json.loads(kept.value) if kept else None
