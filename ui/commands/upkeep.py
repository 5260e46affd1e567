"""The commands `check` and `migrate` (spec, section 9)."""

import typer

from storage.queries.check.check import CheckReport, check
from ui.commands.terminal import REFUSED, Json, opened, say, say_json, say_table, words


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("check")(check_command)
    app.command("migrate")(migrate_command)


def check_command(as_json: Json = False) -> None:
    """Verify on the whole database that nothing is billed twice and nothing is missing; exit status 1 if not."""
    with opened(as_json=as_json) as database, database.read() as session:
        report = check(session)
    if as_json:
        say_json({"ok": not report.violations, "violations": report.violations, "buckets": report.buckets})
    else:
        _say_report(report)
    if report.violations:
        raise typer.Exit(REFUSED)


def _say_report(report: CheckReport) -> None:
    w = words()
    cells = [
        (w.t(f"bucket.{name}"), w.number(bucket.entries), w.hours(bucket.minutes), w.money(bucket.cents))
        for name, bucket in report.buckets.items()
    ]
    say_table([w.t(f"field.{name}") for name in ("bucket", "entries", "hours", "value")], cells, right=frozenset({1, 2, 3}))
    for violation in report.violations:
        say(f"  {violation}", style="red")
    say(w.t("cli.check_failed" if report.violations else "cli.check_clean"), style="bold")


def migrate_command() -> None:
    """Create the database, or upgrade its schema."""
    with opened(as_json=False, create=True):
        say(words().t("cli.migrated"))
