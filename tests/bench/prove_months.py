"""The helpdesk from 2010 to 2014, month by month by commands, on each engine: `uv run python -m tests.bench.prove_months`.

Whatever does not add up after a month ends with exit status 1.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.bench.loading import HELPDESK, say
from tests.bench.prove_invoices import databases
from tests.support.months import Books, Helpdesk
from tests.support.shell import Shell


def main() -> int:
    wrong = 0
    data = Helpdesk(HELPDESK)
    with databases() as urls:
        for name, url in urls.items():
            started = time.perf_counter()
            with tempfile.TemporaryDirectory(prefix="consuntivo-months-") as folder:
                books = Books(Shell(url, Path(folder)), data, Path(folder))
                for end in books.keep(data.months):
                    wrong += len(end.faults)
                    say(f"{name} {end.month}: {end.invoices} invoices, {end.credit_notes} credited, {end.reopened} reopened")
                    say(f"  {'; '.join(end.faults) or 'everything adds up'}")
            say(f"{name}: {time.perf_counter() - started:.0f} s, {end.buckets}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
