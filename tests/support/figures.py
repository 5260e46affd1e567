"""Every figure of every page, with the list or document behind its link: how many rows, and what they add up to.

What a figure says is read as its page reads it; the list is read by the filter of the address that the figure links to, row by
row and as its foot says it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.contracts import ServiceContract
from domain.model.customers import Company
from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import LOST, WorkFilter
from domain.vocabulary import Bucket, ProposalStatus, Role, TicketStatus
from storage.queries.contracts.detail import contract_detail, covered_tickets
from storage.queries.home.charts import Chart, plots_for
from storage.queries.home.figures import CARDS, Card, Figure, Opens, waiting_for
from storage.queries.invoices.table import InvoiceFilter, invoice_page, invoice_totals
from storage.queries.proposals.inbox import count_waiting, waiting_proposals
from storage.queries.proposals.table import ProposalFilter, proposal_page
from storage.queries.proposals.totals import proposal_totals
from storage.queries.reconciliation.buckets import Amount, Dimension, bucket_matrix, prove, work_behind
from storage.queries.records.records import to_bill
from storage.queries.suspended.table import (
    SuspendedFilter,
    SuspendedSelection,
    count_due,
    count_suspended,
    suspended_page,
    suspended_totals,
)
from storage.queries.tickets.detail import ticket_detail
from storage.queries.tickets.grid import (
    count_minutes,
    count_tickets,
    counts_by_state,
    refusal_counts,
    ticket_page,
)
from ui.home.labels import address
from ui.kit.addresses.invoices import View as InvoiceView
from ui.kit.addresses.proposals import View as ProposalView
from ui.kit.addresses.suspended import View as SuspendedView
from ui.kit.addresses.tickets import CHIPS, View

FIELDS: Final = {
    Dimension.MONTH: "month",
    Dimension.CUSTOMER: "company_id",
    Dimension.OPERATOR: "operator",
    Dimension.SERVICE: "service_id",
}
ROLES: Final = tuple(CARDS)
_PAGE: Final = 500


class Sums(NamedTuple):
    """Rows, minutes, cents."""

    rows: int = 0
    minutes: int = 0
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure by its name, what it says, and what is behind it."""

    name: str
    says: Any
    behind: Any


def every_figure(session: Session, people: Mapping[Role, str], today: date, *, step: int = 1) -> Iterator[Compared]:
    """All figures, for the person of each role; of many alike, cells and companies, each `step`th."""
    for role, person in people.items():
        yield from cards(session, role, person, today)
    for role in (Role.OPERATOR, Role.BILLING_MANAGER):
        yield from bars(session, role, people[role], today)
    yield from reconciliation(session, step)
    yield from suspended(session, today)
    yield from chips(session)
    yield from rail(session, people)
    yield from master_data(session, step)
    yield from contracts(session)
    yield from tickets(session)


# ---- what a list shows


def rows_of(session: Session, opens: Opens) -> Sums:
    """Every row of a list, added up."""
    read: Any = {
        TicketFilter: lambda at: ticket_page(session, opens, start=at, limit=_PAGE),  # type: ignore[arg-type]
        ProposalFilter: lambda at: proposal_page(session, opens, start=at, limit=_PAGE),  # type: ignore[arg-type]
        SuspendedFilter: lambda at: suspended_page(session, opens, start=at, limit=_PAGE),  # type: ignore[arg-type]
        InvoiceFilter: lambda at: invoice_page(session, opens, start=at, limit=_PAGE),  # type: ignore[arg-type]
    }[type(opens)]
    found: list[Any] = []
    while not len(found) % _PAGE and (rows := read(len(found))):
        found += rows
    minutes = sum(getattr(row, "minutes", 0) for row in found)
    return Sums(len(found), minutes, sum(_cents(row) for row in found))


def _cents(row: Any) -> int:
    if hasattr(row, "value"):
        return int(row.value)
    return int(-row.net if getattr(row, "kind", None) == "credit_note" else row.net)


def foot_of(session: Session, opens: Opens) -> Sums:
    """What the foot of a list says."""
    if isinstance(opens, SuspendedFilter):
        totals = suspended_totals(session, SuspendedSelection(filter=opens))
        return Sums(totals.tickets, totals.minutes, totals.value)
    if isinstance(opens, ProposalFilter):
        return Sums(*proposal_totals(session, opens))
    if isinstance(opens, InvoiceFilter):
        documents = invoice_totals(session, opens)
        return Sums(documents.documents, 0, documents.net)
    work = work_behind(session, opens)
    if work is None:
        return Sums(*count_minutes(session, opens))
    return Sums(count_tickets(session, opens), work.minutes, work.cents)


