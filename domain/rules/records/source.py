"""What an import reads: files whose table and columns are known, as streams of raw rows (spec, section 8)."""

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
    """A row that could not even be told into cells."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class ImportFile:
    """One file, or one sheet of a workbook. `rows` opens it anew and streams it in bounded memory."""

    name: str
    table: RecordKind
    columns: Sequence[Column]
    rows: Callable[[], Iterator[RawRow | BadRow]]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Everything that is to be imported together; `faults` are the files that can't be read at all."""

    files: Sequence[ImportFile]
    faults: Sequence[ImportFault] = ()

    def in_order(self) -> list[ImportFile]:
        """The files so that each comes after those that it refers to, whatever order they were given in."""
        order = list(RecordKind)
        return sorted(self.files, key=lambda file: order.index(file.table))
