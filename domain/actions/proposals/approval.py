"""Submitting proposals, approving or rejecting them: never one's own, and exactly what was seen (spec, section 5)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.people.notices import tell_approvers, tell_submitters
from domain.actions.proposals.lines import lock_proposals, refuse_stale, required_reason
from domain.actions.proposals.states import move_proposal
from domain.errors import PermissionDenied, Refused
from domain.model.base import among, table_of
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket
from domain.vocabulary import AuditAction, LineState, NoticeKind, Permission, ProposalStatus


@dataclass(frozen=True, slots=True)
class SeenProposal:
    """A proposal in the version that somebody saw; None takes it as it is."""

    proposal_id: int
    version: int | None = None


def submit(session: Session, seen: Sequence[SeenProposal], *, actor: Actor) -> list[Proposal]:
    """Submit drafts for approval, all or none.

    Raises PermissionDenied, NotFound, Stale, Refused (`not_draft`, `nothing_to_bill`).
    """
    authorise(session, actor, Permission.SUBMIT)
    proposals = opened(session, seen, ProposalStatus.DRAFT, "not_draft")
    lines = lines_to_bill(session, [proposal.id or 0 for proposal in proposals])
    for proposal in proposals:
        if proposal.id not in lines:
            raise Refused("nothing_to_bill", number=proposal.number)
        proposal.submitted_at, proposal.submitted_by, proposal.rejection_comment = actor.now, actor.name, ""
        _go(session, actor, proposal, ProposalStatus.SUBMITTED, AuditAction.SUBMITTED)
    session.flush()
    tell_approvers(session, actor, lines.keys())
    return proposals


def approve(session: Session, seen: Sequence[SeenProposal], *, actor: Actor) -> list[Proposal]:
    """Approve proposals submitted by others, all or none; an invoice will hold exactly their content.

    Raises PermissionDenied (`own_submission` too), NotFound, Stale, Refused (`not_submitted`, `nothing_to_bill`).
    """
    authorise(session, actor, Permission.APPROVE)
    proposals = opened(session, seen, ProposalStatus.SUBMITTED, "not_submitted")
    _refuse_own(proposals, actor)
    lines = lines_to_bill(session, [proposal.id or 0 for proposal in proposals])
    for proposal in proposals:
        if proposal.id not in lines:
            raise Refused("nothing_to_bill", number=proposal.number)
        proposal.approved_at, proposal.approved_by = actor.now, actor.name
        proposal.approved_content = content_digest(lines[proposal.id])
        _go(session, actor, proposal, ProposalStatus.APPROVED, AuditAction.APPROVED)
    session.flush()
    tell_submitters(session, actor, NoticeKind.APPROVED, [(p.id or 0, p.submitted_by) for p in proposals])
    return proposals


def reject(session: Session, seen: Sequence[SeenProposal], comment: str, *, actor: Actor) -> list[Proposal]:
    """Reject submitted proposals with a comment, all or none; one's own are allowed.

    Raises PermissionDenied, NotFound, Stale, Refused (`not_submitted`, `reason_required`).
    """
    authorise(session, actor, Permission.APPROVE)
    comment = required_reason(comment)
    proposals = opened(session, seen, ProposalStatus.SUBMITTED, "not_submitted")
    submitters = [(proposal.id or 0, proposal.submitted_by) for proposal in proposals]
    for proposal in proposals:
        proposal.rejection_comment, proposal.submitted_at, proposal.submitted_by = comment, None, ""
        _go(session, actor, proposal, ProposalStatus.DRAFT, AuditAction.REJECTED, comment)
    session.flush()
    tell_submitters(session, actor, NoticeKind.REJECTED, submitters, comment)
    return proposals


def opened(session: Session, seen: Sequence[SeenProposal], status: ProposalStatus, refusal: str) -> list[Proposal]:
    """These proposals, locked, each in the state that is asked for and as it was seen.

    Raises NotFound, Stale, and Refused `nothing_chosen` or with the code `refusal`.
    """
    if not seen:
        raise Refused("nothing_chosen")
    versions = {one.proposal_id: one.version for one in seen}
    proposals = lock_proposals(session, versions)
    for proposal in proposals:
        refuse_stale(proposal, versions[proposal.id or 0])
        if proposal.status is not status:
            raise Refused(refusal, number=proposal.number, proposal_status=proposal.status.value)
    return proposals


APPROVED = (
    "id", "proposal_id", "ticket_id", "service_id", "description", "minutes", "rate", "vat_rate", "vat_nature", "net",
    "service_name", "ticket_number",
)  # fmt: skip
"""What an invoice takes of a line. Stored digests are made of these values in this order: another order makes them all void."""


def lines_to_bill(session: Session, proposal_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """All that an invoice takes from proposals: their lines to bill in order, by proposal; none for who has none."""
    line, ticket = table_of(ProposalLine).c, table_of(Ticket)
    names = [name for name in APPROVED if name != "ticket_number"]
    statement = (
        select(*(line[name] for name in names), ticket.c.number.label("ticket_number"))
        .join_from(table_of(ProposalLine), ticket, line.ticket_id == ticket.c.id)
        .where(among(line.proposal_id, proposal_ids), line.state == LineState.BILL)
        .order_by(line.proposal_id, line.position)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.proposal_id].append(row)
    return dict(found)


def content_digest(lines: Sequence[Row[Any]]) -> str:
    """Digest of all that an invoice would take from one proposal (trust: invariant 5)."""
    return sha256(repr([tuple(getattr(line, name) for name in APPROVED) for line in lines]).encode()).hexdigest()


def _refuse_own(proposals: Sequence[Proposal], actor: Actor) -> None:
    own = [proposal.number for proposal in proposals if proposal.submitted_by == actor.name]
    if own:
        raise PermissionDenied("own_submission", number=own[0], count=len(own))


def _go(
    session: Session, actor: Actor, proposal: Proposal, status: ProposalStatus, action: AuditAction, reason: str = ""
) -> None:
    before = move_proposal(proposal, status, actor)
    states = {"before": {"status": before.value}, "after": {"status": status.value}}
    record(session, actor, action, "proposal", proposal.id or 0, **states, reason=reason)