def filter_at(path: str, today: date) -> Opens:
    """The filter of the list that an address opens."""
    place, _, text = path.partition("?")
    query = dict(parse_qsl(text, keep_blank_values=True))
    if place == "/suspended":
        return SuspendedView.of_query(query).filter(today)
    if place == "/proposals":
        return ProposalView.of_query(query).filter()
    return InvoiceView.of_query(query).filter if place == "/invoices" else View.of_query(query).filter()


# ---- what pages say


def cards(session: Session, role: Role, person: str, today: date) -> Iterator[Compared]:
    """The cards of a role."""
    for card, figure in waiting_for(session, role, person, today).cards.items():
        if card is not Card.PROOF:
            yield from _opened(session, f"home {role} {card}", figure, today)


def bars(session: Session, role: Role, person: str, today: date) -> Iterator[Compared]:
    """The bars of a role: an operator has their own, whoever bills has the others."""
    waiting = waiting_for(session, role, person, today)
    for chart, plot in plots_for(session, role, person if waiting.own else None, today).items():
        for bar in plot.bars:
            yield from _opened(session, f"home {role} {chart} {bar.name!r}", bar, today)


def _opened(session: Session, name: str, figure: Figure, today: date) -> Iterator[Compared]:
    assert figure.opens is not None
    says, opens = Sums(figure.count, figure.minutes, figure.cents), filter_at(address(figure.opens), today)
    rows = rows_of(session, opens)
    # Tickets that are not filtered by work have no worth on the card: it takes a service to have a price.
    priced = not isinstance(opens, TicketFilter) or opens.work is not None
    yield Compared(f"{name}: rows", says, rows if priced else replace_cents(rows))
    yield Compared(f"{name}: foot", says, foot_of(session, opens))


def replace_cents(sums: Sums) -> Sums:
    """The same without worth."""
    return sums._replace(cents=0)


def reconciliation(session: Session, step: int) -> Iterator[Compared]:
    """The proof, the figure of each bucket, and each cell of each matrix."""
    proof = prove(session)
    yield Compared("proof", proof.differences, ())
    for bucket, amount in proof.buckets.items():
        yield from _cell(session, f"bucket {bucket}", amount, WorkFilter(bucket))
    for by in Dimension:
        matrix = bucket_matrix(session, by, WorkFilter())
        for bucket in Bucket:
            yield Compared(f"matrix {by} {bucket}: total", matrix.cells[bucket].minutes, proof.buckets[bucket].minutes)
            yield Compared(f"matrix {by} {bucket}: total", matrix.cells[bucket].cents, proof.buckets[bucket].cents)
        cells = [
            (amount, _within(by, row.key, bucket))
            for row in matrix.rows
            for bucket, amount in (*row.cells.items(), (None, row.total))
        ]
        for amount, work in cells[::step]:
            yield from _cell(session, f"matrix {work}", amount, work)


def _within(by: Dimension, key: int | str, bucket: Bucket | None) -> WorkFilter:
    work: dict[str, Any] = {FIELDS[by]: key}
    return WorkFilter(bucket, **work)


def _cell(session: Session, name: str, amount: Amount, work: WorkFilter) -> Iterator[Compared]:
    opens = filter_at(View.of_work(work).address, date.min)
    assert isinstance(opens, TicketFilter)
    assert opens.work == work, name
    says, rows = (amount.minutes, amount.cents), rows_of(session, opens)
    yield Compared(f"{name}: rows", says, rows[1:])
    yield Compared(f"{name}: foot", says, foot_of(session, opens)[1:])


def suspended(session: Session, today: date) -> Iterator[Compared]:
    """The list with its chips; by reason and by age it adds up to the same."""
    everything = SuspendedFilter()
    whole = foot_of(session, everything)
    yield Compared("suspended", whole, rows_of(session, everything))
    yield Compared("suspended: due", count_due(session, everything, today), rows_of(session, SuspendedFilter(due_by=today)).rows)
    plots = plots_for(session, Role.BILLING_MANAGER, None, today)
    for chart in (Chart.SUSPENDED_AGE, Chart.SUSPENDED_REASON):
        if plots[chart].groups == len(plots[chart].bars):
            of = [(bar.minutes, bar.cents) for bar in plots[chart].bars]
            yield Compared(f"suspended: {chart}", tuple(map(sum, zip(*of, strict=True))) or (0, 0), whole[1:])


