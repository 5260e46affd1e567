"""Long work of people that is under way, and the signs of life of the servers that do it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.model.base import Instant

AGAIN_LENGTH = 8000


class BackgroundRun(SQLModel, table=True):
    """A run that has begun and not ended: it is deleted in the transaction that writes its result. `owner` is the server that
    works on it, `place` its machine and process, for people; `again` is the address where it can be begun anew."""

    __tablename__ = "background_run"

    id: str = Field(primary_key=True, max_length=16)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    kind: str = Field(max_length=40)
    count: int
    again: str = Field(max_length=AGAIN_LENGTH)
    started_at: datetime = Field(sa_type=Instant)
    owner: str = Field(max_length=16)
    place: str = Field(max_length=200)


class RunSignal(SQLModel, table=True):
    """The heartbeat of a run, in seconds by the database's clock, how far it is, and whether somebody asked it to stop.

    It is written while the run's own transaction is open; where it lies on SQLite says `storage/run_signals.py`.
    """

    __tablename__ = "run_signal"

    run_id: str = Field(primary_key=True, max_length=16)
    beat: float
    done: int
    total: int
    stop: bool = False
