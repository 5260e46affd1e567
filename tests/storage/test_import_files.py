"""Reading CSV and XLSX: encodings, quotes, headers, workbooks; a fault is a value, never a crash (spec, section 8)."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.rules.records.source import BadRow, ImportSource, RawRow
from domain.rules.records.tables import RecordKind
from storage.importers import csv_rows, xlsx_rows
from storage.importers.opening import open_source
from ui.i18n import translator

HEADER = b"code,name,city\n"


def opened(path: Path, content: bytes) -> ImportSource:
    path.write_bytes(content)
    source = open_source([path])
    for fault in source.faults:
        for language in ("it", "en"):
            assert translator(language, strict=True).t(f"import.error.{fault.code}", **fault.params)
    return source


def read(source: ImportSource) -> list[tuple[int, list[str] | str]]:
    """Every row of the only file: its line and cells, or its line and what is wrong."""
    assert list(source.faults) == []
    (file,) = source.files
    return [(row.line, row.problem.code if isinstance(row, BadRow) else row.cells) for row in file.rows()]


def faults(source: ImportSource) -> list[tuple[int, str, str]]:
    assert list(source.files) == []
    return [(fault.line, fault.column, fault.code) for fault in source.faults]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (HEADER + b"C1,Uno,Milano\n", [(2, ["C1", "Uno", "Milano"])]),
        (HEADER + b"C1,Uno,Milano", [(2, ["C1", "Uno", "Milano"])]),
        (HEADER, []),
        (b"\xef\xbb\xbf" + HEADER + "C1,Niccolò,\n".encode(), [(2, ["C1", "Niccolò", ""])]),
        (b"code;name;city\r\nC1;Uno, due;Roma\r\n", [(2, ["C1", "Uno, due", "Roma"])]),
        (b"code\tname\tcity\nC1\tUno\tRoma\n", [(2, ["C1", "Uno", "Roma"])]),
        (b" Code , NAME ,city\nC1,Uno,Roma\n", [(2, ["C1", "Uno", "Roma"])]),
        (HEADER + b'C1,"Uno\ndue ""tre""",Roma\nC2,x,y\n', [(2, ["C1", 'Uno\ndue "tre"', "Roma"]), (4, ["C2", "x", "y"])]),
        (HEADER + b"\n , ,\nC1,x,y\n", [(4, ["C1", "x", "y"])]),
        (b"code,name,city,,\nC1,x,y,,\nC2,x,y\n", [(2, ["C1", "x", "y"]), (3, ["C2", "x", "y"])]),
        (HEADER + b"C1,x\nC3,x,y\n", [(2, "wrong_number_of_fields"), (3, ["C3", "x", "y"])]),
        (HEADER + b"C1,x,y,z\nC3,x,y\n", [(2, "wrong_number_of_fields"), (3, ["C3", "x", "y"])]),
        (HEADER + b'C1,"x,y\nC2,x,y\n', [(2, "unclosed_quote")]),
        (HEADER + b'C0,a,b\nC1,"x"x,y\nC2,x,y\n', [(2, ["C0", "a", "b"]), (3, "text_after_quote")]),
        (HEADER + b"C1,a\x00b,y\n", [(2, ["C1", "a\x00b", "y"])]),
        (b"code,name,city\rC1,x,y\r", [(2, ["C1", "x", "y"])]),
    ],
)  # fmt: skip
def test_a_csv_file_is_split_into_rows(tmp_path: Path, content: bytes, rows: list[object]) -> None:
    assert read(opened(tmp_path / "companies.csv", content)) == rows


def test_a_byte_that_is_no_utf_8_is_found_in_its_cell(tmp_path: Path) -> None:
    rows = read(opened(tmp_path / "companies.csv", HEADER + "C1,Uno,Città\n".encode("cp1252")))
    assert rows == [(2, ["C1", "Uno", "Citt\udce0"])]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(0, "", "empty_file")]),
        (b"\n\n ,\n", [(0, "", "empty_file")]),
        (b"\xef\xbb\xbf", [(0, "", "empty_file")]),
        ("code,name\nC1,x\n".encode("utf-16"), [(1, "", "wrong_encoding")]),
        ("codè,name\n".encode("latin-1"), [(1, "", "wrong_encoding")]),
        ("code,name\n".encode("utf-16-le"), [(1, "", "control_character")]),
        (b"code,nome\n", [(1, "nome", "unknown_column"), (1, "name", "missing_column")]),
        (b"code,name,name\n", [(1, "name", "duplicate_column")]),
        (b"code,,name\n", [(1, "", "unknown_column")]),
        (b"code,name,\xe2\x80\xaeeman\n", [(1, "", "control_character")]),
        (b'code,"name\nC1,x\n', [(1, "", "unclosed_quote")]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", [(0, "", "old_excel")]),
        (b"PK\x03\x04 nothing", [(0, "", "broken_workbook")]),
    ],
)
def test_a_file_that_can_not_be_read_says_why(tmp_path: Path, content: bytes, found: list[object]) -> None:
    assert faults(opened(tmp_path / "companies.csv", content)) == found


def test_a_file_that_is_not_there_and_a_folder_without_files_say_so(tmp_path: Path) -> None:
    source = open_source([tmp_path, tmp_path / "tickets.csv"])
    assert faults(source) == [(0, "", "no_files"), (0, "", "no_such_file")]


