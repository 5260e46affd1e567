"""Databases to measure on: the helpdesk, or the helpdesk many times over, on SQLite and PostgreSQL; copies of them."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from domain.actions.acting import Actor
from domain.model.people import SYSTEM_USER
from storage.database import Database, migrate, open_database
from storage.importers.run import import_paths
from tests.conftest import ROOT
from tests.support.postgres import running_server

SYSTEM = Actor(SYSTEM_USER, datetime(2026, 2, 20, 9, tzinfo=UTC))
HELPDESK = ROOT.parent / "shared" / "data" / "helpdesk"

Copies = Callable[[], AbstractContextManager[Database]]
"""Gives a fresh copy of the prepared database each time."""

_TICKETS = """INSERT INTO ticket SELECT id + :shift, number || '-' || :copy, title, status, billing_status, company_id,
 contact_id, contract_id, planning_id, proposal_id, hourly_rate, cancellation_reason, opened_at, closed_at, owner, version
 FROM ticket WHERE id <= :tickets AND id + :shift <= :size"""
_ENTRIES = """INSERT INTO time_entry SELECT id + :entry_shift, code || '-' || :copy, ticket_id + :shift, service_id, started_at,
 worked_on, worked_minutes, billable_minutes, operator, description, settled, line_id
 FROM time_entry WHERE id <= :entries AND ticket_id + :shift <= :size"""


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def prepared(size: int) -> Iterator[dict[str, Copies]]:
    """Copies of a database of `size` tickets (0: the helpdesk as it is), by engine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consuntivo-bench-")))
        original = folder / "original.sqlite"
        fill(f"sqlite:///{original}", size)
        server = stack.enter_context(running_server())
        template = stack.enter_context(server.template(lambda url: fill(url, size)))

        @contextmanager
        def sqlite() -> Iterator[Database]:
            database = Database(f"sqlite:///{shutil.copy(original, folder / 'copy.sqlite')}")
            yield database
            database.dispose()

        @contextmanager
        def postgresql() -> Iterator[Database]:
            with server.database(template=template) as url:
                database = Database(url)
                yield database
                database.dispose()

        yield {"SQLite": sqlite, "PostgreSQL": postgresql}


def fill(url: str, size: int) -> None:
    """Import the helpdesk and multiply it up to `size` tickets."""
    migrate(url)
    database = open_database(url)
    started = time.perf_counter()
    report = import_paths(database, [HELPDESK], actor=SYSTEM)
    if report.error_count:
        raise SystemExit(f"the helpdesk does not come in: {report.errors[:3]}")
    say(f"  import of the helpdesk, {database.engine.dialect.name}: {time.perf_counter() - started:.2f} s")
    with database.write() as session:
        tickets, entries = (session.execute(text(f"SELECT max(id) FROM {t}")).scalar_one() for t in ("ticket", "time_entry"))  # noqa: S608
        for copy in range(1, -(-size // tickets)):
            shifts = {"copy": str(copy), "shift": copy * tickets, "entry_shift": copy * entries}
            limits = {"tickets": tickets, "entries": entries, "size": size}
            for statement in (_TICKETS, _ENTRIES):
                wanted = {name: value for name, value in {**shifts, **limits}.items() if f":{name}" in statement}
                session.execute(text(statement), wanted)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    database.dispose()


def median(measure: Callable[[], float], times: int = 3) -> float:
    """The middle of several measurements in seconds."""
    return sorted(measure() for _ in range(times))[times // 2]
