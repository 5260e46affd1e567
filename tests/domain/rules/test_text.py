"""Validation of text from outside (trust, at the door)."""

import pytest

from domain.errors import InvalidInput
from domain.rules.text import clean_text, text_problem


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31mb", "a\x7fb", "a\x85b", "a\ud800b"])
def test_control_characters_nul_and_lone_surrogates_are_refused(text: str) -> None:
    assert text_problem(text, 100) == "control_character"


@pytest.mark.parametrize(
    "text", ["due\nrighe", "un\ttab", "Perché no? €", "<img src=x onerror=alert(1)>", "=1+1", "漢字", "👩‍🔧"]
)
def test_whatever_people_write_is_kept_as_it_is(text: str) -> None:
    assert text_problem(text, 100) is None
    assert clean_text(text, "title", 100) == text


def test_text_as_long_as_the_maximum_is_kept_and_one_more_is_refused() -> None:
    assert text_problem("x" * 10, 10) is None
    assert text_problem("x" * 11, 10) == "too_long"


def test_blanks_around_do_not_count() -> None:
    assert clean_text("  " + "x" * 10 + "\n", "title", 10) == "x" * 10


def test_a_refusal_names_the_field_and_the_maximum() -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_text("x" * 1_000_000, "title", 300)
    assert (refused.value.code, refused.value.params) == ("too_long", {"field": "title", "maximum": 300})


@pytest.mark.parametrize("blank", ["", " \t\n"])
def test_a_required_text_must_say_something(blank: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_text(blank, "title", 300)
    assert refused.value.code == "missing"
    assert clean_text(blank, "title", 300, required=False) == ""
