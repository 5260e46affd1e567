"""Why a document can't be issued: dates, issuer, customer (spec, section 5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import Refused
from domain.rules.firm import FirmData
from domain.rules.issuing import (
    OLDEST_DAYS,
    LastDocument,
    customer_objections,
    date_objections,
    issuer_objections,
    work_date_objections,
)
from tests.builders import FIRM

TODAY = date(2026, 3, 10)
OLDEST = TODAY - timedelta(days=OLDEST_DAYS)
BUYER: dict[str, Any] = {
    "name": "Rossi", "country": "IT", "vat_number": "00743110157", "tax_code": "", "recipient_code": "ABC1234", "pec": "",
    "needs_cig": False, "cig": "",
}  # fmt: skip


def codes(found: list[Refused]) -> list[str]:
    return [refused.code for refused in found]


@pytest.mark.parametrize(
    ("day", "last", "expected"),
    [
        (TODAY, None, []),
        (TODAY, TODAY, []),
        (OLDEST, OLDEST, []),
        (OLDEST - timedelta(days=1), None, ["date_too_old"]),
        (TODAY + timedelta(days=1), None, ["date_in_future"]),
        (TODAY - timedelta(days=1), TODAY, ["date_goes_back"]),
        (date.min, TODAY, ["date_too_old", "date_goes_back"]),
        (date.max, TODAY, ["date_in_future"]),
    ],
)
def test_a_date_is_not_in_the_future_not_too_old_and_not_before_the_last_document(
    day: date, last: date | None, expected: list[str]
) -> None:
    assert codes(date_objections(day, TODAY, LastDocument("FT", last) if last else None)) == expected


def test_an_invoice_is_not_dated_before_the_work_that_it_bills() -> None:
    assert codes(work_date_objections(TODAY, TODAY + timedelta(days=1), number="PF-1")) == ["date_before_work"]
    assert work_date_objections(TODAY, TODAY, number="PF-1") == work_date_objections(TODAY, None, number="PF-1") == []


def test_an_issuer_needs_its_name_its_number_and_its_address_with_check_digits_that_hold() -> None:
    whole = FirmData(**FIRM)
    assert issuer_objections(whole) == []
    [incomplete] = issuer_objections(FirmData())
    assert (incomplete.code, incomplete.params["firm_fields"]) == ("issuer_incomplete", [*FIRM])
    wrong = replace(whole, vat_number="00743110158", tax_code="RSSMRA80A01H501A")
    assert [one.params["firm_field"] for one in issuer_objections(wrong)] == ["vat_number", "tax_code"]
    assert issuer_objections(replace(wrong, country="SI")) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"tax_code": "00743110157"}, []),
        ({"vat_number": "12345"}, ["customer_vat_number_wrong"]),
        ({"vat_number": "00743110158"}, ["customer_vat_number_wrong"]),
        ({"vat_number": "", "tax_code": "RSSMRA80A01H501U"}, []),
        ({"vat_number": "", "tax_code": "RSSMRA80A01H501A"}, ["customer_tax_code_wrong"]),
        (
            {"vat_number": "1", "tax_code": "2", "recipient_code": ""},
            ["fiscal_data_missing", "customer_vat_number_wrong", "customer_tax_code_wrong"],
        ),
        ({"country": "CH", "vat_number": "CHE123", "tax_code": "X", "recipient_code": ""}, []),
    ],
)
def test_an_italian_customers_numbers_must_hold_and_a_foreign_ones_are_not_asked(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert codes(customer_objections(BUYER | changes, company_id=1, number="PF-1")) == expected
