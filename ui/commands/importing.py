"""`import`: files of a help desk into the database (spec, sections 8 and 9)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.model.people import SYSTEM_USER
from domain.rules.records.report import ImportFault, ImportReport
from storage.importers.run import import_paths
from ui.commands.terminal import REFUSED, AsUser, DryRun, Json, acting_as, opened, say, say_json, say_table, words

SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("import")(import_command)


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="CSV or XLSX files, or folders of them.")],
    dry_run: DryRun = False,
    good_rows_only: Annotated[bool, typer.Option("--good-rows-only", help="Import valid rows and report the others.")] = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Import companies, contacts, services, contracts, plannings, tickets and time entries."""
    with opened(as_json=as_json, create=True) as database, _lines_read(quiet=as_json) as progress:
        report = import_paths(
            database,
            paths,
            actor=acting_as(as_user),
            dry_run=dry_run,
            good_rows_only=good_rows_only,
            progress=progress,
        )
    if as_json:
        say_json({"imported": report.imported(), "errors": [_error(fault) for fault in report.errors]})
    else:
        _say(report)
    if report.refused:
        raise typer.Exit(REFUSED)


@contextmanager
def _lines_read(*, quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Show the line being read, on a terminal only; a stream has no known length."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _file, _line: None
        return
    w = words()
    with console.status(w.t("cli.importing")) as status:
        yield lambda file, line: status.update(f"{w.t('cli.importing')} · {Path(file).name} · {w.number(line)}")


def _error(fault: ImportFault) -> dict[str, str | int]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "message": words().t(f"import.error.{fault.code}", **fault.params),
    }


def _say(report: ImportReport) -> None:
    w = words()
    for fault in report.errors[:SHOWN]:
        error = _error(fault)
        say(w.t("cli.import_error" if fault.line else "cli.import_file_error", **error), style="red")
    if report.error_count > SHOWN:
        say(w.t("cli.import_more_errors", count=w.number(report.error_count - SHOWN)))
    if report.refused:
        say(w.t("cli.import_refused", count=w.number(report.error_count)), style="bold red")
        return
    cells = [
        (w.t(f"table.{table.value}"), w.number(count.created), w.number(count.updated), w.number(count.unchanged))
        for table, count in report.counts.items()
    ]
    say_table([w.t(f"field.{name}") for name in ("table", "created", "updated", "unchanged")], cells, right=frozenset({1, 2, 3}))
    if report.error_count:
        say(w.t("cli.import_with_errors", count=w.number(report.error_count)), style="bold")
    if report.dry_run:
        say(w.t("cli.import_dry_run"), style="bold")
