"""The version that the command line prints."""

import re

from typer.testing import CliRunner

from tests.support.server import ROOT
from ui.cli import app


def test_the_version_is_the_one_of_the_project() -> None:
    [stated] = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    printed = CliRunner().invoke(app, ["--version"])
    assert (printed.exit_code, printed.output) == (0, f"Consuntivo {stated}\n")
