"""Sentences and numbers on screen, in Italian (the default) and English (design, section 5).

Sentences live in `ui/locales/<feature>/it.json` and `en.json`: flat dotted keys, placeholders in braces.
A counted sentence has `<key>.one` and `<key>.other`. A fixed space joins a number to its unit; the minus sign is U+2212.
"""

import datetime as dt
import json
import logging
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol

from domain.errors import InvalidInput, Refused
from domain.money import MAX_MINUTES, format_hours, parse_hundredths
from domain.rules.calendar import FIRM_ZONE, FIRST_YEAR, LAST_YEAR, firm_date
from domain.rules.eligibility import Objection

log = logging.getLogger(__name__)

LANGUAGES: Final = ("it", "en")
FOLDER: Final = Path(__file__).parent / "locales"

_REGIONS: Final = {"it": "it_IT", "en": "en_GB"}
_FIXED_SPACE: Final = "\u00a0"
_MINUS: Final = "\u2212"
_AMOUNTS: Final = {
    "it": re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<rest>\d+))?"),
    "en": re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<rest>\d+))?"),
}
_DATES: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<day>\d{1,2})(?P<by>[/.-]| +)(?P<month>\d{1,2})(?:(?P=by)(?P<year>\d{4}|\d\d)?)?",
        r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{4}|\d\d)",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
    )
)
# Parameters of refusals whose value has a label, and the prefix of its key.
_VOCABULARIES: Final = {
    "role": "role", "permission": "permission", "status": "ticket_status", "billing_status": "billing_status",
    "before": "billing_status", "after": "billing_status", "event": "billing_event", "proposal_status": "proposal_status",
    "proposal_after": "proposal_status", "line_state": "line_state", "line_after": "line_state",
    "field": "field", "firm_field": "settings.firm",
}  # fmt: skip


class DuplicateKey(Exception):
    """Two sentences have the same key."""


def load_sentences(files: Iterable[Path]) -> dict[str, str]:
    """All sentences of these files in one table. Raises DuplicateKey."""
    sentences: dict[str, str] = {}
    for file in files:
        for key, sentence in json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_pairs).items():
            if key in sentences:
                raise DuplicateKey(f"{key} in {file.name}")
            sentences[key] = sentence
    return sentences


def _pairs(pairs: list[tuple[str, str]]) -> dict[str, str]:
    # json silently keeps the last of two equal keys.
    keys = [key for key, _ in pairs]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise DuplicateKey(", ".join(sorted(doubled)))
    return dict(pairs)


def locale_files(language: str, folder: Path = FOLDER) -> list[Path]:
    """The locale files of all features: `<feature>/it.json`."""
    return sorted(folder.glob(f"*/{language}.json"))


