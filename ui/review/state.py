"""The state of one proposal's page: the proposal as read last, cursor, selection, folded tickets and filter."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.anomalies import Findings
from storage.queries.proposals.comments import CommentRow
from storage.queries.proposals.table import LineRow, ProposalDetail
from storage.queries.tickets.detail import HistoryRow
from ui.kit.state import Observable
from ui.review.groups import LINE, TICKET, Group, Key

NARROW: Final = 1360
"""Below this width in pixels the history is folded until it is asked for; the stylesheet says the same."""


@dataclass(eq=False)
class ReviewState(Observable):
    """What all parts of the page observe. Cursor, selection, folding and filter are never persisted.

    `findings` are lines that deserve a second look, `only_flagged` shows only those; `fresh` are lines that others changed
    since the person's last visit. `scroll_to` is the row that the list brings in sight when it renders next.
    """

    detail: ProposalDetail
    may_review: bool = True
    history: Sequence[HistoryRow] = ()
    comments: Sequence[CommentRow] = ()
    findings: Findings = field(default_factory=Findings)
    fresh: frozenset[int] = frozenset()
    selected: set[int] = field(default_factory=set)
    folded: set[int] = field(default_factory=set)
    current: Key | None = None
    only_flagged: bool = False
    scroll_to: int | None = None
    history_shown: bool | None = None
    groups: tuple[Group, ...] = ()
    _by_id: dict[int, LineRow] = field(default_factory=dict)
    _anchor: int | None = None

    def __post_init__(self) -> None:
        self.adopt(self.detail)

    @property
    def editable(self) -> bool:
        """Whether to offer any change at all; the actions decide again."""
        return self.may_review and self.detail.status is ProposalStatus.DRAFT

    # ---- the proposal as read last ----

    def adopt(self, detail: ProposalDetail) -> None:
        """Take a new reading. Lines stay selected while they hold entries; the cursor stays on its row, else at its place."""
        at = self._place()
        self.detail = detail
        by_ticket: dict[int, list[LineRow]] = {}
        for line in detail.lines:
            by_ticket.setdefault(line.ticket_id, []).append(line)
        groups = (Group(id_, own[0].ticket_number, own[0].ticket_title, tuple(own)) for id_, own in by_ticket.items())
        # A group that did not change stays the same object, and so does the row that was made of it.
        before = {group.ticket_id: group for group in self.groups}
        self.groups = tuple(old if (old := before.get(new.ticket_id)) == new else new for new in groups)
        self._by_id = {line.id: line for line in detail.lines}
        self.selected = {line.id for line in self.active(self.selected)} if self.editable else set()
        self._keep_cursor(at)
        self.notify()

    def anticipate(self, lines: Iterable[LineRow]) -> None:
        """Show these lines as they are about to be, until the next reading."""
        coming = {line.id: line for line in lines}
        self.adopt(replace(self.detail, lines=tuple(coming.get(line.id, line) for line in self.detail.lines)))

    def show_findings(self, findings: Findings) -> None:
        """Take what the anomaly check found."""
        self.findings = findings
        self.filter(only_flagged=self.only_flagged and bool(findings.lines))
        self.notify()

    def active(self, line_ids: Collection[int] | None = None) -> tuple[LineRow, ...]:
        """The lines that still hold entries, in order; only those of `line_ids` where given."""
        chosen = self.detail.lines if line_ids is None else [line for line in self.detail.lines if line.id in line_ids]
        return tuple(line for line in chosen if line.state is not LineState.RELEASED)

    # ---- rows ----

    def visible(self, *, unfolded: bool = False) -> Iterator[tuple[Group, tuple[LineRow, ...]]]:
        """The visible groups, each with its visible lines; `unfolded` as if no group was folded."""
        for group in self.groups:
            lines = tuple(line for line in group.lines if line.id in self.findings.lines) if self.only_flagged else group.lines
            if lines:
                yield group, lines if unfolded or group.ticket_id not in self.folded else ()

    def keys(self, *, unfolded: bool = False) -> list[Key]:
        """The visible rows from top to bottom."""
        return [
            key
            for group, lines in self.visible(unfolded=unfolded)
            for key in (Key(TICKET, group.ticket_id), *(Key(LINE, line.id) for line in lines))
        ]

    def key(self, text: object) -> Key | None:
        """The row that the browser names; None for anything that is not on this proposal."""
        return next((key for key in self.keys() if str(key) == text), None)

    def lines_of(self, key: Key) -> tuple[LineRow, ...]:
        """The active lines of a row."""
        return self._group(key.id).active if key.kind == TICKET else self.active({key.id})

    def targets(self) -> tuple[LineRow, ...]:
        """What a key acts on: the selected lines, else those of the row under the cursor."""
        if self.selected:
            return self.active(self.selected)
        return self.lines_of(self.current) if self.current else ()

    # ---- view changes ----

    def change_view(self, verb: str) -> bool:
        """Move the cursor, select, fold or filter as a key says; False for a key that does something else."""
        change = _VIEW_CHANGES.get(verb)
        if change:
            change(self)
            self.notify()
        return change is not None

    def point(self, key: Key, *, fold: bool = False, pick: bool = False, through: bool = False) -> None:
        """Put the cursor on a row that was clicked, and fold or select it."""
        self.current = key
        if fold and key.kind == TICKET:
            self.fold(key.id)
        if pick and self.editable:
            self.pick(key, through=through)
        self.notify()

    def deselect(self) -> None:
        """Select nothing."""
        self.selected.clear()
        self.notify()

    def go_to(self, line_id: int) -> None:
        """Put the cursor on a line, whatever is filtered or folded."""
        self.filter(only_flagged=False)
        self._stand_on(Key(LINE, line_id))
        self.notify()

    def seek(self, text: str, step: int) -> tuple[int, int]:
        """Move the cursor to a row that holds `text`: 0 from here on, 1 the next, -1 the one before; round at the ends.

        Returns the place of that row among those that hold it (from 1; 0 for none), and their number.
        """
        found = [key for key in self.keys(unfolded=True) if self._holds(key, text.casefold())] if text else []
        self._move_among(found, step)
        self.notify()
        return found.index(self.current) + 1 if self.current in found else 0, len(found)

    def toggle_history(self, width: int = NARROW) -> None:
        """Show or hide the history, on a screen of this width."""
        self.history_shown = not (width >= NARROW if self.history_shown is None else self.history_shown)

    def filter(self, *, only_flagged: bool) -> None:
        """Show only lines that deserve a second look, or all; no hidden line stays selected."""
        at = self._place()
        self.only_flagged = only_flagged
        if only_flagged:
            self.selected &= self.findings.lines.keys()
        self._keep_cursor(at)

    def pick(self, key: Key, *, through: bool = False) -> None:
        """Select or deselect a row; `through` selects all from the row that was picked before."""
        order = [line.id for line in self.active()]
        if through and key.kind == LINE and self._anchor in order and key.id in order:
            first, last = sorted((order.index(self._anchor), order.index(key.id)))
            self.selected |= set(order[first : last + 1])
        else:
            self._toggle({line.id for line in self.lines_of(key)})
        self._anchor = key.id if key.kind == LINE else None

    def pick_current(self, *, through: bool = False) -> None:
        """Select or deselect the row under the cursor."""
        if self.current:
            self.pick(self.current, through=through)

    def pick_all(self) -> None:
        """Select every line, or none if all are selected."""
        self._toggle({line.id for line in self.active(self.findings.lines if self.only_flagged else None)})

    def fold(self, ticket_id: int) -> None:
        """Fold or unfold a ticket's lines; the cursor moves from a folded line to its ticket."""
        self.folded ^= {ticket_id}
        if self._ticket_under_cursor in self.folded:
            self.current = Key(TICKET, self._ticket_under_cursor)

    def fold_all(self) -> None:
        """Fold every ticket, or unfold them where all are folded."""
        everything = {group.ticket_id for group in self.groups}
        self.folded = set() if self.folded >= everything else everything
        if self.folded and self.current:
            self.current = Key(TICKET, self._ticket_under_cursor)

    def fold_current(self, *, wanted: bool | None = None) -> None:
        """Fold or unfold the ticket under the cursor; nothing where it is as `wanted`."""
        if self.current and (self._ticket_under_cursor in self.folded) is not wanted:
            self.fold(self._ticket_under_cursor)

    def move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        if keys := self.keys():
            at = keys.index(self.current) if self.current in keys else -1
            self._stand_on(keys[max(0, min(at + step, len(keys) - 1))])

    def move_group(self, step: int) -> None:
        """Move the cursor to the heading of the next group, or with -1 of this one and then of the one before."""
        keys, at = self.keys(), self._place()
        ahead = keys[at + 1 :] if step > 0 else keys[:at][::-1]
        self._stand_on(next((key for key in ahead if key.kind == TICKET), self.current))

    def move_flagged(self, step: int) -> None:
        """Move the cursor to the next line, or with -1 the one before, that deserves a second look; round at the ends."""
        flagged = [key for key in self.keys(unfolded=True) if key.kind == LINE and key.id in self.findings.lines]
        self._move_among(flagged, step)

    def _move_among(self, wanted: Sequence[Key], step: int) -> None:
        if not wanted:
            return
        order = {key: place for place, key in enumerate(self.keys(unfolded=True))}
        here = order.get(self.current, -1) if self.current else -1
        if step < 0:
            chosen = next((key for key in reversed(wanted) if order[key] < here), wanted[-1])
        else:
            chosen = next((key for key in wanted if order[key] >= here + step), wanted[0])
        self._stand_on(chosen)

    def _stand_on(self, key: Key | None) -> None:
        """Put the cursor on a row, unfolding its ticket, and bring it in sight."""
        if key and key.kind == LINE and key.id in self._by_id:
            self.folded.discard(self._by_id[key.id].ticket_id)
        if key in self.keys():
            self.current = key
        self.scroll_to = self._place()

    def _keep_cursor(self, at: int) -> None:
        keys = self.keys()
        if self.current not in keys:
            self.current = keys[min(at, len(keys) - 1)] if keys else None

    def _place(self) -> int:
        keys = self.keys()
        return keys.index(self.current) if self.current in keys else 0

    @property
    def _ticket_under_cursor(self) -> int:
        key = self.current
        return 0 if key is None else key.id if key.kind == TICKET else self._by_id[key.id].ticket_id

    def _group(self, ticket_id: int) -> Group:
        return next(group for group in self.groups if group.ticket_id == ticket_id)

    def _holds(self, key: Key, text: str) -> bool:
        if key.kind == TICKET:
            group = self._group(key.id)
            return text in f"{group.number} {group.title}".casefold()
        line = self._by_id[key.id]
        return text in f"{line.description} {line.service_name} {line.reason}".casefold()

    def _toggle(self, ids: set[int]) -> None:
        self.selected = self.selected - ids if self.selected >= ids else self.selected | ids


_ROWS: Final = {"down": 1, "up": -1, "page_down": 15, "page_up": -15, "first": -(10**9), "last": 10**9}
_VIEW_CHANGES: Final[dict[str, Callable[[ReviewState], Any]]] = {
    **{verb: partial(ReviewState.move, step=step) for verb, step in _ROWS.items()},
    "next_group": partial(ReviewState.move_group, step=1),
    "previous_group": partial(ReviewState.move_group, step=-1),
    "next_flag": partial(ReviewState.move_flagged, step=1),
    "previous_flag": partial(ReviewState.move_flagged, step=-1),
    "only_flagged": lambda state: state.filter(only_flagged=not state.only_flagged and bool(state.findings.lines)),
    "fold": partial(ReviewState.fold_current, wanted=True),
    "unfold": partial(ReviewState.fold_current, wanted=False),
    "open": ReviewState.fold_current,
    "fold_all": ReviewState.fold_all,
    "pick_current": ReviewState.pick_current,
    "pick_through": partial(ReviewState.pick_current, through=True),
    "pick_all": ReviewState.pick_all,
    "clear": lambda state: state.selected.clear(),
    "history": ReviewState.toggle_history,
}
