"""The house rules: style, types, layers, sizes, and what may lie where."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    "ui", "domain", "storage", "tests", "main.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md",
    "CONTRIBUTING.md",
}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Put together here, since this file is searched as well.
REGISTRY_HOSTS = tuple(".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian"), ("debian", "org"),
))  # fmt: skip


def test_ruff_finds_nothing() -> None:
    run_module("ruff", "check", ".")


def test_every_file_is_formatted() -> None:
    run_module("ruff", "format", "--check", ".")


def test_types_hold_under_strict_mypy() -> None:
    run_module("mypy", "--strict", "domain", "storage", "ui", "main.py", "tests")


def test_imports_keep_to_the_layers() -> None:
    run("lint-imports", shutil.which("lint-imports", path=Path(sys.executable).parent) or "lint-imports")


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_a_package_registry(host: str) -> None:
    naming = [str(path) for path in project_files() if host.encode() in (ROOT / path).read_bytes().lower()]
    assert naming == []


def test_no_file_is_too_long() -> None:
    long = {str(path): lines for path in sources() if (lines := len(text(path).splitlines())) > LONGEST_FILE}
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = [f"{path}:{name} {lines}" for path in sources() for name, lines in functions(path) if lines > LONGEST_FUNCTION]
    assert long == []


def test_the_top_level_has_no_unknown_files() -> None:
    strange = {path.parts[0] for path in project_files() if not path.parts[0].startswith(".")} - TOP_LEVEL
    assert strange == set()


def run_module(module: str, *arguments: str) -> None:
    run(module, sys.executable, "-m", module, *arguments)


def run(name: str, *command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name} says:\n{done.stdout}{done.stderr}"


@cache
def project_files() -> tuple[Path, ...]:
    """What git tracks or would track on the next `git add`, relative to the root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("Only git knows which files are the project's, and it or its folder is not here.")
    # A checkout that belongs to somebody else is refused by git unless it is called safe.
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(Path(name) for name in listed if name and (ROOT / name).is_file())


def sources() -> list[Path]:
    """Python files that people write; Alembic's are written once and never read again as a whole."""
    return [path for path in project_files() if path.suffix == ".py" and not path.is_relative_to("storage/migrations")]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of each function, decorators not counted."""
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
