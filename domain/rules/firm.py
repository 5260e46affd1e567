"""Validation of the issuer's details: all fields at once, by the rules of the import where they exist (spec, section 6)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from stdnum import iban as iban_rules
from stdnum.it import codicefiscale, iva

from domain.rules.numbering import ENTRY_SERIES, PROPOSAL_SERIES, TICKET_SERIES
from domain.rules.records import fields as cell
from domain.rules.records.fields import Problem, Wrong, shown

REGIMES: Final = ("RF01", "RF02", *(f"RF{number:02d}" for number in range(4, 20)))
"""Tax regimes of the e-invoice format."""

SERIES_LENGTH: Final = 8
"""Longest code: with year and number, a document's number has the 20 characters allowed in an e-invoice."""

LONGEST_DAY: Final = 24 * 60

_SERIES = re.compile(rf"[0-9A-Z]{{1,{SERIES_LENGTH}}}", re.ASCII)
_IBAN_LENGTH: Final = 34


@dataclass(frozen=True, slots=True)
class FirmData:
    """Issuer, series and settings. A day is in minutes, the warning in percent of a contract's units."""

    name: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    province: str = ""
    country: str = "IT"
    email: str = ""
    iban: str = ""
    tax_regime: str = "RF01"
    invoice_series: str = "FT"
    credit_series: str = "NC"
    day_minutes: int = 480
    warning_percent: int = 20
    cover_time_and_materials: bool = False


def checked_firm(data: FirmData) -> tuple[FirmData, list[Problem]]:
    """The normalised data and the problems of each field; an invalid value stays as typed."""
    values, problems = asdict(data), []
    for name, parse in _TEXTS.items():
        text = " ".join(values[name].split())
        try:
            values[name] = _parsed(text, parse) if text else _EMPTY.get(name, "")
        except Wrong as wrong:
            problems.append(Problem(name, wrong.code, wrong.params))
    wrong_already = {problem.column for problem in problems}
    problems += (problem for problem in _together(values) if problem.column not in wrong_already)
    return FirmData(**values), problems


def missing_to_invoice(data: FirmData) -> list[str]:
    """Missing fields without which no e-invoice is valid; empty if none is missing."""
    needed = ("name", "vat_number", "address", "postal_code", "city")
    return [name for name in needed if not getattr(data, name)]


def _parsed(text: str, parse: Callable[[str], Any]) -> Any:
    if wrong := cell.forbidden_character(text):
        raise wrong
    return parse(text)


def _iban(text: str) -> str:
    value = "".join(text.split()).upper()
    if len(value) > _IBAN_LENGTH or not iban_rules.is_valid(value):
        raise Wrong("bad_iban", value=shown(text))
    return value


def _regime(text: str) -> str:
    if text not in REGIMES:
        raise Wrong("bad_regime", value=shown(text))
    return text


def _series(text: str) -> str:
    value = "".join(text.split()).upper()
    if not _SERIES.fullmatch(value):
        raise Wrong("bad_series", value=shown(text), maximum=SERIES_LENGTH)
    if value in (PROPOSAL_SERIES, TICKET_SERIES, ENTRY_SERIES):
        raise Wrong("series_reserved", value=value)
    return value


_TEXTS: Final[dict[str, Callable[[str], Any]]] = {
    "name": cell.text_of(200),
    "vat_number": cell.vat_number,
    "tax_code": cell.matching(r"[0-9A-Z]+", "bad_tax_code", length=20),
    "address": cell.text_of(200),
    "postal_code": cell.text_of(10),
    "city": cell.text_of(100),
    "province": cell.matching(r"[A-Z]{2}", "bad_province", length=2),
    "country": cell.matching(r"[A-Z]{2}", "bad_country", length=2),
    "email": cell.email,
    "iban": _iban,
    "tax_regime": _regime,
    "invoice_series": _series,
    "credit_series": _series,
}
_EMPTY: Final = {"country": "IT"}


def _together(values: dict[str, Any]) -> Iterator[Problem]:
    """Problems that depend on several fields, or on fields that are no text."""
    if values["country"] == "IT":
        # The issuer's number is on every document: an error would have all of them rejected.
        if values["vat_number"] and not iva.is_valid(values["vat_number"]):
            yield Problem("vat_number", "bad_vat_number", {"value": shown(values["vat_number"])})
        if values["tax_code"] and not codicefiscale.is_valid(values["tax_code"]):
            yield Problem("tax_code", "bad_tax_code", {"value": shown(values["tax_code"])})
    for name in ("tax_regime", "invoice_series", "credit_series"):
        if not values[name]:
            yield Problem(name, "missing", {})
    if values["invoice_series"] == values["credit_series"] != "":
        yield Problem("credit_series", "same_series", {})
    if not 1 <= values["day_minutes"] <= LONGEST_DAY:
        yield Problem("day_minutes", "bad_day", {})
    if not 0 <= values["warning_percent"] <= 100:  # noqa: PLR2004 - percent
        yield Problem("warning_percent", "bad_percent", {})
