"""The list of proposals and the review of one (spec, section 5; screens, Proposta)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast, func, select
from sqlmodel import Session

from domain.errors import InvalidInput, NotFound
from domain.model.base import contains, table_of
from domain.model.customers import Company
from domain.model.invoices import Invoice
from domain.model.proposals import Proposal, ProposalLine, Reason
from domain.model.tickets import Ticket
from domain.reads.invoice_amounts import NOTHING, amounts_by_proposal
from domain.rules.invoicing import Amounts
from domain.rules.text import search_text
from domain.vocabulary import LineState, ProposalStatus, RateSource
from storage.queries.proposals.line_entries import work_by_line

PAGE_LIMIT = 500
MAX_ROWS = 2**31

_proposal, _line, _company, _invoice = (table_of(model) for model in (Proposal, ProposalLine, Company, Invoice))


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What the list is narrowed to; empty means all. `search` looks at number and customer; `rejected`: sent back to DRAFT."""

    search: str = ""
    statuses: frozenset[ProposalStatus] = frozenset()
    company_id: int | None = None
    generation_id: int | None = None
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One row of the list. `net` (cents) and `minutes` are of the lines to bill."""

    id: int
    number: str
    company_id: int
    company: str
    status: ProposalStatus
    version: int
    created_at: datetime
    created_by: str
    tickets: int
    to_bill: int
    suspended: int
    not_billed: int
    minutes: int
    net: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line under review; rates in cents per hour, `net` in cents. `entries` is how many pieces of work it holds.

    `original_*` is what it was before it was adjusted, None where it never was. `apart` is what a line per entry comes to at
    the first rate, each rounded by itself; None where nothing is held any more.
    """

    id: int
    position: int
    ticket_id: int
    ticket_number: str
    ticket_title: str
    service_name: str
    description: str
    first_on: date
    last_on: date
    minutes: int
    rate: int
    list_rate: int
    rate_source: RateSource
    vat_rate: int
    vat_nature: str
    net: int
    state: LineState
    reason: str
    decided_by: str
    decided_at: datetime | None
    original_minutes: int | None
    original_rate: int | None
    original_description: str | None
    adjustment_reason: str
    adjusted_by: str
    adjusted_at: datetime | None
    entries: int
    apart: int | None

    @property
    def adjusted(self) -> bool:
        """Whether somebody changed what it bills."""
        return self.original_minutes is not None


