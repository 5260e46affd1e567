"""Commands on a database that is not there: one sentence and exit status 1; only a command that begins something makes one."""

from pathlib import Path

import pytest

from tests.support.shell import Shell

DONE, REFUSED = 0, 1
READING = (
    ("check",), ("tickets",), ("proposals",), ("invoices",), ("suspended",), ("user", "list"), ("firm", "show"),
    ("generate", "--number", "T-1"), ("submit", "PF-1"), ("user", "change", "anna", "--inactive"),
)  # fmt: skip
MAKING = (("migrate",), ("user", "add", "anna", "--role", "administrator"))


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_mistyped_path_is_said_and_no_database_is_made_there(words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "consutnivo.sqlite"
    done = Shell(f"sqlite:///{path}", tmp_path)(*words)
    assert (done.status, done.out, path.exists()) == (REFUSED, "", False)
    assert str(path) in done.err
    assert "CONSUNTIVO_DATABASE_URL" in done.err


@pytest.mark.parametrize("words", MAKING, ids=" ".join)
def test_what_begins_something_makes_the_database(words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "consuntivo.sqlite"
    shell = Shell(f"sqlite:///{path}", tmp_path)
    assert shell(*words).status == DONE
    assert shell("check").status == DONE


@pytest.mark.parametrize("words", [*READING, *MAKING, ("firm", "set", "name=x"), ("serve", "--port", "1")], ids=" ".join)
def test_a_database_that_does_not_answer_is_said_in_one_sentence_without_its_password(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = Shell("postgresql+psycopg://anna:segreto@127.0.0.1:1/ditta", tmp_path)(*words)
    assert (done.status, len((done.out + done.err).splitlines())) == (REFUSED, 1)
    assert "segreto" not in done.out + done.err


def test_an_import_makes_the_database(tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("code,name\nC1,Rossi S.r.l.\n", encoding="utf-8")
    shell = Shell(f"sqlite:///{tmp_path / 'consuntivo.sqlite'}", tmp_path)
    assert shell("import", file).status == DONE
    assert shell("firm", "show").status == DONE
