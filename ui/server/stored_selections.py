"""Selections too large for an address, kept for the sign-in that made them under keys that nobody can guess."""

import secrets
from collections import OrderedDict
from typing import Final

from domain.reads.selection import Selection
from ui.server.sessions import Visitor

_MOST: Final = 500
"""So many are kept for everybody together; the oldest go first."""

_kept: OrderedDict[str, tuple[str, Selection]] = OrderedDict()


def store_selection(visitor: Visitor, selection: Selection) -> str:
    """A key under which this sign-in finds the selection again, until the server stops or many others came after."""
    key = secrets.token_urlsafe(16)
    _kept[key] = (visitor.login, selection)
    while len(_kept) > _MOST:
        _kept.popitem(last=False)
    return key


def stored_selection(visitor: Visitor, key: str) -> Selection | None:
    """What was kept under `key`; None where nothing is, or where it was another sign-in's."""
    login, selection = _kept.get(key, ("", None))
    return selection if login == visitor.login else None
