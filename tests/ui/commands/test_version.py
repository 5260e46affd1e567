"""`--version` prints the version of pyproject.toml, without a database (spec, section 9)."""

import tomllib
from pathlib import Path

from tests.support.server import ROOT
from tests.support.shell import Shell

LICENCE = "AGPL-3.0-or-later"


def project() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    done = Shell("postgresql+psycopg://127.0.0.1:1/nowhere", tmp_path).from_the_start("--version")
    assert (done.status, done.out) == (0, f"{project()['version']}\n")


def test_the_licence_is_named_for_tools_and_for_people() -> None:
    assert project()["license"] == LICENCE
    assert LICENCE in (ROOT / "README.md").read_text(encoding="utf-8")
