"""Issuing invoices from approved proposals (spec, section 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from domain.actions.acting import Actor, authorise
from domain.actions.approval import Seen, content_digest, lines_to_bill, opened
from domain.actions.audit import record
from domain.actions.documents import DocumentLine, Draft, Issued, copied, firm_of, issue_date, write_documents
from domain.actions.lines import follow_lines, touch
from domain.errors import Refused, Stale
from domain.model.base import among, table_of
from domain.model.catalog import Service
from domain.model.customers import Company
from domain.model.invoices import Firm
from domain.model.proposals import Proposal, ProposalLine
from domain.rules.invoicing import VatKey, due_date, invoice_amounts, missing_fiscal_data
from domain.vocabulary import AuditAction, BillingEvent, InvoiceKind, LineState, Permission, ProposalStatus

SELLER = (
    "name", "vat_number", "tax_code", "address", "postal_code", "city", "province", "country", "email", "iban", "tax_regime",
)  # fmt: skip
BUYER = (
    "code", "name", "vat_number", "tax_code", "recipient_code", "pec", "address", "postal_code", "city", "province", "country",
    "payment_days", "split_payment", "needs_cig", "cig", "cup",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """Which approved proposals, dated when (None: today); with `merge` one invoice per customer, else one per proposal."""

    proposals: tuple[Seen, ...]
    issued_on: date | None = None
    merge: bool = False


def issue(session: Session, command: Issue, *, actor: Actor) -> list[Issued]:
    """Issue invoices, all or none; their tickets follow. Returns one for each proposal, in the order of the proposals' ids.

    Never commits. Raises PermissionDenied, NotFound, Stale (`content_changed` too), InvalidInput `date_in_future`, Refused
    (`not_approved`, `fiscal_data_missing`, `vat_nature_missing`, `date_goes_back`).
    """
    authorise(session, actor, Permission.INVOICE)
    issued_on = issue_date(command.issued_on, actor)
    proposals = opened(session, command.proposals, ProposalStatus.APPROVED, "not_approved")
    ids = [proposal.id or 0 for proposal in proposals]
    lines = lines_to_bill(session, ids)
    for proposal in proposals:
        if content_digest(lines.get(proposal.id or 0, ())) != proposal.approved_content:
            raise Stale("content_changed", number=proposal.number)
    firm = firm_of(session)
    groups = _groups(proposals, merge=command.merge)
    buyers = _buyers(session, proposals)
    natures = _natures(session, [row for rows in lines.values() for row in rows])
    drafts = []
    for group in groups:
        billed = [_line(row, natures) for proposal in group for row in lines[proposal.id or 0]]
        drafts.append(_draft(group, billed, firm, buyers[group[0].company_id], issued_on))
    for proposal in proposals:
        proposal.status = ProposalStatus.INVOICED
        touch(proposal, actor)
    session.flush()
    _follow(session, ids, actor)
    issued = write_documents(session, actor, drafts, firm.invoice_series, issued_on)
    return _bind(session, groups, issued, actor)


def _groups(proposals: Sequence[Proposal], *, merge: bool) -> list[list[Proposal]]:
    groups: dict[int, list[Proposal]] = {}
    for proposal in proposals:
        groups.setdefault(proposal.company_id if merge else -(proposal.id or 0), []).append(proposal)
    return list(groups.values())


def _buyers(session: Session, proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    """Copies of who is billed, by id. Raises Refused `fiscal_data_missing`, naming what the first of them lacks."""
    company = table_of(Company).c
    ids = {proposal.company_id for proposal in proposals}
    rows = session.execute(select(company.id, *(company[name] for name in BUYER)).where(among(company.id, ids)))
    buyers = {row.id: {name: getattr(row, name) for name in BUYER} for row in rows}
    for proposal in proposals:
        buyer = buyers[proposal.company_id]
        if missing := missing_fiscal_data(buyer):
            about = {"company": buyer["name"], "company_id": proposal.company_id, "number": proposal.number}
            raise Refused("fiscal_data_missing", missing=missing, **about)
    return buyers


def _natures(session: Session, lines: Sequence[Row[Any]]) -> dict[int, str]:
    """The Natura of each service, for lines at 0% that were made before it had one."""
    service = table_of(Service).c
    ids = {row.service_id for row in lines if row.vat_rate == 0 and not row.vat_nature}
    return dict(map(tuple, session.execute(select(service.id, service.vat_nature).where(among(service.id, ids)))))


def _line(row: Row[Any], natures: dict[int, str]) -> DocumentLine:
    values = copied(row)
    if row.vat_rate == 0 and not row.vat_nature:
        values["vat_nature"] = natures[row.service_id]
    return DocumentLine(row.id, values)


def _draft(
    proposals: Sequence[Proposal], lines: Sequence[DocumentLine], firm: Firm, buyer: dict[str, Any], issued_on: date
) -> Draft:
    unnamed = next((line.copied for line in lines if line.copied["vat_rate"] == 0 and not line.copied["vat_nature"]), None)
    if unnamed is not None:
        raise Refused("vat_nature_missing", service=unnamed["service_name"], number=proposals[0].number)
    keyed = [(VatKey(line.copied["vat_rate"], line.copied["vat_nature"]), line.copied["net"]) for line in lines]
    head = {
        "kind": InvoiceKind.INVOICE,
        "due_on": due_date(issued_on, buyer["payment_days"]),
        "company_id": proposals[0].company_id,
        "seller": {name: getattr(firm, name) for name in SELLER},
        "buyer": buyer,
        "credited_id": None,
        "reason": "",
    }
    amounts = invoice_amounts(keyed, split_payment=buyer["split_payment"])
    return Draft(head, lines, amounts)


def _follow(session: Session, proposal_ids: Collection[int], actor: Actor) -> None:
    line = table_of(ProposalLine).c
    held = among(line.proposal_id, proposal_ids) & (line.state != LineState.RELEASED)
    tickets = set(session.execute(select(line.ticket_id).where(held)).scalars())
    follow_lines(session, actor, BillingEvent.PROPOSAL_INVOICED, tickets)


def _bind(session: Session, groups: Sequence[Sequence[Proposal]], issued: Sequence[Issued], actor: Actor) -> list[Issued]:
    """Tell each proposal which invoice it became."""
    of_proposal = {p.id or 0: document for group, document in zip(groups, issued, strict=True) for p in group}
    table = table_of(Proposal)
    statement = update(table).where(table.c.id == bindparam("of_id")).values(invoice_id=bindparam("to_invoice"))
    session.connection().execute(statement, [{"of_id": id_, "to_invoice": d.id} for id_, d in of_proposal.items()])
    for id_, document in of_proposal.items():
        after = {"status": ProposalStatus.INVOICED.value, "invoice": document.number}
        record(session, actor, AuditAction.INVOICED, "proposal", id_, before={"status": "approved"}, after=after)
    for document in issued:
        about = {"number": document.number, "net": document.net, "total": document.total, "issued_on": str(document.issued_on)}
        record(session, actor, AuditAction.INVOICED, "invoice", document.id, after=about)
    return [of_proposal[id_] for id_ in sorted(of_proposal)]
