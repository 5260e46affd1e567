"""Databases for measuring: the help desk, once or multiplied, on SQLite and PostgreSQL, and copies of them."""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlmodel import SQLModel

from domain.actions.core.acting import Actor
from domain.model.base import table_of
from domain.model.people import SYSTEM_USER
from domain.model.tickets import Ticket, TimeEntry
from storage.database import Database, migrate, open_database
from storage.importers.run import import_paths
from tests.conftest import ROOT
from tests.support.postgres import running_server

SYSTEM = Actor(SYSTEM_USER, datetime(2026, 2, 20, 9, tzinfo=UTC))
HELPDESK = ROOT.parent / "shared" / "data" / "helpdesk"

Copies = Callable[[], AbstractContextManager[Database]]
"""Gives a fresh copy of the prepared database each time."""


def _copying(model: type[SQLModel], key: str, own_shift: str) -> str:
    """The statement that writes the rows of a table again, with codes and ids of their own."""
    columns = [column.name for column in table_of(model).columns]
    renamed = {"id": f"id + :{own_shift}", "ticket_id": "ticket_id + :shift"}
    renamed |= {name: f"{name} || '-' || :copy" for name in ("number", "code")}
    values = ", ".join(renamed.get(name, name) for name in columns)
    table = table_of(model).name
    return f"""INSERT INTO {table} ({", ".join(columns)}) SELECT {values} FROM {table}
    WHERE id <= :{own_shift}_last AND {key} + :shift <= :size"""  # noqa: S608  names of our own


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
            limits = {"shift_last": tickets, "entry_shift_last": entries, "size": size}
            for statement in (_copying(Ticket, "id", "shift"), _copying(TimeEntry, "ticket_id", "entry_shift")):
                every = {**shifts, **limits}
                wanted = {name: every[name] for name in re.findall(r":(\w+)", statement)}
                session.execute(text(statement), wanted)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    database.dispose()


def median(measure: Callable[[], float], times: int = 3) -> float:
    """The middle of several measurements in seconds."""
    return sorted(measure() for _ in range(times))[times // 2]
