"""XLSX import, read-only and streamed. Cells become text: ISO dates and plain decimals."""

import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.rules.records.source import BadRow, RawRow
from storage.importers.sheets import Dialog, bad_file

MAX_UNPACKED = 1024 * 1024 * 1024
MAX_IN_MEMORY = 128 * 1024 * 1024
"""Limits in bytes: of all parts, and of a part that openpyxl holds in memory, such as the shared texts."""

MAX_RATIO = 200
"""Spreadsheets compress about 1 to 20; a part far beyond that is an attack."""

MAX_ROWS = 1_048_576
MAX_PARTS = 10_000

_RATIO_COUNTS_FROM = 1024 * 1024
_EXACT_DIGITS = 15
# openpyxl checks little of its input, so a broken file can raise any of these.
_BROKEN = (
    BadZipFile, InvalidFileException, ParseError, zlib.error, OSError, EOFError, LookupError, ValueError, TypeError,
    AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


def xlsx_sheets(path: Path) -> list[Dialog] | BadRow:
    """The worksheets of a workbook, or the fault that prevents opening it."""
    try:
        with ZipFile(path) as parts:
            if _is_bomb(parts.infolist()):
                return bad_file("too_large_unpacked", maximum=MAX_UNPACKED // 1024**2)
        workbook = _open(path)
        titles = [sheet.title for sheet in workbook.worksheets]
        workbook.close()
    except _BROKEN:
        return bad_file("broken_workbook")
    return [Dialog(title, partial(_rows, path, number)) for number, title in enumerate(titles)]


def _is_bomb(parts: list[ZipInfo]) -> bool:
    """Whether the sizes in the archive's directory, which Python's reader enforces, exceed the limits."""
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return True
    return any(
        part.file_size > (MAX_UNPACKED if part.filename.startswith("xl/worksheets/") else MAX_IN_MEMORY)
        or part.file_size > max(_RATIO_COUNTS_FROM, MAX_RATIO * part.compress_size)
        for part in parts
    )


def _open(path: Path) -> Any:
    with warnings.catch_warnings():
        # openpyxl warns of ignored styles and extensions, which are not needed.
        warnings.simplefilter("ignore")
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)


def _rows(path: Path, number: int) -> Iterator[RawRow | BadRow]:
    try:
        workbook = _open(path)
        sheet = workbook.worksheets[number]
        # The claimed size of a sheet is not trusted: openpyxl would pad rows to it.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
    except _BROKEN:
        yield bad_file("broken_workbook")
        return
    try:
        for line in range(1, MAX_ROWS + 2):
            try:
                values = next(rows, None)
            except _BROKEN:
                break
            if values is None:
                return
            if line <= MAX_ROWS:
                yield RawRow(line, [_text(value) for value in values])
        yield BadRow(line, bad_file("broken_workbook").problem)
    finally:
        workbook.close()


def _text(value: object) -> str:
    """A cell as text, as in a CSV file. Excel has 15 digits, and times to about a millisecond."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**_EXACT_DIGITS else format(value, ".15g")
    return str(value)
