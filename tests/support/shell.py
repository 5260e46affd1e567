"""Runs commands of the product, each in its own process with its own environment, folder and streams."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.forking import context
from tests.support.server import ROOT, clean_environment

SECONDS = 120


@dataclass(frozen=True, slots=True)
class Done:
    """Exit status and output of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON; with `--json` it is a single document."""
        return json.loads(self.out)


class Shell:
    """Runs commands on one database, in `folder`; `at` is their current instant, by default the real one."""

    def __init__(self, url: str, folder: Path, at: datetime | None = None) -> None:
        self._folder = folder
        self.at = at
        self._environment = clean_environment() | {"CONSUNTIVO_DATABASE_URL": url, "NO_COLOR": "1"}

    def __call__(self, *arguments: str | Path, entered: str = "") -> Done:
        """Run a command in a forked process, like `python main.py` but without loading the libraries."""
        streams = [self._folder / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_text(entered, encoding="utf-8")
        words = [str(argument) for argument in arguments]
        process = context.Process(target=_run, args=(words, self._environment, self._folder, streams, self.at))
        process.start()
        process.join(SECONDS)
        assert process.exitcode is not None, f"{words} did not end"
        return _checked(Done(process.exitcode, streams[1].read_text(), streams[2].read_text()))

    def from_the_start(self, *arguments: str | Path) -> Done:
        """The command as typed."""
        command = [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]
        ran = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        return _checked(Done(ran.returncode, ran.stdout, ran.stderr))


def _checked(done: Done) -> Done:
    assert "Traceback" not in done.err, done.err
    return done


def _run(words: list[str], environment: Mapping[str, str], folder: Path, streams: list[Path], at: datetime | None) -> None:
    from ui.cli import app  # noqa: PLC0415 - in the forked process alone, where it is loaded already
    from ui.commands import terminal  # noqa: PLC0415

    if at is not None:
        terminal.now = lambda: at
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    modes = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, (path, mode) in enumerate(zip(streams, modes, strict=True)):
        os.dup2(os.open(path, mode), number)
    # multiprocessing gives a child an empty standard input of its own.
    sys.stdin = os.fdopen(0, encoding="utf-8")
    app(words, prog_name="main.py")
