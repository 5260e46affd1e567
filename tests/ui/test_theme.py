"""Every text has enough contrast in both themes (WCAG AA), computed from the stylesheet."""

import re

import pytest

from ui.theme import STATIC

AA_TEXT, AA_SHAPE = 4.5, 3.0
STATES = ("to-bill", "service-contract", "not-billed", "billed", "suspended", "proposed")
GROUNDS = ("ground", "surface", "raised", "hover")
PAIRS = [
    *((text, ground) for text in ("text", "text-muted", "accent", "danger") for ground in GROUNDS),
    *((state, f"{state}-soft") for state in STATES),
    ("accent", "accent-soft"),
    ("on-fill", "accent-fill"),
    ("on-fill", "danger-fill"),
]


@pytest.fixture(params=[0, 1], ids=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> dict[str, str]:
    """The colours of one theme, by name."""
    css = (STATIC / "theme.css").read_text(encoding="utf-8")
    both = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    plain = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css)
    return {name: pair[request.param] for name, *pair in both} | dict(plain)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(colours: dict[str, str], text: str, ground: str) -> None:
    assert contrast(colours[text], colours[ground]) >= AA_TEXT


@pytest.mark.parametrize("ground", GROUNDS[:3])
def test_the_edges_of_fields_can_be_seen(colours: dict[str, str], ground: str) -> None:
    assert contrast(colours["line-strong"], colours[ground]) >= AA_SHAPE


def test_no_two_billing_states_share_a_colour(colours: dict[str, str]) -> None:
    assert len({colours[state] for state in STATES}) == len(STATES)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
