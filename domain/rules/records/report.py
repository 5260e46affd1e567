"""What came of an import, in numbers and rows (spec, section 8)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from domain.rules.records.fields import Problem
from domain.rules.records.tables import RecordKind

MAX_ERRORS = 10_000
"""So many bad rows are kept with their reasons; the rest is counted."""


class ImportFault(NamedTuple):
    """One thing that is wrong. `line` counts from 1, 0 is the file as a whole; `column` is empty where no single one is meant."""

    file: str
    line: int
    column: str
    code: str
    params: dict[str, str | int]


@dataclass(slots=True)
class TableCount:
    """What became of the good rows of one table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def imported(self) -> int:
        """Rows that were written."""
        return self.created + self.updated


@dataclass(slots=True)
class ImportReport:
    """Counts per table, and the errors: the first MAX_ERRORS of `error_count`.

    `refused`: nothing was written, because of the errors. `dry_run`: nothing was written, since nobody wanted it;
    the counts say what would be.
    """

    counts: dict[RecordKind, TableCount] = field(default_factory=lambda: {table: TableCount() for table in RecordKind})
    errors: list[ImportFault] = field(default_factory=list)
    error_count: int = 0
    refused: bool = False
    dry_run: bool = False

    def add(self, fault: ImportFault) -> None:
        """Note something wrong."""
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(fault)

    def add_problem(self, file: str, line: int, problem: Problem) -> None:
        """Note what is wrong in a cell."""
        self.add(ImportFault(file, line, *problem))

    def imported(self) -> dict[str, int]:
        """Rows written per table, as the command line prints them (spec, section 9)."""
        return {table.value: 0 if self.refused else count.imported for table, count in self.counts.items()}
