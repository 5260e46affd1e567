"""What the address of the list of suspended work can say (spec, section 5)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from storage.queries.suspended.table import SORTABLE, SuspendedFilter
from ui.i18n import Translator
from ui.kit.addresses.work import named
from ui.kit.list_query import ListQuery, date_of, number_of

ALL: Final = "all"
DUE: Final = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ListQuery):
    """One look at the list: all or what is `due`, search, customer, who suspended.

    `reason` and `since_*` come with an address alone: the list says that it is filtered by them.
    """

    PATH: ClassVar[str] = "/suspended"
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"show": (ALL, DUE), "sort": SORTABLE}

    show: str = ALL
    search: str = ""
    company: str = ""
    by: str = ""
    reason: str = ""
    since_from: str = ""
    since_to: str = ""
    sort: str = "since"

    @property
    def company_id(self) -> int | None:
        """The customer whose work is shown."""
        return number_of(self.company)

    def whole(self) -> SuspendedFilter:
        """The filter that the counts on the chips go by."""
        return SuspendedFilter(
            self.search,
            self.company_id,
            self.by,
            reason=named(self.reason),
            since_from=date_of(self.since_from),
            since_to=date_of(self.since_to),
        )

    def filter(self, today: date) -> SuspendedFilter:
        """The filter of the rows."""
        return replace(self.whole(), due_by=today if self.show == DUE else None)


def filter_labels(t: Translator, view: View) -> list[str]:
    """What no field of the list shows: why, and since when."""
    reason = named(view.reason)
    labels = [] if reason is None else [t.t("home.narrowed_reason", reason=reason) if reason else t.t("home.none.reason")]
    days = {name: date_of(getattr(view, name)) for name in ("since_from", "since_to")}
    return labels + [t.t(f"home.narrowed_{name}", day=t.date(day)) for name, day in days.items() if day]
