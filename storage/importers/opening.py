"""From paths to an import: finds the files, the table of each, and checks their headers."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from domain.rules.records.fields import Problem, forbidden_character, shown
from domain.rules.records.report import ImportFault
from domain.rules.records.source import BadRow, ImportFile, ImportSource, RawRow
from domain.rules.records.tables import RecordKind, columns_of, table_named, table_with
from storage.importers.csv_rows import csv_sheet
from storage.importers.sheets import Dialog, is_blank
from storage.importers.xlsx_rows import xlsx_sheets

SUFFIXES = (".csv", ".xlsx")
"""Endings of files read from a folder; a file named explicitly may have any ending."""

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_source(paths: Sequence[Path]) -> ImportSource:
    """The files at these paths and in these folders; an unreadable file is a fault."""
    files: list[ImportFile] = []
    faults: list[ImportFault] = []
    for path in paths:
        found = _files_at(path)
        if not found:
            faults.append(ImportFault(shown(path.name), 0, "", "no_files", {}))
        for file in found:
            for opened in _open(file):
                (files if isinstance(opened, ImportFile) else faults).append(opened)  # type: ignore[arg-type]
    return ImportSource(files, faults)


def _files_at(path: Path) -> list[Path]:
    """The path itself, or the files of a folder except hidden ones and lock files of Excel."""
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith((".", "~$"))
    )


def _open(path: Path) -> Iterator[ImportFile | ImportFault]:
    """The tables of a file: one, or several in a workbook."""
    name = shown(path.name)
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except FileNotFoundError:
        yield ImportFault(name, 0, "", "no_such_file", {})
        return
    except OSError as error:
        yield ImportFault(name, 0, "", "unreadable", {"reason": error.strerror or ""})
        return
    if magic == _OLD_EXCEL:
        yield ImportFault(name, 0, "", "old_excel", {})
        return
    if magic != _ZIP:
        yield from _open_sheet(csv_sheet(path), name, table_named(path.stem))
        return
    sheets = xlsx_sheets(path)
    if isinstance(sheets, BadRow):
        yield ImportFault(name, 0, *sheets.problem)
        return
    single = len(sheets) == 1
    for sheet in sheets:
        table = table_named(sheet.title) or (table_named(path.stem) if single else None)
        # Excel adds empty sheets by itself; a workbook with only empty sheets is an empty file.
        if single or next(sheet.rows(), None) is not None:
            yield from _open_sheet(sheet, name if single else f"{name}#{shown(sheet.title)}", table)


def _open_sheet(sheet: Dialog, name: str, table: RecordKind | None) -> Iterator[ImportFile | ImportFault]:
    """The table if its header is valid, else all faults of the header."""
    rows = sheet.rows()
    first = next((row for row in rows if isinstance(row, BadRow) or not is_blank(row.cells)), None)
    if first is None:
        yield ImportFault(name, 0, "", "empty_file", {})
        return
    if isinstance(first, BadRow):
        yield ImportFault(name, first.line, *first.problem)
        return
    header = _names(first.cells)
    if wrong := forbidden_character("".join(header)):
        yield ImportFault(name, first.line, "", wrong.code, wrong.params)
        return
    table = table or table_with(header)
    if table is None:
        yield ImportFault(name, first.line, "", "unknown_table", {"columns": shown(", ".join(header))})
        return
    columns, problems = columns_of(table, header)
    for problem in problems:
        yield ImportFault(name, first.line, shown(problem.column), problem.code, problem.params)
    if not problems:
        yield ImportFile(name, table, columns, partial(_body, sheet, len(columns)))


def _names(cells: list[str]) -> list[str]:
    """Normalised column names, without Excel's empty columns on the right."""
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _body(sheet: Dialog, width: int) -> Iterator[RawRow | BadRow]:
    """The rows below the header, each as wide as the header, without blank rows."""
    header_seen = False
    for row in sheet.rows():
        if isinstance(row, BadRow):
            yield row
        elif is_blank(row.cells):
            continue
        elif not header_seen:
            header_seen = True
        elif len(row.cells) == width:
            yield row
        else:
            yield _fitted(row, width, pad=bool(sheet.title))


def _fitted(row: RawRow, width: int, *, pad: bool) -> RawRow | BadRow:
    """A row as wide as the header: blank cells beyond it are dropped; in a workbook, missing ones are added."""
    cells, beyond = row.cells[:width], row.cells[width:]
    if not is_blank(beyond) or (len(cells) < width and not pad):
        params: dict[str, str | int] = {"expected": width, "found": len(row.cells)}
        return BadRow(row.line, Problem("", "wrong_number_of_fields", params))
    return RawRow(row.line, cells + [""] * (width - len(cells)))
