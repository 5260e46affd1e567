"""What one person has in hand on a proposal: which lines are ticked, which groups are folded, where the cursor stands."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from domain.vocabulary import LineState
from storage.queries.proposals.anomalies import Findings
from storage.queries.proposals.table import LineRow, ProposalDetail


class Key(NamedTuple):
    """A row of the screen: a ticket's heading or one of its lines."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}{self.id}"


TICKET, LINE = "t", "l"


class Group(NamedTuple):
    """The lines of one ticket, in order."""

    ticket_id: int
    number: str
    title: str
    lines: tuple[LineRow, ...]

    @property
    def held(self) -> tuple[LineRow, ...]:
        """Those that still hold entries."""
        return tuple(line for line in self.lines if line.state is not LineState.RELEASED)


@dataclass(slots=True)
class ReviewState:
    """A proposal as it was read last, and the person's hand on it, which survives a new reading.

    `findings` are what deserves a second look, `only_flagged` whether only those lines are shown; `fresh` are the lines that
    others changed since the person's last visit.
    """

    detail: ProposalDetail
    selected: set[int] = field(default_factory=set)
    folded: set[int] = field(default_factory=set)
    current: Key | None = None
    findings: Findings = field(default_factory=Findings)
    only_flagged: bool = False
    fresh: frozenset[int] = frozenset()
    groups: tuple[Group, ...] = ()
    _by_id: dict[int, LineRow] = field(default_factory=dict)
    _lines: dict[int, LineRow] = field(default_factory=dict)
    _anchor: int | None = None

    def __post_init__(self) -> None:
        self.adopt(self.detail)

    def adopt(self, detail: ProposalDetail) -> None:
        """Take a new reading; what is ticked stays ticked as far as it still holds entries.

        The cursor stays on its row or, where that is gone, at its place.
        """
        at = self._at()
        self.detail = detail
        by_ticket: dict[int, list[LineRow]] = {}
        for line in detail.lines:
            by_ticket.setdefault(line.ticket_id, []).append(line)
        before = {group.ticket_id: group for group in self.groups}
        # A group that did not change stays the very same, and so does what was written of it.
        self.groups = tuple(
            old if (old := before.get(group.ticket_id)) == group else group
            for group in (
                Group(ticket_id, lines[0].ticket_number, lines[0].ticket_title, tuple(lines))
                for ticket_id, lines in by_ticket.items()
            )
        )
        self._by_id = {line.id: line for line in detail.lines}
        self._lines = {line.id: line for line in detail.lines if line.state is not LineState.RELEASED}
        self.selected &= self._lines.keys()
        self._stand(at)

    def _stand(self, at: int) -> None:
        """Keep the cursor on its row or, where that is gone, at its place."""
        keys = self.keys()
        if self.current not in keys:
            self.current = keys[min(at, len(keys) - 1)] if keys else None

    def foresee(self, lines: Iterable[LineRow]) -> None:
        """Show these lines as they are about to be, until the next reading says how they are."""
        coming = {line.id: line for line in lines}
        self.adopt(replace(self.detail, lines=tuple(coming.get(line.id, line) for line in self.detail.lines)))

    def keys(self) -> list[Key]:
        """The rows that are to be seen, from top to bottom."""
        found: list[Key] = []
        for group, lines in self.seen():
            found.append(Key(TICKET, group.ticket_id))
            found.extend(Key(LINE, line.id) for line in lines)
        return found

    def seen(self) -> Iterator[tuple[Group, tuple[LineRow, ...]]]:
        """The groups that are to be seen, each with those of its lines that are."""
        flagged = self.findings.lines
        for group in self.groups:
            lines = tuple(line for line in group.lines if line.id in flagged) if self.only_flagged else group.lines
            if lines:
                yield group, () if group.ticket_id in self.folded else lines

    def narrow(self, *, only_flagged: bool) -> None:
        """Show only what deserves a second look, or all; nothing that is hidden stays ticked."""
        at = self._at()
        self.only_flagged = only_flagged
        if only_flagged:
            self.selected &= self.findings.lines.keys()
        self._stand(at)

    def held(self, line_ids: Iterable[int]) -> tuple[LineRow, ...]:
        """The lines of these ids that hold entries, as read last, in order; what is not of this proposal is left out."""
        wanted = set(line_ids)
        return tuple(line for line in self._lines.values() if line.id in wanted)

    def of(self, key: Key) -> tuple[LineRow, ...]:
        """The lines that a row stands for."""
        return self._group(key.id).held if key.kind == TICKET else self.held([key.id])

    def in_hand(self) -> tuple[LineRow, ...]:
        """What a key acts on: the ticked lines, else those of the row under the cursor."""
        if self.selected:
            return self.held(self.selected)
        return self.of(self.current) if self.current else ()

    def pick(self, key: Key, *, through: bool = False) -> None:
        """Tick or untick a row; `through` ticks everything from the row that was picked before."""
        if through and key.kind == LINE and self._anchor in self._lines:
            self.selected |= self._between(self._anchor, key.id)
        else:
            self._toggle({line.id for line in self.of(key)})
        self._anchor = key.id if key.kind == LINE else None

    def pick_all(self) -> None:
        """Tick every line, or none if all are ticked."""
        shown = self.findings.lines.keys() if self.only_flagged else self._lines.keys()
        self._toggle(self._lines.keys() & shown)

    def fold(self, ticket_id: int) -> None:
        """Fold or unfold a ticket's lines."""
        if ticket_id in {group.ticket_id for group in self.groups}:
            self.folded ^= {ticket_id}
            if ticket_id in self.folded and self.current and self.current.kind == LINE:
                line = next(line for line in self.detail.lines if line.id == self.current.id)
                self.current = Key(TICKET, ticket_id) if line.ticket_id == ticket_id else self.current

    def fold_all(self) -> None:
        """Fold every ticket, or unfold them where all are."""
        everything = {group.ticket_id for group in self.groups}
        if self.folded >= everything:
            self.folded = set()
            return
        self.folded = everything
        if self.current and self.current.kind == LINE:
            owner = next((line.ticket_id for line in self.detail.lines if line.id == self.current.id), None)
            self.current = Key(TICKET, owner) if owner else None

    def move(self, step: int) -> int:
        """Move the cursor by so many rows; where it stands now."""
        keys = self.keys()
        if not keys:
            return 0
        at = keys.index(self.current) if self.current in keys else -1
        at = max(0, min(at + step, len(keys) - 1))
        self.current = keys[at]
        return at

    def move_group(self, step: int) -> int:
        """Move the cursor to the heading of the next group, or with -1 of this one and then of the one before."""
        return self._move_to(step, lambda key: key.kind == TICKET)

    def move_flagged(self, step: int) -> int:
        """Move the cursor to the next line, or with -1 the one before, that deserves a second look; round at the ends."""
        return self._move_among([key for key in self._all() if key.kind == LINE and key.id in self.findings.lines], step)

    def seek(self, text: str, step: int) -> tuple[int, int, int]:
        """Move the cursor to a row that holds `text`: 0 from here on, 1 the next, -1 the one before; round at the ends.

        Returns where the cursor stands, the place of that row among those that hold it (from 1; 0 for none), and their number.
        """
        found = [key for key in self._all() if self._holds(key, text.casefold())] if text else []
        at = self._move_among(found, step)
        return at, found.index(self.current) + 1 if self.current in found else 0, len(found)

    def _all(self) -> list[Key]:
        """All rows, folded or not, as far as they are not left out."""
        folded, self.folded = self.folded, set()
        try:
            return self.keys()
        finally:
            self.folded = folded

    def _holds(self, key: Key, text: str) -> bool:
        if key.kind == TICKET:
            group = self._group(key.id)
            return text in f"{group.number} {group.title}".casefold()
        line = self._by_id[key.id]
        return text in f"{line.description} {line.service_name} {line.reason}".casefold()

    def _move_among(self, wanted: list[Key], step: int) -> int:
        """To the next of these rows, unfolding its group."""
        if not wanted:
            return self._at()
        order = {key: place for place, key in enumerate(self._all())}
        here = order.get(self.current, -1) if self.current else -1
        places = [order[key] for key in wanted]
        if step < 0:
            chosen = next((key for key, at in zip(reversed(wanted), reversed(places), strict=True) if at < here), wanted[-1])
        else:
            first = here + (1 if step else 0)
            chosen = next((key for key, at in zip(wanted, places, strict=True) if at >= first), wanted[0])
        return self.stand_on(chosen)

    def stand_on(self, key: Key) -> int:
        """Put the cursor on a row, unfolding its group; where that is now."""
        if key.kind == LINE and key.id in self._by_id:
            self.folded.discard(self._by_id[key.id].ticket_id)
        if key in self.keys():
            self.current = key
        return self._at()

    def _move_to(self, step: int, wanted: Callable[[Key], bool]) -> int:
        keys = self.keys()
        at = self._at()
        ahead = range(at + 1, len(keys)) if step > 0 else range(at - 1, -1, -1)
        found = next((place for place in ahead if wanted(keys[place])), None)
        if found is not None:
            self.current = keys[found]
        return self._at()

    def key(self, text: object) -> Key | None:
        """The row that the browser means; None for anything that is not on this proposal."""
        return next((key for key in self.keys() if str(key) == text), None)

    def _at(self) -> int:
        keys = self.keys()
        return keys.index(self.current) if self.current in keys else 0

    def _group(self, ticket_id: int) -> Group:
        return next(group for group in self.groups if group.ticket_id == ticket_id)

    def _toggle(self, ids: Collection[int]) -> None:
        self.selected = self.selected - set(ids) if self.selected.issuperset(ids) else self.selected | set(ids)

    def _between(self, one: int, other: int) -> set[int]:
        order = list(self._lines)
        first, last = sorted((order.index(one), order.index(other)))
        return set(order[first : last + 1])