def test_the_table_of_a_file_follows_from_its_columns_if_not_from_its_name(tmp_path: Path) -> None:
    source = opened(tmp_path / "export.txt", b"code,name,company_code,kind\n")
    assert [file.table for file in source.files] == [RecordKind.CONTRACTS]
    assert faults(opened(tmp_path / "export.txt", b"codice,nome\n")) == [(1, "", "unknown_table")]


def test_files_come_in_the_order_in_which_they_refer_to_each_other(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("tickets.csv", "b.csv", "companies.csv")]
    for path, content in zip(paths, (b"number,title,status\n", b"code,ticket_number\n", b"code,name\n"), strict=True):
        path.write_bytes(content)
    order = [file.table for file in open_source(paths).in_order()]
    assert order == [RecordKind.COMPANIES, RecordKind.TICKETS, RecordKind.TIME_ENTRIES]


def test_a_folder_gives_its_tables_and_no_other_file(tmp_path: Path) -> None:
    for name in ("companies.csv", "README.md", ".companies.csv", "~$companies.xlsx"):
        tmp_path.joinpath(name).write_bytes(b"code,name\n")
    assert [file.name for file in open_source([tmp_path]).files] == ["companies.csv"]


def test_a_line_without_end_stops_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_LINE", 1_000)
    assert read(opened(tmp_path / "companies.csv", HEADER + b"C1,x,y\n" + b"x" * 2_000)) == [
        (2, ["C1", "x", "y"]),
        (3, "line_too_long"),
    ]


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_gives_dates_and_numbers_as_plain_text(tmp_path: Path) -> None:
    content = workbook({"Foglio1": [
        ["code", "ticket_number", "started_at", "worked_minutes", "description"],
        [7, "T1", dt.datetime(2026, 2, 1, 14, 50, 17), 15.0, None],  # noqa: DTZ001 - Excel knows no zones
        [],
        ["E2", "T1", dt.date(2026, 2, 1), 58.75, True],
        ["E3", "T1", "31/02/2026", 1e308, 0.1 + 0.2],
    ]})  # fmt: skip
    assert read(opened(tmp_path / "lavori.xlsx", content)) == [
        (2, ["7", "T1", "2026-02-01T14:50:17", "15", ""]),
        (4, ["E2", "T1", "2026-02-01T00:00:00", "58.75", "True"]),
        (5, ["E3", "T1", "31/02/2026", "1e+308", "0.3"]),
    ]


def test_a_workbook_of_several_sheets_is_several_tables(tmp_path: Path) -> None:
    content = workbook({"tickets": [["number", "title", "status"]], "Clienti": [["code", "name"], ["C1", "x"]], "Foglio3": []})
    source = opened(tmp_path / "tutto.xlsx", content)
    assert [(file.name, file.table) for file in source.in_order()] == [
        ("tutto.xlsx#Clienti", RecordKind.COMPANIES),
        ("tutto.xlsx#tickets", RecordKind.TICKETS),
    ]


def test_an_empty_workbook_is_an_empty_file(tmp_path: Path) -> None:
    assert faults(opened(tmp_path / "tickets.xlsx", workbook({"Foglio1": []}))) == [(0, "", "empty_file")]


def test_a_workbook_that_bursts_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO(workbook({"companies": [["code", "name"]]}))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet2.xml", b"\0" * 300_000_000)
    monkeypatch.setattr(xlsx_rows, "load_workbook", None)
    assert faults(opened(tmp_path / "companies.xlsx", stream.getvalue())) == [(0, "", "too_large_unpacked")]


def with_sheet(book: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its first sheet's XML changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as parts, zipfile.ZipFile(stream, "w") as copy:
        for name in parts.namelist():
            copy.writestr(name, change(parts.read(name)) if name.endswith("sheet1.xml") else parts.read(name))
    return stream.getvalue()


def claiming(size: bytes, xml: bytes) -> bytes:
    return xml.replace(b"<sheetData>", b'<dimension ref="' + size + b'"/><sheetData>')


def test_a_sheet_that_breaks_off_gives_what_was_before(tmp_path: Path) -> None:
    book = workbook({"companies": [["code", "name"], *[[f"C{n}", "x"] for n in range(2_000)]]})
    broken = with_sheet(book, lambda xml: claiming(b"A1:B2001", xml).replace(b"</sheetData>", b"<row><c></sheetData>"))
    *before, last = read(opened(tmp_path / "companies.xlsx", broken))
    assert last[1] == "broken_workbook"
    assert [line for line, _ in before] == list(range(2, last[0]))
    assert before[0] == (2, ["C0", "x"])


def test_a_sheet_that_claims_to_be_huge_is_read_as_long_as_it_is(tmp_path: Path) -> None:
    book = workbook({"companies": [["code", "name"], ["C1", "x"]]})
    huge = with_sheet(book, lambda xml: claiming(b"A1:XFD1048576", xml))
    assert read(opened(tmp_path / "companies.xlsx", huge)) == [(2, ["C1", "x"])]


def test_a_row_far_below_the_last_possible_one_does_not_make_the_reading_endless(tmp_path: Path) -> None:
    book = workbook({"companies": [["code", "name"], ["C1", "x"]]})
    far = with_sheet(book, lambda xml: xml.replace(b'<row r="2"', b'<row r="999999999999"'))
    assert read(opened(tmp_path / "companies.xlsx", far)) == [(xlsx_rows.MAX_ROWS + 1, "broken_workbook")]


def test_a_row_is_a_raw_row_with_its_line(tmp_path: Path) -> None:
    (file,) = opened(tmp_path / "companies.csv", b"code,name\nC1,x\n").files
    assert list(file.rows()) == list(file.rows()) == [RawRow(2, ["C1", "x"])]
