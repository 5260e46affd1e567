"""A served demo, whose pages are opened by users of each role."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import text

from domain.vocabulary import Role
from storage.database import Database, open_database
from storage.demo import build_demo
from tests.support.pages import PAGES
from tests.support.server import SERVE, AppServer
from ui.server.passwords import hash_password
from ui.server.sessions import COOKIE, Sessions

PASSWORD: Final = "una password lunga"  # noqa: S105 - of the tests' own people
DEMO: Final = (
    sys.executable,
    "-c",
    (
        "from storage.database import open_database; from storage.settings import Settings; from ui import app; "
        "app.serve(open_database(Settings().database_url), Settings(), port={port}, demo=True)"
    ),
)
OVER: Final = ".q-dialog, .q-menu"
"""Selectors of overlays."""

NOWHERE: Final = "/nowhere"
"""An unknown address."""

_PATIENCE_MS: Final = 20_000
# What a page shows once nothing more comes by itself: its content, no skeleton any more, and rows in its grid.
_SETTLED: Final = """() => {
  const seen = (query, inside = document) => [...inside.querySelectorAll(query)].filter(it => it.checkVisibility());
  const content = document.querySelector('.nicegui-sub-pages');
  if (!document.querySelector('.q-layout')) return true;
  // Once it is connected NiceGUI draws the page again, and makes the rows of a list anew: who holds one holds nothing.
  const row = document.querySelector('.rv-row[role=listitem]'), now = performance.now();
  if (row && row !== window.settledRow?.row) window.settledRow = {row, since: now};
  if (row && now - window.settledRow.since < 300) return false;
  return content && content.children.length > 0 && window.did_handshake !== false && document.fonts.status === 'loaded'
    && !seen('.skeleton, .q-inner-loading, .ag-overlay-loading-center, .ag-row-loading').length
    && seen('.rv-list').every(list => !getElement(list.id.slice(1))?.$props.items?.length || list.querySelector('.rv-row'))
    && seen('.nicegui-aggrid').every(grid => seen('.ag-row, .ag-overlay', grid).length)
    && document.getAnimations().every(it => it.playState !== 'running' || it.effect.getTiming().iterations === Infinity);
}"""
# The pages before the frame have no script that could be late.
_WORN: Final = """theme => matchMedia(`(prefers-color-scheme: ${theme})`).matches
  && (!document.querySelector('.q-layout') || document.body.classList.contains(`body--${theme}`))
  && document.getAnimations().every(it => it.playState !== 'running' || it.effect.getTiming().iterations === Infinity)"""


@dataclass(frozen=True, slots=True)
class Site:
    """A served demo, in which every password is PASSWORD."""

    server: AppServer
    database: Database
    tokens: Mapping[Role, str]

    def speak(self, language: str) -> None:
        """Set the language of all users from the next page on."""
        with self.database.write() as session:
            session.execute(text("UPDATE user_account SET language = :language"), {"language": language})

    def enter(self, context: BrowserContext, role: Role) -> None:
        """Sign this browser in as the user of a role, from the next page on."""
        context.add_cookies([{"name": COOKIE, "value": self.tokens[role], "url": self.server.url}])

    def address(self, route: str, example: str = "") -> str:
        """The address of a route, with the first id of the query `example`, or of its table."""
        example = example or PAGES[route].example
        if not example:
            return route
        with self.database.read() as session:
            found = session.execute(text(example)).scalars().first()
            assert found is not None, f"nothing to show at {route}"
            return re.sub(r"{.*}", str(found), route)

    def open(self, page: Page, address: str) -> None:
        """Open a page and wait until it is complete."""
        page.goto(self.server.url + address)
        settle(page)


def settle(page: Page) -> None:
    """Wait until the page is complete."""
    page.wait_for_function(_SETTLED, timeout=_PATIENCE_MS)


def wear(page: Page, theme: str) -> None:
    """Set the system's colour scheme and wait until the page follows."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.wait_for_function(_WORN, arg=theme, timeout=_PATIENCE_MS)


@contextmanager
def demo_site(folder: Path, *, demo: bool = False) -> Iterator[Site]:
    """Demo data in a database in `folder`, served until the end: as real data, or as a demo with `demo`."""
    url = f"sqlite:///{folder / 'demo.sqlite'}"
    database = open_database(url)
    build_demo(database, now=datetime.now(UTC))
    tokens: dict[Role, str] = {role: Sessions(database).open_as(role) for role in Role if role is not Role.SYSTEM}
    with database.write() as session:
        session.execute(text("UPDATE user_account SET password_hash = :hash"), {"hash": hash_password(PASSWORD)})
        # Nobody is new here: the card that offers the tour would stand before what is looked at.
        session.execute(text("INSERT INTO preference (user_id, name, value) SELECT id, 'tour', '\"done\"' FROM user_account"))
    with AppServer(url, folder / "server.log", argv=DEMO if demo else SERVE) as server:
        yield Site(server, database, tokens)
    database.dispose()
