"""What the figures of the home page are called, and which address opens the list behind each (screens)."""

from typing import Final

from domain.reads.work_buckets import first_of_month
from storage.queries.home.charts import Chart
from storage.queries.home.figures import Figure, Opens
from storage.queries.invoices.table import InvoiceFilter
from storage.queries.proposals.table import ProposalFilter
from storage.queries.suspended.table import SuspendedFilter
from ui.i18n import Translator
from ui.kit.addresses.invoices import View as InvoiceView
from ui.kit.addresses.proposals import View as ProposalView
from ui.kit.addresses.suspended import DUE
from ui.kit.addresses.suspended import View as SuspendedView
from ui.kit.addresses.tickets import View as TicketView
from ui.kit.addresses.work import name_text

IN_HOURS: Final = frozenset({Chart.CONTRACT_MONTH, Chart.CONTRACT_NAME, Chart.OWN_MONTH})
"""Charts whose bars are as long as the work; the others as what it is worth."""

BY_MONTH: Final = frozenset({Chart.INVOICED_MONTH, Chart.CONTRACT_MONTH, Chart.OWN_MONTH})

_COUNTED: Final = {Chart.PROPOSALS: "home.proposals", Chart.INVOICED_MONTH: "home.documents"}
_NAMELESS: Final = {
    Chart.TO_BILL_CUSTOMER: "reconciliation.none.customer",
    Chart.NOT_BILLED_CUSTOMER: "reconciliation.none.customer",
    Chart.NOT_BILLED_OPERATOR: "reconciliation.none.operator",
    Chart.NOT_BILLED_REASON: "home.none.reason",
    Chart.SUSPENDED_REASON: "home.none.reason",
    Chart.CONTRACT_NAME: "home.none.contract",
}


def bar_name(t: Translator, chart: Chart, bar: Figure) -> str:
    """What stands beside a bar."""
    if chart in BY_MONTH:
        return t.short_month(first_of_month(bar.name))
    if chart is Chart.PROPOSALS:
        return t.t(f"proposal_status.{bar.name}")
    if chart in (Chart.TO_BILL_AGE, Chart.SUSPENDED_AGE):
        return t.t(f"home.age.{bar.name}")
    return bar.name or t.t(_NAMELESS[chart])


def counted(t: Translator, chart: Chart, count: int) -> str:
    """`27 ticket`, `3 proposte`, `12 documenti`."""
    return t.n(_COUNTED.get(chart, "tickets.count"), count)


def worth(t: Translator, chart: Chart, bar: Figure) -> str:
    """What the length of a bar says."""
    return t.hours(bar.minutes) if chart in IN_HOURS else t.money(bar.cents)


def address(opens: Opens) -> str:
    """The path of the list with this filter. Raises LookupError where none can be."""
    if isinstance(opens, ProposalFilter):
        proposals = ProposalView(status=next(iter(opens.statuses), ""), back="1" if opens.rejected else "")
        return _showing(opens, proposals.filter(), proposals.address)
    if isinstance(opens, SuspendedFilter):
        days = {name: _day(getattr(opens, name)) for name in ("since_from", "since_to")}
        return SuspendedView(show=DUE if opens.due_by else "all", reason=name_text(opens.reason), **days).address
    if isinstance(opens, InvoiceFilter):
        days = {name: _day(getattr(opens, name)) for name in ("issued_from", "issued_to")}
        invoices = InvoiceView(kind=opens.kind or "", **days)
        return _showing(opens, invoices.filter, invoices.address)
    view = TicketView.of_filter(opens)
    return _showing(opens, opens if view else None, view.address if view else "")


def _showing(opens: Opens, shown: Opens | None, path: str) -> str:
    if shown != opens:
        raise LookupError(f"no list shows {opens}")
    return path


def _day(day: object) -> str:
    return str(day or "")
