"""Issuing invoices from approved proposals (spec, section 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.core.numbers import next_number
from domain.actions.invoices.documents import DocumentLine, Draft, Issued, copied, issue_date, write_documents
from domain.actions.proposals.approval import Seen, content_digest, lines_to_bill, opened
from domain.actions.proposals.lines import follow_lines, touch
from domain.actions.settings.firm import data_of
from domain.errors import Refused, Stale
from domain.model.base import among, table_of
from domain.model.catalog import Service
from domain.model.customers import Company
from domain.model.invoices import Firm
from domain.model.proposals import Proposal, ProposalLine
from domain.reads.firm import firm_of
from domain.rules.firm import missing_to_invoice
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


class Obstacle(NamedTuple):
    """Why a proposal can't be invoiced as things stand."""

    proposal_id: int
    number: str
    company_id: int
    company: str
    refusal: Refused


class Preview(NamedTuple):
    """What issuing would write. `proposals` are those that can be invoiced, as they were seen for it; `obstacles` the others.

    `next_number` is a hint: whoever issues first takes it. `seller_lacks`: fields of the firm that a valid e-invoice needs and
    that are empty; the document is issued without them.
    """

    drafts: tuple[Draft, ...]
    proposals: tuple[Seen, ...]
    obstacles: tuple[Obstacle, ...]
    next_number: str
    seller_lacks: tuple[str, ...]


def preview(
    session: Session, proposal_ids: Collection[int], issued_on: date | None = None, *, merge: bool = False, today: date
) -> Preview:
    """What `issue` would write for these proposals, by the same rule; writes and locks nothing.

    Raises InvalidInput `date_in_future`, Refused `date_goes_back`.
    """
    day, firm = issue_date(issued_on, today), firm_of(session)
    number = next_number(session, firm.invoice_series, day)
    proposals = session.exec(
        select_model(Proposal).where(among(table_of(Proposal).c.id, proposal_ids)).order_by(col(Proposal.id))
    )
    plan = _planned(session, proposals.all(), firm, day, merge=merge)
    seen = sorted((proposal.id or 0, proposal.version) for group, _ in plan.invoices for proposal in group)
    drafts = tuple(draft for _, draft in plan.invoices)
    return Preview(
        drafts, tuple(Seen(*one) for one in seen), tuple(plan.obstacles), number, tuple(missing_to_invoice(data_of(firm)))
    )


def issue(session: Session, command: Issue, *, actor: Actor) -> list[Issued]:
    """Issue invoices, all or none; their tickets follow. Returns one for each proposal, in the order of the proposals' ids.

    Never commits. Raises PermissionDenied, NotFound, Stale (`content_changed` too), InvalidInput `date_in_future`, Refused
    (`nothing_chosen`, `not_approved`, `fiscal_data_missing`, `vat_nature_missing`, `date_goes_back`).
    """
    authorise(session, actor, Permission.INVOICE)
    issued_on = issue_date(command.issued_on, actor.today)
    proposals = opened(session, command.proposals, ProposalStatus.APPROVED, "not_approved")
    firm = firm_of(session, hold=True)
    plan = _planned(session, proposals, firm, issued_on, merge=command.merge)
    for obstacle in plan.obstacles:
        raise obstacle.refusal
    for proposal in proposals:
        proposal.status = ProposalStatus.INVOICED
        touch(proposal, actor)
    session.flush()
    _follow(session, [proposal.id or 0 for proposal in proposals], actor)
    issued = write_documents(session, actor, [draft for _, draft in plan.invoices], firm.invoice_series, issued_on)
    return _bind(session, [group for group, _ in plan.invoices], issued, actor)


class _Plan(NamedTuple):
    invoices: list[tuple[list[Proposal], Draft]]
    obstacles: list[Obstacle]


def _planned(session: Session, proposals: Sequence[Proposal], firm: Firm, issued_on: date, *, merge: bool) -> _Plan:
    """The one rule for what is shown and what is written."""
    billed = lines_to_bill(session, [proposal.id or 0 for proposal in proposals])
    buyers = _buyers(session, proposals)
    natures = _natures(session, [row for rows in billed.values() for row in rows])
    obstacles: list[Obstacle] = []
    groups: dict[int, list[tuple[Proposal, list[DocumentLine]]]] = {}
    for proposal in proposals:
        id_, buyer, rows = proposal.id or 0, buyers[proposal.company_id], billed.get(proposal.id or 0, [])
        lines = [_line(row, natures) for row in rows]
        if refusal := _objection(proposal, rows, lines, buyer):
            obstacles.append(Obstacle(id_, proposal.number, proposal.company_id, buyer["name"], refusal))
        else:
            groups.setdefault(proposal.company_id if merge else -id_, []).append((proposal, lines))
    invoices = []
    for group in groups.values():
        lines = [line for _, its in group for line in its]
        buyer = buyers[group[0][0].company_id]
        invoices.append(([proposal for proposal, _ in group], _draft(group[0][0].company_id, lines, firm, buyer, issued_on)))
    return _Plan(invoices, obstacles)


def _objection(
    proposal: Proposal, rows: Sequence[Row[Any]], lines: Sequence[DocumentLine], buyer: dict[str, Any]
) -> Refused | None:
    """Why this proposal can't be invoiced: its state, its content, its customer, or a service at 0% that says no Natura."""
    number = proposal.number
    if proposal.status is not ProposalStatus.APPROVED:
        return Refused("not_approved", number=number, proposal_status=proposal.status.value)
    if content_digest(rows) != proposal.approved_content:
        return Stale("content_changed", number=number)
    if missing := missing_fiscal_data(buyer):
        about = {"company": buyer["name"], "company_id": proposal.company_id, "number": number}
        return Refused("fiscal_data_missing", missing=missing, **about)
    unnamed = next((line.copied for line in lines if line.copied["vat_rate"] == 0 and not line.copied["vat_nature"]), None)
    return Refused("vat_nature_missing", service=unnamed["service_name"], number=number) if unnamed else None


def _buyers(session: Session, proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    """Copies of who is billed, by id."""
    company = table_of(Company).c
    ids = {proposal.company_id for proposal in proposals}
    rows = session.execute(select(company.id, *(company[name] for name in BUYER)).where(among(company.id, ids)))
    return {row.id: {name: getattr(row, name) for name in BUYER} for row in rows}


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


def _draft(company_id: int, lines: Sequence[DocumentLine], firm: Firm, buyer: dict[str, Any], issued_on: date) -> Draft:
    head = {
        "kind": InvoiceKind.INVOICE,
        "due_on": due_date(issued_on, buyer["payment_days"]),
        "company_id": company_id,
        "seller": {name: getattr(firm, name) for name in SELLER},
        "buyer": buyer,
        "credited_id": None,
        "reason": "",
    }
    keyed = [(VatKey(line.copied["vat_rate"], line.copied["vat_nature"]), line.copied["net"]) for line in lines]
    return Draft(head, lines, invoice_amounts(keyed, split_payment=buyer["split_payment"]))


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
