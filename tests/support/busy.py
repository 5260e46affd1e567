"""A firm with something of everything, for figures of all kinds."""

from datetime import timedelta

from domain.actions.core.acting import Actor
from domain.actions.proposals.adjust import Adjust, adjust
from domain.actions.proposals.approval import SeenProposal, reject
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.vocabulary import BillingStatus, LineState
from tests.builders import LEAD, MANAGER, NOW, World
from tests.support.contracts import closed, units

OLD = Actor("mario", NOW - timedelta(days=100))


def aside(world: World, state: LineState, reason: str, *minutes: int, actor: Actor = MANAGER, company: int | None = None) -> int:
    """A ticket whose lines were set aside in review."""
    ticket_id = world.ticket(*minutes, company_id=company or world.company_id)
    world.decide(world.proposal_of(ticket_id).number, state, reason, actor=actor, ticket_ids={ticket_id})
    return ticket_id


def busy_firm(world: World) -> None:
    """A firm with something of everything, and with tickets that are in two places at once."""
    other, contact = world.company("Bianchi"), world.contact(None)
    for days in (5, 30, 31, 61, 200):
        world.ticket(60, closed_at=NOW - timedelta(days=days))
    world.ticket(30, closed_at=None, contact_id=contact)
    world.entry(world.ticket(90, company_id=other), 15, service_id=None, operator="Ada")
    both = world.ticket(60, 30)
    world.decide(world.proposal_of(both).number, LineState.SUSPENDED, "ordine", ticket_ids={both})
    later = world.ticket(20, 40)
    number = world.proposal_of(later).number
    first, second = (line.id for line in world.proposal(number).lines)
    world.decide(number, LineState.SUSPENDED, "ordine", actor=OLD, line_ids={first})
    world.decide(number, LineState.SUSPENDED, "ore", line_ids={second})
    by_hand = world.ticket(45)
    world.act(
        lambda session: set_billing(session, SetBilling(by_hand, 1, BillingStatus.NOT_BILLED, 0, "garanzia"), actor=MANAGER)
    )
    aside(world, LineState.NOT_BILLED, "omaggio", 25, company=other)
    aside(world, LineState.NOT_BILLED, "garanzia", 35)
    closed(world, units(world, 600), 50)
    world.ticket(70, billing_status=BillingStatus.SERVICE_CONTRACT)
    for steps, minutes in enumerate((10, 11, 12, 13)):
        number = world.proposal_of(world.ticket(minutes)).number
        for step in (world.submit, world.approve, world.issue)[:steps]:
            step(number)


def adjust_line(world: World, number: str, place: int, minutes: int, rate: int, reason: str) -> None:
    """Bill other minutes at another rate on a line of a draft."""
    proposal = world.proposal(number)
    line = proposal.lines[place]
    command = Adjust(proposal.id, proposal.version, line.id, minutes, rate, line.description or "lavoro", reason)
    world.act(lambda session: adjust(session, command, actor=MANAGER).id)


def adjusted_firm(world: World) -> None:
    """Lines adjusted down and up: in a draft, invoiced, suspended, not billed, credited and resumed; one sent back."""
    reasons = ("sconto", "accordo")
    for steps in range(4):
        ticket_id = world.ticket(50, 70, 60)
        number = world.proposal_of(ticket_id, group_entries=steps % 2 == 0).number
        adjust_line(world, number, 0, 61, 6000, reasons[0])
        for step in (world.submit, world.approve, world.issue)[:steps]:
            step(number)
    for state in (LineState.SUSPENDED, LineState.NOT_BILLED):
        number = world.proposal_of(ticket_id := world.ticket(100, 33)).number
        adjust_line(world, number, 0, 240, 7000, reasons[1])
        world.decide(number, state, "da vedere", ticket_ids={ticket_id})
    number = world.proposal_of(ticket_id := world.ticket(180)).number
    adjust_line(world, number, 0, 60, 6000, reasons[0])
    world.submit(number)
    world.approve(number)
    world.credit(world.issue(number)[0].number)
    number = world.proposal_of(world.ticket(15)).number
    world.submit(number)
    seen = world.proposal(number)
    world.act(lambda session: reject(session, [SeenProposal(seen.id, seen.version)], "ore", actor=LEAD) and None)
