"""Both languages are complete, and numbers follow their formats (screens; design, section 5)."""

import ast
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import vocabulary
from domain.errors import InvalidInput, PermissionDenied, Refused
from domain.vocabulary import BillingStatus
from ui.i18n import FOLDER, LANGUAGES, DuplicateKey, Translator, load_sentences, locale_files, translator

ROOT = Path(__file__).resolve().parents[2]
ENUMS = [kind for kind in vars(vocabulary).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
ENUMS.remove(StrEnum)
REFUSALS = {"Refused", "PermissionDenied", "NotFound", "Stale", "EntryTaken", "InvalidInput"}


@pytest.fixture(params=LANGUAGES)
def text(request: pytest.FixtureRequest) -> Translator:
    """Each language, strict."""
    return translator(request.param, strict=True)


@pytest.fixture
def it() -> Translator:
    return translator("it", strict=True)


@pytest.fixture
def en() -> Translator:
    return translator("en", strict=True)


def test_both_languages_have_the_same_keys_with_the_same_placeholders() -> None:
    italian, english = (load_sentences(locale_files(language)) for language in LANGUAGES)
    assert italian.keys() ^ english.keys() == set()
    different = [key for key in italian if placeholders(italian[key]) != placeholders(english[key])]
    assert different == []


def test_no_sentence_is_empty() -> None:
    assert [key for key, sentence in load_sentences(locale_files("it")).items() if not sentence.strip()] == []


def test_every_counted_sentence_has_both_forms() -> None:
    keys = load_sentences(locale_files("it")).keys()
    stems = {key.rpartition(".")[0] for key in keys if key.endswith((".one", ".other"))}
    assert [stem for stem in stems if not {f"{stem}.one", f"{stem}.other"} <= keys] == []


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_word_of_the_vocabulary_has_a_label(kind: type[StrEnum], text: Translator) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    assert [member.value for member in kind if not text.knows(f"{name}.{member}")] == []


@pytest.mark.parametrize("prefix", ["refusal_short", "refusal_fix"])
def test_every_refusal_has_a_short_label_and_a_fix(text: Translator, prefix: str) -> None:
    assert [code for code in vocabulary.Refusal if not text.knows(f"{prefix}.{code}")] == []


def test_every_refusal_that_the_code_raises_has_a_sentence(text: Translator) -> None:
    codes = {code for layer in ("domain", "storage", "ui") for path in (ROOT / layer).rglob("*.py") for code in refused(path)}
    assert len(codes) > 20, "the codes were searched in the wrong place"
    assert [code for code in sorted(codes) if not text.knows(f"error.{code}")] == []


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (BillingStatus.TO_BILL, "Da Fatturare"),
        (BillingStatus.SERVICE_CONTRACT, "Servizio a Contratto"),
        (BillingStatus.NOT_BILLED, "Non Fatturato"),
        (BillingStatus.BILLED, "Fatturato"),
        (BillingStatus.SUSPENDED, "Sospeso"),
        (BillingStatus.PROPOSED, "Proposta Fattura"),
    ],
)
def test_billing_states_have_the_words_of_the_specification(it: Translator, status: BillingStatus, word: str) -> None:
    assert it.t(f"billing_status.{status}") == word


def test_a_missing_sentence_fails_a_test_and_is_shown_as_its_key_in_production() -> None:
    with pytest.raises(KeyError):
        translator("it", strict=True).t("no.such.key")
    assert translator("it").t("no.such.key") == "no.such.key"


def test_a_missing_parameter_fails_a_test_and_shows_the_sentence_in_production() -> None:
    with pytest.raises(KeyError):
        translator("it", strict=True).t("error.too_many_attempts")
    assert "{seconds}" in translator("it").t("error.too_many_attempts")


def test_markup_in_a_parameter_stays_text(it: Translator) -> None:
    assert "{0.__class__}<b>" in it.t("error.user_exists", user="{0.__class__}<b>")


def test_a_key_in_two_files_is_an_error(tmp_path: Path) -> None:
    for feature in ("tickets", "invoices"):
        (tmp_path / feature).mkdir()
        (tmp_path / feature / "it.json").write_text('{"a": "b"}', encoding="utf-8")
    with pytest.raises(DuplicateKey):
        load_sentences(locale_files("it", tmp_path))


def test_a_key_twice_in_one_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "it.json").write_text('{"a": "b", "a": "c"}', encoding="utf-8")
    with pytest.raises(DuplicateKey):
        load_sentences(locale_files("it", tmp_path))


def test_the_files_are_sorted_so_that_two_people_rarely_touch_the_same_line() -> None:
    files = sorted(FOLDER.glob("*/*.json"))
    assert len(files) > 20, "the files were searched in the wrong place"
    assert [str(path) for path in files if (keys := list(json.loads(path.read_text()))) != sorted(keys)] == []


