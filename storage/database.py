"""The database: one engine, one way to read, one way to write; the particulars of SQLite and PostgreSQL live here."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool
from sqlmodel import Session

from domain.actions.core.audit import seal
from domain.errors import EntryTaken, InvalidInput, Refused

T = TypeVar("T")

_LOCK_WAIT_SECONDS = 30

CHANNEL = "consuntivo_history"
"""Where PostgreSQL says that the history has grown; `storage/change_feed.py` listens."""

# The history is mostly JSON, and thousands of entries are written at once.
_JSON: dict[str, Any] = {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}


def _sqlite_module() -> Any:
    """The SQLite of the wheel where there is one: the system's may carry a bug that corrupts a WAL file when it is reset."""
    try:
        return import_module("pysqlite3")
    except ModuleNotFoundError:
        return import_module("sqlite3")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver's own deferred transactions upgrade from reader to writer too late: two of them can both have read "free".
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def create_database_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`, set up with write transactions that are so from the start."""
    if _backend_of(url) == "sqlite":
        waiting = {"timeout": _LOCK_WAIT_SECONDS}
        engine = create_engine(url, module=_sqlite_module(), connect_args=waiting, poolclass=QueuePool, pool_size=8, **_JSON)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, pool_size=8, **_JSON)


def _backend_of(url: str) -> str:
    """`sqlite` or `postgresql`. Raises Refused `database_url` for any other, and for what is no URL at all."""
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise Refused("database_url", backend=backend)
    return backend


class Database:
    """A database of the product. `read()` and `write()` give a session; what `write()` yields is one transaction."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_database_engine(url)
        self._reader = self.engine.execution_options(read_only=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer at a time; waiting in line here is fairer and faster than its busy loop.
        self._writer_lock: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent view, that writes nothing. Raises InvalidInput `number_out_of_range`."""
        with Session(self._reader) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            with _numbers_that_fit():
                yield session

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[Session]:
        """One transaction: committed with its history at the end, or rolled back whole if anything is raised.

        Translates what the database refuses: EntryTaken where the unique index stopped a second claim, Refused
        `database_busy`, `disk_full` or `database_unavailable` where it can't be written now, InvalidInput `number_out_of_range`.
        """
        with self._writer_lock, Session(self.engine) as session:
            try:
                with _numbers_that_fit():
                    yield session
                if seal(session) and not self.is_sqlite:
                    session.execute(select(func.pg_notify(CHANNEL, "")))
                session.rollback() if dry_run else session.commit()
            except IntegrityError as error:
                if "one_live_claim" in str(error.orig) or "claim.time_entry_id" in str(error.orig):
                    raise EntryTaken("entry_taken") from error
                raise
            except OperationalError as error:
                code = _unavailable(error)
                if code is None:
                    raise
                raise Refused(code) from error

    def dispose(self) -> None:
        """Close every connection, and let go of the statements that were compiled for them."""
        self.engine.dispose()
        self.engine.clear_compiled_cache()


_SAYINGS = {
    "database_busy": ("locked", "busy", "deadlock", "lock timeout"),
    "disk_full": ("full", "no space left"),
    "database_unavailable": ("unable to open", "readonly", "read-only", "disk i/o", "connect", "terminating", "shut down"),
}
"""What the databases say when they can't be written now, by the code of the refusal; anything else is a bug and propagates."""


@contextmanager
def _numbers_that_fit() -> Iterator[None]:
    """Refuse a number, of a row for example, that no column can hold: nobody was given it, so somebody made it up."""
    try:
        yield
    except OverflowError as error:
        if "SQLite INTEGER" not in str(error):
            raise
        raise InvalidInput("number_out_of_range") from error
    except DataError as error:
        if "out of range" not in str(error.orig):
            raise
        raise InvalidInput("number_out_of_range") from error


def _unavailable(error: DBAPIError) -> str | None:
    text = str(error.orig).lower()
    return next((code for code, sayings in _SAYINGS.items() if any(saying in text for saying in sayings)), None)


def _alembic_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def _with_migration_engine(url: str, action: Callable[[Config], None]) -> None:
    """Run with foreign keys off on SQLite, as its batch mode needs, and outside the product's own transactions."""
    options: dict[str, Any] = {"module": _sqlite_module()} if _backend_of(url) == "sqlite" else {}
    engine = create_engine(url, poolclass=NullPool, **options)
    try:
        action(_alembic_config(engine))
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Create or bring the database at `url` to the newest schema. Does nothing where it is already."""
    _with_migration_engine(url, lambda config: command.upgrade(config, "head"))


def open_database(url: str) -> Database:
    """A migrated database, ready for use. Raises Refused where there is none to be had at `url`."""
    try:
        migrate(url)
    except DBAPIError as error:
        # The first line says it; the rest repeats addresses and hints.
        raise Refused("database_cannot_open", reason=str(error.orig).strip().partition("\n")[0]) from error
    return Database(url)
