"""From review to invoice, month by month: adjusted, submitted, rejected, approved, invoiced, credited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.adjust import Adjust, adjust, split
from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.actions.tickets.resume import resume
from domain.actions.tickets.review_date import set_review
from domain.errors import Refused
from domain.model.base import table_of
from domain.model.invoices import InvoiceLine
from domain.model.proposals import Claim, Generation, Proposal, ProposalLine
from domain.vocabulary import LineState, ProposalStatus
from storage.demo.calendar import Month

_proposal, _line, _generation = table_of(Proposal), table_of(ProposalLine), table_of(Generation)
_claim, _invoiced = table_of(Claim), table_of(InvoiceLine)


@dataclass(frozen=True, slots=True)
class InvoicingStory:
    """Steps that follow a review. Each takes the session and the actor; a seeded random generator chooses the records."""

    rng: Random

    def adjust(self, session: Session, month: Month, actor: Actor) -> None:
        """Adjust a long line to less time."""
        lines = session.execute(
            select(_line.c.id, _line.c.proposal_id, _line.c.minutes, _line.c.rate, _line.c.description)
            .where(_line.c.proposal_id.in_(self._of(month, ProposalStatus.DRAFT)), _line.c.state == LineState.BILL)
            .order_by(_line.c.minutes.desc(), _line.c.id)
            .limit(2)
        ).all()
        for line in lines:
            minutes = line.minutes - line.minutes // 4
            change = Adjust(line.proposal_id, None, line.id, minutes, line.rate, line.description, "Concordato con il cliente")
            adjust(session, change, actor=actor)

    def split(self, session: Session, month: Month, actor: Actor) -> None:
        """Split a merged line."""
        merged = select(_claim.c.line_id).group_by(_claim.c.line_id).having(func.count() > 1)
        of_month = _line.c.proposal_id.in_(self._of(month, ProposalStatus.DRAFT)) & (_line.c.state == LineState.BILL)
        never_adjusted = _line.c.original_minutes.is_(None)
        found = select(_line.c.id, _line.c.proposal_id).where(of_month, never_adjusted, _line.c.id.in_(merged))
        for line in session.execute(found.order_by(_line.c.id).limit(1)).all():
            split(session, line.proposal_id, None, line.id, actor=actor)

    def submit(self, session: Session, month: Month, actor: Actor, *, every: int = 1) -> None:
        """Submit proposals with lines to bill: all, or every second or third."""
        billing = select(_line.c.proposal_id).where(_line.c.state == LineState.BILL)
        ids = self._ids(session, month, ProposalStatus.DRAFT, _proposal.c.id.in_(billing))[::every]
        submit(session, [SeenProposal(id_) for id_ in ids], actor=actor)

    def reject(self, session: Session, month: Month, actor: Actor) -> None:
        """Reject one with a comment."""
        for id_ in self._ids(session, month, ProposalStatus.SUBMITTED)[:1]:
            reject(
                session,
                [SeenProposal(id_)],
                "Le ore del secondo ticket non tornano con il rapportino: da ricontrollare",
                actor=actor,
            )

    def approve(self, session: Session, month: Month, actor: Actor, *, leaving: int = 0) -> None:
        """Approve all submitted proposals except the newest."""
        ids = self._ids(session, month, ProposalStatus.SUBMITTED, _proposal.c.submitted_by != actor.name)
        approve(session, [SeenProposal(id_) for id_ in ids[: len(ids) - leaving]], actor=actor)

    def invoice(self, session: Session, month: Month, actor: Actor) -> None:
        """Invoice approved proposals, except those of customers with missing fiscal data."""
        for id_ in self._ids(session, month, ProposalStatus.APPROVED):
            try:
                with session.begin_nested():
                    issue(session, Issue((SeenProposal(id_),)), actor=actor)
            except Refused as refused:
                if refused.code != "fiscal_data_missing":
                    raise

    def credit(self, session: Session, month: Month, actor: Actor) -> None:
        """Credit a line of an invoice."""
        of_month = select(_line.c.id).where(_line.c.proposal_id.in_(self._of(month, ProposalStatus.INVOICED)))
        lines = session.execute(
            select(_invoiced.c.id, _invoiced.c.invoice_id)
            .where(_invoiced.c.proposal_line_id.in_(of_month), _invoiced.c.credited_line_id.is_(None))
            .order_by(_invoiced.c.id)
        ).all()
        for line in self.rng.sample(lines, min(2, len(lines))):
            reason = "Ore addebitate al cliente sbagliato: da rifatturare"
            credit(session, Credit(line.invoice_id, reason, frozenset({line.id})), actor=actor)

    def resume(self, session: Session, month: Month, actor: Actor) -> None:
        """Resume suspended work of an invoiced month."""
        resume(session, self._suspended(session, month)[:1], actor=actor)

    def look_again(self, session: Session, month: Month, actor: Actor) -> None:
        """Set review dates on suspended work."""
        for days, ticket_id in zip((20, 45), self._suspended(session, month)[-2:], strict=False):
            set_review(session, [ticket_id], actor.today + timedelta(days=days), actor=actor)

    def _suspended(self, session: Session, month: Month) -> Sequence[int]:
        waiting = (_line.c.state == LineState.SUSPENDED) & _line.c.proposal_id.in_(self._of(month, ProposalStatus.INVOICED))
        return list(dict.fromkeys(session.execute(select(_line.c.ticket_id).where(waiting).order_by(_line.c.id)).scalars()))

    def _of(self, month: Month, status: ProposalStatus) -> ColumnElement[int]:
        """Ids of a month's proposals in a status, in SQL."""
        of_month = select(_generation.c.id).where(_generation.c.key.startswith(f"demo-{month.first}"))
        found = select(_proposal.c.id).where(_proposal.c.generation_id.in_(of_month), _proposal.c.status == status)
        return found.scalar_subquery()

    def _ids(self, session: Session, month: Month, status: ProposalStatus, *more: ColumnElement[bool]) -> Sequence[int]:
        statement = select(_proposal.c.id).where(_proposal.c.id.in_(self._of(month, status)), *more).order_by(_proposal.c.id)
        return session.execute(statement).scalars().all()
