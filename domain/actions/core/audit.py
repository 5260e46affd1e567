"""The history: entries gather during a transaction and are chained and written as its last step."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from domain.actions.core.acting import Actor
from domain.model.audit import AuditEntry, AuditHead
from domain.model.base import bulk_insert, table_of
from domain.vocabulary import AuditAction

_PENDING = "audit"


class Record(NamedTuple):
    """One change to be written: `subject` is a table's name; `before` and `after` hold what changed, as plain values."""

    at: datetime
    actor: str
    subject: str
    subject_id: int
    action: AuditAction
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


def record(
    session: Session,
    actor: Actor,
    action: AuditAction,
    subject: str,
    subject_id: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Note a change; `seal` writes it in the same transaction."""
    pending: list[Record] = session.info.setdefault(_PENDING, [])
    pending.append(Record(actor.now, actor.name, subject, subject_id, action, before or {}, after or {}, reason))


def plain(value: Any) -> Any:
    """A value as the history keeps it: dates and instants in ISO form."""
    return value.isoformat() if isinstance(value, date) else value


def seal(session: Session) -> bool:
    """Chain and insert what was noted; whether there was anything.

    Locks the head of the chain until the commit, so it comes last: writers wait in line from here on.
    """
    pending: list[Record] = session.info.pop(_PENDING, [])
    if not pending:
        return False
    session.flush()
    head = session.exec(select(AuditHead).with_for_update().execution_options(populate_existing=True)).one()
    digest, rows = head.digest, []
    for number, entry in enumerate(pending, start=head.last_id + 1):
        digest = chained(digest, number, entry)
        rows.append({"id": number, **entry._asdict(), "digest": digest})
    head.digest, head.last_id = digest, head.last_id + len(rows)
    bulk_insert(session, AuditEntry, rows)
    session.flush()
    return True


def last_actor(session: Session, subject: str, subject_id: int) -> str:
    """Who changed something last, as its history tells; a dash where it tells of nobody."""
    entry = table_of(AuditEntry).c
    about = (entry.subject == subject) & (entry.subject_id == subject_id)
    latest = select_columns(entry.actor).where(about).order_by(entry.id.desc()).limit(1)
    return session.execute(latest).scalar_one_or_none() or "—"


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """What is raised inside takes back what was written and noted inside, and nothing else of the transaction."""
    pending: list[Record] = session.info.setdefault(_PENDING, [])
    noted = len(pending)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del pending[noted:]
        raise


def forget(session: Session) -> None:
    """Drop what was noted and not yet written: it was rolled back."""
    session.info.pop(_PENDING, None)


def chained(previous: str, number: int, entry: Record) -> str:
    """The digest of one entry, which covers the digest before it."""
    content = [previous, number, _in_utc(entry.at), *entry[1:4], entry.action.value, *entry[5:]]
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


@lru_cache(maxsize=16)
def _in_utc(at: datetime) -> str:
    """A run writes thousands of entries of one instant."""
    return at.astimezone(UTC).isoformat()


def broken_links(session: Session) -> Iterator[str]:
    """A sentence per place where the chain does not hold: an entry changed, missing or added (trust: invariant 8)."""
    digest, expected = "", 1
    table = table_of(AuditEntry)
    columns = [table.c[name] for name in ("id", *Record._fields, "digest")]
    for row in session.execute(select_columns(*columns).order_by(table.c.id).execution_options(yield_per=2_000)):
        entry = Record._make(row[1:-1])
        if row.id != expected:
            yield f"audit entry {expected} is missing"
            expected = row.id
        digest = chained(digest, row.id, entry)
        if digest != row.digest:
            yield f"audit entry {row.id} does not match its digest"
            digest = row.digest
        expected += 1
    head = session.exec(select(AuditHead)).one()
    if (head.last_id, head.digest) != (expected - 1, digest):
        yield f"the audit chain should end at entry {head.last_id}, it ends at {expected - 1}"
