"""What the address of the list of invoices can say (screens)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import ClassVar

from domain.vocabulary import InvoiceKind
from storage.queries.invoices.table import SORTABLE, InvoiceFilter
from ui.kit.list_query import ListQuery, date_of, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ListQuery):
    """One look at the list."""

    PATH: ClassVar[str] = "/invoices"
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"kind": ("", *InvoiceKind), "sort": SORTABLE}

    kind: str = ""
    search: str = ""
    company: str = ""
    issued_from: str = ""
    issued_to: str = ""
    sort: str = "issued_on"
    order: str = "desc"

    @property
    def filter(self) -> InvoiceFilter:
        """Which documents match."""
        kind = InvoiceKind(self.kind) if self.kind else None
        return InvoiceFilter(self.search, kind, number_of(self.company), date_of(self.issued_from), date_of(self.issued_to))
