"""What a list of proposals comes to (spec, section 5)."""

from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.vocabulary import LineState
from storage.queries.proposals.table import ProposalFilter, proposal_conditions

_proposal, _line = table_of(Proposal), table_of(ProposalLine)


class ProposalTotals(NamedTuple):
    """Proposals, with minutes and net in cents of their lines to bill."""

    proposals: int
    minutes: int
    net: int


def proposal_totals(session: Session, wanted: ProposalFilter) -> ProposalTotals:
    """Totals of all proposals that match."""
    to_bill = _line.c.state == LineState.BILL
    sums = (func.sum(case((to_bill, column), else_=0)) for column in (_line.c.minutes, _line.c.net))
    its = select(_proposal.c.id).where(*proposal_conditions(wanted))
    statement = (
        select(func.count(_proposal.c.id.distinct()), *sums)
        .select_from(_proposal.outerjoin(_line, _line.c.proposal_id == _proposal.c.id))
        .where(_proposal.c.id.in_(its))
    )
    return ProposalTotals(*(int(value or 0) for value in session.execute(statement).one()))
