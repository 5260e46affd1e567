"""Why a line costs what it costs: what stood behind its rate and its minutes (spec, section 4; promise 3)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session

from domain.errors import NotFound
from domain.model.base import table_of
from domain.model.contracts import ServiceContract
from domain.model.proposals import Claim, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.vocabulary import ContractKind


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """Of a line's ticket: its contract (empty, None where it has none) and whether the ticket's rate came from it.

    Of the work on the line, in minutes: what was worked, what is to bill, and what of that a contract covers.
    """

    contract: str
    contract_kind: ContractKind | None
    rate_from_contract: bool
    entries: int
    worked: int
    billable: int
    covered: int


def price_facts(session: Session, line_id: int) -> PriceFacts:
    """What explains the price of one line. Raises NotFound."""
    line, ticket, contract = table_of(ProposalLine), table_of(Ticket), table_of(ServiceContract)
    head = session.execute(
        select(
            func.coalesce(contract.c.name, "").label("contract"),
            contract.c.kind.label("contract_kind"),
            ticket.c.rate_from_contract,
        )
        .select_from(
            line.join(ticket, ticket.c.id == line.c.ticket_id).outerjoin(contract, contract.c.id == ticket.c.contract_id)
        )
        .where(line.c.id == line_id)
    ).one_or_none()
    if head is None:
        raise NotFound("no_lines")
    entry, claim = table_of(TimeEntry), table_of(Claim)
    sums = (func.coalesce(func.sum(entry.c[f"{name}_minutes"]), 0) for name in ("worked", "billable", "covered"))
    work = session.execute(
        select(func.count(), *sums).join_from(claim, entry, claim.c.time_entry_id == entry.c.id).where(claim.c.line_id == line_id)
    ).one()
    return PriceFacts(**head._asdict(), entries=work[0], worked=int(work[1]), billable=int(work[2]), covered=int(work[3]))
