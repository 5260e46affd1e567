"""Parallel issuing and crediting: one succeeds, without gaps, and no cent is credited twice (trust, invariant 6)."""

from functools import partial

from domain.actions.invoices.credit import Credit, credit
from domain.actions.tickets.resume import resume
from storage.queries.invoices.table import invoice_detail
from tests.builders import LEAD, MANAGER, OTHER_MANAGER, World
from tests.support.racing import race_threads


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def test_two_who_invoice_the_same_proposals_get_one_invoice_each_proposal(world: World) -> None:
    numbers = [approved(world, world.ticket(60)) for _ in range(2)]
    outcomes = race_threads([
        partial(world.issue, *numbers),
        partial(world.issue, *reversed(numbers), actor=OTHER_MANAGER),
    ])  # fmt: skip
    assert sorted(outcome.refusal for outcome in outcomes) in (["", "not_approved"], ["", "proposal_changed"])
    assert world.count("invoice") == 2


def test_two_who_invoice_at_once_take_numbers_that_follow_each_other(world: World) -> None:
    numbers = [approved(world, world.ticket(60)) for _ in range(4)]
    outcomes = race_threads([partial(world.issue, number) for number in numbers])
    assert sorted(outcome.result[0].number[-6:] for outcome in outcomes) == ["000001", "000002", "000003", "000004"]


def test_two_who_credit_at_once_give_back_each_line_once_and_all_the_vat(world: World) -> None:
    cheap = world.service("Economico", rate=101)
    ticket_id = world.ticket()
    for _ in range(3):
        world.entry(ticket_id, 60, service_id=cheap)
    [issued] = world.issue(approved(world, ticket_id))
    lines = world.read(lambda session: invoice_detail(session, issued.id)).lines
    chosen = [{lines[0].id}, {lines[1].id}, {lines[1].id, lines[2].id}]
    commands = [Credit(issued.id, "errore", frozenset(ids)) for ids in chosen]
    outcomes = race_threads([partial(world.act, partial(credit, command=command, actor=LEAD)) for command in commands])
    assert sorted(outcome.refusal for outcome in outcomes) == ["", "", "already_credited"]
    detail = world.read(lambda session: invoice_detail(session, issued.id))
    if detail.creditable:
        world.credit(issued.number)
    assert sum(note.total for note in world.read(lambda session: invoice_detail(session, issued.id)).notes) == issued.total
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert world.billing(ticket_id) == "to_bill"
