"""Credit notes: whole or by line; what they credit is suspended work again, and can be billed again once (spec, section 5)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session, col

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.invoices.documents import (
    COPIED,
    DocumentLine,
    Draft,
    Issued,
    copied,
    document_objections,
    vat_by_document,
    write_documents,
)
from domain.actions.proposals.lines import follow_lines, lock_proposals, required_reason, touch
from domain.actions.proposals.states import decide_lines
from domain.errors import InvalidInput, NotFound, Refused, raise_all
from domain.model.base import among, table_of
from domain.model.invoices import Firm, Invoice, InvoiceLine
from domain.model.proposals import Proposal, ProposalLine
from domain.reads.firm import firm_of
from domain.rules.invoicing import VatKey, credit_amounts
from domain.rules.proposal_states import LineEvent
from domain.vocabulary import AuditAction, BillingEvent, InvoiceKind, LineState, Permission


@dataclass(frozen=True, slots=True)
class Credit:
    """Which invoice, which of its lines (empty: all that are left), why, and dated when (None: today)."""

    invoice_id: int
    reason: str
    line_ids: frozenset[int] = frozenset()
    issued_on: date | None = None


class CreditPreview(NamedTuple):
    """The credit note that would be written, or every objection to its date and its issuer."""

    draft: Draft
    objections: tuple[Refused, ...]


def preview_credit(session: Session, command: Credit, *, today: date) -> CreditPreview:
    """What `credit` would write, and why it would not, by the same rule; the reason may still be missing.

    Writes and locks nothing. Raises NotFound, Refused (`already_credited`, `not_an_invoice`).
    """
    invoice, firm, issued_on = _invoice(session, command.invoice_id), firm_of(session), command.issued_on or today
    draft = _draft(session, invoice, _lines(session, invoice, command.line_ids), command.reason, issued_on)
    return CreditPreview(draft, tuple(_objections(session, firm, invoice, issued_on, today)))


def credit(session: Session, command: Credit, *, actor: Actor) -> Issued:
    """Issue a credit note; its entries become suspended with the reason.

    Raises PermissionDenied, NotFound, Refused (`reason_required`, `already_credited`, `not_an_invoice`, and every objection to
    the date and the issuer at once).
    """
    authorise(session, actor, Permission.CREDIT)
    reason = required_reason(command.reason)
    invoice = _invoice(session, command.invoice_id)
    _lock(session, command.invoice_id, actor)
    issued_on, firm = command.issued_on or actor.today, firm_of(session, hold=True)
    draft = _draft(session, invoice, _lines(session, invoice, command.line_ids), reason, issued_on)
    raise_all(_objections(session, firm, invoice, issued_on, actor.today))
    _suspend(session, [line.proposal_line_id for line in draft.lines], reason, actor)
    [note] = write_documents(session, actor, [draft], firm.credit_series, issued_on)
    about = {"number": note.number, "credits": invoice.number, "lines": len(draft.lines), "net": note.net, "total": note.total}
    for subject_id in (command.invoice_id, note.id):
        record(session, actor, AuditAction.CREDITED, "invoice", subject_id, after=about, reason=reason)
    return note


def _invoice(session: Session, invoice_id: int) -> Invoice:
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("unknown_invoice", number=str(invoice_id))
    if invoice.kind is not InvoiceKind.INVOICE:
        raise Refused("not_an_invoice", number=invoice.number)
    return invoice


def _lock(session: Session, invoice_id: int, actor: Actor) -> None:
    """Lock the proposals behind an invoice: an issued row itself is never written, so these stand for it."""
    proposal = table_of(Proposal).c
    behind = session.execute(select(proposal.id).where(proposal.invoice_id == invoice_id)).scalars().all()
    for one in lock_proposals(session, behind):
        touch(one, actor)
    session.flush()


def _objections(session: Session, firm: Firm, invoice: Invoice, issued_on: date, today: date) -> list[Refused]:
    """Why the note can't be issued. The customer's data are not asked: a note copies them from its invoice, and an invoice that
    went out with a wrong number must be credited before it can be issued again with the right one."""
    found = document_objections(session, firm, firm.credit_series, issued_on, today)
    if issued_on < invoice.issued_on:
        found.append(InvalidInput("date_before_invoice", field="issued_on", number=invoice.number, day=invoice.issued_on))
    return found


class _Chosen(NamedTuple):
    """Lines to credit; `ends_it`: none of the invoice's is left then."""

    rows: list[Row[Any]]
    ends_it: bool


def _lines(session: Session, invoice: Invoice, line_ids: frozenset[int]) -> _Chosen:
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
    left = [row for row in rows if not row.note_line]
    chosen = [row for row in rows if row.id in line_ids] if line_ids else left
    if not chosen or any(row.note_line for row in chosen):
        raise Refused("already_credited", number=invoice.number)
    return _Chosen(chosen, len(chosen) == len(left))


def _draft(session: Session, invoice: Invoice, chosen: _Chosen, reason: str, issued_on: date) -> Draft:
    credited = _vat(session, col(Invoice.credited_id) == invoice.id)
    invoiced = _vat(session, col(Invoice.id) == invoice.id)
    keyed = [(VatKey(row.vat_rate, row.vat_nature), row.net) for row in chosen.rows]
    stamp_duty = invoice.stamp_duty if chosen.ends_it else 0
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
    return Draft(head, [DocumentLine(row.proposal_line_id, copied(row), row.id) for row in chosen.rows], amounts)


def _vat(session: Session, which: Any) -> dict[VatKey, tuple[int, int]]:
    """Net and VAT per rate of the documents that meet a condition."""
    found: dict[VatKey, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in vat_by_document(session, which):
        net, vat = found[VatKey(row.rate, row.nature)]
        found[VatKey(row.rate, row.nature)] = (net + row.net, vat + row.vat)
    return found


def _suspend(session: Session, line_ids: Collection[int], reason: str, actor: Actor) -> None:
    line = table_of(ProposalLine)
    its = among(line.c.id, line_ids)
    tickets = set(session.execute(select(line.c.ticket_id).where(its)).scalars())
    decide_lines(session, LineEvent.CREDITED, LineState.SUSPENDED, line_ids, reason, actor)
    session.flush()
    follow_lines(session, actor, BillingEvent.CREDITED, tickets)
