"""Notices: what concerns somebody, told once and kept until it is read (spec, section 5)."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.model.base import among, bulk_insert, table_of
from domain.model.people import Notice, User
from domain.rules.permissions import PERMISSIONS
from domain.vocabulary import NoticeKind, Permission, Role

_notice, _user = table_of(Notice), table_of(User)


def tell_approvers(session: Session, actor: Actor, proposal_ids: Collection[int]) -> None:
    """Tell everybody who may approve, but the one who submitted, that proposals wait for them."""
    roles = [role for role in Role if Permission.APPROVE in PERMISSIONS[role]]
    may = _user.c.role.in_(roles) & _user.c.active & (_user.c.name != actor.name)
    people = session.execute(select(_user.c.id).where(may).order_by(_user.c.id)).scalars().all()
    _tell(session, actor, NoticeKind.SUBMITTED, [(person, id_) for person in people for id_ in sorted(proposal_ids)], "")


def tell_submitters(
    session: Session, actor: Actor, kind: NoticeKind, submitters: Iterable[tuple[int, str]], comment: str = ""
) -> None:
    """Tell those who submitted what came of it: `submitters` are a proposal's id and who submitted it."""
    submitters = sorted(submitters)
    withdraw(session, actor, [id_ for id_, _ in submitters])
    people = _people(session, {name for _, name in submitters} - {actor.name})
    _tell(session, actor, kind, [(people[name], id_) for id_, name in submitters if name in people], comment)


def tell_people(session: Session, actor: Actor, kind: NoticeKind, names: Collection[str], proposal_id: int, comment: str) -> None:
    """Tell these people, as far as they are still there, of one proposal; never the one who acts."""
    people = _people(session, set(names) - {actor.name})
    _tell(session, actor, kind, [(person, proposal_id) for person in sorted(people.values())], comment)


def withdraw(session: Session, actor: Actor, proposal_ids: Collection[int]) -> None:
    """What the approvers were told of these proposals is done with."""
    _read(session, actor, among(_notice.c.proposal_id, proposal_ids) & (_notice.c.kind == NoticeKind.SUBMITTED))


def read_notices(session: Session, *, actor: Actor) -> None:
    """The acting person has seen their notices."""
    its = select(_user.c.id).where(_user.c.name == actor.name).scalar_subquery()
    _read(session, actor, _notice.c.user_id == its)


def _people(session: Session, names: Collection[str]) -> dict[str, int]:
    """Ids of active people, by name."""
    found = session.execute(select(_user.c.name, _user.c.id).where(_user.c.name.in_(names), _user.c.active))
    return dict(map(tuple, found))


def _read(session: Session, actor: Actor, which: ColumnElement[bool]) -> None:
    session.execute(update(_notice).where(which, _notice.c.read_at.is_(None)).values(read_at=actor.now))


def _tell(session: Session, actor: Actor, kind: NoticeKind, whom: list[tuple[int, int]], comment: str) -> None:
    about = {"kind": kind, "actor": actor.name, "comment": comment, "created_at": actor.now}
    bulk_insert(session, Notice, ({"user_id": person, "proposal_id": id_, **about} for person, id_ in whom))
