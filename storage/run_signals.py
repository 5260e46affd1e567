"""Signs of life of long work, and requests to stop it, which get through while the work's own transaction is open.

On PostgreSQL they are rows like others, each written in a short transaction of its own. On SQLite the work holds the only
writer's lock of the file until it commits, so the same table stands in a small file beside it, `…-runs`, where nothing else is.
It may be deleted whenever no server runs; a backup need not hold it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.schema import CreateTable

from domain.model.background_runs import RunSignal
from domain.model.base import table_of

_CLOCK: Final = {"sqlite": "CAST(strftime('%s', 'now') AS REAL)", "postgresql": "extract(epoch FROM clock_timestamp())"}
"""Seconds by the clock that all servers on the database share."""

_BEAT: Final = """
INSERT INTO run_signal (run_id, beat, done, total, stop) VALUES (:run_id, {clock}, :done, :total, false)
ON CONFLICT (run_id) DO UPDATE SET beat = excluded.beat, done = excluded.done, total = excluded.total RETURNING stop
"""
_OLD: Final = "DELETE FROM run_signal WHERE run_id = :run_id OR beat < {clock} - 86400"
_SEEN: Final = "SELECT run_id, {clock} - beat, done, total FROM run_signal"
_STOP: Final = "UPDATE run_signal SET stop = true WHERE run_id = :run_id"


class Signal(NamedTuple):
    """What a run last showed, `age` seconds ago."""

    age: float
    done: int
    total: int


class RunSignals:
    """The signals of all runs on the database of `engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        if engine.dialect.name == "sqlite":
            beside = f"sqlite:///{engine.url.database}-runs"
            self._engine = create_engine(beside, module=engine.dialect.loaded_dbapi)
            with self._engine.begin() as connection:
                connection.execute(CreateTable(table_of(RunSignal), if_not_exists=True))
        self._clock = _CLOCK[engine.dialect.name]

    def beat(self, runs: Mapping[str, tuple[int, int]]) -> set[str]:
        """Say that these runs, by id, are alive and how far they are; the ids of those that somebody asked to stop."""
        statement = text(_BEAT.format(clock=self._clock))
        with self._engine.begin() as connection:
            return {
                run_id
                for run_id, (done, total) in runs.items()
                if connection.execute(statement, {"run_id": run_id, "done": done, "total": total}).scalar_one()
            }

    def seen(self) -> dict[str, Signal]:
        """The last signal of each run, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(text(_SEEN.format(clock=self._clock)))
            return {run_id: Signal(float(age), done, total) for run_id, age, done, total in rows}

    def stop(self, run_id: str) -> None:
        """Ask whoever works on a run to stop."""
        self._write(_STOP, run_id)

    def end(self, run_id: str) -> None:
        """The run has ended, or nobody asks for it any more; what is older than a day goes as well."""
        self._write(_OLD.format(clock=self._clock), run_id)

    def dispose(self) -> None:
        """Close every connection of its own."""
        self._engine.dispose()

    def _write(self, statement: str, run_id: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement), {"run_id": run_id})
