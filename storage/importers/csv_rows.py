"""CSV import: UTF-8 with or without BOM; comma, semicolon (Italian Excel) or tab, as found in the header line."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from domain.rules.records.fields import Problem
from domain.rules.records.source import BadRow, RawRow
from storage.importers.sheets import Dialog, bad_file

MAX_LINE = 4 * 1024 * 1024
"""Longest line or quoted cell in characters, which bounds memory; a file beyond it is no table."""

_DELIMITERS = (",", ";", "\t")
_OTHER_UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Set once for the process: the smaller default refuses a long cell without naming it.
csv.field_size_limit(MAX_LINE)


def csv_sheet(path: Path) -> Dialog:
    """The table of a CSV file."""
    return Dialog("", lambda: _rows(path))


def _rows(path: Path) -> Iterator[RawRow | BadRow]:
    try:
        with path.open("rb") as start:
            if start.read(2) in _OTHER_UNICODE:
                yield BadRow(1, Problem("", "wrong_encoding", {"byte": "UTF-16", "position": 1}))
                return
        # A byte that is not UTF-8 becomes a lone surrogate, which the rules report with its column.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _parsed(file)
    except OSError as error:
        yield bad_file("unreadable", reason=error.strerror or "")


def _parsed(file: TextIO) -> Iterator[RawRow | BadRow]:
    header = file.readline(MAX_LINE)
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(_lines(file, header), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            # After a quote that never closes, the rest of the file can't be split into rows and is not read.
            yield BadRow(line, Problem("", _code_of(error), {}))
            return
        if cells is None:
            return
        if cells:
            yield RawRow(line, cells)


def _lines(file: TextIO, first: str) -> Iterator[str]:
    line = first
    while line:
        if len(line) >= MAX_LINE:
            raise csv.Error("line too long")
        yield line
        line = file.readline(MAX_LINE)


def _code_of(error: csv.Error) -> str:
    message = str(error)
    if "line too long" in message:
        return "line_too_long"
    return "text_after_quote" if "expected after" in message else "unclosed_quote"
