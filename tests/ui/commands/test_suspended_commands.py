"""Suspended work by command (spec, section 9)."""

from pathlib import Path

from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus
from tests.builders import MANAGER, World
from tests.support.shell import Shell


def test_suspended_work_is_listed_and_resumed_all_or_none(world: World, tmp_path: Path) -> None:
    ticket_id, other = world.ticket(60), world.ticket(30)
    command = SetBilling(ticket_id, 1, BillingStatus.SUSPENDED, 0, "ordine")
    world.act(lambda session: set_billing(session, command, actor=MANAGER))
    shell = Shell(world.database.url, tmp_path)
    [row] = shell("suspended", "--json").json
    assert (row["suspended_by"], row["reasons"], row["value_cents"]) == (["mario"], ["ordine"], 6000)
    assert "ordine" in shell("suspended").out
    (unsuspended,) = world.rows("SELECT number FROM ticket WHERE id = :id", id=other)[0]
    refused = shell("resume", row["ticket"], unsuspended, "--as", "mario", "--json")
    assert (refused.status, refused.json["error"], world.billing(ticket_id)) == (1, "not_suspended", "suspended")
    assert shell("resume", row["ticket"], "--as", "mario", "--json").json == [
        {"ticket": row["ticket"], "billing_status": "to_bill"}
    ]
