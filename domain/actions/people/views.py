"""Views of a list under a name: a person's own, and those that they share with everybody (screens, Assistenza Clienti)."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain.actions.core.acting import Actor, person
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused
from domain.model.screens import ADDRESS_LENGTH, VIEW_NAME_LENGTH, SavedView
from domain.rules.permissions import may
from domain.rules.text import clean_text
from domain.vocabulary import Permission

MOST_VIEWS = 100
"""Views of one person for one list."""


@dataclass(frozen=True, slots=True)
class SaveView:
    """A view of the list at `page`: what stands after the question mark, under a name."""

    page: str
    name: str
    address: str
    shared: bool = False


def save_view(session: Session, command: SaveView, *, actor: Actor) -> int:
    """Save a view, replacing the actor's view of this name; returns its id.

    Raises PermissionDenied, InvalidInput, Refused `too_many_views`.
    """
    user = person(session, actor)
    name = clean_text(" ".join(command.name.split()), "view_name", VIEW_NAME_LENGTH)
    address = clean_text(command.address, "address", ADDRESS_LENGTH, required=False)
    if "/" in address or "?" in address:
        raise InvalidInput("not_a_view", field="address")
    own = select(SavedView).where(col(SavedView.owner_id) == user.id, col(SavedView.page) == command.page)
    views = {view.name: view for view in session.exec(own)}
    view = views.get(name) or SavedView(owner_id=user.id or 0, page=command.page, name=name, address=address)
    if view.id is None and len(views) >= MOST_VIEWS:
        raise Refused("too_many_views", maximum=MOST_VIEWS)
    view.address, view.shared = address, command.shared
    session.add(view)
    session.flush()
    return view.id or 0


def share_view(session: Session, view_id: int, shared: bool, *, actor: Actor) -> None:
    """Share a view with everybody, or no longer. Raises PermissionDenied, NotFound."""
    _own_view(session, view_id, actor).shared = shared


def delete_view(session: Session, view_id: int, *, actor: Actor) -> None:
    """Delete a view. Raises PermissionDenied, NotFound."""
    session.delete(_own_view(session, view_id, actor))
    session.flush()


def _own_view(session: Session, view_id: int, actor: Actor) -> SavedView:
    """The view, where the actor may change it: their own, or a shared one for who manages the firm's settings.

    Of somebody else's private view nobody is told that it is there.
    """
    user, view = person(session, actor), session.get(SavedView, view_id)
    manages = may(user.role, Permission.MANAGE_SETTINGS)
    if view is None or (view.owner_id != user.id and not view.shared):
        raise NotFound("unknown_view")
    if view.owner_id != user.id and not manages:
        raise PermissionDenied("view_of_another")
    return view