class Translator:
    """Sentences and formats of one language.

    A missing key or parameter raises an error if `strict` (in tests); otherwise the key is shown and logged.
    """

    def __init__(self, language: str, sentences: Mapping[str, str], *, strict: bool = False) -> None:
        self.language = language
        self.strict = strict
        self._sentences = sentences
        self._locale = _REGIONS[language]
        self._point = get_decimal_symbol(self._locale)

    def knows(self, key: str) -> bool:
        """Whether there is a sentence for `key`."""
        return key in self._sentences

    def t(self, key: str, **params: Any) -> str:
        """The sentence for `key` with its placeholders filled. The result is text, never HTML."""
        try:
            return self._sentences[key].format_map(params)
        except (KeyError, IndexError, ValueError):
            if self.strict:
                raise
            log.warning("no sentence %s for %s in %s", key, sorted(params), self.language)
            return self._sentences.get(key, key)

    def n(self, key: str, count: int, **params: Any) -> str:
        """The sentence for a count: `<key>.one` or `<key>.other`, with `{count}` formatted."""
        return self.t(f"{key}.one" if count == 1 else f"{key}.other", count=self.number(count), **params)

    def number(self, value: int) -> str:
        """`11.688`."""
        return f"{_MINUS if value < 0 else ''}{format_decimal(abs(value), locale=self._locale)}"

    def amount(self, cents: int) -> str:
        """Hundredths without a unit: `1.234,56`."""
        whole, rest = divmod(abs(cents), 100)
        return f"{_MINUS if cents < 0 else ''}{self.number(whole)}{self._point}{rest:02d}"

    def money(self, cents: int) -> str:
        """`1.234,56 €`, in English `€1,234.56`."""
        if self.language == "it":
            return f"{self.amount(cents)}{_FIXED_SPACE}€"
        return f"{_MINUS if cents < 0 else ''}€{self.amount(abs(cents))}"

    def difference(self, cents: int) -> str:
        """Money with its sign: `+0,01 €`, `−0,01 €`."""
        return f"{'+' if cents > 0 else ''}{self.money(cents)}"

    def hours(self, minutes: int) -> str:
        """Time as h:mm: `3:45 h`, `11.688:45 h`."""
        hours, _, rest = format_hours(abs(minutes)).partition(":")
        return f"{_MINUS if minutes < 0 else ''}{self.number(int(hours))}:{rest}{_FIXED_SPACE}h"

    def percent(self, hundredths: int) -> str:
        """A VAT rate in hundredths of a percent: 2200 is `22%`, 450 is `4,5%`."""
        whole, rest = divmod(hundredths, 100)
        decimals = f"{self._point}{rest:02d}".rstrip("0") if rest else ""
        return f"{whole}{decimals}%"

    def share(self, part: int, whole: int) -> str:
        """A part of a whole as a percentage with one decimal: `45,0%`."""
        return f"{format_decimal(100 * part / whole if whole else 0, format='0.0', locale=self._locale)}%"

    def date(self, value: dt.date) -> str:
        """`gg/mm/aaaa`."""
        return format_date(value, "dd/MM/yyyy", locale=self._locale)

    def month(self, value: dt.date) -> str:
        """`febbraio 2026`."""
        return format_date(value, "LLLL yyyy", locale=self._locale)

    def short_month(self, value: dt.date) -> str:
        """`feb 26`."""
        return format_date(value, "LLL yy", locale=self._locale)

    def instant(self, value: dt.datetime) -> str:
        """`gg/mm/aaaa hh:mm` in local time, Europe/Rome."""
        return format_datetime(value, "dd/MM/yyyy HH:mm", tzinfo=FIRM_ZONE, locale=self._locale)

    def ago(self, since: dt.datetime, now: dt.datetime) -> str:
        """Time elapsed: `2 giorni fa`."""
        return format_timedelta(since - now, granularity="minute", add_direction=True, locale=self._locale)

    def parse_amount(self, text: str) -> int:
        """Hundredths of a typed amount: `1.234,56`, `1234,5`, `65`, with or without €.

        An ambiguous amount is refused: `65.5` in Italian may mean 65,50 or 655. Raises InvalidInput.
        """
        cleaned = text.replace("€", "").replace(_FIXED_SPACE, " ").replace(_MINUS, "-").strip()
        match = _AMOUNTS[self.language].fullmatch(cleaned.removeprefix("-").strip())
        if match is None or not cleaned.isascii():
            raise InvalidInput("amount_not_a_number", value=text[:40], example=self.amount(123456))
        if cleaned.startswith("-"):
            raise InvalidInput("amount_negative", value=text[:40])
        plain = f"{re.sub(r'[.,]', '', match['whole'])}.{match['rest'] or '0'}"
        try:
            return parse_hundredths(plain)
        except ValueError as error:
            raise InvalidInput(f"amount_{error}", value=text[:40]) from None

    def parse_hours(self, text: str) -> int:
        """Minutes of `1:45`. A number without a colon is refused: it may mean hours or minutes. Raises InvalidInput."""
        match = re.fullmatch(r"(\d{1,5}):([0-5]\d)", text.removesuffix("h").strip(), re.ASCII)
        minutes = int(match[1]) * 60 + int(match[2]) if match else MAX_MINUTES + 1
        if minutes > MAX_MINUTES:
            raise InvalidInput("not_a_time", value=text[:40])
        return minutes

    def parse_date(self, text: str, today: dt.date | None = None) -> dt.date:
        """The date of `31/12/2026`, also with dots, dashes or blanks, in digits alone, or as ISO writes it; the year may be short
        or missing: then it is that of `today`, the firm's date now. Raises InvalidInput.
        """
        match = next(filter(None, (form.fullmatch(text.strip()) for form in _DATES)), None)
        if match is None:
            raise InvalidInput("not_a_date", value=text[:40])
        year = match["year"] or str((today or firm_date(dt.datetime.now(dt.UTC))).year)
        try:
            day = dt.date(int(year) + (2000 if len(year) == len("26") else 0), int(match["month"]), int(match["day"]))
        except ValueError:
            raise InvalidInput("not_a_date", value=text[:40]) from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput("not_a_date", value=text[:40])
        return day

    def refusal(self, refused: Refused) -> str:
        """The sentence `error.<code>` of each reason, with its parameters translated."""
        if len(refused.reasons) > 1:
            return " ".join(map(self.refusal, refused.reasons))
        key = f"error.{refused.code}"
        if not self.knows(key) and not self.strict:
            log.warning("no sentence %s in %s", key, self.language)
            return self.t("error.unknown", code=refused.code)
        return self.t(key, **{name: self._shown(name, value) for name, value in refused.params.items()})

    def objection(self, objection: Objection) -> str:
        """The sentence `refusal.<code>`: why a ticket can't be billed, with details."""
        return self.t(f"refusal.{objection.code}", **{name: self._shown(name, v) for name, v in objection.params.items()})

    def _shown(self, name: str, value: Any) -> Any:
        if name in _VOCABULARIES:
            label = f"{_VOCABULARIES[name]}.{value or 'none'}"
            return self._sentences.get(label, value)
        if name == "at" and isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        if isinstance(value, dt.datetime):
            return self.instant(value)
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, list):
            labels = "settings.firm" if name == "firm_fields" else "field"
            return ", ".join(self._sentences.get(f"{labels}.{one}", str(one)) for one in value)
        if type(value) is int:
            return self.hours(value) if name == "minutes" else self.number(value)
        return "—" if value is None else value


@cache
def translator(language: str, *, strict: bool = False) -> Translator:
    """The translator of a language; Italian for an unknown one."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    return Translator(language, load_sentences(locale_files(language)), strict=strict)
