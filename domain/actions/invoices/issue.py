"""Issuing invoices from approved proposals (spec, section 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.core.numbers import next_number
from domain.actions.invoices.documents import DocumentLine, Draft, Issued, copied, document_objections, write_documents
from domain.actions.proposals.approval import SeenProposal, content_digest, lines_to_bill, opened
from domain.actions.proposals.lines import follow_lines
from domain.actions.proposals.states import move_proposal
from domain.errors import Refused, Stale, raise_all
from domain.model.base import among, table_of
from domain.model.catalog import Service
from domain.model.customers import Company
from domain.model.invoices import Firm
from domain.model.proposals import Claim, Proposal, ProposalLine
from domain.model.tickets import TimeEntry
from domain.reads.firm import firm_of
from domain.rules.invoicing import VatKey, due_date, invoice_amounts
from domain.rules.issuing import customer_objections, work_date_objections
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

    proposals: tuple[SeenProposal, ...]
    issued_on: date | None = None
    merge: bool = False


class Obstacle(NamedTuple):
    """Why a proposal can't be invoiced as things stand."""

    proposal_id: int
    number: str
    company_id: int
    company: str
    reasons: tuple[Refused, ...]


class IssuePreview(NamedTuple):
    """What issuing would write. `proposals` are those that can be invoiced, as they were seen for it; `obstacles` the others.

    `objections` are why nothing at all can be issued on this date by this firm; with any there are no drafts.
    `next_number` is a hint: whoever issues first takes it.
    """

    drafts: tuple[Draft, ...]
    proposals: tuple[SeenProposal, ...]
    obstacles: tuple[Obstacle, ...]
    next_number: str
    objections: tuple[Refused, ...]


def preview_issue(
    session: Session, proposal_ids: Collection[int], issued_on: date | None = None, *, merge: bool = False, today: date
) -> IssuePreview:
    """What `issue` would write for these proposals, and why it would not, by the same rule; writes and locks nothing."""
    day, firm = issued_on or today, firm_of(session)
    objections = document_objections(session, firm, firm.invoice_series, day, today)
    proposals = session.exec(
        select_model(Proposal).where(among(table_of(Proposal).c.id, proposal_ids)).order_by(col(Proposal.id))
    )
    plan = _planned(session, proposals.all(), day, merge=merge)
    invoices = [] if objections else plan.groups
    seen = sorted((proposal.id or 0, proposal.version) for group in invoices for proposal in group.proposals)
    drafts = tuple(_draft(group, firm, day) for group in invoices)
    number = next_number(session, firm.invoice_series, day)
    return IssuePreview(drafts, tuple(SeenProposal(*one) for one in seen), tuple(plan.obstacles), number, tuple(objections))


def issue(session: Session, command: Issue, *, actor: Actor) -> list[Issued]:
    """Issue invoices, all or none; their tickets follow. Returns one for each proposal, in the order of the proposals' ids.

    Raises PermissionDenied, NotFound, Stale (`content_changed` too), Refused (`nothing_chosen`, `not_approved`,
    and every objection to the date, the issuer, the customers and the lines at once).
    """
    authorise(session, actor, Permission.INVOICE)
    issued_on = command.issued_on or actor.today
    proposals = opened(session, command.proposals, ProposalStatus.APPROVED, "not_approved")
    firm = firm_of(session, hold=True)
    plan = _planned(session, proposals, issued_on, merge=command.merge)
    objections = document_objections(session, firm, firm.invoice_series, issued_on, actor.today)
    raise_all([*objections, *(reason for obstacle in plan.obstacles for reason in obstacle.reasons)])
    for proposal in proposals:
        move_proposal(proposal, ProposalStatus.INVOICED, actor)
    session.flush()
    _follow(session, [proposal.id or 0 for proposal in proposals], actor)
    drafts = [_draft(group, firm, issued_on) for group in plan.groups]
    issued = write_documents(session, actor, drafts, firm.invoice_series, issued_on)
    return _bind(session, [group.proposals for group in plan.groups], issued, actor)


