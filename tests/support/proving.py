"""Fixtures of tests on a database: each test ends with a check that nothing is billed twice and nothing is missing."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.queries.check.check import check
from tests.builders import World


@pytest.fixture
def database(database: Database) -> Iterator[Database]:
    """The database of the test, checked at its end."""
    yield database
    with database.read() as session:
        assert check(session).violations == []


@pytest.fixture
def world(database: Database) -> World:
    """A small firm in that database."""
    return World(database)


@pytest.fixture
def corruptible(database_url: str) -> Iterator[World]:
    """A small firm in a database that the test corrupts on purpose."""
    opened = Database(database_url)
    yield World(opened)
    opened.dispose()
