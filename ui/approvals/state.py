"""The state of the inbox: a page of it as read last, the cursor, and the selected proposals in the version that was shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from domain.actions.proposals.approval import SeenProposal
from storage.queries.proposals.inbox import Waiting, WaitingRow
from ui.kit.state import Observable


@dataclass(eq=False)
class InboxState(Observable):
    """What all parts of the page observe. What `person` submitted themselves can't be selected."""

    person: str
    number: int = 1
    found: Waiting = field(default_factory=Waiting)
    selected: dict[int, WaitingRow] = field(default_factory=dict)
    current: int | None = None
    scroll_to: int | None = None

    def adopt(self, found: Waiting, versions: Mapping[int, int]) -> list[WaitingRow]:
        """Take a new reading; `versions` are of all that waits. Returns what is deselected, since it changed or went."""
        lost = [row for row in self.selected.values() if versions.get(row.id) != row.version]
        for row in lost:
            del self.selected[row.id]
        at = self._place
        self.found = found
        if self.row(self.current) is None:
            self.current = found.rows[min(at, len(found.rows) - 1)].id if found.rows else None
        self.notify()
        return lost

    def row(self, id_: object) -> WaitingRow | None:
        """The row of this page with this id."""
        return next((row for row in self.found.rows if row.id == id_), None)

    def own(self, row: WaitingRow) -> bool:
        """Whether the person submitted it, and somebody else must approve it."""
        return row.submitted_by == self.person

    @property
    def selectable(self) -> dict[int, WaitingRow]:
        """What can be selected on this page."""
        return {row.id: row for row in self.found.rows if not self.own(row)}

    def targets(self) -> list[WaitingRow]:
        """What a key acts on: the selected proposals, else the one under the cursor."""
        row = self.selectable.get(self.current or 0)
        return list(self.selected.values()) or ([row] if row else [])

    def change_view(self, verb: str) -> bool:
        """Move the cursor or select as a key says; False for a key that does something else."""
        change = _VIEW_CHANGES.get(verb)
        if change:
            change(self)
            self.notify()
        return change is not None

    def pick_all(self, rows: Iterable[WaitingRow]) -> None:
        """Select all of these that can be."""
        self.selected = {row.id: row for row in rows if not self.own(row)}
        self.notify()

    def move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        if rows := self.found.rows:
            self.scroll_to = max(0, min(self._place + step, len(rows) - 1))
            self.current = rows[self.scroll_to].id

    def pick(self) -> None:
        """Select or deselect the row under the cursor."""
        row = self.selectable.get(self.current or 0)
        if row and self.selected.pop(row.id, None) is None:
            self.selected[row.id] = row

    def pick_page(self) -> None:
        """Select this page, or deselect it where all of it is selected."""
        page = self.selectable
        rest = {id_: row for id_, row in self.selected.items() if id_ not in page}
        self.selected = rest if page.keys() <= self.selected.keys() else {**self.selected, **page}

    @property
    def _place(self) -> int:
        return next((place for place, row in enumerate(self.found.rows) if row.id == self.current), 0)


_ROWS: Final = {"down": 1, "up": -1, "page_down": 15, "page_up": -15, "first": -(10**9), "last": 10**9}
_VIEW_CHANGES: Final[dict[str, Callable[[InboxState], Any]]] = {
    **{verb: partial(InboxState.move, step=step) for verb, step in _ROWS.items()},
    "point": lambda _: None,
    "pick": InboxState.pick,
    "pick_page": InboxState.pick_page,
    "clear": lambda state: state.selected.clear(),
}


def seen(rows: Iterable[WaitingRow]) -> tuple[SeenProposal, ...]:
    """These proposals in the versions that were shown."""
    return tuple(SeenProposal(row.id, row.version) for row in rows)
