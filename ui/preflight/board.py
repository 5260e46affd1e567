"""What the pre-flight knows of its tickets: which are billable, which are not and why, and how many can be mended there."""

from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from domain.vocabulary import BillingStatus, Refusal
from storage.queries.tickets.billing_issues import BillingIssue, Evaluation

_DECIDED: Final = frozenset({BillingStatus.NOT_BILLED, BillingStatus.SUSPENDED})


class Kind(IntEnum):
    """What a cause asks for: it is wrong and to be mended, somebody decided it and may think again, or it is as it should be."""

    TO_MEND = 0
    DECIDED = 1
    LASTING = 2


class Item(NamedTuple):
    """One thing to mend: a ticket, or one of its time entries (0: the ticket itself)."""

    ticket_id: int
    entry_id: int


class Group(NamedTuple):
    """One cause with what it holds up; `tickets` counts each ticket once."""

    cause: BillingIssue
    items: list[Item]
    tickets: int


def kind_of(cause: BillingIssue) -> Kind:
    """What a cause asks for. What is proposed, billed or covered is looked after elsewhere."""
    if cause.code is Refusal.NOT_TO_BILL:
        return Kind.DECIDED if cause.state in _DECIDED else Kind.LASTING
    return Kind.LASTING if cause.code is Refusal.ALREADY_PROPOSED else Kind.TO_MEND


class Board:
    """The tickets of one pre-flight. Those that were there at first stay, whatever list they would be in by now."""

    def __init__(self) -> None:
        self.known: set[int] = set()
        self._refused: dict[int, Evaluation] = {}
        self.groups: list[Group] = []

    def judge(self, ids: Iterable[int], found: Mapping[int, Evaluation]) -> None:
        """Take in what was `found` about tickets of these ids; those that were not found are gone."""
        for id_ in ids:
            self._refused.pop(id_, None)
            self.known.discard(id_)
        self.known |= found.keys()
        self._refused |= {id_: verdict for id_, verdict in found.items() if verdict.causes}
        self._group()

    @property
    def billable(self) -> int:
        """How many tickets can be billed."""
        return len(self.known) - len(self._refused)

    @property
    def open(self) -> int:
        """How many tickets become billable once all is mended that is to be."""
        return sum(all(kind_of(cause) is Kind.TO_MEND for cause in verdict.causes) for verdict in self._refused.values())

    @property
    def left_out(self) -> int:
        """How many stay out whatever is mended."""
        return len(self._refused) - self.open

    def group(self, cause: BillingIssue) -> Group:
        """One cause; empty where nothing is held up by it any more."""
        return next((group for group in self.groups if group.cause == cause), Group(cause, [], 0))

    def version(self, ticket_id: int) -> int:
        """The version that a refused ticket was judged in."""
        return self._refused[ticket_id].version

    def besides(self, ticket_id: int, cause: BillingIssue) -> Collection[BillingIssue]:
        """What else stands in the way of a ticket."""
        verdict = self._refused.get(ticket_id)
        return [other for other in verdict.causes if other != cause] if verdict else []

    def _group(self) -> None:
        """In the order of the rules, what is to be mended first. What stays out anyway is under that alone: no mend helps it."""
        items: dict[BillingIssue, list[Item]] = {}
        tickets: dict[BillingIssue, int] = {}
        for id_, verdict in sorted(self._refused.items()):
            out = {cause: entries for cause, entries in verdict.causes.items() if kind_of(cause) is not Kind.TO_MEND}
            for cause, entries in (out or verdict.causes).items():
                items.setdefault(cause, []).extend(Item(id_, entry) for entry in entries or (0,))
                tickets[cause] = tickets.get(cause, 0) + 1
        order = {code: place for place, code in enumerate(Refusal)}
        causes = sorted(items, key=lambda cause: (kind_of(cause), order[cause.code], cause.state))
        self.groups = [Group(cause, items[cause], tickets[cause]) for cause in causes]
