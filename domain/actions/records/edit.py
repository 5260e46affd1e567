"""Companies, contacts, services, contracts and plannings: written, retired, deleted (spec, sections 1, 2 and 6).

They have no version: what somebody saw of a record travels with what they want of it, and must still be so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, SQLModel

from domain.actions.contracts.draw import redraw_contracts
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import last_actor, plain, record
from domain.actions.core.numbers import take_free_number
from domain.actions.records.drafts import MODELS, Draft
from domain.actions.records.guards import check
from domain.errors import NotFound, Refused, Stale
from domain.model.base import table_of
from domain.reads.billable_tickets import hold_all_tickets
from domain.rules.records.fields import InvalidFields
from domain.rules.records.judge import FIELDS, SERIES, Cells, field_named, judge, master_code
from domain.rules.records.rows import Values
from domain.rules.records.tables import RecordKind
from domain.vocabulary import AuditAction, Permission

_NO_YEAR = 0
"""The series of codes go on over the years."""


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record as somebody saw it: `values` by field, with `retired`."""

    table: RecordKind
    id: int
    values: Mapping[str, Any]


def create_record(session: Session, table: RecordKind, cells: Cells, *, actor: Actor) -> int:
    """Create a record from `cells`, with the next free code if it has none; returns its id.

    Raises PermissionDenied, InvalidFields.
    """
    authorise(session, actor, Permission.MANAGE_MASTER_DATA)
    hold_all_tickets(session)
    values = _judged(session, table, cells, None)
    target = table_of(MODELS[table])
    if not values["code"]:
        naming = lambda _year, ordinal: master_code(table, ordinal)  # noqa: E731
        values["code"] = take_free_number(session, SERIES[table], _NO_YEAR, naming, target.c.code)
    id_ = int(session.execute(insert(target).values(retired=False, **values).returning(target.c.id)).scalar_one())
    record(session, actor, AuditAction.CREATED, target.name, id_, after=_plain(values))
    return id_


def edit_record(session: Session, seen: SeenRecord, cells: Cells, *, actor: Actor) -> None:
    """Change a record from the `seen` values to `cells`.

    A contract that says only now what it counts draws what was closed under it. Raises PermissionDenied, NotFound, Stale
    `record_changed`, InvalidFields, ContractRefuses.
    """
    authorise(session, actor, Permission.MANAGE_MASTER_DATA)
    hold_all_tickets(session)
    stored = _unchanged(session, seen)
    values = _judged(session, seen.table, cells, stored)
    _write(session, seen, stored, values, actor)
    if seen.table is RecordKind.CONTRACTS and values["unit"] != stored["unit"]:
        redraw_contracts(session, actor, [seen.id])


def set_retired(session: Session, seen: SeenRecord, *, retired: bool, actor: Actor) -> None:
    """Archive or restore a record. Existing links stay; an archived record can't be chosen again.

    Raises PermissionDenied, NotFound, Stale `record_changed`.
    """
    authorise(session, actor, Permission.MANAGE_MASTER_DATA)
    hold_all_tickets(session)
    _write(session, seen, _unchanged(session, seen), {"retired": retired}, actor)


def delete_record(session: Session, seen: SeenRecord, *, actor: Actor) -> None:
    """Delete a record without references.

    Raises PermissionDenied, NotFound, Stale `record_changed`, Refused `record_in_use`, naming the tables that refer to it.
    """
    authorise(session, actor, Permission.MANAGE_MASTER_DATA)
    hold_all_tickets(session)
    stored = _unchanged(session, seen)
    if uses := uses_of(session, seen.table, seen.id):
        raise Refused("record_in_use", code=stored["code"], uses=sorted(uses))
    target = table_of(MODELS[seen.table])
    session.execute(delete(target).where(target.c.id == seen.id))
    before = {name: value for name, value in _plain(stored).items() if name != "id"}
    record(session, actor, AuditAction.DELETED, target.name, seen.id, before=before)


def uses_of(session: Session, table: RecordKind, id_: int) -> dict[str, int]:
    """How many rows of which tables refer to a record; empty where nothing does."""
    target = table_of(MODELS[table])
    keys = [key for other in SQLModel.metadata.sorted_tables for key in other.foreign_keys if key.column.table is target]
    counts = [select(func.count()).where(key.parent == id_).scalar_subquery().label(key.parent.table.name) for key in keys]
    return {name: count for name, count in session.execute(select(*counts)).mappings().one().items() if count}


def values_of(session: Session, table: RecordKind, id_: int) -> Values:
    """A record's values by field, with `id` and `retired`. Raises NotFound."""
    target = table_of(MODELS[table])
    names = ("id", *(column.field for column in FIELDS[table]), "retired")
    found = session.execute(select(*(target.c[name] for name in names)).where(target.c.id == id_)).mappings().one_or_none()
    if found is None:
        raise NotFound("unknown_record", id=id_)
    return dict(found)


def _unchanged(session: Session, seen: SeenRecord) -> Values:
    stored = values_of(session, seen.table, seen.id)
    if {name: value for name, value in stored.items() if name != "id"} != dict(seen.values):
        raise Stale("record_changed", code=stored["code"], by=last_actor(session, table_of(MODELS[seen.table]).name, seen.id))
    return stored


def _judged(session: Session, table: RecordKind, cells: Cells, stored: Values | None) -> Values:
    """The values of a form that nothing is wrong with: not by itself, nor with what is stored. Raises InvalidFields."""
    values, problems = judge(table, cells)
    # A field that is wrong stays as it was, so that the guards say what else is.
    draft = Draft(0, table, values, [], stored, {**(stored or {}), **values})
    _check_code(session, draft)
    _check_references(session, draft)
    check(session, table, [draft])
    problems += [problem._replace(column=field_named(table, problem.column)) for problem in draft.problems]
    if problems:
        raise InvalidFields(problems)
    return values


def _check_code(session: Session, draft: Draft) -> None:
    """A record that is there keeps a code, and no two of a table have the same."""
    code = draft.values.get("code")
    if code == "" and draft.stored:
        draft.refuse("code", "missing")
    if not code or (draft.stored and draft.stored["code"] == code):
        return
    target = table_of(MODELS[draft.table]).c
    if session.execute(select(target.id).where(target.code == code)).first():
        draft.refuse("code", "code_taken", value=code)


def _check_references(session: Session, draft: Draft) -> None:
    """What a record is newly linked to must be there, and in use."""
    for column in FIELDS[draft.table]:
        id_ = draft.values.get(column.field)
        if column.refers_to is None or id_ is None or (draft.stored and draft.stored[column.field] == id_):
            continue
        target = table_of(MODELS[column.refers_to]).c
        found = session.execute(select(target.code, target.retired).where(target.id == id_)).one_or_none()
        if found is None:
            draft.refuse(column.name, "unknown_record")
        elif found.retired:
            draft.refuse(column.name, "retired", record=found.code)


def _write(session: Session, seen: SeenRecord, stored: Values, values: Values, actor: Actor) -> None:
    changed = {name: value for name, value in values.items() if stored[name] != value}
    if not changed:
        return
    target = table_of(MODELS[seen.table])
    session.execute(update(target).where(target.c.id == seen.id).values(changed))
    before = _plain({name: stored[name] for name in changed})
    record(session, actor, AuditAction.CHANGED, target.name, seen.id, before=before, after=_plain(changed))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}
