"""Time of a generation against raw set-based SQL with the same result: `uv run python -m tests.bench.bench_generate`.

A ratio above MOST ends with exit status 1.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from domain.actions.proposals.generate import Generate, generate
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from storage.database import Database
from tests.bench.loading import SYSTEM, Copies, median, prepared, say
from tests.bench.raw_sql import generate_raw

MOST = 3.0
SIZES = (0, 60_000)
_RESULT = """SELECT (SELECT count(*) FROM proposal), (SELECT count(*) FROM proposal_line),
 (SELECT sum(minutes) FROM proposal_line),
 (SELECT sum(net) FROM proposal_line), (SELECT sum(position * net) FROM proposal_line), (SELECT count(*) FROM claim WHERE live),
 (SELECT count(*) FROM time_entry WHERE line_id IS NOT NULL), (SELECT count(*) FROM ticket WHERE billing_status = 'proposed'),
 (SELECT count(*) FROM audit_entry), (SELECT last FROM series WHERE code = 'PF')"""


def by_product(database: Database) -> None:
    command = Generate(Selection(filter=TicketFilter()), Options(), "bench")
    with database.write() as session:
        generate(session, command, actor=SYSTEM)


def result_of(database: Database) -> tuple[Any, ...]:
    with database.read() as session:
        return tuple(int(value or 0) for value in session.connection().exec_driver_sql(_RESULT).one())


def measured(copies: Copies, run: Callable[[Database], None]) -> tuple[float, tuple[Any, ...]]:
    """Middle of the times in seconds, and what was written."""
    results = set()

    def once() -> float:
        with copies() as database:
            result_of(database)
            started = time.perf_counter()
            run(database)
            taken = time.perf_counter() - started
            results.add(result_of(database))
            return taken

    taken = median(once)
    (result,) = results
    return taken, result


def main() -> int:
    worst = 0.0
    for size in SIZES:
        say(f"{size or 'helpdesk, 4,580'} tickets")
        with prepared(size) as engines:
            for name, copies in engines.items():
                raw, expected = measured(copies, generate_raw)
                taken, written = measured(copies, by_product)
                if written != expected:
                    say(f"  {name}: not the same result: {written} instead of {expected}")
                    return 1
                worst = max(worst, taken / raw)
                say(f"  {name:<11} raw SQL {raw:6.2f} s   product {taken:6.2f} s   ratio {taken / raw:4.2f}")
    say(f"worst ratio {worst:.2f}, at most {MOST} wanted")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
