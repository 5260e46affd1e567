"""Finds visible faults of a page: cut text, covered buttons, sentences of the other language."""

from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from ui.i18n import LANGUAGES, load_sentences, locale_files

_LOOK: Final = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8")
_SHORTEST: Final = 4


def faults(page: Page, language: str) -> list[str]:
    """A sentence for each fault of the current page, which is in `language`."""
    found: list[str] = page.evaluate(_LOOK, _words(language))
    return found


@cache
def _words(language: str) -> dict[str, list[str]]:
    """Prefixes of keys, and the sentences that exist only in the other language."""
    own = load_sentences(locale_files(language))
    foreign = {
        sentence
        for other in LANGUAGES
        if other != language
        for key, sentence in load_sentences(locale_files(other)).items()
        if "{" not in sentence and len(sentence) >= _SHORTEST and own[key] != sentence
    }
    return {"keys": sorted({key.partition(".")[0] for key in own}), "foreign": sorted(foreign - set(own.values()))}
