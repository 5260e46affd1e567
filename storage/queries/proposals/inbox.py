"""The inbox of who approves: submitted proposals, the one that waits longest first (spec, section 5)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.customers import Company
from domain.model.proposals import Proposal, ProposalLine
from domain.reads.invoice_amounts import amounts_by_proposal
from domain.vocabulary import LineState, ProposalStatus
from storage.queries.proposals.table import COUNTED, MAX_ROWS, line_totals

_proposal, _company = table_of(Proposal), table_of(Company)
_waits = _proposal.c.status == ProposalStatus.SUBMITTED
_line = table_of(ProposalLine).c
_sums = line_totals(_line.proposal_id.in_(select(_proposal.c.id).where(_waits)), _line.state != LineState.RELEASED)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A submitted proposal, in the version that is shown. `minutes` and `net` (cents) are of its lines to bill.

    `total` is that of its invoice, in cents.
    """

    id: int
    number: str
    company: str
    version: int
    submitted_at: datetime
    submitted_by: str
    tickets: int
    to_bill: int
    suspended: int
    not_billed: int
    minutes: int
    net: int
    total: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some rows of the inbox. The figures are of all that waits: `own` is what the person who asks submitted; cents."""

    rows: tuple[WaitingRow, ...] = ()
    count: int = 0
    own: int = 0
    net: int = 0
    total: int = 0


def waiting_proposals(session: Session, person: str, *, start: int = 0, limit: int | None = None) -> Waiting:
    """Rows `start` to `start + limit` of what waits, or all, as `person` sees it."""
    columns = (_proposal.c[name] for name in ("id", "number", "version", "submitted_at", "submitted_by"))
    statement = (
        select(
            *columns,
            _company.c.name.label("company"),
            *(_sums.c[name] for name in COUNTED),
            func.count().over().label("all_rows"),
            func.sum(case((_proposal.c.submitted_by == person, 1), else_=0)).over().label("all_own"),
            func.sum(_sums.c.net).over().label("all_net"),
        )
        .join_from(_proposal, _company, _proposal.c.company_id == _company.c.id)
        .join(_sums, _sums.c.proposal_id == _proposal.c.id)
        .where(_waits)
        .order_by(_proposal.c.submitted_at, _proposal.c.id)
        .offset(min(max(start, 0), MAX_ROWS))
        .limit(limit)
    )
    found = [row._asdict() for row in session.execute(statement)]
    if not found:
        return Waiting()
    totals = {id_: amounts.total for id_, amounts in amounts_by_proposal(session, _waits).items()}
    rows = (WaitingRow(**{name: row[name] for name in _READ}, total=totals.get(row["id"], 0)) for row in found)
    count, own, net = (int(found[0][f"all_{name}"]) for name in ("rows", "own", "net"))
    return Waiting(tuple(rows), count, own, net, sum(totals.values()))


_READ = tuple(name for name in WaitingRow.__slots__ if name != "total")


def versions_waiting(session: Session) -> dict[int, int]:
    """The version of every submitted proposal, by its id."""
    return {row.id: row.version for row in session.execute(select(_proposal.c.id, _proposal.c.version).where(_waits))}


def count_waiting(session: Session) -> int:
    """How many proposals wait to be approved."""
    return int(session.execute(select(func.count()).select_from(_proposal).where(_waits)).scalar_one())
