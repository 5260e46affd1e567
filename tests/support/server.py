"""The product in its own process, on a free port of the loopback."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
SERVE = (sys.executable, "main.py", "serve", "--port", "{port}")
# pytest and NiceGUI steer the application by their variables, and a developer's own settings are not the test's.
FOREIGN_PREFIXES = ("PYTEST_", "NICEGUI_", "CONSUNTIVO_")
TAIL_LINES = 60


class ServerFailed(Exception):
    """The application ended or did not answer; the text has the last lines of its log."""


class AppServer:
    """One application process on `database_url`, used as a context manager.

    `argv` may be any command; "{port}" in it becomes the port. `environment` is added to the cleaned one.
    The port stays the same over stop and start, so that a page can find the application again.
    """

    def __init__(
        self,
        database_url: str,
        log: Path,
        *,
        argv: Sequence[str] = SERVE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._argv = [part.replace("{port}", str(self.port)) for part in argv]
        self._log = log
        self._environment = clean_environment() | {
            "CONSUNTIVO_DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1",  # else the lines that explain a crash die with it
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The running process, or None."""
        return self._process.pid if self._process else None

    def start(self, *, timeout: float = 60) -> None:
        """Start and wait for the first HTTP response of any status. Raises ServerFailed."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + timeout
        while not self._answers():
            code = self._process.poll()
            if code is not None or time.monotonic() > deadline:
                self.stop()
                reason = f"ended with {code}" if code is not None else f"did not answer within {timeout:.0f} seconds"
                raise ServerFailed(f"{' '.join(self._argv)} {reason}. Its log:\n{self.log_tail()}")
            time.sleep(0.05)

    def stop(self, *, timeout: float = 15) -> None:
        """Terminate the process, and kill it if it doesn't end. Does nothing if none is running."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the process, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log_tail(self) -> str:
        """The last lines of the process's log."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:])

    def _answers(self) -> bool:
        """Request with http.client instead of urllib, which would use a proxy of the environment."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def free_port() -> int:
    """A free port, which another process could still take before its use."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment() -> dict[str, str]:
    """The environment without the application's variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_PREFIXES)}
