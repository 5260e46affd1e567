"""The rows of a proposal's page: the tickets, each with its lines."""

from typing import NamedTuple

from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow

TICKET, LINE = "t", "l"


class Key(NamedTuple):
    """A row of the screen: a ticket's heading or one of its lines."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}{self.id}"


class Group(NamedTuple):
    """The lines of one ticket, in order."""

    ticket_id: int
    number: str
    title: str
    lines: tuple[LineRow, ...]

    @property
    def active(self) -> tuple[LineRow, ...]:
        """The lines that still hold entries."""
        return tuple(line for line in self.lines if line.state is not LineState.RELEASED)
