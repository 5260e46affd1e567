"""Every sentence and every number on screen, in Italian (the default) and English (design, section 5).

Sentences live in `ui/locales/<feature>/it.json` and `en.json`: flat dotted keys, placeholders in braces.
A sentence that counts has `<key>.one` and `<key>.other`. Numbers never break from their unit: the space is fixed.
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
# Parameters of refusals that hold a word of the vocabulary, and where its labels are.
_VOCABULARIES: Final = {
    "role": "role", "permission": "permission", "status": "ticket_status", "billing_status": "billing_status",
    "before": "billing_status", "after": "billing_status", "event": "billing_event", "proposal_status": "proposal_status",
    "field": "field",
}  # fmt: skip


class DuplicateKey(Exception):
    """Two sentences under one key; neither can be the right one."""


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
    # json keeps the last of two equal keys and says nothing.
    keys = [key for key, _ in pairs]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise DuplicateKey(", ".join(sorted(doubled)))
    return dict(pairs)


def locale_files(language: str, folder: Path = FOLDER) -> list[Path]:
    """The sentences of every feature: `<feature>/it.json`."""
    return sorted(folder.glob(f"*/{language}.json"))


class Translator:
    """One language. `strict` makes a missing key or parameter an error, as tests want it; else the key is shown and logged."""

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
        """The sentence for `key` with its placeholders filled. Markup in `params` stays text: nothing here is HTML."""
        try:
            return self._sentences[key].format_map(params)
        except (KeyError, IndexError, ValueError):
            if self.strict:
                raise
            log.warning("no sentence %s for %s in %s", key, sorted(params), self.language)
            return self._sentences.get(key, key)

    def n(self, key: str, count: int, **params: Any) -> str:
        """The sentence for `count` things: `<key>.one` or `<key>.other`, with `{count}` written as a number."""
        return self.t(f"{key}.one" if count == 1 else f"{key}.other", count=self.number(count), **params)

    def number(self, value: int) -> str:
        """`11.688`."""
        return format_decimal(value, locale=self._locale)

    def amount(self, cents: int) -> str:
        """Hundredths without a unit: `1.234,56`."""
        whole, rest = divmod(abs(cents), 100)
        return f"{'-' if cents < 0 else ''}{self.number(whole)}{self._point}{rest:02d}"

    def money(self, cents: int) -> str:
        """`1.234,56 €`, in English `€1,234.56`."""
        if self.language == "it":
            return f"{self.amount(cents)}{_FIXED_SPACE}€"
        return f"{'-' if cents < 0 else ''}€{self.amount(abs(cents))}"

    def hours(self, minutes: int) -> str:
        """Time as h:mm: `3:45 h`, `11.688:45 h`."""
        sign, text = ("-", format_hours(-minutes)) if minutes < 0 else ("", format_hours(minutes))
        hours, _, rest = text.partition(":")
        return f"{sign}{self.number(int(hours))}:{rest}{_FIXED_SPACE}h"

    def percent(self, hundredths: int) -> str:
        """A VAT rate in hundredths of a percent: 2200 is `22%`, 450 is `4,5%`."""
        whole, rest = divmod(hundredths, 100)
        decimals = f"{self._point}{rest:02d}".rstrip("0") if rest else ""
        return f"{whole}{decimals}%"

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
        """`gg/mm/aaaa hh:mm` at the firm, Europe/Rome."""
        return format_datetime(value, "dd/MM/yyyy HH:mm", tzinfo=FIRM_ZONE, locale=self._locale)

    def ago(self, since: dt.datetime, now: dt.datetime) -> str:
        """How long it is: `2 giorni fa`."""
        return format_timedelta(since - now, granularity="minute", add_direction=True, locale=self._locale)

    def parse_amount(self, text: str) -> int:
        """Hundredths of what a person typed: `1.234,56`, `1234,5`, `65`, with or without €.

        Strict: `65.5` in Italian is refused, since it may mean 65,50 and be read as 655. Raises InvalidInput.
        """
        cleaned = text.replace("€", "").replace(_FIXED_SPACE, " ").strip()
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
        """What happened, for a person: the sentence `error.<code>`, with words of the vocabulary translated."""
        key = f"error.{refused.code}"
        if not self.knows(key) and not self.strict:
            log.warning("no sentence %s in %s", key, self.language)
            return self.t("error.unknown", code=refused.code)
        return self.t(key, **{name: self._shown(name, value) for name, value in refused.params.items()})

    def objection(self, objection: Objection) -> str:
        """Why a ticket can't be billed, with its details: the sentence `refusal.<code>`."""
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
            return ", ".join(self._sentences.get(f"field.{one}", str(one)) for one in value)
        if type(value) is int:
            return self.hours(value) if name == "minutes" else self.number(value)
        return "—" if value is None else value


@cache
def translator(language: str, *, strict: bool = False) -> Translator:
    """The translator of a language; an unknown one speaks Italian."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    return Translator(language, load_sentences(locale_files(language)), strict=strict)
