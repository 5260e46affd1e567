"""The documents that bill the work of a ticket, or credit it (spec, section 5)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.invoices import Invoice, InvoiceLine
from domain.model.proposals import ProposalLine
from domain.vocabulary import InvoiceKind


@dataclass(frozen=True, slots=True)
class TicketDocument:
    """An invoice or a credit note with lines of a ticket; `net` in cents is of these lines alone, below zero on a credit note."""

    id: int
    number: str
    kind: InvoiceKind
    issued_on: date
    issued_at: datetime
    net: int


def documents_of(session: Session, ticket_id: int) -> tuple[TicketDocument, ...]:
    """The documents of a ticket, oldest first."""
    invoice, line, billed = table_of(Invoice), table_of(InvoiceLine), table_of(ProposalLine)
    names = ("id", "number", "kind", "issued_on", "issued_at")
    sign = case((invoice.c.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
    statement = (
        select(*(invoice.c[name] for name in names), (sign * func.sum(line.c.net)).label("net"))
        .join_from(billed, line, line.c.proposal_line_id == billed.c.id)
        .join(invoice, invoice.c.id == line.c.invoice_id)
        .where(billed.c.ticket_id == ticket_id)
        .group_by(invoice.c.id)
        .order_by(invoice.c.id)
    )
    return tuple(TicketDocument(**{**row._asdict(), "net": int(row.net)}) for row in session.execute(statement))
