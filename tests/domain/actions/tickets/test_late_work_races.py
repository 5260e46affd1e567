"""Work added during a review counts for the ticket's next state (spec, section 5)."""

import threading
import time

from sqlalchemy import text

from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.vocabulary import LineState
from tests.builders import NOW, OPERATOR, World

PATIENCE_SECONDS = 10.0


def wait_until_blocked(world: World, waiting: threading.Thread) -> None:
    """Until the other transaction stands before our locks. SQLite has one writer: there it can't have begun."""
    if world.database.engine.dialect.name == "sqlite":
        return
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting.is_alive() and time.monotonic() < deadline:
        with world.database.read() as session:
            if session.connection().execute(blocked).scalar_one():
                return
    raise AssertionError("the review did not wait for the work that is being added")


def test_work_added_while_the_only_line_is_being_suspended_is_still_to_bill(world: World) -> None:
    ticket_id = world.ticket(60)
    number = world.proposal_of(ticket_id).number
    suspending = threading.Thread(target=lambda: world.decide(number, LineState.SUSPENDED, "attesa", ticket_ids={ticket_id}))
    with world.database.write() as session:
        data = EntryData("dopo", world.service_id, NOW, 30, 30)
        add_entry(session, ticket_id, data, actor=OPERATOR)
        suspending.start()
        wait_until_blocked(world, suspending)
    suspending.join(PATIENCE_SECONDS)
    assert not suspending.is_alive()
    assert world.billing(ticket_id) == "to_bill"
