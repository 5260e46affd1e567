"""What the list of invoices is narrowed to, as its address says it (screens)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.vocabulary import InvoiceKind
from storage.queries.invoices.table import SORTABLE, InvoiceFilter
from ui.kit.list_query import address_of, date_of, number_of, view_of


@dataclass(frozen=True, slots=True)
class View:
    """One look at the list, as the address holds it."""

    kind: str = ""
    search: str = ""
    company: str = ""
    issued_from: str = ""
    issued_to: str = ""
    sort: str = "issued_on"
    order: str = "desc"
    page: str = "1"

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "View":
        """The view that an address asks for; what it does not know it leaves out."""
        view = view_of(cls, query)
        kind = view.kind if view.kind in tuple(InvoiceKind) else ""
        return replace(view, kind=kind, sort=view.sort if view.sort in SORTABLE else "issued_on")

    @property
    def address(self) -> str:
        """The path that opens this view."""
        return address_of("/invoices", self)

    @property
    def number(self) -> int:
        """The page, from 1."""
        return max(1, number_of(self.page) or 1)

    @property
    def filter(self) -> InvoiceFilter:
        """What the rows are narrowed to."""
        kind = InvoiceKind(self.kind) if self.kind else None
        return InvoiceFilter(self.search, kind, number_of(self.company), date_of(self.issued_from), date_of(self.issued_to))
