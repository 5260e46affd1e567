"""What the list of suspended work is narrowed to, as the address says it (spec, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from storage.queries.suspended.table import SORTABLE, SuspendedFilter
from ui.i18n import Translator
from ui.kit.list_query import address_of, date_of, number_of, view_of

DUE: Final = "due"


@dataclass(frozen=True, slots=True)
class View:
    """One look at the list: all or what is `due`, search, customer, who suspended, order and page (from 1).

    `reason` and `since_*` come with an address alone: the list says that it is narrowed to them.
    """

    show: str = "all"
    search: str = ""
    company: str = ""
    by: str = ""
    reason: str = ""
    since_from: str = ""
    since_to: str = ""
    sort: str = "since"
    order: str = "asc"
    page: str = "1"

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "View":
        """The view that an address asks for; what it does not know it leaves out."""
        view = view_of(cls, query)
        known = replace(view, sort=view.sort if view.sort in SORTABLE else "since")
        return known if known.show in ("all", DUE) else replace(known, show="all")

    @property
    def address(self) -> str:
        """The path that opens this view."""
        return address_of("/suspended", self)

    @property
    def page_number(self) -> int:
        """The page, from 1; at most a million."""
        return max(1, min(number_of(self.page) or 1, 10**6))

    @property
    def company_id(self) -> int | None:
        """The customer that the list is narrowed to."""
        return number_of(self.company)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything may be left out."""
        return replace(self, sort="", order="", page="") != View(sort="", order="", page="")

    def whole(self) -> SuspendedFilter:
        """The filter that the counts on the chips go by."""
        return SuspendedFilter(
            self.search,
            self.company_id,
            self.by,
            reason=self.reason,
            since_from=date_of(self.since_from),
            since_to=date_of(self.since_to),
        )

    def filter(self, today: date) -> SuspendedFilter:
        """The filter of the rows."""
        return replace(self.whole(), due_by=today if self.show == DUE else None)


def filter_labels(t: Translator, view: View) -> list[str]:
    """What no field of the list shows: why, and since when."""
    words = [t.t("home.narrowed_reason", reason=view.reason)] if view.reason else []
    days = {name: date_of(getattr(view, name)) for name in ("since_from", "since_to")}
    return words + [t.t(f"home.narrowed_{name}", day=t.date(day)) for name, day in days.items() if day]


class Chosen:
    """What is selected, held on the server: ids, or all that matches less exclusions. Ids count only where the page has them."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.matching: SuspendedFilter | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return self.matching is None and not self.ids

    def has(self, ticket_id: int) -> bool:
        """Whether a ticket that matches is selected."""
        return (ticket_id in self.ids) is (self.matching is None)

    def set(self, ticket_ids: set[int], *, chosen: bool) -> None:
        """Select these, or no longer."""
        if chosen is (self.matching is None):
            self.ids |= ticket_ids
        else:
            self.ids -= ticket_ids

    def all_of(self, narrowed: SuspendedFilter | None) -> None:
        """Everything that matches; with None nothing."""
        self.ids, self.matching = set(), narrowed
