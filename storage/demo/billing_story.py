"""Billing steps month by month: billed by hand, generated, reviewed, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.generate import Generate, generate, preview_generation
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.proposals import Generation, Proposal, ProposalLine
from domain.model.tickets import Ticket
from domain.reads.selection import Selection, TicketFilter
from domain.rules.calendar import firm_date
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, LineState, TicketStatus
from storage.demo.calendar import Month
from storage.demo.cast import TECHNICIANS
from storage.demo.customers import REMOTE
from storage.demo.tickets import happens

_WAITING = (
    "In attesa di conferma delle ore dal cliente",
    "In attesa di ordine del cliente",
    "Da verificare con il tecnico",
    "Il cliente contesta la durata: risentire il tecnico",
)
_FOR_FREE = ("Omaggio commerciale", "Garanzia", "Errore nostro", "Già compreso in un altro accordo")
_BY_HAND = (
    (BillingStatus.SUSPENDED, "In attesa di ordine del cliente"),
    (BillingStatus.NOT_BILLED, "Garanzia"),
    (BillingStatus.BILLED, "Fatturato con altro documento"),
    (BillingStatus.SUSPENDED, "Da verificare con il tecnico"),
    (BillingStatus.NOT_BILLED, "Omaggio commerciale"),
)
_BY_HAND_DAYS = 9


@dataclass(frozen=True, slots=True)
class Narrator:
    """Billing steps. Each takes the session and the actor; a seeded random generator chooses the records."""

    rng: Random

    def bill_elsewhere(self, session: Session, month: Month, actor: Actor) -> None:
        """Mark a month as billed with a former program."""
        plan = preview_generation(session, _closed_in(month), Options())
        for number, draft in enumerate(plan.drafts, start=100 + self.rng.randint(0, 80)):
            reason = f"Fatturato con altro documento: fattura {number}/{month.billed_on.year}"
            _set_by_hand(session, draft.lines[0].ticket_id, BillingStatus.BILLED, reason, actor)

    def generate(self, session: Session, month: Month, options: Options, actor: Actor, company_id: int | None = None) -> None:
        """Generate proposals for tickets closed in a month, of one company or of all."""
        key = f"demo-{month.first}-{company_id or 'all'}"
        generate(session, Generate(_closed_in(month, company_id), options, key), actor=actor)

    def review(self, session: Session, month: Month, decisions: int, actor: Actor) -> None:
        """Suspend or not bill some lines, or whole tickets, of a month's proposals."""
        for line in self._pick(session, month, LineState.BILL, decisions):
            state, reasons = (LineState.SUSPENDED, _WAITING) if happens(self.rng, 60) else (LineState.NOT_BILLED, _FOR_FREE)
            whole_ticket = happens(self.rng, 55)
            chosen = LineChoice(
                line.proposal_id,
                None,
                frozenset() if whole_ticket else frozenset({line.id}),
                frozenset({line.ticket_id}) if whole_ticket else frozenset(),
            )
            decide(session, Decide(chosen, state, self.rng.choice(reasons)), actor=actor)

    def restore(self, session: Session, month: Month, actor: Actor) -> None:
        """Restore a suspended line."""
        for line in self._pick(session, month, LineState.SUSPENDED):
            decide(session, Decide(LineChoice(line.proposal_id, None, frozenset({line.id})), LineState.BILL), actor=actor)

    def remove_from_proposal(self, session: Session, month: Month, actor: Actor) -> None:
        """Remove a ticket from its proposal."""
        for line in self._pick(session, month, LineState.BILL):
            remove_from_proposal(session, LineChoice(line.proposal_id, None, ticket_ids=frozenset({line.ticket_id})), actor=actor)

    def cancel(self, session: Session, month: Month, actor: Actor) -> None:
        """Cancel a proposal."""
        for line in self._pick(session, month, LineState.BILL):
            cancel(session, Cancel(line.proposal_id, None, "Il cliente chiede una fattura unica a fine trimestre"), actor=actor)

    def late_work(self, session: Session, month: Month, state: LineState, actor: Actor) -> None:
        """Add late work to a ticket on a proposal in review."""
        service = session.execute(select(table_of(Service).c.id).where(table_of(Service).c.code == REMOTE)).scalar_one()
        began = actor.now - timedelta(hours=1, minutes=15)
        text = "Telefonata di verifica dopo la chiusura"
        data = EntryData(text, service, began, 20, 20, self.rng.choice(TECHNICIANS))
        for line in self._pick(session, month, state):
            add_entry(session, line.ticket_id, data, actor=actor)

    def decide_by_hand(self, session: Session, count: int, actor: Actor) -> None:
        """Suspend or not bill some recently closed tickets by hand."""
        lately = firm_date(actor.now) - timedelta(days=_BY_HAND_DAYS)
        closed = TicketFilter(
            statuses=frozenset({TicketStatus.CLOSED}), billing=frozenset({BillingStatus.TO_BILL}), closed_from=lately
        )
        drafts = preview_generation(session, Selection(filter=closed), Options()).drafts
        for draft in self.rng.sample(drafts, min(count, len(drafts))):
            status, reason = self.rng.choice(_BY_HAND)
            _set_by_hand(session, draft.lines[0].ticket_id, status, reason, actor)

    def _pick(self, session: Session, month: Month, state: LineState, count: int = 1) -> list[Row[Any]]:
        """Some lines in this state on a month's proposals."""
        lines = _lines(session, month, state)
        return self.rng.sample(lines, min(count, len(lines)))


def _closed_in(month: Month, company_id: int | None = None) -> Selection:
    return Selection(filter=TicketFilter(company_id=company_id, closed_from=month.first, closed_to=month.last))


def _lines(session: Session, month: Month, state: LineState) -> Sequence[Row[Any]]:
    """Lines in this state on a month's proposals, in order."""
    line, proposal, generation = table_of(ProposalLine), table_of(Proposal), table_of(Generation)
    statement = (
        select(line.c.id, line.c.ticket_id, line.c.proposal_id)
        .join_from(line, proposal, line.c.proposal_id == proposal.c.id)
        .join(generation, generation.c.id == proposal.c.generation_id)
        .where(generation.c.key.startswith(f"demo-{month.first}"), line.c.state == state)
        .order_by(line.c.id)
    )
    return session.execute(statement).all()


def _set_by_hand(session: Session, ticket_id: int, status: BillingStatus, reason: str, actor: Actor) -> None:
    ticket = table_of(Ticket).c
    seen = session.execute(select(ticket.version, ticket.hourly_rate).where(ticket.id == ticket_id)).one()
    set_billing(session, SetBilling(ticket_id, seen.version, status, seen.hourly_rate, reason), actor=actor)
