"""Credit notes: whole or by line; what they credit is suspended work again, and can be billed again once (spec, section 5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session, col

from domain.actions.acting import Actor, authorise
from domain.actions.audit import record
from domain.actions.documents import (
    COPIED,
    DocumentLine,
    Draft,
    Issued,
    copied,
    firm_of,
    issue_date,
    vat_by_document,
    write_documents,
)
from domain.actions.lines import follow_lines, lock_proposals, required_reason, touch
from domain.errors import InvalidInput, NotFound, Refused
from domain.model.base import among, table_of
from domain.model.invoices import Invoice, InvoiceLine
from domain.model.proposals import Proposal, ProposalLine
from domain.rules.invoicing import VatKey, credit_amounts
from domain.vocabulary import AuditAction, BillingEvent, InvoiceKind, LineState, Permission


@dataclass(frozen=True, slots=True)
class Credit:
    """Which invoice, which of its lines (empty: all that are left), why, and dated when (None: today)."""

    invoice_id: int
    reason: str
    line_ids: frozenset[int] = frozenset()
    issued_on: date | None = None


def credit(session: Session, command: Credit, *, actor: Actor) -> Issued:
    """Issue a credit note. Its entries become suspended with the reason. Never commits.

    Raises PermissionDenied, NotFound, InvalidInput (`date_in_future`, `date_before_invoice`), Refused (`reason_required`,
    `already_credited`, `not_an_invoice`, `date_goes_back`).
    """
    authorise(session, actor, Permission.CREDIT)
    reason = required_reason(command.reason)
    invoice = _opened(session, command.invoice_id, actor)
    issued_on = issue_date(command.issued_on, actor)
    if issued_on < invoice.issued_on:
        raise InvalidInput("date_before_invoice", field="issued_on", number=invoice.number, day=invoice.issued_on)
    lines = _lines(session, invoice, command.line_ids)
    draft = _draft(session, invoice, lines, reason, issued_on)
    _suspend(session, lines, reason, actor)
    [note] = write_documents(session, actor, [draft], firm_of(session).credit_series, issued_on)
    about = {"number": note.number, "credits": invoice.number, "lines": len(lines), "net": note.net, "total": note.total}
    for subject_id in (command.invoice_id, note.id):
        record(session, actor, AuditAction.CREDITED, "invoice", subject_id, after=about, reason=reason)
    return note


def _opened(session: Session, invoice_id: int, actor: Actor) -> Invoice:
    """The invoice, with the proposals behind it locked: an issued row itself is never written, so these stand for it."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("unknown_invoice", number=str(invoice_id))
    if invoice.kind is not InvoiceKind.INVOICE:
        raise Refused("not_an_invoice", number=invoice.number)
    proposal = table_of(Proposal).c
    behind = session.execute(select(proposal.id).where(proposal.invoice_id == invoice_id)).scalars().all()
    for one in lock_proposals(session, behind):
        touch(one, actor)
    session.flush()
    return invoice


def _lines(session: Session, invoice: Invoice, line_ids: frozenset[int]) -> list[Row[Any]]:
    """The invoice's lines to credit. Raises Refused `already_credited`, NotFound `unknown_invoice_line`."""
    line = table_of(InvoiceLine)
    note = line.alias("note")
    rows = session.execute(
        select(line.c.id, line.c.proposal_line_id, *(line.c[name] for name in COPIED), note.c.id.label("note_line"))
        .select_from(line.outerjoin(note, note.c.credited_line_id == line.c.id))
        .where(line.c.invoice_id == invoice.id)
        .order_by(line.c.position)
    ).all()
    if line_ids - {row.id for row in rows}:
        raise NotFound("unknown_invoice_line", number=invoice.number)
    chosen = [row for row in rows if row.id in line_ids] if line_ids else [row for row in rows if not row.note_line]
    if not chosen or any(row.note_line for row in chosen):
        raise Refused("already_credited", number=invoice.number)
    return chosen


def _draft(session: Session, invoice: Invoice, lines: list[Row[Any]], reason: str, issued_on: date) -> Draft:
    credited = _vat(session, col(Invoice.credited_id) == invoice.id)
    invoiced = _vat(session, col(Invoice.id) == invoice.id)
    keyed = [(VatKey(row.vat_rate, row.vat_nature), row.net) for row in lines]
    ends_it = sum(net for net, _ in credited.values()) + sum(net for _, net in keyed) == invoice.net
    stamp_duty = invoice.stamp_duty if ends_it else 0
    split = bool(invoice.buyer["split_payment"])
    head = {
        "kind": InvoiceKind.CREDIT_NOTE,
        "due_on": issued_on,
        "company_id": invoice.company_id,
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "credited_id": invoice.id,
        "reason": reason,
    }
    amounts = credit_amounts(keyed, credited, invoiced, stamp_duty=stamp_duty, split_payment=split)
    return Draft(head, [DocumentLine(row.proposal_line_id, copied(row), row.id) for row in lines], amounts)


def _vat(session: Session, which: Any) -> dict[VatKey, tuple[int, int]]:
    """Net and VAT per rate of the documents that meet a condition."""
    found: dict[VatKey, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in vat_by_document(session, which):
        net, vat = found[VatKey(row.rate, row.nature)]
        found[VatKey(row.rate, row.nature)] = (net + row.net, vat + row.vat)
    return found


def _suspend(session: Session, lines: list[Row[Any]], reason: str, actor: Actor) -> None:
    line = table_of(ProposalLine)
    its = among(line.c.id, [row.proposal_line_id for row in lines])
    values = {"state": LineState.SUSPENDED, "reason": reason, "decided_by": actor.name, "decided_at": actor.now}
    tickets = set(session.execute(select(line.c.ticket_id).where(its)).scalars())
    session.execute(update(line).where(its).values(values))
    session.flush()
    follow_lines(session, actor, BillingEvent.CREDITED, tickets)
