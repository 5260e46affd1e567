"""Fixtures of tests on a database: each test ends with the proof that nothing was billed twice and nothing leaked."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.queries.check.check import check
from tests.builders import World


@pytest.fixture
def database(database: Database) -> Iterator[Database]:
    """The database of the test, which keeps the promises when the test is over."""
    yield database
    with database.read() as session:
        assert check(session).violations == []


@pytest.fixture
def world(database: Database) -> World:
    """A small firm in that database."""
    return World(database)


@pytest.fixture
def corruptible(database_url: str) -> Iterator[World]:
    """A small firm in a database that the test breaks on purpose."""
    opened = Database(database_url)
    yield World(opened)
    opened.dispose()
