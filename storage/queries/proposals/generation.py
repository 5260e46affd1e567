"""What one run of *Genera Proposte Fattura* came to, as it was written then (spec, section 4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from domain.errors import NotFound
from domain.model.base import table_of
from domain.model.proposals import Generation
from domain.rules.eligibility import Objection
from domain.rules.proposal_plan import RefusedTicket
from domain.vocabulary import Refusal


@dataclass(frozen=True, slots=True)
class GenerationDetail:
    """A run: what was asked for, what was written (`net` in cents), and what was refused, in the order of the rules."""

    id: int
    created_at: datetime
    created_by: str
    by_customer: bool
    group_entries: bool
    tickets: int
    billable: int
    proposals: int
    lines: int
    minutes: int
    net: int
    first_number: str
    last_number: str
    refused: tuple[tuple[Refusal, int], ...]
    refusals: tuple[RefusedTicket, ...]


def generation_detail(session: Session, generation_id: int) -> GenerationDetail:
    """One run. Raises NotFound."""
    generation = table_of(Generation)
    row = session.execute(select(generation).where(generation.c.id == generation_id)).one_or_none()
    if row is None:
        raise NotFound("unknown_generation", number=generation_id)
    outcome = row.result
    numbers = outcome.get("numbers") or [""]
    counts = {Refusal(code): count for code, count in outcome.get("refused", {}).items()}
    return GenerationDetail(
        id=row.id,
        created_at=row.created_at,
        created_by=row.created_by,
        by_customer=row.by_customer,
        group_entries=row.group_entries,
        tickets=outcome.get("tickets", 0),
        billable=outcome.get("billable", 0),
        proposals=outcome.get("proposals", 0),
        lines=outcome.get("lines", 0),
        minutes=outcome.get("minutes", 0),
        net=outcome.get("net_cents", 0),
        first_number=numbers[0],
        last_number=numbers[-1],
        refused=tuple((code, counts[code]) for code in Refusal if code in counts),
        refusals=tuple(_refused(ticket) for ticket in outcome.get("refusals", ())),
    )


def refused_in(session: Session, generation_id: int) -> frozenset[int]:
    """Ids of the tickets that a run refused. Raises NotFound."""
    return frozenset(ticket.id for ticket in generation_detail(session, generation_id).refusals)


def made_at(session: Session, generation_id: int) -> datetime | None:
    """When a run was; None where there is no such run."""
    generation = table_of(Generation).c
    found: datetime | None = session.execute(
        select(generation.created_at).where(generation.id == generation_id)
    ).scalar_one_or_none()
    return found


def _refused(ticket: dict[str, Any]) -> RefusedTicket:
    reasons = (Objection(Refusal(each["code"]), {k: v for k, v in each.items() if k != "code"}) for each in ticket["details"])
    return RefusedTicket(ticket["id"], ticket["ticket"], ticket["title"], tuple(reasons))
