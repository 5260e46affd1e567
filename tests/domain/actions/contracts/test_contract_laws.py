"""After any sequence of actions, the ledger matches what tickets draw (spec, section 6)."""

from collections.abc import Callable
from random import Random

import pytest

from domain.errors import Refused
from domain.vocabulary import BillingStatus, ContractUnit, Overage, TicketStatus
from storage.queries.check.check import check
from tests.builders import World
from tests.support.contracts import add, by_hand, change, close, delete, edit, entries, reopen, under, units, used

STEPS = 40
Step = Callable[[int], object]


def what_people_do(world: World, dice: Random, contracts: list[int]) -> list[Step]:
    """Things to do with a ticket; some of them are refused."""
    states = (*(state for state in BillingStatus if state is not BillingStatus.PROPOSED), None)

    def work(ticket: int) -> int:
        return dice.randrange(len(entries(world, ticket)))

    def cancel(_: int) -> None:
        numbers = [row[0] for row in world.rows("SELECT number FROM proposal WHERE status = 'draft' ORDER BY id")]
        world.cancel(dice.choice(numbers or ["PF-2026-000000"]))

    return [
        lambda ticket: close(world, ticket),
        lambda ticket: close(world, ticket),
        lambda ticket: reopen(world, ticket),
        lambda ticket: edit(world, ticket, contract_id=dice.choice([*contracts, None])),
        lambda ticket: edit(world, ticket, contract_id=dice.choice(contracts), status=dice.choice(list(TicketStatus))),
        lambda ticket: edit(world, ticket, title="Solo il titolo"),
        lambda ticket: add(world, ticket, dice.choice([0, 15, 40, 90, None])),
        lambda ticket: change(world, ticket, work(ticket), billable_minutes=dice.choice([0, 10, 60, 100])),
        lambda ticket: delete(world, ticket, work(ticket)),
        lambda ticket: by_hand(world, ticket, dice.choice(states)),
        lambda ticket: by_hand(world, ticket, BillingStatus.SERVICE_CONTRACT),
        world.generate,
        cancel,
    ]


ANEW = """SELECT coalesce(sum(e.billable_minutes), 0) FROM time_entry e JOIN ticket t ON t.id = e.ticket_id
WHERE t.contract_id = :id AND t.status = 'closed' AND t.billing_status = 'service_contract'
AND e.worked_on IS NOT NULL AND e.manual_decision IS NULL AND e.line_id IS NULL"""


@pytest.mark.parametrize("seed", [7, 26])
def test_after_every_step_the_ledger_says_what_tickets_draw(world: World, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - not for secrets
    endless = units(world, 60, overage=Overage.GO_NEGATIVE)
    contracts = [endless, units(world, 120), units(world, 90, overage=Overage.REFUSE), units(world, 2, ContractUnit.INCIDENTS)]
    tickets = [under(world, contract, 60, 30) for contract in contracts]
    steps, refused = what_people_do(world, dice, contracts), 0
    for _ in range(STEPS):
        try:
            dice.choice(steps)(dice.choice(tickets))
        except (Refused, ValueError):
            refused += 1
        assert world.read(check).violations == []
        assert used(world, endless) == world.rows(ANEW, id=endless)[0][0]
    assert refused < STEPS // 2
