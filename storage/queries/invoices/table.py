"""Invoices and credit notes: the list, and single documents (spec, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from domain.errors import InvalidInput, NotFound
from domain.model.base import contains, table_of
from domain.model.invoices import Invoice, InvoiceLine, InvoiceVat
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket
from domain.rules.text import search_text
from domain.vocabulary import InvoiceKind
from storage.queries.proposals.table import MAX_ROWS, PAGE_LIMIT, VatRow
from storage.queries.tickets.detail import HistoryRow, invoice_history

_invoice, _line = table_of(Invoice), table_of(InvoiceLine)
_proposal, _proposal_line = table_of(Proposal), table_of(ProposalLine)
_note = _invoice.alias("note")

_buyer = _invoice.c.buyer["name"].as_string()


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Filters of the list; empty means all. `search` covers number and customer; dates are inclusive."""

    search: str = ""
    kind: InvoiceKind | None = None
    company_id: int | None = None
    issued_from: date | None = None
    issued_to: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A row of the list; cents, positive for credit notes too. `company` is the customer's name on the document.

    `credits` is the number of the invoice that a credit note credits; `credited` what credit notes took off an invoice's total.
    """

    id: int
    number: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    company_id: int
    company: str
    net: int
    vat: int
    total: int
    payable: int
    credits: str
    credited: int


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """Totals of the matching documents in cents; credit notes count negative."""

    documents: int
    net: int
    vat: int
    total: int


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A related document; `total` in cents."""

    id: int
    number: str
    issued_on: date
    total: int


@dataclass(frozen=True, slots=True)
class InvoiceLineRow:
    """A line as issued: minutes x `rate` (cents per hour) = `net` (cents); VAT rates in hundredths of a percent.

    `ticket_title` is what the ticket is called now; `note_id` and `note_number` are of the credit note that credits the line.
    """

    id: int
    position: int
    ticket_id: int
    ticket_number: str
    ticket_title: str
    service_name: str
    description: str
    minutes: int
    rate: int
    vat_rate: int
    vat_nature: str
    net: int
    proposal_id: int
    proposal_number: str
    note_id: int | None
    note_number: str


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """A document in full. `seller` and `buyer` are the copies that it holds; money in cents.

    An invoice has `notes`, the credit notes on it; a credit note has `credits`, the invoice that it credits.
    """

    id: int
    number: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    company_id: int
    seller: dict[str, Any]
    buyer: dict[str, Any]
    net: int
    vat: int
    stamp_duty: int
    total: int
    payable: int
    reason: str
    issued_at: datetime
    issued_by: str
    lines: tuple[InvoiceLineRow, ...]
    vat_rows: tuple[VatRow, ...]
    credits: DocumentLink | None
    notes: tuple[DocumentLink, ...]
    history: tuple[HistoryRow, ...]

    @property
    def proposals(self) -> dict[int, str]:
        """Numbers of its proposals, by id."""
        return {line.proposal_id: line.proposal_number for line in self.lines}

    @property
    def creditable(self) -> tuple[InvoiceLineRow, ...]:
        """Lines that a credit note may still credit."""
        return tuple(line for line in self.lines if line.note_id is None) if self.kind is InvoiceKind.INVOICE else ()


SORTABLE: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "number": (_invoice.c.series, _invoice.c.year, _invoice.c.ordinal),
    "issued_on": (_invoice.c.issued_on,),
    "due_on": (_invoice.c.due_on,),
    "company": (_buyer,),
    "net": (_invoice.c.net,),
    "total": (_invoice.c.total,),
}
"""Fields that a list may sort by."""


def invoice_page(
    session: Session,
    narrowed: InvoiceFilter,
    *,
    sort: str = "issued_on",
    descending: bool = True,
    start: int = 0,
    limit: int = 50,
) -> list[InvoiceRow]:
    """Rows `start` to `start + limit` of the filtered documents. Raises InvalidInput for a field that is not sortable."""
    if sort not in SORTABLE:
        raise InvalidInput("unknown_sort", field=sort[:40])
    credited = select(func.coalesce(func.sum(_note.c.total), 0)).where(_note.c.credited_id == _invoice.c.id).scalar_subquery()
    of = _invoice.alias("credited_invoice")
    plain = ("id", "number", "kind", "issued_on", "due_on", "company_id", "net", "vat", "total", "payable")
    statement = (
        select(
            *(_invoice.c[name] for name in plain),
            _buyer.label("company"),
            func.coalesce(of.c.number, "").label("credits"),
            credited.label("credited"),
        )
        .select_from(_invoice.outerjoin(of, _invoice.c.credited_id == of.c.id))
        .where(*_conditions(narrowed))
        .order_by(*(column.desc() if descending else column.asc() for column in (*SORTABLE[sort], _invoice.c.id)))
        .offset(min(max(start, 0), MAX_ROWS))
        .limit(min(max(limit, 0), PAGE_LIMIT))
    )
    return [InvoiceRow(**{**row._asdict(), "credited": int(row.credited)}) for row in session.execute(statement)]


