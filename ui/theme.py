"""The one theme: its stylesheet, and the defaults that every element starts from. Colours live in `static/theme.css`."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from nicegui import ui

STATIC: Final = Path(__file__).parent / "static"
FAVICON: Final = STATIC / "favicon.svg"

# Before the first script runs the page must already have its ground, or it flashes.
_SCHEMES: Final = {"auto": "light dark", "light": "light", "dark": "dark"}
_DARK: Final[dict[str, bool | None]] = {"auto": None, "light": False, "dark": True}

GRID: Final[dict[str, Any]] = {"rowHeight": 36, "headerHeight": 34, "suppressCellFocus": False, "animateRows": False}
"""Options that every AG Grid starts from; its colours come from the stylesheet."""


def stylesheet_link() -> str:
    """Links to the theme and to the sheets of kit and features; an address changes with its content, so browsers may keep it."""
    features = sorted(file for file in STATIC.glob("*/*.css") if file.parent.name not in ("kit", "server"))
    return "".join(_link(file) for file in (STATIC / "theme.css", *sorted(STATIC.glob("kit/*.css")), *features))


def script_links() -> str:
    """The few scripts of our own, under addresses that change with their content, too."""
    return "".join(f'<script src="{_address(file)}"></script>' for file in sorted(STATIC.glob("*/*.js")))


def _link(file: Path) -> str:
    return f'<link rel="stylesheet" href="{_address(file)}">'


def _address(file: Path) -> str:
    return f"/static/{file.relative_to(STATIC).as_posix()}?{sha256(file.read_bytes()).hexdigest()[:12]}"


def apply_defaults() -> None:
    """What every element of a kind looks like unless it says otherwise."""
    ui.button.default_props("no-caps dense unelevated")
    for field in (ui.input, ui.number, ui.select, ui.textarea):
        field.default_props("outlined dense hide-bottom-space")
    for choice in (ui.checkbox, ui.radio, ui.switch, ui.toggle, ui.tabs):
        choice.default_props("dense no-caps")
    ui.table.default_props("flat dense")
    ui.menu.default_props("transition-duration=80")
    ui.tooltip.default_props("delay=250 transition-duration=80")
    ui.dialog.default_props("transition-duration=120")


def head(theme: str, user_id: int) -> str:
    """What a page of this person, with this theme, has in its head."""
    scheme = _SCHEMES.get(theme, _SCHEMES["auto"])
    return f'<style>html{{color-scheme:{scheme}}}</style><meta name="visitor" content="{user_id}">'


def dark(theme: str) -> bool | None:
    """A person's theme as NiceGUI's dark mode; None follows the system."""
    return _DARK.get(theme)
