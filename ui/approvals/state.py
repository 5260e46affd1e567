"""What one person has in hand in the inbox: which proposals are ticked, in the version in which they were, and the cursor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.actions.proposals.approval import Seen
from storage.queries.proposals.inbox import Waiting, WaitingRow


@dataclass(slots=True)
class InboxState:
    """A page of the inbox as it was read last, and the hand of `person` on it. What they submitted themselves is not ticked."""

    person: str
    found: Waiting = field(default_factory=Waiting)
    chosen: dict[int, WaitingRow] = field(default_factory=dict)
    current: int | None = None

    def adopt(self, found: Waiting, versions: Mapping[int, int]) -> list[WaitingRow]:
        """Take a new reading; `versions` are of all that waits. Returns what is ticked no more, since it changed or went."""
        lost = [row for row in self.chosen.values() if versions.get(row.id) != row.version]
        for row in lost:
            del self.chosen[row.id]
        at = self.place
        self.found = found
        if self.row(self.current) is None:
            self.current = found.rows[min(at, len(found.rows) - 1)].id if found.rows else None
        return lost

    @property
    def place(self) -> int:
        """Where the cursor stands; 0 where there is none."""
        return next((place for place, row in enumerate(self.found.rows) if row.id == self.current), 0)

    def row(self, id_: object) -> WaitingRow | None:
        """The row of this page with this id."""
        return next((row for row in self.found.rows if row.id == id_), None)

    def own(self, row: WaitingRow) -> bool:
        """Whether the person submitted it, and somebody else must approve it."""
        return row.submitted_by == self.person

    @property
    def on_page(self) -> list[WaitingRow]:
        """What can be ticked on this page."""
        return [row for row in self.found.rows if not self.own(row)]

    @property
    def in_hand(self) -> list[WaitingRow]:
        """What a key acts on: what is ticked, else the row under the cursor."""
        if self.chosen:
            return list(self.chosen.values())
        row = self.row(self.current)
        return [row] if row and not self.own(row) else []

    def pick(self, row: WaitingRow) -> None:
        """Tick or untick a row."""
        if self.chosen.pop(row.id, None) is None and not self.own(row):
            self.chosen[row.id] = row

    def pick_page(self) -> None:
        """Tick what is on this page, or untick it where all is."""
        page = {row.id: row for row in self.on_page}
        if page.keys() <= self.chosen.keys():
            self.chosen = {id_: row for id_, row in self.chosen.items() if id_ not in page}
        else:
            self.chosen.update(page)

    def pick_all(self, rows: Iterable[WaitingRow]) -> None:
        """Tick all of these that can be."""
        self.chosen = {row.id: row for row in rows if not self.own(row)}

    def move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        if rows := self.found.rows:
            self.current = rows[max(0, min(self.place + step, len(rows) - 1))].id


def seen(rows: Iterable[WaitingRow]) -> tuple[Seen, ...]:
    """These proposals in the versions that were shown."""
    return tuple(Seen(row.id, row.version) for row in rows)
