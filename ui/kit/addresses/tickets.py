"""What the ticket list is narrowed to, as the address says it and as chips and fields show it (screens, Assistenza Clienti)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Self

from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import BillingStatus, Bucket, MissingField, Refusal, TicketStatus
from storage.queries.tickets.grid import SORTABLE, RefusalCounts
from ui.i18n import Translator
from ui.kit.addresses.work import WorkFields, fields_of
from ui.kit.list_query import date_of, number_of

States = Mapping[tuple[TicketStatus, BillingStatus | None], int]


@dataclass(frozen=True, slots=True)
class Chip:
    """A quick filter: tickets in these states, and of these those that the rule lets be billed, or refuses.

    `counted` is the name of its number among those that take a rule; by states alone it is empty.
    """

    name: str
    statuses: frozenset[TicketStatus] = frozenset()
    billing: frozenset[BillingStatus | None] = frozenset()
    billable: bool | None = None
    suspended: bool = False
    counted: str = ""

    def count(self, states: States, refusals: RefusalCounts) -> int:
        """How many of the counted tickets it would show."""
        return getattr(refusals, self.counted) if self.counted else self.count_of(states)

    def count_of(self, states: States) -> int:
        """How many tickets are in its states."""
        return sum(
            number
            for (status, billing), number in states.items()
            if (not self.statuses or status in self.statuses) and (not self.billing or billing in self.billing)
        )


def _in(*billing: BillingStatus | None) -> frozenset[BillingStatus | None]:
    return frozenset(billing)


CHIPS: Final = (
    Chip("all"),
    Chip("to_bill", billable=True, counted="billable"),
    Chip("refused", billing=_in(BillingStatus.TO_BILL), billable=False, counted="blocked"),
    Chip("suspended", suspended=True, counted="suspended"),
    Chip("proposed", billing=_in(BillingStatus.PROPOSED)),
    Chip("service_contract", billing=_in(BillingStatus.SERVICE_CONTRACT)),
    Chip("none", billing=_in(None)),
    Chip("not_billed", billing=_in(BillingStatus.NOT_BILLED)),
    Chip("billed", billing=_in(BillingStatus.BILLED)),
)
ALWAYS: Final = frozenset({"all", "to_bill", "refused"})
"""Chips that stay also while they would show nothing."""

_BY_NAME: Final = {chip.name: chip for chip in CHIPS}

ALL_WORK: Final = "all"
LOST_WORK: Final = "lost"
"""In an address: work that is not billed or written off."""
REASONS: Final = frozenset({"", *Refusal})
_WORK: Final = frozenset({"", ALL_WORK, LOST_WORK, *Bucket})


@dataclass(frozen=True, slots=True, kw_only=True)
class View(WorkFields):
    """One look at the list, as the address holds it: chip, search, customer, closing dates, order and page (from 1).

    `owner`: whose they are. `lacks`: what is not known of them.
    `why`: of those that can't be billed, the ones refused for this reason. `columns`: their names, in order; empty as chosen.
    `work`: tickets with work in that bucket, or in `all` of them, which the other fields of work narrow.
    """

    PATH: ClassVar[str] = "/tickets"
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {"work": _WORK, "show": _BY_NAME, "sort": SORTABLE}

    work: str = ""
    show: str = "all"
    why: str = ""
    search: str = ""
    company: str = ""
    closed_from: str = ""
    closed_to: str = ""
    owner: str = ""
    lacks: str = ""
    sort: str = "closed_at"
    order: str = "desc"
    columns: str = ""

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """The view that an address asks for; what it does not know it leaves out."""
        view = super(View, cls).of_query(query)
        return view if view.show == "refused" and view.why in REASONS else replace(view, why="")

    @classmethod
    def of_work(cls, work: WorkFilter) -> "View":
        """The view that shows the tickets with such work."""
        return cls(work=work.bucket or (LOST_WORK if work.lost else ALL_WORK), **fields_of(work))

    @classmethod
    def of_filter(cls, wanted: TicketFilter) -> "View | None":
        """The view whose rows are just these, if there is one."""
        view = cls.of_work(wanted.work) if wanted.work else cls()
        days = {name: day.isoformat() for name in ("closed_from", "closed_to") if (day := getattr(wanted, name))}
        narrowed = {"search": wanted.search, "owner": wanted.owner, "lacks": wanted.lacks or "", **days}
        view = replace(view, company=str(wanted.company_id or ""), **narrowed)
        looks = [replace(view, show=chip.name) for chip in CHIPS] + [replace(view, show="refused", why=why) for why in REASONS]
        return next((look for look in looks if look.filter() == wanted), None)

    @property
    def chip(self) -> Chip:
        """The quick filter that is on."""
        return _BY_NAME[self.show]

    @property
    def company_id(self) -> int | None:
        """The customer that the list is narrowed to."""
        return number_of(self.company)

    @property
    def work_filter(self) -> WorkFilter | None:
        """The work that the list is narrowed to."""
        if not self.work:
            return None
        bucket = None if self.work in (ALL_WORK, LOST_WORK) else Bucket(self.work)
        return replace(self.narrowed_work(bucket), lost=self.work == LOST_WORK)

    def without_work(self) -> "View":
        """The same view, whatever work the tickets have."""
        return replace(self, work="", **fields_of(WorkFilter()))

    def without_chip(self) -> TicketFilter:
        """The filter that the counts on the chips go by."""
        return TicketFilter(
            search=self.search,
            company_id=self.company_id,
            closed_from=date_of(self.closed_from),
            closed_to=date_of(self.closed_to),
            work=self.work_filter,
            owner=self.owner,
            lacks=MissingField(self.lacks) if self.lacks in tuple(MissingField) else None,
        )

    def filter(self) -> TicketFilter:
        """The filter of the rows."""
        chip, whole = self.chip, self.without_chip()
        if self.why:
            return replace(whole, refusal=Refusal(self.why))
        return replace(whole, statuses=chip.statuses, billing=chip.billing, billable=chip.billable, suspended=chip.suspended)


def filter_labels(t: Translator, view: View) -> list[str]:
    """What no field of the list shows: whose the tickets are, and what is not known of them."""
    words = [t.t("home.narrowed_owner", owner=view.owner)] if view.owner else []
    return words + ([t.t(f"missing_field.{view.lacks}")] if view.filter().lacks else [])
