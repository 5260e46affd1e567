"""Any sequence of actions, by any user in any state, keeps the three promises."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.database import Database
from tests.support.life import Life

EFFORT = int(os.environ.get("CONSUNTIVO_TEST_EFFORT", "1"))
"""Factor for more runs than in a normal test run."""


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[ExitStack], Database]:
    """A function that gives one fresh database after the other."""
    ordinals = iter(range(1_000_000))

    def on_sqlite(stack: ExitStack) -> Database:
        template = request.getfixturevalue("sqlite_template")
        opened = Database(f"sqlite:///{shutil.copy(template, tmp_path / f'{next(ordinals)}.sqlite')}")
        stack.callback(opened.dispose)
        return opened

    def on_postgresql(stack: ExitStack) -> Database:
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
        opened = Database(stack.enter_context(server.database(template=template)))
        stack.callback(opened.dispose)
        return opened

    return on_sqlite if request.param == "sqlite" else on_postgresql


@contextmanager
def runs_of(fresh: Callable[[ExitStack], Database]) -> Iterator[type[Life]]:
    with ExitStack() as stack:

        class Run(Life):
            def __init__(self) -> None:
                self.stack = ExitStack()
                stack.push(self.stack)
                super().__init__(fresh(self.stack))

            def teardown(self) -> None:
                self.stack.close()

        yield Run


def test_whatever_anybody_does_the_promises_hold(fresh: Callable[[ExitStack], Database], request: pytest.FixtureRequest) -> None:
    sqlite = "sqlite" in request.node.name
    size = settings(
        max_examples=EFFORT * (25 if sqlite else 8),
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with runs_of(fresh) as run:
        run.done.clear()
        run_state_machine_as_test(run, settings=size)
        assert {"generate", "decide suspended", "submit", "reject", "approve", "invoice", "link", "by hand"} <= set(run.done)
