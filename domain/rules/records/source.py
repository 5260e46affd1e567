"""Input of an import: files with known table and columns, as streams of raw rows (spec, section 8)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.rules.records.fields import Problem
from domain.rules.records.report import ImportFault
from domain.rules.records.tables import Column, RecordKind


class RawRow(NamedTuple):
    """A row as text, one cell per column of its file. `line` counts from 1, the header included."""

    line: int
    cells: list[str]


class BadRow(NamedTuple):
    """A row that can't be split into cells."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file, or a sheet of a workbook. `rows` opens it again and streams it in bounded memory."""

    name: str
    table: RecordKind
    columns: Sequence[Column]
    rows: Callable[[], Iterator[RawRow | BadRow]]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """The files of one import; `faults` are unreadable files."""

    files: Sequence[ImportFile]
    faults: Sequence[ImportFault] = ()

    def in_order(self) -> list[ImportFile]:
        """The files in order of their references, so that each comes after those it refers to."""
        order = list(RecordKind)
        return sorted(self.files, key=lambda file: order.index(file.table))
