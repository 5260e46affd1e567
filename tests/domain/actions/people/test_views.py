"""Saved views: own ones, and shared ones that only their owner or an administrator may change."""

import pytest

from domain.actions.core.acting import Actor
from domain.actions.people.views import SaveView, delete_view, save_view, share_view
from domain.errors import InvalidInput, NotFound, PermissionDenied
from storage.queries.tickets.views import ViewRow, views_of
from tests.builders import ADMINISTRATOR, MANAGER, NOW, OTHER_MANAGER, World


def saved(world: World, name: str, address: str = "show=suspended", *, shared: bool = False, actor: Actor = MANAGER) -> int:
    return world.act(lambda session: save_view(session, SaveView("tickets", name, address, shared), actor=actor))


def seen(world: World, actor: Actor) -> list[ViewRow]:
    [(user_id,)] = world.rows("SELECT id FROM user_account WHERE name = :name", name=actor.name)
    return world.read(lambda session: views_of(session, "tickets", user_id))


def test_a_view_is_its_owners_until_it_is_shared(world: World) -> None:
    mine = saved(world, "  I  sospesi ")
    assert [(view.name, view.address, view.own) for view in seen(world, MANAGER)] == [("I sospesi", "show=suspended", True)]
    assert seen(world, OTHER_MANAGER) == []
    world.act(lambda session: share_view(session, mine, True, actor=MANAGER))
    assert [(view.id, view.own, view.owner) for view in seen(world, OTHER_MANAGER)] == [(mine, False, "mario")]


def test_saving_under_the_same_name_replaces_the_own_view_alone(world: World) -> None:
    others = saved(world, "Mese", shared=True, actor=OTHER_MANAGER)
    first = saved(world, "Mese", "show=billed")
    assert saved(world, "Mese", "show=all") == first
    assert {view.id: view.address for view in seen(world, MANAGER)} == {first: "show=all", others: "show=suspended"}


def test_a_shared_view_is_changed_by_its_owner_or_an_administrator_alone(world: World) -> None:
    view = saved(world, "Nostra", shared=True)
    with pytest.raises(PermissionDenied, match="view_of_another"):
        world.act(lambda session: delete_view(session, view, actor=OTHER_MANAGER))
    with pytest.raises(PermissionDenied, match="view_of_another"):
        world.act(lambda session: share_view(session, view, False, actor=OTHER_MANAGER))
    world.act(lambda session: delete_view(session, view, actor=ADMINISTRATOR))
    assert world.count("saved_view") == 0


def test_a_private_view_of_another_user_is_not_found(world: World) -> None:
    view = saved(world, "Mia")
    for actor in (OTHER_MANAGER, ADMINISTRATOR):
        with pytest.raises(NotFound, match="unknown_view"), world.database.write() as session:
            delete_view(session, view, actor=actor)


@pytest.mark.parametrize(
    ("name", "address"), [("", "x=1"), ("x" * 61, "x=1"), ("a\x00b", "x=1"), ("x", "//evil.example"), ("x", "y" * 2001)]
)
def test_a_view_that_is_none_is_refused(world: World, name: str, address: str) -> None:
    with pytest.raises(InvalidInput):
        saved(world, name, address)
    assert world.count("saved_view") == 0


def test_somebody_who_is_nobody_keeps_nothing(world: World) -> None:
    with pytest.raises(PermissionDenied):
        saved(world, "x", actor=Actor("nessuno", NOW))
