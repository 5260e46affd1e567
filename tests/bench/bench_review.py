"""Response times of a review of 1,000 lines in a real browser: `uv run python -m tests.bench.bench_review`.

Opening counts from the request of a browser with an empty cache until a key has moved the cursor; an act, from the key that
confirms it until the line shows it. All of it is taken in the page by its own clock. Above the limits the exit status is 1.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, expect

from storage.database import migrate, open_database
from tests.bench.loading import say
from tests.builders import World
from tests.support.browser import running_chromium
from tests.support.server import AppServer
from ui.server.sessions import COOKIE, Sessions

TICKETS, ENTRIES = 250, 4
OPENINGS, ACTS = 5, 20
MOST_OPENING, MOST_ACT = 1_500.0, 150.0

# From the first row on, presses a key until the cursor moves.
_WATCH: Final = """(() => { const times = window.times = {}; let first;
 const look = () => { const row = document.querySelector('.rv-row[data-key]');
  if (row && !times.row) times.row = performance.now();
  const current = document.querySelector('.rv-row--current')?.dataset.key;
  first ??= current;
  if (current && current !== first) { times.keys = performance.now(); return; }
  if (row) document.body?.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}));
  setTimeout(look, 15); };
 look(); })()"""

# Until something stands there; the next frame is the one that shows it.
_TIMED: Final = """([press, sought]) => new Promise((done, fail) => {
 setTimeout(() => fail(new Error(`${press} brought no ${sought}`)), 10000);
 const start = performance.now();
 const seen = () => document.querySelector(sought);
 const watch = new MutationObserver(() => { if (!seen()) return; watch.disconnect();
  requestAnimationFrame(() => done(performance.now() - start)); });
 watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
 const at = document.activeElement ?? document.body;
 at.dispatchEvent(new KeyboardEvent('keydown', {key: press, bubbles: true, cancelable: true})); })"""


def opened(browser: Browser, cookie: dict[str, str], address: str) -> tuple[BrowserContext, Page]:
    """A browser that was never here, on the proposal."""
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", viewport={"width": 1440, "height": 900})
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    page.wait_for_function("window.times.keys")
    return context, page


def openings(browser: Browser, cookie: dict[str, str], address: str) -> dict[str, list[float]]:
    """Milliseconds to the first row and to the first key that worked, of each opening but the first."""
    found: dict[str, list[float]] = {"first line visible": [], "keys working": []}
    for turn in range(OPENINGS + 1):
        context, page = opened(browser, cookie, address)
        times = page.evaluate("window.times")
        context.close()
        if turn:
            found["first line visible"].append(times["row"])
            found["keys working"].append(times["keys"])
    return found


def acts(page: Page) -> dict[str, list[float]]:
    """Milliseconds of each step of suspending a line for a usual reason and restoring it, `ACTS` times."""
    found: dict[str, list[float]] = {name: [] for name in ("cursor moved", "reason asked", "line suspended", "line restored")}

    def timed(name: str, key: str, sought: str) -> None:
        found[name].append(page.evaluate(_TIMED, [key, sought]))

    for turn in range(ACTS):
        key = page.locator(".rv-row--current").get_attribute("data-key")
        timed("cursor moved", "ArrowDown", f".rv-row--current:not([data-key={key}])")
        key = page.locator(".rv-row--current").get_attribute("data-key")
        if key and key.startswith("t"):
            page.keyboard.press("ArrowDown")
            page.wait_for_function("key => document.querySelector('.rv-row--current').dataset.key !== key", arg=key)
            key = page.locator(".rv-row--current").get_attribute("data-key")
        timed("reason asked", "s", ".reasons")
        field = page.locator(".q-dialog textarea").first
        expect(field).to_be_focused()
        field.type(str(1 + turn % 2))
        expect(page.locator(".sheet__foot .q-btn").last).to_be_enabled()
        timed("line suspended", "Enter", f".rv-row[data-key={key}] .chip--suspended")
        expect(page.locator(".q-dialog")).to_have_count(0)
        timed("line restored", "r", f".rv-row[data-key={key}] .chip--to_bill")
    return found


def told(found: dict[str, list[float]], most: float, bound: Sequence[str]) -> list[str]:
    """Print median and worst of each; the names of `bound` whose median is above `most`."""
    slow = []
    for name, times in found.items():
        middle, worst = sorted(times)[len(times) // 2], max(times)
        say(f"  {name:<22} median {middle:7.0f} ms   worst {worst:7.0f} ms   of {len(times)}")
        if name in bound and middle > most:
            slow.append(name)
    return slow


def proposal_of_a_thousand(url: str) -> tuple[int, str]:
    """The id of a proposal of 1,000 lines in a fresh database, and a cookie of who reviews it."""
    migrate(url)
    database = open_database(url)
    world = World(database)
    tickets = [world.ticket(*(30 + 15 * place for place in range(ENTRIES))) for _ in range(TICKETS)]
    detail = world.proposal_of(*tickets)
    cookie = Sessions(database).open("mario")
    database.dispose()
    return detail.id, cookie


def measure(folder: Path, run: Callable[[Browser, dict[str, str], str], list[str]]) -> list[str]:
    """What `run` makes of a browser, a cookie and the proposal's address, on a server of its own."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    proposal_id, token = proposal_of_a_thousand(url)
    with AppServer(url, folder / "server.log") as server, running_chromium() as browser:
        return run(browser, {"name": COOKIE, "value": token, "url": server.url}, f"{server.url}/proposals/{proposal_id}")


def _run(browser: Browser, cookie: dict[str, str], address: str) -> list[str]:
    slow = told(openings(browser, cookie, address), MOST_OPENING, ("first line visible", "keys working"))
    context, page = opened(browser, cookie, address)
    slow += told(acts(page), MOST_ACT, ("cursor moved", "reason asked", "line suspended", "line restored"))
    context.close()
    return slow


def main() -> int:
    say(f"a proposal of {TICKETS * ENTRIES} lines; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="consuntivo-bench-") as folder:
        slow = measure(Path(folder), _run)
    say(f"above the limits: {', '.join(slow) or 'nothing'}")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