class _Group(NamedTuple):
    """Proposals that become one invoice, with their lines."""

    company_id: int
    buyer: dict[str, Any]
    proposals: list[Proposal]
    lines: list[DocumentLine]


class _Plan(NamedTuple):
    groups: list[_Group]
    obstacles: list[Obstacle]


def _planned(session: Session, proposals: Sequence[Proposal], issued_on: date, *, merge: bool) -> _Plan:
    """The one rule for what is shown and what is written."""
    ids = [proposal.id or 0 for proposal in proposals]
    billed, worked = lines_to_bill(session, ids), _last_work(session, ids)
    buyers = _buyers(session, proposals)
    natures = _natures(session, [row for rows in billed.values() for row in rows])
    obstacles: list[Obstacle] = []
    groups: dict[int, _Group] = {}
    for proposal in proposals:
        id_, company_id, buyer = proposal.id or 0, proposal.company_id, buyers[proposal.company_id]
        rows = billed.get(id_, [])
        lines = [_line(row, natures) for row in rows]
        reasons = _state_objections(proposal, rows) or [
            *work_date_objections(issued_on, worked.get(id_), number=proposal.number),
            *customer_objections(buyer, company_id=company_id, number=proposal.number),
            *_nature_objections(proposal, lines),
        ]
        if reasons:
            obstacles.append(Obstacle(id_, proposal.number, company_id, buyer["name"], tuple(reasons)))
            continue
        group = groups.setdefault(company_id if merge else -id_, _Group(company_id, buyer, [], []))
        group.proposals.append(proposal)
        group.lines.extend(lines)
    return _Plan(list(groups.values()), obstacles)


def _state_objections(proposal: Proposal, rows: Sequence[Row[Any]]) -> list[Refused]:
    """Why this proposal is none to invoice, whatever its data are."""
    if proposal.status is not ProposalStatus.APPROVED:
        return [Refused("not_approved", number=proposal.number, proposal_status=proposal.status.value)]
    return [Stale("content_changed", number=proposal.number)] if content_digest(rows) != proposal.approved_content else []


def _nature_objections(proposal: Proposal, lines: Sequence[DocumentLine]) -> list[Refused]:
    """The services at 0% that do not say why they are untaxed."""
    copies = [line.copied for line in lines]
    services = {one["service_name"] for one in copies if one["vat_rate"] == 0 and not one["vat_nature"]}
    return [Refused("vat_nature_missing", service=name, number=proposal.number) for name in sorted(services)]


def _last_work(session: Session, proposal_ids: Collection[int]) -> dict[int, date]:
    """The latest date of work that each proposal bills."""
    line, claim, entry = table_of(ProposalLine).c, table_of(Claim).c, table_of(TimeEntry).c
    statement = (
        select(line.proposal_id, func.max(entry.worked_on))
        .select_from(table_of(Claim))
        .join(table_of(ProposalLine), line.id == claim.line_id)
        .join(table_of(TimeEntry), entry.id == claim.time_entry_id)
        .where(among(line.proposal_id, proposal_ids), line.state == LineState.BILL, claim.live)
        .group_by(line.proposal_id)
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[1]}


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


def _draft(group: _Group, firm: Firm, issued_on: date) -> Draft:
    head = {
        "kind": InvoiceKind.INVOICE,
        "due_on": due_date(issued_on, group.buyer["payment_days"]),
        "company_id": group.company_id,
        "seller": {name: getattr(firm, name) for name in SELLER},
        "buyer": group.buyer,
        "credited_id": None,
        "reason": "",
    }
    keyed = [(VatKey(line.copied["vat_rate"], line.copied["vat_nature"]), line.copied["net"]) for line in group.lines]
    return Draft(head, group.lines, invoice_amounts(keyed, split_payment=group.buyer["split_payment"]))


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
