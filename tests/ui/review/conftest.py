"""Fixtures of the tests of proposal pages."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.actions.proposals.approval import SeenProposal, submit
from domain.vocabulary import LineState, Role
from storage.queries.proposals.table import ProposalDetail
from tests.builders import NOW, World
from tests.ui.conftest import NAMES, Opener
from ui.kit.virtual_rows import Row, RowsElement


def sent(world: World, *details: ProposalDetail, by: str = NAMES[Role.BILLING_MANAGER], at: datetime = NOW) -> None:
    """Submit these as they are now."""
    seen = [SeenProposal(each.id) for each in details]
    world.act(lambda session: len(submit(session, seen, actor=Actor(by, at))))


def rows(user: User) -> list[Row]:
    [element] = user.find(kind=RowsElement).elements
    return element.items


def row(user: User, kind: str, id_: int) -> Row:
    return next(each for each in rows(user) if each["key"] == f"{kind}{id_}")


def do(user: User, verb: str, key: object, **more: Any) -> None:
    user.find(marker="review-lines").trigger("row", {"verb": verb, "key": key, **more})


def press(user: User, key: str) -> None:
    user.find(marker="keys").trigger("key", key)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(80):
        if holds():
            return
        await asyncio.sleep(0.03)
    pytest.fail("it did not come to hold")


async def reviewer(opened: Opener, detail: ProposalDetail, role: Role = Role.BILLING_MANAGER) -> User:
    user = await opened(role, f"/proposals/{detail.id}")
    await user.should_see(marker="review-lines", retries=20)
    return user


async def give_reason(user: User, reason: str) -> None:
    await user.should_see(marker="reason-text")
    [field] = user.find(marker="reason-text").elements
    assert isinstance(field, ui.textarea)
    with user:
        field.set_value(reason)
    user.find(marker="reason-go").click()


def states(world: World, detail: ProposalDetail) -> list[LineState]:
    return [line.state for line in world.proposal(detail.number).lines]


def texts(user: User, marker: str) -> list[str]:
    [element] = user.find(marker=marker).elements
    return [str(each.text) for each in element.descendants(include_self=True) if isinstance(each, ui.label | ui.button)]
