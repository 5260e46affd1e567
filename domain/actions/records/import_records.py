"""Import of companies, contacts, services, contracts, plannings, tickets and time entries (spec, section 8)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from domain.actions.contracts.draw import ContractRefuses
from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import forget, seal
from domain.actions.records.drafts import Draft, draft_rows
from domain.actions.records.guards import check, refuse_by_contract
from domain.actions.records.writing import write
from domain.errors import Refused
from domain.reads.billable_tickets import hold_all_tickets
from domain.rules.records.report import ImportReport
from domain.rules.records.source import BadRow, ImportFile, ImportSource, RawRow
from domain.rules.records.tables import RecordKind, key_of
from domain.vocabulary import Permission

CHUNK = 5_000
"""Rows held in memory at a time."""

Progress = Callable[[str, int], None]
"""Told after each chunk: the file's name and the line it has come to. May raise Cancelled."""


class ImportRefused(Refused):
    """There are bad rows, and good ones alone were not asked for. What was written until here must be rolled back."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        super().__init__("import_refused", errors=report.error_count)


def import_records(
    session: Session,
    source: ImportSource,
    *,
    actor: Actor,
    good_rows_only: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import new and changed rows: all, or only valid ones. Memory is bounded by the chunk.

    An empty cell is an empty value, a column that the file lacks is left as it is. Billing states follow from what happens to
    a ticket and are never taken from a file. Raises PermissionDenied, ImportRefused, and Cancelled from `progress`.
    """
    authorise(session, actor, Permission.IMPORT)
    _take_turn(session)
    report = ImportReport()
    for fault in source.faults:
        report.add(fault)
    seen: dict[RecordKind, _Ids] = defaultdict(_Ids)
    for file in source.in_order():
        for rows in _chunks(file.rows()):
            _import_chunk(session, actor, file, rows, seen[file.table], report)
            if progress:
                progress(file.name, rows[-1].line)
    if report.error_count and not good_rows_only:
        report.refused = True
        raise ImportRefused(report)
    return report


def _take_turn(session: Session) -> None:
    """Locking row by row as the file has them, and the head of the history after each chunk, would deadlock with whoever locks
    in another order. Plans made while the tables were empty must not scan them a million rows later.
    """
    hold_all_tickets(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))


def _chunks(rows: Iterator[RawRow | BadRow]) -> Iterator[list[RawRow | BadRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _import_chunk(
    session: Session, actor: Actor, file: ImportFile, rows: Sequence[RawRow | BadRow], seen: "_Ids", report: ImportReport
) -> None:
    table = file.table
    drafts = draft_rows(session, table, file.columns, [row for row in rows if isinstance(row, RawRow)])
    _refuse_duplicates(drafts, seen)
    check(session, table, drafts)
    written = _write(session, actor, table, drafts)
    seal(session)
    for id_ in written.new_ids:
        seen.add(id_)
    problems = [(row.line, row.problem) for row in rows if isinstance(row, BadRow)]
    problems += [(draft.line, problem) for draft in drafts for problem in draft.problems]
    for line, problem in sorted(problems, key=lambda found: found[0]):
        report.add_problem(file.name, line, problem)
    count = report.counts[table]
    count.created += len(written.new_ids)
    count.updated += written.changed
    count.unchanged += sum(not draft.problems for draft in drafts) - len(written.new_ids) - written.changed


class _Written(NamedTuple):
    """Ids of new records, and how many records changed."""

    new_ids: list[int]
    changed: int


def _write(session: Session, actor: Actor, table: RecordKind, drafts: Sequence[Draft]) -> _Written:
    """Write the good rows. Work that its contract refuses makes bad rows on the way, and the others are written without them."""
    while True:
        good = [draft for draft in drafts if not draft.problems]
        new = [draft for draft in good if draft.stored is None]
        changed = [draft for draft in good if draft.changed()]
        try:
            with session.begin_nested():
                return _Written(write(session, actor, table, new, changed), len(changed))
        except ContractRefuses as refused:
            forget(session)
            refuse_by_contract(table, [*new, *changed], refused)


def _refuse_duplicates(drafts: Sequence[Draft], seen: "_Ids") -> None:
    """Of rows with the same code that are good by themselves the first counts, and each later one is a bad row."""
    here: set[str] = set()
    for draft in drafts:
        if draft.problems:
            continue
        if draft.key in here or (draft.stored and draft.id in seen):
            draft.refuse(key_of(draft.table).name, "duplicate_code", value=draft.key)
        here.add(draft.key)
        if draft.stored:
            seen.add(draft.id)


class _Ids:
    """Ids of records that this run has met, one bit each: a million of them take an eighth of a megabyte."""

    _BITS = 4_096

    def __init__(self) -> None:
        self._blocks: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(self._BITS // 8))

    def add(self, id_: int) -> None:
        block, bit = divmod(id_, self._BITS)
        self._blocks[block][bit >> 3] |= 1 << (bit & 7)

    def __contains__(self, id_: int) -> bool:
        block, bit = divmod(id_, self._BITS)
        return block in self._blocks and bool(self._blocks[block][bit >> 3] & 1 << (bit & 7))
