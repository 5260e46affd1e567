"""Fixtures of the tests of settings."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User


def one(user: User, marker: str) -> Any:
    [element] = user.find(marker=marker).elements
    return element


def rows(user: User) -> list[dict[str, Any]]:
    """Of the first table of the page; none while it is not there yet."""
    assert user.client is not None
    tables = [element for element in user.client.elements.values() if isinstance(element, ui.table) and element.visible]
    return min(tables, key=lambda table: table.id).rows if tables else []


def enter(user: User, marker: str, value: object) -> None:
    with user:
        one(user, marker).set_value(value)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        # What is not there yet is not found.
        with suppress(AssertionError):
            if holds():
                return
        await asyncio.sleep(0.03)
    pytest.fail("it did not come to hold")
