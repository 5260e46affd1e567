"""Takes a picture of every page and dialog, in both languages and themes and at three widths, and reports their faults.

    uv run python -m tests.screens [--out DIR] [--only TEXT] [--readme]

A fault is what `tests/support/faults.js` finds, an error in the console, or a page that never settles; with any the exit
status is 1. `--readme` takes the pictures that README.md shows instead, into `tests/pictures`.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import ConsoleMessage, Error, Page

from domain.vocabulary import Role
from tests.support.browser import running_chromium
from tests.support.looking import faults
from tests.support.pages import DIALOGS, PAGES
from tests.support.site import NOWHERE, OVER, Site, demo_site, settle, wear
from ui.i18n import LANGUAGES

WIDTHS: Final = (1440, 1280, 390)
HEIGHTS: Final = {1440: 900, 1280: 800, 390: 844}
THEMES: Final = ("light", "dark")
OUT: Final = Path(tempfile.gettempdir()) / "consuntivo-screens"
README: Final = Path(__file__).parent / "pictures"
_QUALITY: Final = 78  # below 150 kB each, and the small figures can still be read
README_SHOWS: Final = ("tickets", "tickets-generation", "proposals-id", "home")


@dataclass(frozen=True, slots=True)
class Scene:
    """A page or dialog to photograph, and how to open it in a language."""

    name: str
    enter: Callable[[Page, str], None]


@dataclass
class Photographer:
    """Takes pictures of scenes into a folder and collects faults."""

    page: Page
    out: Path
    wrong: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.said.append(error.message))
        self.page.on("console", self._hear)

    def take(self, scene: Scene, language: str) -> None:
        """All widths and themes of a scene."""
        self._size(WIDTHS[0])
        wear(self.page, THEMES[0])
        self.said.clear()
        try:
            scene.enter(self.page, language)
            for width in WIDTHS:
                self._size(width)
                settle(self.page)
                for theme in THEMES:
                    wear(self.page, theme)
                    self._shoot(scene, language, theme, width)
                self._remember(scene, f"{language} {width}", faults(self.page, language))
        except Error as error:
            self._remember(scene, language, [f"not shown: {error.message.splitlines()[0]}"])
        self._remember(scene, language, self.said)

    def _hear(self, message: ConsoleMessage) -> None:
        # That nothing is there the browser says as well.
        if message.type == "error" and not message.location["url"].partition("?")[0].endswith(NOWHERE):
            self.said.append(message.text)

    def _size(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _shoot(self, scene: Scene, language: str, theme: str, width: int) -> None:
        folder = self.out / f"{language}-{theme}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{scene.name}.png", full_page=width == WIDTHS[-1])

    def _remember(self, scene: Scene, where: str, found: list[str]) -> None:
        for fault in found:
            self.wrong.append(f"{scene.name} ({where}): {fault}")
            sys.stdout.write(f"{self.wrong[-1]}\n")


def scenes(site: Site) -> Iterator[Scene]:
    """All scenes: the login page, the pages by role, and the dialogs."""
    yield Scene("login", lambda page, language: _login_page(page, site, f"/login?lang={language}"))
    yield Scene("missing", lambda page, language: _missing(page, site, language))
    for route, shown in PAGES.items():
        for role in shown.who:
            name = slug(route) + (f"-{role}" if len(shown.who) > 1 else "")
            yield Scene(name, _opening(site, role, site.address(route)))
    for name, dialog in DIALOGS.items():
        opening = _opening(site, dialog.who, site.address(dialog.route, dialog.example), dialog.open)
        yield Scene(f"{slug(dialog.route).removesuffix('-id')}-{name}", opening)


def slug(route: str) -> str:
    """`/proposals/{proposal_id}` as the name of a file: `proposals-id`; the first page is `home`."""
    return re.sub(r"{.*?}", "id", route).strip("/").replace("/", "-") or "home"


def _opening(site: Site, role: Role, address: str, then: Callable[[Page], None] | None = None) -> Callable[[Page, str], None]:
    def enter(page: Page, _: str) -> None:
        site.enter(page.context, role)
        site.open(page, address)
        if then:
            then(page)
            page.locator(OVER).first.wait_for()

    return enter


def _login_page(page: Page, site: Site, address: str) -> None:
    page.context.clear_cookies()
    page.goto(site.server.url + address)


def _missing(page: Page, site: Site, language: str) -> None:
    site.enter(page.context, Role.OPERATOR)
    page.goto(f"{site.server.url}{NOWHERE}?lang={language}")


def take_all(site: Site, page: Page, out: Path, only: str) -> list[str]:
    """Take every picture of the scenes whose name contains `only`; returns the faults."""
    photographer = Photographer(page, out)
    for language in LANGUAGES:
        site.speak(language)
        for scene in scenes(site):
            if only in scene.name:
                photographer.take(scene, language)
    return photographer.wrong


def take_for_readme(site: Site, page: Page) -> list[str]:
    """Take the pictures of README.md, in Italian and the light theme."""
    page.set_viewport_size({"width": 1280, "height": 720})
    README.mkdir(exist_ok=True)
    for scene in scenes(site):
        if scene.name.removesuffix(f"-{Role.BILLING_MANAGER}") in README_SHOWS:
            scene.enter(page, LANGUAGES[0])
            settle(page)
            page.screenshot(path=README / f"{scene.name}.jpg", type="jpeg", quality=_QUALITY)
    return []


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT, help=f"the folder for the pictures ({OUT})")
    parser.add_argument("--only", default="", help="only what has this in its name")
    parser.add_argument("--readme", action="store_true", help="the pictures of README.md")
    chosen = parser.parse_args()
    with (
        running_chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        demo_site(Path(folder), demo=chosen.readme) as site,
    ):
        page = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", reduced_motion="reduce").new_page()
        wrong = take_for_readme(site, page) if chosen.readme else take_all(site, page, chosen.out, chosen.only)
    sys.stdout.write(f"{len(wrong)} faults\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
