"""Settings of the environment, and messages for invalid ones (spec, section 9)."""

import subprocess
import sys

import pytest

from tests.support.server import ROOT, clean_environment

REFUSED, USAGE = 1, 2


@pytest.mark.parametrize(
    ("variable", "value", "status"),
    [
        ("CONSUNTIVO_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite", REFUSED),
        ("CONSUNTIVO_DATABASE_URL", "postgresql+psycopg://a:secret@127.0.0.1:9/b", REFUSED),
        ("CONSUNTIVO_PORT", "abc", USAGE),
    ],
)
def test_what_the_environment_can_not_be_is_said_in_a_line(variable: str, value: str, status: int) -> None:
    environment = {**clean_environment(), variable: value}
    command = [sys.executable, "main.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "Traceback" not in said
    assert "secret" not in said
    assert "CONSUNTIVO_" in said
