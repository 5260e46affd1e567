"""Changes reach every open page, and a server that dies is missed: `uv run python -m tests.bench.prove_feed [COUNT]`.

Real servers, commands and browsers. On PostgreSQL a page of one server follows 50 changes made on pages of another server, and
50 made by commands; on SQLite a page follows 50 commands. Then a server that works on thousands of things is killed, and a page
of the other one says so. Less than all changes seen, less than 95% within a second, more than 20 seconds until the death is
seen, or anything written by halves ends with exit status 1.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from domain.vocabulary import Role
from storage.database import Database, open_database
from storage.demo import build_demo
from storage.queries.check.check import check
from tests.bench.loading import say
from tests.support.browser import running_chromium
from tests.support.postgres import running_server
from tests.support.server import ROOT, AppServer, clean_environment
from tests.support.working_server import WORKING
from ui.server.sessions import COOKIE, Sessions

COUNT = 50
SECOND_MS, DEATH_SECONDS, SHARE = 1_000, 20, 0.95

_WATCH = """() => {
  window.seenAt = {};
  const look = () => {
    for (const found of document.body.innerText.matchAll(/prova (\\d+) fine/g)) window.seenAt[found[1]] ??= Date.now();
  };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
_LINES = """SELECT p.id, p.number, t.number FROM proposal p JOIN proposal_line l ON l.proposal_id = p.id
JOIN ticket t ON t.id = l.ticket_id WHERE p.status = 'draft' AND l.state = 'bill' ORDER BY p.id, l.id"""


@dataclass(slots=True)
class Proof:
    """One database with the demonstration's data, and who looks at it."""

    database: Database
    folder: Path
    browser: Browser
    proposal_id: int = 0
    number: str = ""
    ticket: str = ""
    failed: bool = False

    def __post_init__(self) -> None:
        [(self.proposal_id, self.number, self.ticket), *_] = self.rows(_LINES)

    def rows(self, statement: str) -> list[Any]:
        with self.database.read() as session:
            return list(session.execute(text(statement)))

    def server(self, name: str) -> AppServer:
        return AppServer(self.database.url, self.folder / f"{name}.log")

    def context(self, server: AppServer, role: Role) -> BrowserContext:
        context = self.browser.new_context(locale="it-IT", viewport={"width": 1440, "height": 900})
        token = Sessions(self.database).open_as(role)
        context.add_cookies([{"name": COOKIE, "value": token, "url": server.url}])
        return context

    def page(self, server: AppServer, role: Role = Role.TEAM_LEAD) -> Page:
        """The proposal's page, which notes when it shows what."""
        page = self.context(server, role).new_page()
        page.goto(f"{server.url}/proposals/{self.proposal_id}")
        page.locator(".rv-row[data-key]").first.wait_for()
        page.wait_for_timeout(1_000)
        page.evaluate(_WATCH)
        return page

    def command(self, number: int) -> float:
        """A command changes a line; when it did, in milliseconds, as its entry in the history says."""
        arguments = ["suspend", self.number, "--ticket", self.ticket, "--reason", f"prova {number} fine"]
        environment = {**clean_environment(), "CONSUNTIVO_DATABASE_URL": self.database.url}
        subprocess.run([sys.executable, "main.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)
        with self.database.read() as session:
            at = datetime.fromisoformat(
                str(session.execute(text("SELECT at FROM audit_entry ORDER BY id DESC LIMIT 1")).scalar_one())
            )
        return at.replace(tzinfo=UTC).timestamp() * 1_000

    def measure(self, name: str, page: Page, change: Callable[[int], float], numbers: range) -> None:
        """Make changes one after another, and see when the page showed each."""
        made, count = {}, len(numbers)
        for number in numbers:
            made[number] = change(number)
            page.wait_for_timeout(100)
        page.wait_for_timeout(2_000)
        seen = {int(number): at for number, at in page.evaluate("window.seenAt").items()}
        late = sorted(seen[number] - at for number, at in made.items() if number in seen)
        within = sum(ms <= SECOND_MS for ms in late) / count
        middle, most = late[len(late) // 2], late[-1]
        say(f"  {name}: {len(late)} of {count} seen, {within:.0%} within a second, median {middle:.0f} ms, slowest {most:.0f} ms")
        self.failed |= len(late) < count or within < SHARE

    def death(self) -> None:
        """A server that works is killed: how long until a page of the other one says so, and what was written."""
        reasons = self.rows("SELECT count(*) FROM reason")
        working = AppServer(self.database.url, self.folder / "working.log", argv=(*WORKING, "120"))
        with self.server("other") as other:
            page = self.context(other, Role.BILLING_MANAGER).new_page()
            page.goto(other.url)
            working.start()
            page.locator(".tray").click()
            running = page.get_by_text("su un altro server")
            running.wait_for()
            page.wait_for_timeout(12_000)
            alive = running.is_visible()
            killed = time.monotonic()
            working.kill()
            page.get_by_text("Interrotta: il server").wait_for(timeout=60_000)
            taken = time.monotonic() - killed
            page.context.close()
        with self.database.read() as session:
            found = check(session).violations
        whole = self.rows("SELECT count(*) FROM reason") == reasons and not found
        say(f"  killed at work: running until then: {alive}, interrupted after {taken:.1f} s, nothing by halves: {whole}")
        self.failed |= not alive or not whole or taken > DEATH_SECONDS


@contextmanager
def proofs() -> Iterator[dict[str, Proof]]:
    """The demonstration on each engine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consuntivo-proof-")))
        postgres = stack.enter_context(running_server())
        browser = stack.enter_context(running_chromium())
        urls = {"PostgreSQL": stack.enter_context(postgres.database()), "SQLite": f"sqlite:///{folder / 'proof.sqlite'}"}
        found = {}
        for name, url in urls.items():
            database = open_database(url)
            stack.callback(database.dispose)
            build_demo(database, now=datetime.now(UTC))
            place = folder / name
            place.mkdir()
            found[name] = Proof(database, place, browser)
        yield found


def comment(page: Page, number: int) -> float:
    """Somebody writes on a page, and waits until it is sent; when they pressed the key, in milliseconds."""
    field, body = page.locator(".rv-talk textarea"), f"prova {number} fine"
    field.fill(body)
    # The server may still be clearing the field after the comment before.
    page.wait_for_timeout(150)
    assert field.input_value() == body, "the field lost what was typed"
    at = time.time() * 1_000
    page.keyboard.press("Control+Enter")
    page.get_by_text(body, exact=True).first.wait_for()
    return at


def main(count: int) -> int:
    with proofs() as found:
        for name, proof in found.items():
            say(name)
            with proof.server("one") as one, proof.server("two") as two:
                page = proof.page(one)
                writing = proof.page(two, Role.BILLING_MANAGER)
                proof.measure("pages of another server", page, lambda number, page=writing: comment(page, number), range(count))  # type: ignore[misc]
                proof.measure("commands", page, proof.command, range(count, 2 * count))
                for each in (page, writing):
                    each.context.close()
            proof.death()
    return 1 if any(proof.failed for proof in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
