"""The database: engine, read and write transactions, and the differences between SQLite and PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool
from sqlmodel import Session

from domain.actions.core.audit import seal
from domain.errors import EntryTaken, InvalidInput, Refused
from storage.run_signals import RunSignals

T = TypeVar("T")

_LOCK_WAIT_SECONDS = 30

CHANNEL = "consuntivo_history"
"""Where PostgreSQL says that the history has grown; `storage/change_feed.py` listens."""

# The history is mostly JSON and written in thousands of entries at once.
_JSON: dict[str, Any] = {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}


_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


def _sqlite_module() -> Any:
    """SQLite from the wheel if available: the system's version may have a bug that corrupts a WAL file on reset."""
    try:
        return import_module("pysqlite3")
    except ModuleNotFoundError:
        return import_module("sqlite3")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver's deferred transactions become writers too late: two of them can both read an entry as free.
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def create_database_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…` whose write transactions lock from the start."""
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
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        driver = ""
    if driver not in _DRIVERS:
        raise Refused("database_url", backend=driver)
    return driver.partition("+")[0]


class Database:
    """The database. `read()` and `write()` each yield a session; `write()` is one transaction."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_database_engine(url)
        self._reader = self.engine.execution_options(read_only=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer at a time; this lock is fairer and faster than its busy loop.
        self._writer_lock: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only session on one consistent view.

        Raises InvalidInput `number_out_of_range`, Refused `database_unavailable` and its like.
        """
        with _refusals(), Session(self._reader) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            with _numbers_that_fit():
                yield session

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[Session]:
        """One transaction, committed with its history at the end, or rolled back if anything is raised.

        Translates what the database refuses: EntryTaken where the unique index stopped a second claim, Refused
        `database_busy`, `disk_full` or `database_unavailable` where it can't be written now, InvalidInput `number_out_of_range`.
        """
        with self._writer_lock, _refusals(), Session(self.engine) as session:
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

    @cached_property
    def run_signals(self) -> RunSignals:
        """What servers on this database say to each other about long work."""
        return RunSignals(self.engine)

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What a database that does not answer raises, through `read` and `write`, through SQLAlchemy and by itself."""
        return (Refused, SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error)

    def dispose(self) -> None:
        """Close every connection and drop its compiled statements."""
        self.engine.dispose()
        self.engine.clear_compiled_cache()
        if "run_signals" in self.__dict__:
            self.run_signals.dispose()


_SAYINGS = {
    "database_busy": ("locked", "busy", "deadlock", "lock timeout"),
    "disk_full": ("full", "no space left"),
    "database_unavailable": ("unable to open", "readonly", "read-only", "disk i/o", "connect", "terminating", "shut down"),
}
"""Database errors that become a refusal, by its code; any other error is a bug and propagates."""


@contextmanager
def _numbers_that_fit() -> Iterator[None]:
    """Refuse a number that no column can hold, such as an invented id."""
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


@contextmanager
def _refusals() -> Iterator[None]:
    """Refuse what the database can't do now; it says so with an OperationalError."""
    try:
        yield
    except OperationalError as error:
        text = str(error.orig).lower()
        code = next((code for code, sayings in _SAYINGS.items() if any(saying in text for saying in sayings)), None)
        if code is None:
            raise
        raise Refused(code) from error


def _alembic_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def _with_migration_engine(url: str, action: Callable[[Config], None]) -> None:
    """Run with foreign keys off on SQLite, as Alembic's batch mode needs, and outside other transactions."""
    options: dict[str, Any] = {"module": _sqlite_module()} if _backend_of(url) == "sqlite" else {}
    engine = create_engine(url, poolclass=NullPool, **options)
    try:
        action(_alembic_config(engine))
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Create the database at `url` or upgrade it to the newest schema."""
    _with_migration_engine(url, lambda config: command.upgrade(config, "head"))


def open_database(url: str, *, create: bool = True) -> Database:
    """A migrated database, ready for use. Without `create` there must be one at `url` already.

    Raises Refused: `database_url`, `database_cannot_open`, `database_missing`.
    """
    try:
        if not create and not _exists(url):
            raise Refused("database_missing", database=_place(url))
        migrate(url)
    except DBAPIError as error:
        # The first line has the error; the rest repeats addresses and hints.
        reason = str(error.orig).strip().partition("\n")[0]
        raise Refused("database_cannot_open", reason=_harmless(reason, url)) from error
    return Database(url)


def _exists(url: str) -> bool:
    """Whether there is a database of the product at `url`. Makes none, as SQLite otherwise does by being asked."""
    if _backend_of(url) == "sqlite" and not Path(make_url(url).database or "").is_file():
        return False
    found: list[bool] = []
    _with_migration_engine(url, lambda config: found.append(inspect(config.attributes["engine"]).has_table("alembic_version")))
    return found[0]


def _place(url: str) -> str:
    """Where a database is, without anything that is secret: a path, or host and name."""
    parts = make_url(url)
    host = (parts.host or "").rpartition("@")[2]
    return f"{host}/{parts.database}" if host else str(parts.database)


def _harmless(text: str, url: str) -> str:
    """What a driver says, without the password: one with an unescaped `@` is taken for a part of the host."""
    parts = make_url(url)
    for secret in (str(parts.password or ""), (parts.host or "").rpartition("@")[0]):
        text = text.replace(secret, "…") if secret else text
    return text
