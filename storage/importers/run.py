"""An import from files to the database, for the command line and uploads (spec, sections 8 and 9)."""

from collections.abc import Sequence
from pathlib import Path

from domain.actions.core.acting import Actor
from domain.actions.records.import_records import ImportRefused, Progress, import_records
from domain.rules.records.report import ImportReport
from storage.database import Database
from storage.importers.opening import open_source


def import_paths(
    database: Database,
    paths: Sequence[Path],
    *,
    actor: Actor,
    dry_run: bool = False,
    good_rows_only: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files and folders in one transaction, committed unless it is a dry run or the report is `refused`.

    Raises PermissionDenied, Cancelled from `progress`, and Refused where the database can't be written; nothing is then.
    """
    source = open_source(paths)
    try:
        with database.write(dry_run=dry_run) as session:
            report = import_records(session, source, actor=actor, good_rows_only=good_rows_only, progress=progress)
    except ImportRefused as refusal:
        report = refusal.report
    report.dry_run = dry_run
    return report
