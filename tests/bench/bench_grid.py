"""Time of the server's queries for the ticket list: `uv run python -m tests.bench.bench_grid`.

On 100,000 tickets; anything above MOST milliseconds, or above MOST_OF_ALL where all work is read, ends with exit status 1.
"""

import sys
import time
from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from domain.reads.selection import Selection, TicketFilter, count_selected
from domain.vocabulary import BillingStatus, TicketStatus
from storage.database import Database
from storage.queries.tickets.grid import count_tickets, counts_by_state, refusal_counts, selection_totals, ticket_page
from tests.bench.loading import median, prepared, say

SIZE = 100_000
MOST = 100.0
MOST_OF_ALL = 1_000.0
ALL = TicketFilter()
TO_BILL = TicketFilter(statuses=frozenset({TicketStatus.CLOSED}), billing=frozenset({BillingStatus.TO_BILL}))
OF_ONE = TicketFilter(company_id=10)
IN_A_MONTH = TicketFilter(closed_from=date(2013, 5, 1), closed_to=date(2013, 5, 31))
SEARCHED = TicketFilter(search="prodotto 2")
RARE = TicketFilter(search="TT-04321-7")
REFUSED = TicketFilter(billable=False)

ASKED: dict[str, Callable[[Session], object]] = {
    "first page": lambda session: ticket_page(session, ALL),
    "page at row 50,000": lambda session: ticket_page(session, ALL, start=50_000),
    "last page": lambda session: ticket_page(session, ALL, start=SIZE - 100),
    "page by customer": lambda session: ticket_page(session, ALL, sort="company", descending=False),
    "page by title": lambda session: ticket_page(session, ALL, sort="title", descending=False),
    "page of what is to bill": lambda session: ticket_page(session, TO_BILL, sort="closed_at"),
    "page of one customer": lambda session: ticket_page(session, OF_ONE),
    "page of a month": lambda session: ticket_page(session, IN_A_MONTH),
    "page of a search": lambda session: ticket_page(session, SEARCHED),
    "page of a rare search": lambda session: ticket_page(session, RARE),
    "count of all": lambda session: count_tickets(session, ALL),
    "count of what is to bill": lambda session: count_tickets(session, TO_BILL),
    "count of a search": lambda session: count_tickets(session, SEARCHED),
    "chips of all": lambda session: counts_by_state(session, ALL),
    "chips of one customer": lambda session: counts_by_state(session, OF_ONE),
    "chips of a search": lambda session: counts_by_state(session, SEARCHED),
    "chips of reasons": lambda session: refusal_counts(session, ALL),
    "totals of everything": lambda session: selection_totals(session, Selection(filter=ALL)),
    "page of what is refused": lambda session: ticket_page(session, REFUSED),
    "size of a selection": lambda session: count_selected(session, Selection(frozenset({1, 2, 3}), TO_BILL)),
}

OF_ALL = frozenset(title for title in ASKED if any(word in title for word in ("search", "reasons", "everything", "refused")))
"""A search looks through what is said of every piece of work; reasons and totals follow after the rows."""


def milliseconds(database: Database, asked: Callable[[Session], object]) -> float:
    def once() -> float:
        started = time.perf_counter()
        with database.read() as session:
            asked(session)
        return time.perf_counter() - started

    once()
    return 1000 * median(once, 5)


def main() -> int:
    slow = []
    with prepared(SIZE) as engines:
        for name, copies in engines.items():
            with copies() as database:
                for title, asked in ASKED.items():
                    taken = milliseconds(database, asked)
                    say(f"  {name:<11} {title:<26} {taken:7.1f} ms")
                    if taken > (MOST_OF_ALL if title in OF_ALL else MOST):
                        slow.append(f"{name}: {title}")
    say(f"above {MOST:.0f} or {MOST_OF_ALL:.0f} ms: {', '.join(slow) or 'nothing'}")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
