"""A cell of an imported file, from text to a typed value or a problem (spec, section 8)."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from domain.errors import InvalidInput
from domain.money import MAX_MINUTES, parse_hundredths
from domain.rules.calendar import FIRST_YEAR, LAST_YEAR, from_firm_time

Parse = Callable[[str], Any]
"""Parses the text of a cell, stripped and not empty. Raises Wrong."""

Choice = TypeVar("Choice", bound=StrEnum)

CODE_LENGTH = 40
SHOWN_LENGTH = 60

# C0 except tab and line ends, C1, surrogates, marks that reverse text direction, and characters not allowed in XML.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_UNDECODABLE = range(0xDC80, 0xDD00)
_SPACING = re.compile(r"[\t\n\r]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_MOST_DIGITS = 12


class Problem(NamedTuple):
    """A problem in a cell. `code` names the sentence `import.error.<code>`, `params` fill its placeholders."""

    column: str
    code: str
    params: dict[str, str | int]


class InvalidFields(InvalidInput):
    """Invalid input of a form: all problems at once; `column` of each is a field of the form."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("bad_values", count=len(self.problems))


class Wrong(Exception):
    """An invalid cell: code and params of its Problem."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


def shown(text: str) -> str:
    """A short, printable form of a text, for quoting in a message."""
    short = text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
    return _FORBIDDEN.sub("\ufffd", short)


def forbidden_character(text: str) -> Wrong | None:
    """The problem of an invalid character: a byte that is not UTF-8, NUL, a control character, a lone surrogate.

    Readers decode with `surrogateescape`, so a byte that is no UTF-8 arrives as a surrogate of a range of its own.
    """
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    point = ord(found.group())
    if point in _UNDECODABLE:
        return Wrong("wrong_encoding", byte=f"0x{point - 0xDC00:02X}", position=found.start() + 1)
    return Wrong("control_character", character=f"U+{point:04X}", position=found.start() + 1)


def text_of(length: int) -> Parse:
    """Free text of at most `length` characters; line ends become newlines."""

    def parse(text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > length:
            raise Wrong("too_long", length=len(text), maximum=length)
        return text

    return parse


def code(text: str) -> str:
    """The code or number of a record: short, on one line."""
    if len(text) > CODE_LENGTH:
        raise Wrong("too_long", length=len(text), maximum=CODE_LENGTH)
    if found := _SPACING.search(text):
        raise Wrong("control_character", character=f"U+{ord(found.group()):04X}", position=found.start() + 1)
    return text


def amount(text: str) -> int:
    """Hundredths of a decimal amount, rate or number of units."""
    try:
        return parse_hundredths(text)
    except ValueError as error:
        raise Wrong(str(error), value=shown(text)) from None


def percentage(text: str) -> int:
    """Hundredths of a percent, at most 100%."""
    try:
        return parse_hundredths(text, maximum=10_000)
    except ValueError as error:
        raise Wrong(str(error), value=shown(text)) from None


def whole(maximum: int) -> Parse:
    """A whole number from 0 to `maximum`."""

    def parse(text: str) -> int:
        if text.startswith("-"):
            raise Wrong("negative", value=shown(text))
        if not (text.isascii() and text.isdigit()):
            is_decimal = text.isascii() and text.replace(".", "", 1).isdigit()
            raise Wrong("not_whole" if is_decimal else "not_a_number", value=shown(text))
        if len(text) > _MOST_DIGITS or int(text) > maximum:
            raise Wrong("too_large", value=shown(text))
        return int(text)

    return parse


minutes = whole(MAX_MINUTES)
days = whole(3_650)


def day(text: str) -> date:
    """An ISO date; a spreadsheet's date arrives as one at midnight."""
    text = text.removesuffix("T00:00:00")
    try:
        if _DATE.fullmatch(text):
            return _in_range(date.fromisoformat(text), text, last=9_999)
    except ValueError:
        pass
    raise Wrong("not_a_date", value=shown(text))


def instant(text: str) -> datetime:
    """An ISO date and time of the firm (Europe/Rome) as a UTC instant; a date alone is its midnight.

    Where clocks go back, a time that comes twice is the first of the two; one that was skipped is an hour later.
    """
    try:
        if _INSTANT.fullmatch(text):
            return from_firm_time(_in_range(datetime.fromisoformat(text), text, last=LAST_YEAR))
    except ValueError:
        pass
    raise Wrong("not_a_time", value=shown(text))


Dated = TypeVar("Dated", bound=date)


def _in_range(value: Dated, text: str, *, last: int) -> Dated:
    if not FIRST_YEAR <= value.year <= last:
        raise Wrong("year_out_of_range", value=shown(text), first=FIRST_YEAR, last=last)
    return value


def flag(text: str) -> bool:
    """`true` or `false`."""
    if text not in ("true", "false"):
        raise Wrong("bad_choice", value=shown(text), allowed="true, false")
    return text == "true"


def choice(kind: type[Choice]) -> Parse:
    """One of the values of an enumeration."""
    members = {member.value: member for member in kind}

    def parse(text: str) -> Choice:
        if (found := members.get(text)) is None:
            raise Wrong("bad_choice", value=shown(text), allowed=", ".join(members))
        return found

    return parse


def matching(pattern: str, wrong: str, *, length: int) -> Parse:
    """Text in capitals and without spaces that matches a pattern; else the code `wrong`."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str:
        value = "".join(text.split()).upper()
        if len(value) > length:
            raise Wrong("too_long", length=len(value), maximum=length)
        if not compiled.fullmatch(value):
            raise Wrong(wrong, value=shown(text))
        return value

    return parse


_fiscal_number = matching(r"[0-9A-Z]+", "bad_vat_number", length=20)


def vat_number(text: str) -> str:
    """A VAT number in capitals; an Italian one without its country, as e-invoices want it."""
    number: str = _fiscal_number(text).removeprefix("IT")
    if not number:
        raise Wrong("bad_vat_number", value=shown(text))
    return number


def email(text: str) -> str:
    """An e-mail address, roughly: enough for an e-invoice to be valid."""
    if len(text) > 254:  # noqa: PLR2004 - the longest address that mail can carry
        raise Wrong("too_long", length=len(text), maximum=254)
    if not _EMAIL.fullmatch(text):
        raise Wrong("bad_email", value=shown(text))
    return text