def chips(session: Session) -> Iterator[Compared]:
    """The chips above the list of tickets, and the reasons that hold tickets up."""
    states, refusals = counts_by_state(session, TicketFilter()), refusal_counts(session, TicketFilter())
    for chip in CHIPS:
        opens = View(show=chip.name).filter()
        yield Compared(f"chip {chip.name}", chip.count(states, refusals), count_tickets(session, opens))
    for code, count in refusals.reasons.items():
        yield Compared(f"chip {code}", count, count_tickets(session, View(show="refused", why=code).filter()))
    to_bill_ = sum(count for (_, billing), count in states.items() if billing == "to_bill")
    yield Compared("chips: ready and blocked", refusals.billable + refusals.blocked, to_bill_)


def rail(session: Session, people: Mapping[Role, str]) -> Iterator[Compared]:
    """The counters beside the places, the pages behind them, and the same words elsewhere."""
    submitted = foot_of(session, ProposalFilter(statuses=frozenset({ProposalStatus.SUBMITTED})))
    for person in people.values():
        inbox = waiting_proposals(session, person)
        says = (inbox.count, len(inbox.rows), sum(row.minutes for row in inbox.rows), inbox.net)
        yield Compared(f"rail: approvals, {person}", says, (count_waiting(session), *submitted))
    waits = rows_of(session, SuspendedFilter()).rows
    yield Compared("rail: suspended", count_suspended(session), waits)
    yield Compared("chip: suspended", refusal_counts(session, TicketFilter()).suspended, waits)


def master_data(session: Session, step: int) -> Iterator[Compared]:
    """What companies have to bill."""
    ids = list(session.execute(select(table_of(Company).c.id)).scalars())
    found = to_bill(session, ids)
    for company_id in ids[::step]:
        rows = rows_of(session, TicketFilter(work=WorkFilter(Bucket.TO_BILL, company_id=company_id)))
        says = found.get(company_id)
        yield Compared(f"company {company_id}", (says.tickets, says.value) if says else (0, 0), (rows.rows, rows.cents))


def contracts(session: Session) -> Iterator[Compared]:
    """The page of each contract: its sums and its counts against the tickets that it lists."""
    for contract_id in session.execute(select(table_of(ServiceContract).c.id)).scalars():
        detail = contract_detail(session, contract_id)
        rows = covered_tickets(session, contract_id, limit=_PAGE)
        sums = (sum(row.minutes for row in rows), sum(row.value for row in rows))
        yield Compared(f"contract {contract_id}", (detail.minutes, detail.value), sums)
        for status in TicketStatus:
            count = len(covered_tickets(session, contract_id, status, limit=_PAGE))
            yield Compared(f"contract {contract_id} {status}", detail.tickets.get(status, 0), count)
        covered = sum(row.covered for row in rows)
        behind = work_behind(session, TicketFilter(work=WorkFilter(Bucket.CONTRACT, contract_id=contract_id)))
        yield Compared(f"contract {contract_id} covered", covered, behind.minutes if behind else 0)


def tickets(session: Session) -> Iterator[Compared]:
    """A ticket of each bucket: its row, its page and its documents."""
    for bucket in Bucket:
        for row in ticket_page(session, TicketFilter(work=WorkFilter(bucket)), limit=3):
            detail = ticket_detail(session, row.id)
            part = [entry.parts[bucket] for entry in detail.entries if bucket in entry.parts]
            sums = (sum(one.minutes for one in part), sum(one.net for one in part))
            yield Compared(f"ticket {row.number} {bucket}", sums, (row.minutes, row.value))
            parted = row.whole_minutes is not None
            whole = (row.whole_minutes, row.whole_value) if parted else (row.minutes, row.value)
            yield Compared(f"ticket {row.number}", (detail.minutes, detail.value), whole)
            invoiced = sum(entry.parts[Bucket.INVOICED].net for entry in detail.entries if Bucket.INVOICED in entry.parts)
            yield Compared(f"ticket {row.number} documents", sum(one.net for one in detail.documents), invoiced)
    lost = foot_of(session, TicketFilter(work=WorkFilter(lost=True)))
    parts = [foot_of(session, TicketFilter(work=WorkFilter(bucket))) for bucket in LOST]
    yield Compared("lost", lost[1:], tuple(map(sum, zip(*(part[1:] for part in parts), strict=True))))