@dataclass(frozen=True, slots=True)
class VatRow:
    """Net of one VAT rate, and the VAT on that sum; cents."""

    rate: int
    nature: str
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class StateTotal:
    """Lines in one state."""

    lines: int
    minutes: int
    net: int


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal with its lines, in order, and the amounts of its invoice. A cancelled one keeps its released lines readable."""

    id: int
    number: str
    company_id: int
    company: str
    status: ProposalStatus
    version: int
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    cancellation_reason: str
    submitted_at: datetime | None
    submitted_by: str
    approved_at: datetime | None
    approved_by: str
    approved_content: str
    rejection_comment: str
    invoice_id: int | None
    invoice_number: str
    generation_id: int
    lines: tuple[LineRow, ...]
    amounts: Amounts

    def total(self, state: LineState) -> StateTotal:
        """What the lines in `state` come to."""
        lines = [line for line in self.lines if line.state is state]
        return StateTotal(len(lines), sum(line.minutes for line in lines), sum(line.net for line in lines))

    @property
    def vat(self) -> tuple[VatRow, ...]:
        """VAT per rate on the sum of the net lines to bill (spec, section 4)."""
        return tuple(VatRow(*key, *pair) for key, pair in self.amounts.vat.items())


def line_totals(*narrowed: ColumnElement[bool]) -> Subquery:
    """What the lines of each proposal come to: `COUNTED`, by `proposal_id`."""

    def lines_in(state: LineState) -> ColumnElement[Any]:
        return func.sum(case((_line.c.state == state, 1), else_=0))

    def sum_to_bill(column: ColumnElement[Any]) -> ColumnElement[Any]:
        # PostgreSQL's sum of big integers is a decimal number, which money and hours are not.
        return cast(func.sum(case((_line.c.state == LineState.BILL, column), else_=0)), BigInteger)

    return (
        select(
            _line.c.proposal_id,
            func.count(_line.c.ticket_id.distinct()).label("tickets"),
            lines_in(LineState.BILL).label("to_bill"),
            lines_in(LineState.SUSPENDED).label("suspended"),
            lines_in(LineState.NOT_BILLED).label("not_billed"),
            sum_to_bill(_line.c.minutes).label("minutes"),
            sum_to_bill(_line.c.net).label("net"),
        )
        .where(*narrowed)
        .group_by(_line.c.proposal_id)
        .subquery()
    )


COUNTED = ("tickets", "to_bill", "suspended", "not_billed", "minutes", "net")
_sums = line_totals()

SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "number": _proposal.c.id,
    "company": _company.c.name,
    "status": _proposal.c.status,
    "created_at": _proposal.c.created_at,
    "created_by": _proposal.c.created_by,
    "tickets": _sums.c.tickets,
    "net": _sums.c.net,
}
"""Fields that a list may sort by."""


def proposal_page(
    session: Session, narrowed: ProposalFilter, *, sort: str = "number", descending: bool = True, start: int = 0, limit: int = 50
) -> list[ProposalRow]:
    """Rows `start` to `start + limit` of the filtered proposals. Raises InvalidInput for a field that is not sortable."""
    if sort not in SORTABLE:
        raise InvalidInput("unknown_sort", field=sort[:40])
    order = SORTABLE[sort].desc() if descending else SORTABLE[sort].asc()
    statement = (
        select(
            *(_proposal.c[name] for name in ("id", "number", "company_id", "status", "version", "created_at", "created_by")),
            _company.c.name.label("company"),
            *(_sums.c[name] for name in COUNTED),
        )
        .join_from(_proposal, _company, _proposal.c.company_id == _company.c.id)
        .join(_sums, _sums.c.proposal_id == _proposal.c.id)
        .where(*proposal_conditions(narrowed))
        .order_by(order, _proposal.c.id.desc())
        .offset(min(max(start, 0), MAX_ROWS))
        .limit(min(max(limit, 0), PAGE_LIMIT))
    )
    return [_proposal_row(row._asdict()) for row in session.execute(statement)]


def _proposal_row(row: dict[str, Any]) -> ProposalRow:
    whole = {name: int(row[name]) for name in COUNTED}
    return ProposalRow(**{**row, **whole})


def proposal_conditions(narrowed: ProposalFilter) -> list[ColumnElement[bool]]:
    """SQL conditions on proposals for a filter."""
    found: list[ColumnElement[bool]] = []
    if search := search_text(narrowed.search):
        named = select(_company.c.id).where(contains(_company.c.name, search))
        found.append(contains(_proposal.c.number, search) | _proposal.c.company_id.in_(named))
    if narrowed.statuses:
        found.append(_proposal.c.status.in_(narrowed.statuses))
    if narrowed.company_id is not None:
        found.append(_proposal.c.company_id == narrowed.company_id)
    if narrowed.generation_id is not None:
        found.append(_proposal.c.generation_id == narrowed.generation_id)
    if narrowed.rejected:
        found += [_proposal.c.status == ProposalStatus.DRAFT, _proposal.c.rejection_comment != ""]
    return found


def count_proposals(session: Session, narrowed: ProposalFilter) -> int:
    """How many proposals match."""
    statement = select(func.count()).select_from(_proposal).where(*proposal_conditions(narrowed))
    return int(session.execute(statement).scalar_one())


def counts_by_status(session: Session, narrowed: ProposalFilter) -> dict[ProposalStatus, int]:
    """How many proposals match, by status."""
    statement = select(_proposal.c.status, func.count()).where(*proposal_conditions(narrowed)).group_by(_proposal.c.status)
    return {row[0]: row[1] for row in session.execute(statement)}


def proposal_id_of(session: Session, number: str) -> int:
    """The id of a proposal by its number. Raises NotFound."""
    found = session.execute(select(_proposal.c.id).where(_proposal.c.number == number)).scalar_one_or_none()
    if found is None:
        raise NotFound("unknown_proposal", number=number[:40])
    return int(found)


def proposal_detail(session: Session, proposal_id: int) -> ProposalDetail:
    """One proposal whole. Raises NotFound."""
    head = session.execute(
        select(_proposal, _company.c.name.label("company"), func.coalesce(_invoice.c.number, "").label("invoice_number"))
        .join_from(_proposal, _company, _proposal.c.company_id == _company.c.id)
        .outerjoin(_invoice, _invoice.c.id == _proposal.c.invoice_id)
        .where(_proposal.c.id == proposal_id)
    ).one_or_none()
    if head is None:
        raise NotFound("unknown_proposal", number=str(proposal_id))
    ticket, held = table_of(Ticket), work_by_line(proposal_id)
    elsewhere = ("ticket_number", "ticket_title", "entries", "apart")
    lines = session.execute(
        select(
            *(_line.c[name] for name in LineRow.__slots__ if name not in elsewhere),
            ticket.c.number.label("ticket_number"),
            ticket.c.title.label("ticket_title"),
            func.coalesce(held.c.entries, 0).label("entries"),
            held.c.apart,
        )
        .join_from(_line, ticket, _line.c.ticket_id == ticket.c.id)
        .outerjoin(held, held.c.line_id == _line.c.id)
        .where(_line.c.proposal_id == proposal_id)
        .order_by(_line.c.position)
    )
    rows = tuple(LineRow(**line._asdict()) for line in lines)
    amounts = amounts_by_proposal(session, _proposal.c.id == proposal_id).get(proposal_id, NOTHING)
    return ProposalDetail(**head._asdict(), lines=rows, amounts=amounts)


def usual_reasons(session: Session) -> list[str]:
    """The firm's usual reasons, in their order."""
    reason = table_of(Reason).c
    return list(session.execute(select(reason.text).order_by(reason.position)).scalars())
