"""What the readers of CSV and XLSX have in common."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.rules.records.fields import Problem
from domain.rules.records.source import BadRow, RawRow


class Dialog(NamedTuple):
    """A table of text as it lies in a file, the header included. `title`: what it is called inside a workbook.

    `rows` opens the file anew; a reader that can't go on yields a BadRow as its last.
    """

    title: str
    rows: Callable[[], Iterator[RawRow | BadRow]]


def bad_file(code: str, **params: str | int) -> BadRow:
    """A file that can't be read: line 0 stands for the whole."""
    return BadRow(0, Problem("", code, params))


def is_blank(cells: list[str]) -> bool:
    """Whether a row says nothing."""
    return not any(cells) or not any(cell.strip() for cell in cells)
