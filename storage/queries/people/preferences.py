"""What a person chose once for all on the screens."""

import json
from typing import Any

from sqlmodel import Session

from domain.model.screens import Preference


def preference(session: Session, user_id: int, name: str) -> Any:
    """What JSON made of the kept value; None where nothing was chosen yet."""
    kept = session.get(Preference, (user_id, name))
    return json.loads(kept.value) if kept else None
