"""What the address of the list of proposals can say (screens; spec, section 5)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import ClassVar

from domain.vocabulary import ProposalStatus
from storage.queries.proposals.table import SORTABLE, ProposalFilter
from ui.kit.list_query import ListQuery, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ListQuery):
    """One look at the list. `back` is `1` for drafts alone that approval sent back."""

    PATH: ClassVar[str] = "/proposals"
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"status": ("", *ProposalStatus), "sort": SORTABLE}

    status: str = ""
    search: str = ""
    generation: str = ""
    back: str = ""
    sort: str = "number"
    order: str = "desc"

    def filter(self, *, by_status: bool = True) -> ProposalFilter:
        """Which proposals match; without `by_status` in whatever state, as the chips count them."""
        statuses = frozenset({ProposalStatus(self.status)}) if self.status and by_status else frozenset()
        return ProposalFilter(
            search=self.search, statuses=statuses, generation_id=number_of(self.generation), rejected=self.back == "1"
        )
