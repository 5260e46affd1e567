"""Writing invoices and credit notes: numbered in the transaction that writes them, never changed again (spec, section 5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.core.numbers import last_document, take_dated_numbers
from domain.actions.settings.firm import data_of
from domain.errors import Refused
from domain.model.base import bulk_insert, reserve_ids, table_of
from domain.model.invoices import Firm, Invoice, InvoiceLine, InvoiceVat
from domain.rules.invoicing import Amounts
from domain.rules.issuing import date_objections, issuer_objections
from domain.rules.numbering import document_number

COPIED = ("ticket_number", "service_name", "description", "minutes", "rate", "vat_rate", "vat_nature", "net")
"""What a line of a document takes over from the line that it bills or credits."""


class DocumentLine(NamedTuple):
    """`copied` has the columns of COPIED; `credited_line_id` is the invoice line that a line of a credit note credits."""

    proposal_line_id: int
    copied: Mapping[str, Any]
    credited_line_id: int | None = None


def copied(row: Any) -> dict[str, Any]:
    """The columns of COPIED of a row that has them all."""
    return {name: getattr(row, name) for name in COPIED}


class Draft(NamedTuple):
    """A document before it has a number: `head` is its row without id, series, number and date of issue."""

    head: dict[str, Any]
    lines: Sequence[DocumentLine]
    amounts: Amounts


class Issued(NamedTuple):
    """A document that was written."""

    id: int
    number: str
    net: int
    total: int
    issued_on: date


def document_objections(session: Session, firm: Firm, series: str, day: date, today: date) -> list[Refused]:
    """Why no document of this series and date can be issued now, whoever it is for; for preview and write alike."""
    return [*date_objections(day, today, last_document(session, series)), *issuer_objections(data_of(firm))]


def write_documents(session: Session, actor: Actor, drafts: Sequence[Draft], series: str, issued_on: date) -> list[Issued]:
    """Number documents of one date and write them whole. The last step of an action: who waits for the series waits for no more.

    Raises Refused `date_goes_back`.
    """
    first = take_dated_numbers(session, series, issued_on, len(drafts))
    ids = reserve_ids(session, Invoice, len(drafts))
    rows, issued = [], []
    for place, (id_, draft) in enumerate(zip(ids, drafts, strict=True)):
        row = _row(id_, draft, series, issued_on, first + place, actor)
        rows.append(row)
        issued.append(Issued(id_, row["number"], draft.amounts.net, draft.amounts.total, issued_on))
    bulk_insert(session, Invoice, rows)
    _write_lines(session, list(zip(ids, drafts, strict=True)))
    vat = [
        {"invoice_id": id_, "rate": key.rate, "nature": key.nature, "net": net, "vat": tax}
        for id_, draft in zip(ids, drafts, strict=True)
        for key, (net, tax) in draft.amounts.vat.items()
    ]
    bulk_insert(session, InvoiceVat, vat)
    return issued


def _row(id_: int, draft: Draft, series: str, issued_on: date, ordinal: int, actor: Actor) -> dict[str, Any]:
    amounts = draft.amounts
    return {
        "id": id_,
        **draft.head,
        "series": series,
        "year": issued_on.year,
        "ordinal": ordinal,
        "number": document_number(series, issued_on.year, ordinal),
        "issued_on": issued_on,
        "net": amounts.net,
        "vat": amounts.vat_total,
        "stamp_duty": amounts.stamp_duty,
        "total": amounts.total,
        "payable": amounts.payable,
        "issued_at": actor.now,
        "issued_by": actor.name,
    }


def _write_lines(session: Session, documents: Sequence[tuple[int, Draft]]) -> None:
    lines = [(id_, position, line) for id_, draft in documents for position, line in enumerate(draft.lines, start=1)]
    ids = reserve_ids(session, InvoiceLine, len(lines))
    bulk_insert(
        session,
        InvoiceLine,
        (
            {
                "id": line_id,
                "invoice_id": id_,
                "position": position,
                "proposal_line_id": line.proposal_line_id,
                **line.copied,
                "credited_line_id": line.credited_line_id,
            }
            for line_id, (id_, position, line) in zip(ids, lines, strict=True)
        ),
    )


def vat_by_document(session: Session, which: Any) -> list[Any]:
    """Rows of (rate, nature, net, vat) of the documents that meet a condition on the invoice table."""
    vat, invoice = table_of(InvoiceVat), table_of(Invoice)
    statement = select(vat.c.rate, vat.c.nature, vat.c.net, vat.c.vat).join_from(vat, invoice, vat.c.invoice_id == invoice.c.id)
    return list(session.execute(statement.where(which)))
