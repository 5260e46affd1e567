"""8 processes write 500 invoices each, a fifth of their transactions failing: `uv run python -m tests.bench.prove_invoices`.

A gap, a double, a date that goes back, or a promise that `check` finds broken ends with exit status 1.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.database import Database, migrate
from storage.queries.check.check import check
from tests.bench.loading import say
from tests.builders import World
from tests.support.issuing import approved_proposals, faults, issue_at_once
from tests.support.postgres import running_server

PROCESSES, EACH = 8, 500


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The address of an empty, migrated database on each engine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consuntivo-proof-")))
        server = stack.enter_context(running_server())
        urls = {"SQLite": f"sqlite:///{folder / 'proof.sqlite'}", "PostgreSQL": stack.enter_context(server.database())}
        for url in urls.values():
            migrate(url)
        yield urls


def main() -> int:
    wrong = 0
    with databases() as urls:
        for name, url in urls.items():
            world = World(Database(url))
            proposals = approved_proposals(world, PROCESSES * EACH)
            started = time.perf_counter()
            tallies = issue_at_once(world, proposals, PROCESSES)
            taken = time.perf_counter() - started
            failed, refused = sum(t.failed for t in tallies), sum(t.dates_refused for t in tallies)
            found = [*faults(world, len(proposals)), *world.read(check).violations]
            say(f"{name}: {len(proposals)} invoices in {taken:.0f} s")
            say(f"  {failed} transactions failed after their number was taken, {refused} dates were past: all tried again")
            say(f"  {'; '.join(found) or 'no gap, no double, no date that goes back'}")
            wrong += len(found)
            world.database.dispose()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
