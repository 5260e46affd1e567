"""What is selected in the ticket list, held on the server: ids, or all that matches less exclusions (spec, section 4)."""

from collections.abc import Iterable

from domain.reads.selection import Selection, TicketFilter


class TicketSelection:
    """The selection of one open list. Ids that come from a browser count only where the page at hand has them."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._matching: TicketFilter | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return self._matching is None and not self._ids

    @property
    def everything(self) -> bool:
        """Whether it means all that match, whatever their number."""
        return self._matching is not None

    def value(self) -> Selection:
        """What it means now, for queries and actions."""
        return Selection(frozenset(self._ids), self._matching)

    def has(self, ticket_id: int) -> bool:
        """Whether a ticket that matches is selected."""
        return (ticket_id in self._ids) is (self._matching is None)

    def choose_on_page(self, page: Iterable[int], chosen: Iterable[int]) -> None:
        """Of the tickets on the page at hand, exactly `chosen` are selected; the others stay as they were."""
        shown = set(page)
        wanted = shown & set(chosen)
        self._ids -= shown
        self._ids |= wanted if self._matching is None else shown - wanted

    def choose_matching(self, narrowed: TicketFilter) -> None:
        """Everything that matches."""
        self._ids, self._matching = set(), narrowed

    def clear(self) -> None:
        """Nothing."""
        self._ids, self._matching = set(), None
