"""What other people should see at once: which records changed, and who is looking at what.

Pages subscribe and re-read. A change comes from the history (`ui/server/feed.py`) and carries ids and nothing else, so nothing
here can be out of date.
"""

from typing import Final

from nicegui import Event

from domain.actions.records.drafts import MODELS
from domain.model.base import table_of
from domain.rules.records.tables import RecordKind
from storage.change_feed import Changes

TICKETS: Final = "ticket"
PROPOSALS: Final = "proposal"
INVOICES: Final = "invoice"
RECORD: Final = {kind: table_of(model).name for kind, model in MODELS.items()}
RECORDS: Final = tuple(subject for kind, subject in RECORD.items() if kind not in (RecordKind.TICKETS, RecordKind.TIME_ENTRIES))
PEOPLE: Final = ("user", "login")
SERIES: Final = "series"
REASONS: Final = "reason"

BILLING: Final = (TICKETS, PROPOSALS, *RECORDS)
"""Whatever can move what there is to bill: a price or a customer counts like the work itself."""

changed = Event[Changes]()
"""The subjects that changed, with their ids."""

presence_changed = Event[int]()

_looking: dict[int, dict[str, str]] = {}
"""Proposal id -> client id -> name of the person."""


def look(proposal_id: int, client_id: str, name: str) -> None:
    """This page shows this proposal from now on; a page shows one at a time."""
    leave(client_id)
    _looking.setdefault(proposal_id, {})[client_id] = name
    presence_changed.emit(proposal_id)


def leave(client_id: str) -> None:
    """This page shows no proposal any more."""
    for proposal_id, people in list(_looking.items()):
        if people.pop(client_id, None) is not None:
            if not people:
                del _looking[proposal_id]
            presence_changed.emit(proposal_id)


def onlookers(proposal_id: int, *, besides: str = "") -> list[str]:
    """Names of the people who look at a proposal, sorted, each once; without `besides`, who is asking."""
    return sorted(set(_looking.get(proposal_id, {}).values()) - {besides})
