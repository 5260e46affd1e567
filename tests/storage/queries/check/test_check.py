"""The check finds every violation: SQL breaks each promise once (spec, promises 1 and 2)."""

import pytest
from sqlalchemy import inspect, text

from domain.vocabulary import LineState, TicketStatus
from storage.queries.check import check as checking
from storage.queries.check.check import CheckReport, check
from storage.queries.check.contracts import CONTRACT_RULES
from storage.queries.check.documents import DOCUMENT_RULES
from storage.queries.reconciliation import buckets
from tests.builders import World

BREAKS: dict[str, str] = {
    "time entries on more than one live line": """INSERT INTO claim (line_id, time_entry_id, live)
        SELECT (SELECT max(id) FROM proposal_line), min(time_entry_id), true FROM claim""",
    "time entries whose line and claim disagree": """UPDATE time_entry SET line_id = NULL
        WHERE id = (SELECT min(id) FROM time_entry)""",
    "lines that hold entries after they were released, or none before": "UPDATE proposal_line SET state = 'released'",
    "lines whose minutes are not those of their entries": "UPDATE time_entry SET billable_minutes = billable_minutes + 1",
    "lines with entries of another ticket": "UPDATE proposal_line SET ticket_id = (SELECT max(id) FROM ticket)",
    "lines whose amount is not minutes x rate": "UPDATE proposal_line SET net = net + 1",
    "lines suspended or not billed without a reason": "UPDATE proposal_line SET state = 'suspended'",
    "tickets proposed without a line to bill, or with one and not proposed": "UPDATE ticket SET billing_status = 'billed'",
    "cancelled proposals that still bill": "UPDATE proposal SET status = 'cancelled'",
    "proposed tickets that are not closed": "UPDATE ticket SET status = 'waiting'",
    "proposals whose tickets have another customer": "UPDATE ticket SET company_id = :other",
    "numbers with gaps or beyond their counter": "UPDATE series SET last = last + 1",
}


def proposed(world: World) -> None:
    """Two proposals of one ticket each, with two lines."""
    for _ in range(2):
        world.proposal_of(world.ticket(60, 30))


def unguard(world: World) -> None:
    """Take away what the database itself would refuse."""
    with world.database.engine.connect() as connection:
        connection.execute(text("DROP INDEX one_live_claim"))
        if world.database.engine.dialect.name == "postgresql":
            for check_ in inspect(connection).get_check_constraints("proposal_line"):
                connection.execute(text(f"ALTER TABLE proposal_line DROP CONSTRAINT {check_['name']}"))
        connection.commit()


def corrupt(world: World, statement: str) -> None:
    with world.database.write() as session:
        if world.database.engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        session.execute(text(statement), {"other": world.company_id + 1} if ":other" in statement else {})
        if world.database.engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def report(world: World) -> CheckReport:
    return world.read(check)


def test_there_is_a_break_for_every_rule() -> None:
    broken_elsewhere = {sentence for sentence, _ in (*CONTRACT_RULES, *DOCUMENT_RULES)}
    assert {sentence for sentence, _ in checking._RULES} - broken_elsewhere == set(BREAKS)  # noqa: SLF001 - the list that must be complete


@pytest.mark.parametrize("sentence", BREAKS)
def test_a_broken_promise_is_found_and_its_offender_named(corruptible: World, sentence: str) -> None:
    proposed(corruptible)
    corruptible.company("Bianchi")
    unguard(corruptible)
    assert report(corruptible).violations == []
    corrupt(corruptible, BREAKS[sentence])
    found = [violation for violation in report(corruptible).violations if violation.startswith(sentence + ": ")]
    assert len(found) == 1
    assert found[0].removeprefix(sentence + ": ")


def test_a_number_in_the_middle_that_is_missing_is_found(corruptible: World) -> None:
    proposed(corruptible)
    corruptible.execute("UPDATE proposal SET number = 'PF-2026-000009' WHERE number = 'PF-2026-000001'")
    assert [v for v in report(corruptible).violations if v.startswith("numbers with gaps")] != []


def test_numbers_without_their_counter_are_found(corruptible: World) -> None:
    proposed(corruptible)
    corruptible.execute("DELETE FROM series WHERE code = 'PF'")
    assert [v for v in report(corruptible).violations if v.startswith("numbers with gaps")] != []


def test_many_offenders_are_named_in_part(corruptible: World) -> None:
    for _ in range(checking.SHOWN + 1):
        corruptible.ticket(60, billing_status="proposed")
    (violation,) = report(corruptible).violations
    assert violation.endswith(", …")
    assert violation.count("T-") == checking.SHOWN


@pytest.mark.parametrize("lost", ["e.billable_minutes > 0", "e.billable_minutes > 20"])
def test_buckets_that_do_not_add_up_are_found(world: World, monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    world.ticket(None, 10)
    seen = buckets._ENTRIES.text.replace("e.billable_minutes IS NULL OR e.billable_minutes > 0", lost)  # noqa: SLF001
    monkeypatch.setattr(buckets, "_ENTRIES", text(seen))
    assert [v for v in report(world).violations if v.startswith("buckets that do not add up: ")] != []


def test_money_of_a_line_that_no_work_stands_behind_is_found(corruptible: World) -> None:
    proposed(corruptible)
    corrupt(corruptible, "DELETE FROM claim")
    corrupt(corruptible, "UPDATE time_entry SET line_id = NULL, manual_decision = 'billed', decision_reason = 'x'")
    assert "buckets that do not add up: 18000 cents, not 36000" in report(corruptible).violations


def test_every_entry_of_a_closed_ticket_is_in_the_bucket_that_its_life_put_it(world: World) -> None:
    world.ticket(1)
    proposed_, suspended, not_billed, both = world.ticket(2), world.ticket(4), world.ticket(8), world.ticket(16, 32)
    proposal = world.proposal_of(proposed_, suspended, not_billed, both)
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", ticket_ids={suspended})
    world.decide(proposal.number, LineState.NOT_BILLED, "omaggio", ticket_ids={not_billed})
    world.decide(proposal.number, LineState.SUSPENDED, "attesa", line_ids={proposal.lines[4].id})
    world.ticket(64, billing_status="service_contract")
    world.ticket(128, billing_status=None, planning_id=world.planning())
    world.ticket(256, billing_status="billed")
    world.ticket(512, billing_status="suspended")
    world.ticket(1024, billing_status="not_billed")
    world.ticket(4096, status=TicketStatus.OPEN)
    world.ticket(0)
    world.entry(proposed_, 2048)
    minutes = {name: bucket.minutes for name, bucket in report(world).buckets.items()}
    assert minutes == {
        "to_bill": 1 + 2048,
        "proposed": 2 + 16,
        "suspended": 4 + 32 + 512,
        "not_billed": 8 + 1024,
        "contract": 64,
        "planning": 128,
        "invoiced": 0,
        "billed_elsewhere": 256,
        "written_off": 0,
    }


def test_the_cents_of_a_merged_line_are_its_own_and_counted_once(world: World) -> None:
    cheap = world.service("Economico", rate=10)
    ticket_id = world.ticket()
    for _ in range(4):
        world.entry(ticket_id, 3, service_id=cheap)
    assert report(world).buckets["to_bill"].cents == 4
    world.generate(ticket_id, group_entries=True)
    proposed_ = report(world).buckets["proposed"]
    assert (proposed_.entries, proposed_.minutes, proposed_.cents) == (4, 12, 2)
