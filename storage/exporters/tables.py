"""A list as XLSX, or as CSV that Excel opens directly; no text becomes a formula (spec, section 8)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

LONGEST_CELL: Final = 32_767
"""Longest text of a cell in Excel; a longer one is cut and ends with an ellipsis."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DAY_MINUTES: Final = 24 * 60


class Kind(StrEnum):
    """Type of a column: text, minutes, cents or a date; None leaves a cell empty."""

    TEXT = "text"
    MINUTES = "minutes"
    CENTS = "cents"
    DATE = "date"


class Column(NamedTuple):
    """A column: its heading, its type and its width in characters."""

    heading: str
    kind: Kind
    width: int


Value = str | int | date | None
Rows = Iterable[Sequence[Value]]


def csv_bytes(columns: Sequence[Column], rows: Rows, *, decimal_comma: bool) -> bytes:
    """UTF-8 with a BOM, for Excel; with a decimal comma the separator is a semicolon, as in Excel.

    Dates as gg/mm/aaaa, time as h:mm. A text that Excel would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if decimal_comma else ",", lineterminator="\r\n")
    writer.writerow([_inert(column.heading) for column in columns])
    point = "," if decimal_comma else "."
    for row in rows:
        writer.writerow([_written(column.kind, value, point) for column, value in zip(columns, row, strict=True)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(kind: Kind, value: Any, point: str) -> str:
    if value is None:
        return ""
    if kind is Kind.TEXT:
        return _inert(value)
    if kind is Kind.DATE:
        return f"{value:%d/%m/%Y}"
    sign, whole = "-" if value < 0 else "", abs(value)
    if kind is Kind.MINUTES:
        return f"{sign}{whole // 60}:{whole % 60:02d}"
    return f"{sign}{whole // 100}{point}{whole % 100:02d}"


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMATS: Final = {Kind.MINUTES: "[h]:mm", Kind.CENTS: '#,##0.00\\ "€"', Kind.DATE: "dd/mm/yyyy"}


def xlsx_bytes(columns: Sequence[Column], rows: Rows, *, title: str) -> bytes:
    """One sheet with a frozen, filterable heading; numbers, times and dates are typed, text is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([_heading(sheet, column.heading) for column in columns])
    count = 1
    for row in rows:
        sheet.append([_cell(sheet, column.kind, value) for column, value in zip(columns, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _heading(sheet: Any, text: str) -> Any:
    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    kept = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell = WriteOnlyCell(sheet, kept if len(kept) <= LONGEST_CELL else f"{kept[: LONGEST_CELL - 1]}…")
    # Else a text that begins with "=" becomes a formula.
    cell.data_type = "s"
    return cell


def _cell(sheet: Any, kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.TEXT:
        return _text_cell(sheet, value)
    if kind is Kind.MINUTES:
        value /= _DAY_MINUTES
    elif kind is Kind.CENTS:
        value /= 100
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = _FORMATS[kind]
    return cell
