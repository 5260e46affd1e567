"""The look of the proposal pages, which no other page needs."""

from functools import cache
from typing import Final

from nicegui import ui

from ui.theme import STATIC

SHEET: Final = STATIC / "proposals.css"


def review_style() -> None:
    """Put the rules into the page, and with the page they go. Not as a link: it would be read after the first sight."""
    ui.element("style").text = _rules()


@cache
def _rules() -> str:
    return SHEET.read_text(encoding="utf-8")
