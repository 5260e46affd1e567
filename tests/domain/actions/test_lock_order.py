"""Everybody locks in one order: proposals, tickets, contracts, numbers of documents. Otherwise two wait for each other."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.tickets.bulk_change import BulkChange, bulk_change, undo_bulk
from domain.actions.tickets.bulk_kinds import Change, ToRate, ToStatus
from domain.actions.tickets.resume import resume
from domain.reads.selection import Selection
from domain.vocabulary import BillingStatus, LineState
from tests.builders import MANAGER, World

ORDER = ("proposal", "ticket", "service_contract", "series")


@pytest.fixture
def locked(world: World) -> Callable[[Callable[[], object]], list[str]]:
    """The tables in the order in which an act first locks rows of them. SQLite has one writer and no row locks."""
    if world.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite locks no rows")

    def tables(act: Callable[[], object]) -> list[str]:
        found: dict[str, None] = {}

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if re.search(r"FOR (NO KEY )?UPDATE", statement) and (table := re.search(r"FROM (\w+)", statement)):
                found[table[1]] = None

        event.listen(world.database.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(world.database.engine, "before_cursor_execute", note)
        return [table for table in found if table in ORDER]

    return tables


@pytest.mark.parametrize("change", [ToRate(9000), ToStatus(BillingStatus.SUSPENDED, "attesa")], ids=["rate", "status"])
def test_undoing_a_bulk_change_locks_in_the_order_of_all(
    world: World, locked: Callable[[Callable[[], object]], list[str]], change: Change
) -> None:
    tickets = frozenset({world.ticket(60), world.ticket(30)})
    effect = world.act(lambda session: bulk_change(session, BulkChange(Selection(tickets), change), actor=MANAGER))
    undo = effect.undo
    assert undo
    found = locked(lambda: world.act(lambda session: undo_bulk(session, undo, actor=MANAGER)))
    assert found[:2] == ["proposal", "ticket"]
    assert found == sorted(found, key=ORDER.index)


def test_other_acts_lock_in_the_order_of_all(world: World, locked: Callable[[Callable[[], object]], list[str]]) -> None:
    kept, other = world.ticket(60), world.ticket(30)
    made = world.proposal_of(kept, other)
    change = BulkChange(Selection(frozenset({other})), ToStatus(BillingStatus.NOT_BILLED, "omaggio"))
    acts: list[Callable[[], object]] = [
        lambda: world.decide(made.number, LineState.SUSPENDED, "attesa", ticket_ids={kept}),
        lambda: world.act(lambda session: bulk_change(session, change, actor=MANAGER)),
        lambda: world.act(lambda session: resume(session, [kept], actor=MANAGER)),
        lambda: world.act(lambda session: cancel(session, Cancel(made.id, None, "doppia"), actor=MANAGER)),
    ]
    for act in acts:
        found = locked(act)
        assert found[:1] == ["proposal"]
        assert found == sorted(found, key=ORDER.index)