def _conditions(narrowed: InvoiceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search := search_text(narrowed.search):
        found.append(contains(_invoice.c.number, search) | contains(_buyer, search))
    if narrowed.kind is not None:
        found.append(_invoice.c.kind == narrowed.kind)
    if narrowed.company_id is not None:
        found.append(_invoice.c.company_id == narrowed.company_id)
    if narrowed.issued_from is not None:
        found.append(_invoice.c.issued_on >= narrowed.issued_from)
    if narrowed.issued_to is not None:
        found.append(_invoice.c.issued_on <= narrowed.issued_to)
    return found


def invoice_totals(session: Session, narrowed: InvoiceFilter) -> InvoiceTotals:
    """Number and totals of the matching documents."""
    sign = case((_invoice.c.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
    sums = (func.coalesce(func.sum(sign * _invoice.c[name]), 0) for name in ("net", "vat", "total"))
    row = session.execute(select(func.count(), *sums).select_from(_invoice).where(*_conditions(narrowed))).one()
    return InvoiceTotals(*(int(value) for value in row))


def invoice_id_of(session: Session, number: str) -> int:
    """The id of a document by its number. Raises NotFound."""
    found = session.execute(select(_invoice.c.id).where(_invoice.c.number == number)).scalar_one_or_none()
    if found is None:
        raise NotFound("unknown_invoice", number=number[:40])
    return int(found)


def invoice_detail(session: Session, invoice_id: int) -> InvoiceDetail:
    """A document in full. Raises NotFound."""
    names = (
        "id", "number", "kind", "issued_on", "due_on", "company_id", "seller", "buyer", "net", "vat", "stamp_duty", "total",
        "payable", "reason", "issued_at", "issued_by", "credited_id",
    )  # fmt: skip
    head = session.execute(select(*(_invoice.c[name] for name in names)).where(_invoice.c.id == invoice_id)).one_or_none()
    if head is None:
        raise NotFound("unknown_invoice", number=str(invoice_id))
    plain = {name: value for name, value in head._asdict().items() if name != "credited_id"}
    vat = table_of(InvoiceVat).c
    rates = session.execute(
        select(vat.rate, vat.nature, vat.net, vat.vat).where(vat.invoice_id == invoice_id).order_by(vat.rate.desc(), vat.nature)
    )
    credited = _links(session, _invoice.c.id == head.credited_id) if head.credited_id is not None else [None]
    return InvoiceDetail(
        **plain,
        lines=_lines(session, invoice_id),
        vat_rows=tuple(VatRow(*row) for row in rates),
        credits=credited[0],
        notes=tuple(_links(session, _invoice.c.credited_id == invoice_id)),
        history=invoice_history(session, invoice_id),
    )


def _links(session: Session, which: ColumnElement[bool]) -> list[DocumentLink]:
    names = ("id", "number", "issued_on", "total")
    rows = session.execute(select(*(_invoice.c[name] for name in names)).where(which).order_by(_invoice.c.id))
    return [DocumentLink(*row) for row in rows]


def _lines(session: Session, invoice_id: int) -> tuple[InvoiceLineRow, ...]:
    ticket, crediting = table_of(Ticket), _line.alias("crediting")
    plain = (
        "id", "position", "ticket_number", "service_name", "description", "minutes", "rate", "vat_rate", "vat_nature", "net",
    )  # fmt: skip
    rows = session.execute(
        select(
            *(_line.c[name] for name in plain),
            ticket.c.id.label("ticket_id"),
            ticket.c.title.label("ticket_title"),
            _proposal.c.id.label("proposal_id"),
            _proposal.c.number.label("proposal_number"),
            _note.c.id.label("note_id"),
            func.coalesce(_note.c.number, "").label("note_number"),
        )
        .select_from(
            _line.join(_proposal_line, _line.c.proposal_line_id == _proposal_line.c.id)
            .join(_proposal, _proposal_line.c.proposal_id == _proposal.c.id)
            .join(ticket, _proposal_line.c.ticket_id == ticket.c.id)
            .outerjoin(crediting, crediting.c.credited_line_id == _line.c.id)
            .outerjoin(_note, crediting.c.invoice_id == _note.c.id)
        )
        .where(_line.c.invoice_id == invoice_id)
        .order_by(_line.c.position)
    )
    return tuple(InvoiceLineRow(**row._asdict()) for row in rows)
