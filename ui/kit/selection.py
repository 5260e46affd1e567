"""What is selected in a list, held on the server: ids, or all that matches less exclusions (spec, section 4)."""

from collections.abc import Iterable
from typing import Generic, TypeVar

F = TypeVar("F")


class ListSelection(Generic[F]):
    """The selection of one open list, whose filter is an F. Ids from a browser count only where the page at hand has them."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.matching: F | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return self.matching is None and not self.ids

    @property
    def everything(self) -> bool:
        """Whether it means all that match, whatever their number."""
        return self.matching is not None

    def has(self, id_: int) -> bool:
        """Whether a row that matches is selected."""
        return (id_ in self.ids) is (self.matching is None)

    def choose(self, ids: Iterable[int], *, chosen: bool) -> None:
        """Select these rows, or no longer."""
        if chosen is (self.matching is None):
            self.ids.update(ids)
        else:
            self.ids.difference_update(ids)

    def choose_on_page(self, page: Iterable[int], chosen: Iterable[int]) -> None:
        """Of the rows on the page at hand, exactly `chosen` are selected; the others stay as they were."""
        shown = set(page)
        wanted = shown & set(chosen)
        self.choose(wanted, chosen=True)
        self.choose(shown - wanted, chosen=False)

    def choose_matching(self, matching: F) -> None:
        """Everything that matches."""
        self.ids, self.matching = set(), matching

    def clear(self) -> None:
        """Nothing."""
        self.ids, self.matching = set(), None
