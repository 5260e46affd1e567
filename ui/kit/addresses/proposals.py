"""What the list of proposals is narrowed to, as the address says it (screens; spec, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.vocabulary import ProposalStatus
from storage.queries.proposals.table import SORTABLE, ProposalFilter
from ui.kit.list_query import address_of, number_of, view_of


@dataclass(frozen=True, slots=True)
class View:
    """One look at the list, as the address holds it. `back` is `1` for drafts alone that approval sent back."""

    status: str = ""
    search: str = ""
    generation: str = ""
    back: str = ""
    sort: str = "number"
    order: str = "desc"
    page: str = "1"

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "View":
        """The view that an address asks for; what it does not know it leaves out."""
        view = view_of(cls, query)
        known = view.status in tuple(ProposalStatus)
        return replace(view, status=view.status if known else "", sort=view.sort if view.sort in SORTABLE else "number")

    @property
    def address(self) -> str:
        """The path that opens this view."""
        return address_of("/proposals", self)

    @property
    def number(self) -> int:
        """The page, from 1."""
        return max(1, number_of(self.page) or 1)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state may be what leaves rows out."""
        return bool(self.search or self.generation or self.back)

    def filter(self, *, by_status: bool = True) -> ProposalFilter:
        """What the rows, or without `by_status` the counts on the chips, are narrowed to."""
        statuses = frozenset({ProposalStatus(self.status)}) if self.status and by_status else frozenset()
        return ProposalFilter(
            search=self.search, statuses=statuses, generation_id=number_of(self.generation), rejected=self.back == "1"
        )