def test_numbers_in_italian(it: Translator) -> None:
    assert it.money(80667141) == "806.671,41\u00a0€"
    assert it.money(-5) == "\u22120,05\u00a0€"
    assert it.amount(123456) == "1.234,56"
    assert it.hours(225) == "3:45\u00a0h"
    assert it.hours(11_688 * 60 + 45) == "11.688:45\u00a0h"
    assert it.hours(-30) == "\u22120:30\u00a0h"
    assert (it.number(4455), it.number(-4455)) == ("4.455", "\u22124.455")
    assert (it.difference(1), it.difference(-1), it.difference(0)) == ("+0,01\u00a0€", "\u22120,01\u00a0€", "0,00\u00a0€")
    assert (it.share(9, 20), it.share(1, 3), it.share(0, 0)) == ("45,0%", "33,3%", "0,0%")
    assert (it.percent(2200), it.percent(450), it.percent(0)) == ("22%", "4,5%", "0%")


def test_numbers_in_english(en: Translator) -> None:
    assert en.money(123456) == "€1,234.56"
    assert en.money(-123456) == "\u2212€1,234.56"
    assert en.percent(450) == "4.5%"


def test_dates_are_written_day_first_and_instants_at_the_time_of_the_firm(text: Translator) -> None:
    assert text.date(date(2026, 2, 3)) == "03/02/2026"
    assert text.instant(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2027 00:30"
    assert text.instant(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == "01/07/2026 12:00"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("1.234,56", 123456), ("1234,56", 123456), ("65", 6500), ("65,5", 6550), (" 65,50 € ", 6550), ("0", 0), ("1.234", 123400)],
)
def test_an_italian_amount_is_read(it: Translator, typed: str, cents: int) -> None:
    assert it.parse_amount(typed) == cents


@pytest.mark.parametrize("typed", ["65.5", "1,234.56", "12.34", "1.23.456", "", "abc", "1e5", "NaN", "٣", "1,2,3", "--1", "+1"])
def test_an_ambiguous_amount_is_refused(it: Translator, typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        it.parse_amount(typed)
    assert refusal.value.code == "amount_not_a_number"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-1,00", "amount_negative"),
        ("\u22121,00", "amount_negative"),
        ("1,234", "amount_too_precise"),
        ("9" * 15, "amount_too_large"),
    ],
)
def test_an_invalid_amount_is_refused_with_its_code(it: Translator, typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        it.parse_amount(typed)
    assert refusal.value.code == code


def test_a_formatted_amount_can_be_parsed_again(text: Translator) -> None:
    for cents in (0, 5, 99, 100, 6550, 123456, 80667141):
        assert text.parse_amount(text.money(cents)) == cents


def test_hours_and_dates_are_read_strictly(it: Translator) -> None:
    assert it.parse_hours("1:45") == 105
    for wrong in ("90", "1:60", "1.5", ""):
        with pytest.raises(InvalidInput):
            it.parse_hours(wrong)


TEXT = translator("it", strict=True)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


@given(day=DAYS, by=st.sampled_from(["/", ".", "-", " "]), short=st.booleans(), padded=st.booleans())
def test_a_date_is_understood_as_people_write_it(day: date, by: str, short: bool, padded: bool) -> None:
    width = 2 if padded else 1
    year = f"{day.year % 100:02d}" if short else str(day.year)
    assert TEXT.parse_date(f" {day.day:0{width}d}{by}{day.month:0{width}d}{by}{year} ") == day
    assert TEXT.parse_date(f"{day.day:02d}{day.month:02d}{year}") == day
    assert TEXT.parse_date(day.isoformat()) == TEXT.parse_date(TEXT.date(day)) == day


@given(day=DAYS, today=DAYS, by=st.sampled_from(["/", ".", "-"]))
def test_a_date_without_a_year_is_of_this_year(day: date, today: date, by: str) -> None:
    text = f"{day.day}{by}{day.month}"
    if (day.month, day.day) == (2, 29):
        return
    assert TEXT.parse_date(text, today) == TEXT.parse_date(text + by, today) == day.replace(year=today.year)


@given(st.text(alphabet="0123456789/.- ", max_size=11))
def test_what_is_no_date_is_refused_and_never_read_as_another(text: str) -> None:
    try:
        day = TEXT.parse_date(text, date(2026, 7, 1))
    except InvalidInput:
        pass
    else:
        numbers = [int(part) for part in re.findall(r"\d+", text)]
        if len(numbers) > 1:
            assert {day.day, day.month} <= set(numbers)
        assert 1900 <= day.year <= 2199


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "31/02/2026",
        "81/1",
        "1/13",
        "1/11/126",
        "1/11.26",
        "8",
        "8/",
        "11126",
        "1/1/3026",
        "29/2/2026",
        "oggi",
        "\uff11/\uff11",
    ],
)
def test_what_is_no_date_is_refused(it: Translator, wrong: str) -> None:
    with pytest.raises(InvalidInput):
        it.parse_date(wrong)


def test_a_refusal_is_translated_with_its_parameters(it: Translator) -> None:
    refused = PermissionDenied("permission_denied", user="sara", role="operator", permission="generate")
    assert it.refusal(refused) == "Il ruolo «Operatore» non permette di generare proposte. Chiedi a chi ne ha il permesso."


def test_a_refusal_without_a_sentence_shows_its_code_in_production() -> None:
    assert "brand_new" in translator("it").refusal(Refused("brand_new"))


def placeholders(sentence: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in Formatter().parse(sentence) if name)


def refused(path: Path) -> list[str]:
    """The codes that a file refuses with, where they are written out."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in REFUSALS and call.args]
    return [call.args[0].value for call in raised if isinstance(call.args[0], ast.Constant)]  # type: ignore[misc]
