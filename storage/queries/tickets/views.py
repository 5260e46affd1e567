"""Saved views of a list."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.people import User
from domain.model.screens import SavedView


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view that a user may open; `address` is its query string."""

    id: int
    name: str
    address: str
    shared: bool
    own: bool
    owner: str


def views_of(session: Session, page: str, user_id: int) -> list[ViewRow]:
    """A user's own views of a list and shared ones, by name, own first."""
    view, user = table_of(SavedView), table_of(User)
    statement = (
        select(view.c.id, view.c.name, view.c.address, view.c.shared, view.c.owner_id, user.c.name.label("owner"))
        .join_from(view, user, user.c.id == view.c.owner_id)
        .where(view.c.page == page, or_(view.c.owner_id == user_id, view.c.shared))
        .order_by(view.c.owner_id != user_id, view.c.name, view.c.id)
    )
    return [
        ViewRow(row.id, row.name, row.address, row.shared, row.owner_id == user_id, row.owner)
        for row in session.execute(statement)
    ]
