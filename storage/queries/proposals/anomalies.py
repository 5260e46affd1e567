"""What on a proposal deserves a second look: the work behind it, other work of the same people, and the customer's past."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, case, func, select
from sqlmodel import Session

from domain.model.base import among, table_of
from domain.model.customers import Company
from domain.model.proposals import Claim, Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.rules.anomalies import (
    PAST_DAYS,
    Finding,
    Priced,
    Work,
    merged,
    old_work,
    overlaps,
    thin,
    unusual_rates,
    unusual_total,
)
from domain.rules.calendar import firm_date
from domain.rules.invoicing import missing_fiscal_data
from domain.vocabulary import Anomaly, LineState, ProposalStatus

_entry, _line, _ticket, _proposal = (table_of(model) for model in (TimeEntry, ProposalLine, Ticket, Proposal))
_work = (
    *(_entry.c[name] for name in ("id", "code", "operator", "started_at", "worked_on", "worked_minutes", "description")),
    _ticket.c.number.label("ticket_number"),
)
_said = case((_line.c.original_description.is_not(None), _line.c.description), else_=_entry.c.description)
_ENDED: Final = frozenset({ProposalStatus.INVOICED, ProposalStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Findings:
    """By line, and about the proposal as a whole."""

    lines: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    whole: tuple[Finding, ...] = ()


def anomalies(session: Session, proposal_id: int, now: datetime) -> Findings:
    """All that `domain.rules.anomalies` finds on a proposal, in a handful of statements; nothing where all is decided."""
    head = session.execute(
        select(_proposal.c.company_id, _proposal.c.created_at, _proposal.c.status).where(_proposal.c.id == proposal_id)
    ).one_or_none()
    if head is None or head.status in _ENDED:
        return Findings()
    own = _own_work(session, proposal_id)
    lines = session.execute(
        select(_line.c.id, _line.c.service_id, _line.c.rate, _line.c.net, _line.c.state).where(
            _line.c.proposal_id == proposal_id, _line.c.state != LineState.RELEASED
        )
    ).all()
    rates, totals = _past(session, proposal_id, head.company_id, head.created_at)
    by_line = merged(
        overlaps([*own, *_other_work(session, own)]),
        unusual_rates([Priced(line.id, line.service_id, line.rate) for line in lines], rates),
        old_work(own, firm_date(now)),
        thin(own),
    )
    whole = _fiscal(session, head.company_id)
    whole += unusual_total(sum(line.net for line in lines if line.state is LineState.BILL), totals)
    return Findings({line_id: tuple(its) for line_id, its in by_line.items()}, tuple(whole))


def _own_work(session: Session, proposal_id: int) -> list[Work]:
    claim = table_of(Claim)
    rows = session.execute(
        select(*_work, claim.c.line_id, _said.label("said"))
        .join_from(claim, _entry, claim.c.time_entry_id == _entry.c.id)
        .join(_line, _line.c.id == claim.c.line_id)
        .join(_ticket, _ticket.c.id == _entry.c.ticket_id)
        .where(_line.c.proposal_id == proposal_id, claim.c.live)
        .order_by(_entry.c.worked_on, _entry.c.id)
    )
    # What was adjusted says what its line says: whoever made a vague text plain is not told again.
    return [_as_work(row, row.line_id)._replace(description=row.said) for row in rows if row.started_at is not None]


def _other_work(session: Session, own: list[Work]) -> list[Work]:
    """What the same operators did elsewhere on the same days; work may begin before midnight."""
    days = {work.worked_on - timedelta(days=back) for work in own for back in (0, 1)} | {work.ends_at.date() for work in own}
    operators = {work.operator for work in own} - {""}
    if not operators:
        return []
    elsewhere = _entry.c.operator.in_(operators) & _entry.c.worked_on.in_(days) & ~among(_entry.c.id, [w.id for w in own])
    rows = session.execute(select(*_work).join_from(_entry, _ticket, _ticket.c.id == _entry.c.ticket_id).where(elsewhere))
    return [_as_work(row, None) for row in rows]


def _as_work(row: Row[Any], line_id: int | None) -> Work:
    return Work(
        row.id,
        row.code,
        line_id,
        row.ticket_number,
        row.operator,
        row.started_at,
        row.worked_on,
        row.worked_minutes or 0,
        row.description,
    )


def _past(
    session: Session, proposal_id: int, company_id: int, created_at: datetime
) -> tuple[dict[int, list[tuple[int, int]]], list[int]]:
    """Rates by service, each with its number of lines, and totals of the customer's earlier proposals but the cancelled."""
    earlier = (
        (_proposal.c.company_id == company_id)
        & (_proposal.c.id != proposal_id)
        & (_proposal.c.status != ProposalStatus.CANCELLED)
        & (_proposal.c.created_at <= created_at)
        & (_proposal.c.created_at >= created_at - timedelta(days=PAST_DAYS))
        & (_line.c.state == LineState.BILL)
    )
    joined = _line.join(_proposal, _proposal.c.id == _line.c.proposal_id)
    rates: dict[int, list[tuple[int, int]]] = defaultdict(list)
    key = (_line.c.service_id, _line.c.rate)
    for row in session.execute(select(*key, func.count()).select_from(joined).where(earlier).group_by(*key).order_by(*key)):
        rates[row[0]].append((row[1], row[2]))
    sums = select(func.sum(_line.c.net)).select_from(joined).where(earlier).group_by(_line.c.proposal_id)
    return rates, [int(total) for total in session.execute(sums).scalars()]


def _fiscal(session: Session, company_id: int) -> list[Finding]:
    company = table_of(Company)
    names = ("country", "vat_number", "tax_code", "recipient_code", "pec", "needs_cig", "cig")
    buyer = session.execute(select(*(company.c[name] for name in names)).where(company.c.id == company_id)).one()
    missing = missing_fiscal_data(buyer._asdict())
    return [Finding(Anomaly.FISCAL, {"missing": missing, "company_id": company_id})] if missing else []
