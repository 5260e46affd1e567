"""The history is a chain: any changed, removed or added entry is detected (trust, invariant 8)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.actions.tickets.edit import create_ticket
from domain.actions.tickets.links import TicketData
from domain.errors import Refused
from domain.vocabulary import AuditAction, LineState
from storage.queries.check.check import check
from tests.builders import MANAGER, NOW, World

UNLOCK = {
    "sqlite": ("DROP TRIGGER audit_entry_UPDATE", "DROP TRIGGER audit_entry_DELETE"),
    "postgresql": ("DROP TRIGGER audit_entry_append_only ON audit_entry",),
}


def violations(world: World) -> list[str]:
    return world.read(lambda session: check(session).violations)


@pytest.fixture
def tampered(corruptible: World) -> World:
    """A history of some length whose triggers somebody with the keys has taken away."""
    tickets = [corruptible.ticket(60) for _ in range(3)]
    proposal = corruptible.proposal_of(*tickets)
    corruptible.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={tickets[0]})
    corruptible.cancel(proposal.number)
    assert violations(corruptible) == []
    for statement in UNLOCK[corruptible.database.engine.dialect.name]:
        corruptible.execute(statement)
    return corruptible


@pytest.mark.parametrize(
    "column", ["actor = 'carla'", "reason = 'altro'", "subject = 'contact'", "subject_id = 999", "action = 'taken_off'"]
)
def test_an_entry_that_was_changed_is_found(tampered: World, column: str) -> None:
    tampered.execute("UPDATE audit_entry SET " + column + " WHERE id = 3")  # noqa: S608  columns of the list above
    assert violations(tampered) == ["audit entry 3 does not match its digest"]


def test_another_moment_or_content_is_found(tampered: World) -> None:
    tampered.execute("UPDATE audit_entry SET at = :at WHERE id = 2", at=str(datetime(2026, 1, 1)))  # noqa: DTZ001 - as stored
    tampered.execute("""UPDATE audit_entry SET after = '{"net": 1}' WHERE id = 4""")
    assert violations(tampered) == ["audit entry 2 does not match its digest", "audit entry 4 does not match its digest"]


def test_an_entry_that_was_taken_out_is_found(tampered: World) -> None:
    tampered.execute("DELETE FROM audit_entry WHERE id = 2")
    assert "audit entry 2 is missing" in violations(tampered)


def test_the_last_entries_that_were_taken_out_are_found_by_the_head(tampered: World) -> None:
    (last,) = tampered.rows("SELECT max(id) FROM audit_entry")[0]
    tampered.execute("DELETE FROM audit_entry WHERE id = :id", id=last)
    assert violations(tampered) == [f"the audit chain should end at entry {last}, it ends at {last - 1}"]


def test_an_entry_that_was_added_behind_is_found(tampered: World) -> None:
    (last,) = tampered.rows("SELECT max(id) FROM audit_entry")[0]
    tampered.execute(
        "INSERT INTO audit_entry SELECT id + 1, at, actor, subject, subject_id, action, before, after, reason, digest"
        " FROM audit_entry WHERE id = :id",
        id=last,
    )
    found = violations(tampered)
    assert f"audit entry {last + 1} does not match its digest" in found
    assert f"the audit chain should end at entry {last}, it ends at {last + 1}" in found


def test_a_head_that_was_moved_is_found(tampered: World) -> None:
    (last,) = tampered.rows("SELECT max(id) FROM audit_entry")[0]
    tampered.execute("UPDATE audit_head SET last_id = last_id + 1")
    assert violations(tampered) == [f"the audit chain should end at entry {last + 1}, it ends at {last}"]


def test_two_entries_that_changed_places_are_found(tampered: World) -> None:
    for step in ("id = 900 WHERE id = 2", "id = 2 WHERE id = 3", "id = 3 WHERE id = 900"):
        tampered.execute("UPDATE audit_entry SET " + step)  # noqa: S608  steps of the line above
    assert [sentence for sentence in violations(tampered) if "does not match" in sentence]


def test_a_database_without_history_has_a_sound_chain(world: World) -> None:
    assert world.count("audit_entry") == 0
    assert violations(world) == []


def test_ids_have_no_gaps_even_after_a_transaction_that_failed(world: World) -> None:
    def fail(session: object) -> None:
        create_ticket(session, TicketData("Stampante", company_id=world.company_id), actor=MANAGER)  # type: ignore[arg-type]
        raise Refused("changed my mind")

    world.generate(world.ticket(60))
    with pytest.raises(Refused):
        world.act(fail)
    world.generate(world.ticket(60))
    ids = [row[0] for row in world.rows("SELECT id FROM audit_entry ORDER BY id")]
    assert ids == list(range(1, len(ids) + 1))
    assert ids[-1] == world.rows("SELECT last_id FROM audit_head")[0][0]


def test_a_dry_run_leaves_no_history(world: World) -> None:
    with world.database.write(dry_run=True) as session:
        create_ticket(session, TicketData("Stampante", company_id=world.company_id), actor=MANAGER)
    assert (world.count("audit_entry"), world.count("ticket"), world.count("series")) == (0, 0, 0)


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York"])
def test_the_zone_of_an_instant_does_not_matter(world: World, zone: str) -> None:
    actor = Actor("mario", NOW.astimezone(ZoneInfo(zone)) + timedelta(microseconds=123))
    world.act(lambda session: record(session, actor, AuditAction.CHANGED, "ticket", 1, after={"città": "Forlì – 漢字"}))
    assert violations(world) == []


def test_each_change_is_written_with_the_change_itself(world: World) -> None:
    ticket_id = world.ticket(60)
    world.proposal_of(ticket_id)
    row = world.rows("SELECT before, after, actor FROM audit_entry WHERE subject = 'ticket'")[0]
    assert "to_bill" in str(row[0])
    assert "proposed" in str(row[1])
    assert "PF-2026-000001" in str(row[1])
    assert row[2] == "mario"
