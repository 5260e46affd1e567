"""What other people should see at once: which records changed, and who is looking at what.

Pages subscribe to the module's events and re-read; an event carries ids and nothing else, so nothing here can be out of date.
NiceGUI takes a subscription back when its page goes.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from nicegui import Event


class _Every(Container[int]):
    """Stands for more ids than are worth listing."""

    def __contains__(self, item: object) -> bool:
        return True


EVERY: Final = _Every()
NONE: Final[Container[int]] = frozenset()

tickets_changed = Event[Container[int]]()
proposals_changed = Event[Container[int]]()
invoices_changed = Event[Container[int]]()
master_data_changed = Event[Container[int]]()
presence_changed = Event[int]()


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids that an action changed, by kind of record; `EVERY` where they are thousands."""

    tickets: Container[int] = NONE
    proposals: Container[int] = NONE
    invoices: Container[int] = NONE
    master_data: Container[int] = NONE
    """Of any of the tables of master data: an id may mean more than one record."""


def publish(changes: Changes) -> None:
    """Tell every open page. On the event loop, after the commit: a reader must find what it is told about."""
    if changes.tickets is not NONE:
        tickets_changed.emit(changes.tickets)
    if changes.proposals is not NONE:
        proposals_changed.emit(changes.proposals)
    if changes.invoices is not NONE:
        invoices_changed.emit(changes.invoices)
    if changes.master_data is not NONE:
        master_data_changed.emit(changes.master_data)


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
