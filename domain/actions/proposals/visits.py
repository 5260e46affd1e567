"""When somebody last looked at a proposal, so that they can be told what is new since."""

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.errors import NotFound, PermissionDenied
from domain.model.base import table_of
from domain.model.people import User
from domain.model.proposals import Proposal
from domain.model.screens import ProposalVisit


def remember_visit(session: Session, proposal_id: int, seen_entry: int, *, actor: Actor) -> None:
    """Record that the actor has seen the proposal with its history up to `seen_entry`.

    An older page does not take back what a newer one saw. Raises PermissionDenied `unknown_user`, NotFound.
    """
    user = table_of(User).c
    its = select(user.id).where(user.name == actor.name, user.active)
    # Locked, so that two pages of one person come one after the other.
    user_id = session.execute(its.with_for_update(key_share=True)).scalar_one_or_none()
    if user_id is None:
        raise PermissionDenied("unknown_user", user=actor.name)
    if session.get(Proposal, proposal_id) is None:
        raise NotFound("unknown_proposal", number=str(proposal_id))
    visit = session.get(ProposalVisit, (user_id, proposal_id))
    if visit is None:
        session.add(ProposalVisit(user_id=user_id, proposal_id=proposal_id, seen_at=actor.now, seen_entry=seen_entry))
    else:
        visit.seen_at, visit.seen_entry = max(visit.seen_at, actor.now), max(visit.seen_entry, seen_entry)
    session.flush()
