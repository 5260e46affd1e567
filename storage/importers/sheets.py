"""Shared by the readers of CSV and XLSX."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.rules.records.fields import Problem
from domain.rules.records.source import BadRow, RawRow


class Dialog(NamedTuple):
    """A table of text as in a file, with its header. `title` is its name in a workbook.

    `rows` opens the file anew; a reader that can't go on yields a BadRow as its last.
    """

    title: str
    rows: Callable[[], Iterator[RawRow | BadRow]]


def bad_file(code: str, **params: str | int) -> BadRow:
    """The fault of an unreadable file; line 0 means the whole file."""
    return BadRow(0, Problem("", code, params))


def is_blank(cells: list[str]) -> bool:
    """Whether a row is blank."""
    return not any(cells) or not any(cell.strip() for cell in cells)
