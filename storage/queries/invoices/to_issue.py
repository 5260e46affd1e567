"""Approved proposals to invoice (spec, section 5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from domain.model.base import among, table_of
from domain.model.customers import Company
from domain.model.proposals import Proposal
from domain.reads.invoice_amounts import NOTHING, amounts_by_proposal
from domain.vocabulary import ProposalStatus

_proposal, _company = table_of(Proposal), table_of(Company)


@dataclass(frozen=True, slots=True)
class ApprovedRow:
    """An approved proposal to invoice; `total` is that of its invoice by itself, in cents."""

    id: int
    number: str
    company_id: int
    company: str
    approved_at: datetime | None
    approved_by: str
    total: int


def approved_ids(session: Session) -> list[int]:
    """Every approved proposal, in order of approval."""
    statement = select(_proposal.c.id).where(_proposal.c.status == ProposalStatus.APPROVED)
    return list(session.execute(statement.order_by(_proposal.c.approved_at, _proposal.c.id)).scalars())


def approved_rows(session: Session, proposal_ids: Collection[int]) -> list[ApprovedRow]:
    """Those of the given proposals that can be invoiced, in the order of `approved_ids`."""
    chosen = (among(_proposal.c.id, proposal_ids), _proposal.c.status == ProposalStatus.APPROVED)
    statement = (
        select(
            _proposal.c.id,
            _proposal.c.number,
            _proposal.c.company_id,
            _company.c.name.label("company"),
            _proposal.c.approved_at,
            _proposal.c.approved_by,
        )
        .join_from(_proposal, _company, _proposal.c.company_id == _company.c.id)
        .where(*chosen)
        .order_by(_proposal.c.approved_at, _proposal.c.id)
    )
    amounts = amounts_by_proposal(session, *chosen)
    return [ApprovedRow(**row._asdict(), total=amounts.get(row.id, NOTHING).total) for row in session.execute(statement)]
