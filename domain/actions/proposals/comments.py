"""What people say to each other about a proposal or a line of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.people.notices import tell_people
from domain.errors import NotFound
from domain.model.base import table_of
from domain.model.comments import COMMENT_LENGTH, Comment
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import REASON_LENGTH
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, NoticeKind, Permission


@dataclass(frozen=True, slots=True)
class AddComment:
    """What to say; without `line_id` about the proposal as a whole."""

    proposal_id: int
    body: str
    line_id: int | None = None


def add_comment(session: Session, command: AddComment, *, actor: Actor) -> int:
    """Add a comment and notify the other participants of the proposal; returns its id.

    Whoever may approve may review as well, so one permission speaks for both. The proposal itself does not change: a comment
    makes no page stale. Raises PermissionDenied, NotFound (`unknown_proposal`, `no_lines`), InvalidInput.
    """
    authorise(session, actor, Permission.REVIEW)
    body = clean_text(command.body, "comment", COMMENT_LENGTH)
    proposal = session.get(Proposal, command.proposal_id)
    if proposal is None:
        raise NotFound("unknown_proposal", number=str(command.proposal_id))
    if command.line_id is not None:
        line = session.get(ProposalLine, command.line_id)
        if line is None or line.proposal_id != proposal.id:
            raise NotFound("no_lines")
    said = table_of(Comment).c
    others = set(session.execute(select(said.author).where(said.proposal_id == command.proposal_id).distinct()).scalars())
    comment = Comment(proposal_id=command.proposal_id, line_id=command.line_id, author=actor.name, at=actor.now, body=body)
    session.add(comment)
    session.flush()
    after = {"proposal_id": command.proposal_id, "line_id": command.line_id}
    record(session, actor, AuditAction.CREATED, "comment", comment.id or 0, after=after)
    took_part = others | {proposal.created_by, proposal.submitted_by}
    short = body if len(body) <= REASON_LENGTH else body[: REASON_LENGTH - 1] + "…"
    tell_people(session, actor, NoticeKind.COMMENTED, took_part, command.proposal_id, short)
    return comment.id or 0
