"""Validation of company details, field by field (spec, section 6)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.rules.firm import FirmData, checked_firm, missing_to_invoice

FIRM = FirmData(name="Studio S.r.l.", vat_number="00743110157", iban="IT60X0542811101000000123456")


def test_what_is_typed_with_blanks_and_small_letters_is_tidied() -> None:
    typed = replace(
        FIRM, name="  Studio   S.r.l. ", vat_number="it 00743110157", iban="it60 x054 2811 1010 0000 0123 456",
        province="mi", country="", invoice_series="ft1",
    )  # fmt: skip
    assert checked_firm(typed) == (replace(FIRM, province="MI", invoice_series="FT1"), [])


def test_everything_that_is_wrong_is_said_at_once_and_kept_as_it_was_typed() -> None:
    wrong: dict[str, tuple[Any, str]] = {
        "vat_number": ("00743110158", "bad_vat_number"),
        "tax_code": ("ROSSI", "bad_tax_code"),
        "province": ("Milano", "too_long"),
        "email": ("studio", "bad_email"),
        "iban": ("IT61X0542811101000000123456", "bad_iban"),
        "tax_regime": ("RF03", "bad_regime"),
        "invoice_series": ("F-T", "bad_series"),
        "credit_series": ("pf", "series_reserved"),
        "day_minutes": (0, "bad_day"),
        "warning_percent": (101, "bad_percent"),
        "city": ("Mi\x00lano", "control_character"),
    }
    data, problems = checked_firm(replace(FIRM, **{name: value for name, (value, _) in wrong.items()}))
    assert {problem.column: problem.code for problem in problems} == {name: code for name, (_, code) in wrong.items()}
    assert (data.province, data.credit_series) == ("Milano", "pf")


@pytest.mark.parametrize(("invoices", "credits", "code"), [("FT", "ft", "same_series"), ("FT", "", "missing")])
def test_invoices_and_credit_notes_have_series_of_their_own(invoices: str, credits: str, code: str) -> None:  # noqa: A002
    _, problems = checked_firm(replace(FIRM, invoice_series=invoices, credit_series=credits))
    assert [(problem.column, problem.code) for problem in problems] == [("credit_series", code)]


def test_a_foreign_firm_has_numbers_of_another_kind() -> None:
    assert checked_firm(replace(FIRM, country="SI", vat_number="SI12345678", tax_code="X1"))[1] == []


def test_fields_missing_for_an_invoice_are_named() -> None:
    assert missing_to_invoice(FIRM) == ["address", "postal_code", "city"]
