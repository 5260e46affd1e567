"""Writing the good rows of a chunk: inserts, updates, what they mean for billing, and the history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from domain.actions.contracts.draw import redraw, redraw_contracts
from domain.actions.core.acting import Actor
from domain.actions.core.audit import plain, record
from domain.actions.records.drafts import MODELS, Draft, fields_of
from domain.actions.records.guards import link_change, linking_of
from domain.actions.tickets.billing import Move, move
from domain.actions.tickets.late_work import forget_late, return_late
from domain.errors import Stale
from domain.model.base import bulk_insert, reserve_ids, table_of
from domain.rules.billing_status import Status, status_when_linked
from domain.rules.records.tables import RecordKind, key_of
from domain.vocabulary import AuditAction, BillingEvent


def write(session: Session, actor: Actor, table: RecordKind, new: Sequence[Draft], changed: Sequence[Draft]) -> list[int]:
    """Insert the new records and update the changed ones, with everything that follows. Returns the ids of the new ones."""
    linking: dict[int | None, Status] = {}
    if table is RecordKind.TICKETS:
        linking = linking_of(session, [*new, *changed])
    ids = _insert(session, actor, table, new, linking)
    _update(session, actor, table, changed)
    if table is RecordKind.TICKETS:
        _relink(session, actor, changed, linking)
        redraw(session, actor, [*ids, *(draft.id for draft in changed)])
    if table is RecordKind.TIME_ENTRIES:
        touched = {draft.stored["ticket_id"] for draft in changed if draft.stored}
        touched |= {draft.row["ticket_id"] for draft in changed}
        redraw(session, actor, touched | {draft.row["ticket_id"] for draft in new})
        return_late(session, actor, {draft.row["ticket_id"] for draft in [*new, *changed] if _is_late_work(draft)})
        forget_late(session, actor, touched)
    if table is RecordKind.CONTRACTS:
        redraw_contracts(session, actor, [draft.id for draft in changed if draft.changed("unit")])
    return ids


def _insert(
    session: Session, actor: Actor, table: RecordKind, drafts: Sequence[Draft], linking: Mapping[int | None, Status]
) -> list[int]:
    if not drafts:
        return []
    model = MODELS[table]
    subject, key = table_of(model).name, key_of(table).field
    ids = reserve_ids(session, model, len(drafts))
    rows: list[dict[str, Any]] = []
    for id_, draft in zip(ids, drafts, strict=True):
        row = {"id": id_, **draft.row}
        after = {key: row[key]}
        if table is RecordKind.TICKETS:
            status = status_when_linked(None, planned=True) if row["planning_id"] else linking[row["contract_id"]]
            row |= {"billing_status": status, "proposal_id": None, "cancellation_reason": "", "version": 1}
            after["billing_status"] = status
        rows.append(row)
        record(session, actor, AuditAction.IMPORTED, subject, id_, after=after)
    bulk_insert(session, model, rows)
    return ids


def _update(session: Session, actor: Actor, table: RecordKind, drafts: Sequence[Draft]) -> None:
    """Raises Stale where an entry went on a proposal line after it was checked: its claim wins."""
    if not drafts:
        return
    target, fields = table_of(MODELS[table]), fields_of(table)
    statement = update(target).where(target.c.id == bindparam("of_id"))
    values: dict[str, Any] = {name: bindparam(f"to_{name}", type_=target.c[name].type) for name in fields}
    if "version" in target.c:
        values["version"] = target.c.version + 1
    if table is RecordKind.TIME_ENTRIES:
        statement = statement.where(target.c.line_id.is_(None))
        values["covered_minutes"] = bindparam("covered")
    rows = [{"of_id": draft.id, **{f"to_{name}": draft.row[name] for name in fields}} for draft in drafts]
    if table is RecordKind.TIME_ENTRIES:
        rows = [{**row, "covered": _still_covered(draft)} for row, draft in zip(rows, drafts, strict=True)]
    if session.connection().execute(statement.values(values), rows).rowcount != len(rows):
        raise Stale("import_overtaken")
    for draft in drafts:
        names = draft.changed()
        before = {name: plain((draft.stored or {})[name]) for name in names}
        after = {name: plain(draft.row[name]) for name in names}
        record(session, actor, AuditAction.CHANGED, target.name, draft.id, before=before, after=after)


def _still_covered(draft: Draft) -> int:
    """Minutes of changed work that its contract goes on to cover: none where it is of another ticket, or another day, now."""
    stored = draft.stored or {}
    return 0 if draft.changed("ticket_id", "worked_on") else min(stored["covered_minutes"], draft.row["billable_minutes"] or 0)


def _relink(session: Session, actor: Actor, drafts: Sequence[Draft], linking: Mapping[int | None, Status]) -> None:
    """Another contract or planning sets the billing status, by the one door; where it is so already, nothing happens."""
    moves: dict[BillingEvent, list[Move]] = {}
    relinked = [draft for draft in drafts if link_change(draft, linking)]
    redraw(session, actor, [draft.id for draft in relinked], give_back=True)
    for draft in relinked:
        change = link_change(draft, linking)
        if change is None or draft.stored is None:
            continue
        event, after = change
        before = draft.stored["billing_status"]
        if before != after:
            moves.setdefault(event, []).append(Move(draft.id, before, after, "", None))
    for event, wanted in moves.items():
        move(session, actor, event, wanted)


def _is_late_work(draft: Draft) -> bool:
    """Whether a ticket gets work that may be billed and that it did not have; minutes not yet known may be."""
    if draft.row["billable_minutes"] == 0:
        return False
    return draft.stored is None or draft.stored["billable_minutes"] == 0 or bool(draft.changed("ticket_id"))
