"""Spreadsheet files: cell values are exact, and no text becomes a formula (trust, invariant 12)."""

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from storage.exporters.tables import LONGEST_CELL, Column, Kind, Value, csv_bytes, xlsx_bytes

COLUMNS = [
    Column("Titolo", Kind.TEXT, 20),
    Column("Ore", Kind.MINUTES, 8),
    Column("Valore", Kind.CENTS, 8),
    Column("Chiuso", Kind.DATE, 8),
]
ROW: list[Value] = ["Città; «mare»", 1_525, 123_456, date(2026, 2, 3)]


def test_a_csv_opens_in_the_italian_excel() -> None:
    content = csv_bytes(COLUMNS, [ROW, ["x", None, -5, None]], decimal_comma=True)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        "Titolo;Ore;Valore;Chiuso",
        '"Città; «mare»";25:25;1234,56;03/02/2026',
        "x;;-0,05;",
    ]


def test_a_csv_in_english_has_commas_and_points() -> None:
    assert csv_bytes(COLUMNS[1:3], [[60, 123_456]], decimal_comma=False).decode("utf-8-sig").splitlines()[1] == "1:00,1234.56"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert csv_bytes(COLUMNS[:1], [[text]], decimal_comma=True).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')[0] == "'"
    book = load_workbook(io.BytesIO(xlsx_bytes(COLUMNS[:1], [[text]], title="x")))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == text.strip()


def test_a_sheet_holds_numbers_times_and_dates_as_such() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(COLUMNS, [ROW], title="Assistenza Clienti"))).worksheets[0]
    title, hours, value, closed = sheet[2]
    assert (title.value, value.value, closed.value) == ("Città; «mare»", 1234.56, datetime(2026, 2, 3))  # noqa: DTZ001 - Excel
    assert hours.number_format == "[h]:mm"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D2"


def test_what_a_sheet_cannot_hold_is_left_out_or_marked() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(COLUMNS[:1], [["a\x00\x1bb"], ["y" * 40_000]], title="x"))).worksheets[0]
    assert sheet["A2"].value == "ab"
    assert len(sheet["A3"].value) == LONGEST_CELL
    assert sheet["A3"].value.endswith("…")
