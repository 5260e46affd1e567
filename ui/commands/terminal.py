"""Shared by all commands: database, actor, exit status 1 for refusals, JSON output, tables and progress."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from domain.actions.core.acting import Actor
from domain.errors import Refused
from domain.model.people import SYSTEM_USER
from domain.rules.records.fields import InvalidFields
from storage.database import Database, open_database
from storage.settings import Settings
from ui.i18n import Translator, translator

AsUser = Annotated[str, typer.Option("--as", help="User who acts; default: the built-in user.", metavar="USER")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; save nothing.")]

REFUSED, USAGE = 1, 2

_console = Console(soft_wrap=True)
_errors = Console(stderr=True, soft_wrap=True)


def settings() -> Settings:
    """Settings of the environment. An invalid one ends the command with exit status 2."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"CONSUNTIVO_{str(problem['loc'][0]).upper()}" for problem in error.errors())
        _errors.print(Text(translator("it").t("cli.settings", names=names), style="bold red"))
        raise typer.Exit(USAGE) from None


def words() -> Translator:
    """The translator for the language of the settings."""
    return translator(settings().language)


def now() -> datetime:
    """The current instant."""
    return datetime.now(UTC)


def acting_as(name: str = SYSTEM_USER) -> Actor:
    """The actor of this command at the current instant."""
    return Actor(name, now())


@contextmanager
def opened(*, as_json: bool, create: bool = False) -> Iterator[Database]:
    """The migrated database; a refusal inside is printed and ends the command with exit status 1.

    Only a command that begins something may `create` it: at a mistyped address any other would find that all is well.
    """
    database = None
    try:
        database = open_database(settings().database_url, create=create)
        yield database
    except Refused as refused:
        refuse(refused, as_json=as_json)
    finally:
        if database is not None:
            database.dispose()


def refuse(refused: Refused, *, as_json: bool) -> NoReturn:
    """Print every reason and end the command with exit status 1."""
    w = words()
    if as_json:
        reasons = [{"error": one.code, "params": one.params, "message": w.refusal(one)} for one in refused.reasons]
        say_json({**reasons[0], "reasons": reasons})
    else:
        for one in refused.reasons:
            _errors.print(Text(w.refusal(one), style="bold red"))
    raise typer.Exit(REFUSED)


def refuse_values(bad: InvalidFields, labels: str, sentences: str, *, as_json: bool) -> NoReturn:
    """Print the problem of each field and end with exit status 1; `labels` and `sentences` are prefixes of keys."""
    w = words()
    problems = [(one, w.t(f"{sentences}.{one.code}", **one.params)) for one in bad.problems]
    if as_json:
        told = [{"field": one.column, "error": one.code, "params": one.params, "message": text} for one, text in problems]
        say_json({"error": bad.code, "params": bad.params, "problems": told})
    else:
        for one, text in problems:
            _errors.print(Text(f"{one.column} ({w.t(f'{labels}.{one.column}')}): {_harmless(text)}", style="bold red"))
    raise typer.Exit(REFUSED)


def say(sentence: str, *, style: str = "") -> None:
    """Print a line. Control characters in it never reach the terminal."""
    _console.print(Text(_harmless(sentence), style=style))


def say_json(value: Any) -> None:
    """Print a JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain) + "\n")


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> None:
    """Print a table; the columns in `right` are aligned to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_harmless(cell)) for cell in row))
    _console.print(table)


def plain(value: Any) -> Any:
    """A value that JSON lacks, as plain types: ISO text for dates, fields for dataclasses."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar: call the result with the steps done and their total. Shown only on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_errors, disable=quiet or not _errors.is_terminal, transient=True) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def day(text: str | None) -> date | None:
    """Parse an ISO date. Raises typer.BadParameter, which ends with exit status 2."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(words().t("cli.not_a_date", value=text[:40])) from None


def _harmless(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\u00a0" else "\ufffd" for c in text)
