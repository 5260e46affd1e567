"""The state of the page: which tickets are billable, which are not and why, and the issue whose rows are open."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from domain.vocabulary import Refusal
from storage.queries.tickets.billing_issues import BillingIssue, EntryLine, Evaluation, TicketLine
from ui.kit.state import Observable
from ui.preflight.fixes import FIXES, Item

ROWS: Final = 30
"""Rows of one issue on a page."""


class Kind(IntEnum):
    """What an issue asks for: it is wrong and to be fixed, somebody decided it and may think again, or it is as it should be."""

    TO_FIX = 0
    DECIDED = 1
    LASTING = 2


def kind_of(issue: BillingIssue) -> Kind:
    """What an issue asks for. What is proposed, billed or covered is looked after elsewhere."""
    fix = FIXES.get(issue)
    return Kind.LASTING if fix is None else Kind.DECIDED if fix.decided else Kind.TO_FIX


class Group(NamedTuple):
    """One issue with what it holds up; `tickets` counts each ticket once."""

    issue: BillingIssue
    items: list[Item]
    tickets: int


class Line(NamedTuple):
    """What one row shows. `besides`: what else stands in the way of the ticket."""

    item: Item
    ticket: TicketLine
    entry: EntryLine | None
    besides: Collection[BillingIssue]


@dataclass(eq=False)
class IssuesState(Observable):
    """What all parts of the page observe. Tickets that were there at first stay, whatever list they would be in by now.

    `opened` is the issue whose rows are shown: the `lines` of page `number`, of which `chosen` are ticked. `fixed_last` is the
    row that was fixed last; where it is gone by the next rendering, the row in its place gets the focus. `outdated` are ids of
    tickets to evaluate again, `most_open` is the largest number of tickets that were to be fixed at a time.
    """

    known: set[int] = field(default_factory=set)
    groups: list[Group] = field(default_factory=list)
    opened: BillingIssue | None = None
    number: int = 1
    lines: list[Line] = field(default_factory=list)
    chosen: set[Item] = field(default_factory=set)
    fixed_last: Item | None = None
    outdated: list[Container[int]] = field(default_factory=list)
    most_open: int = 0
    _refused: dict[int, Evaluation] = field(default_factory=dict)

    def update(self, ids: Iterable[int], found: Mapping[int, Evaluation]) -> None:
        """Take in what was `found` about tickets of these ids; those that were not found are gone."""
        for id_ in ids:
            self._refused.pop(id_, None)
            self.known.discard(id_)
        self.known |= found.keys()
        self._refused |= {id_: evaluation for id_, evaluation in found.items() if evaluation.causes}
        self._group()
        self.most_open = max(self.most_open, self.open)

    @property
    def billable(self) -> int:
        """How many tickets can be billed."""
        return len(self.known) - len(self._refused)

    @property
    def open(self) -> int:
        """How many tickets become billable once all is fixed that is to be."""
        return sum(all(kind_of(issue) is Kind.TO_FIX for issue in each.causes) for each in self._refused.values())

    @property
    def left_out(self) -> int:
        """How many stay out whatever is fixed."""
        return len(self._refused) - self.open

    @property
    def versions(self) -> dict[int, int]:
        """The versions in which the refused tickets were evaluated."""
        return {id_: evaluation.version for id_, evaluation in self._refused.items()}

    @property
    def next_to_fix(self) -> Group | None:
        """The first issue of which anything is to be fixed."""
        return next((group for group in self.groups if kind_of(group.issue) is Kind.TO_FIX), None)

    def group(self, issue: BillingIssue | None) -> Group:
        """One issue; empty where it holds nothing up any more."""
        empty = Group(issue or BillingIssue(Refusal.NOT_CLOSED), [], 0)
        return next((group for group in self.groups if group.issue == issue), empty)

    def show(self, issue: BillingIssue | None) -> None:
        """Open the first rows of another issue."""
        self.opened, self.number, self.lines, self.chosen = issue, 1, [], set()

    def items_on_page(self) -> list[Item]:
        """The rows that are wanted of the opened issue."""
        items = self.group(self.opened).items
        self.chosen &= set(items)
        self.number = max(1, min(self.number, -(-len(items) // ROWS)))
        return items[(self.number - 1) * ROWS : self.number * ROWS]

    def besides(self, ticket_id: int) -> Collection[BillingIssue]:
        """What else than the opened issue stands in the way of a ticket."""
        evaluation = self._refused.get(ticket_id)
        return [other for other in evaluation.causes if other != self.opened] if evaluation else []

    def many(self) -> list[Item]:
        """What *all together* is about: the chosen rows, or all of the issue."""
        items = self.group(self.opened).items
        return [item for item in items if item in self.chosen] or items

    def _group(self) -> None:
        """In the order of the rules, what is to be fixed first. What stays out anyway is under that alone: no fix helps it."""
        items: dict[BillingIssue, list[Item]] = {}
        tickets: dict[BillingIssue, int] = {}
        for id_, evaluation in sorted(self._refused.items()):
            staying = {issue: entries for issue, entries in evaluation.causes.items() if kind_of(issue) is not Kind.TO_FIX}
            for issue, entries in (staying or evaluation.causes).items():
                items.setdefault(issue, []).extend(Item(id_, entry) for entry in entries or (0,))
                tickets[issue] = tickets.get(issue, 0) + 1
        order = list(Refusal)
        issues = sorted(items, key=lambda issue: (kind_of(issue), order.index(issue.code), issue.state))
        self.groups = [Group(issue, items[issue], tickets[issue]) for issue in issues]
