"""One rule of totals: review, inbox, preview and invoice say the same to the cent, on both databases (spec, section 5)."""

from domain.actions.invoices.issue import preview_issue
from domain.rules.invoicing import STAMP_DUTY
from storage.queries.invoices.to_issue import approved_ids, approved_rows
from storage.queries.proposals.inbox import waiting_proposals
from tests.builders import FISCAL, NOW, World


def figures(amounts: object) -> tuple[int, ...]:
    return tuple(getattr(amounts, name) for name in ("net", "stamp_duty", "total", "payable"))


def work(world: World, service_id: int, *minutes: int, **fields: int) -> int:
    """A ticket with work of one service."""
    ticket_id = world.ticket(**fields)
    for each in minutes:
        world.entry(ticket_id, each, service_id=service_id)
    return ticket_id


def proposals(world: World) -> dict[str, tuple[int, ...]]:
    """A proposal each: for a public body, over and under the threshold of stamp duty, of two VAT rates."""
    body = world.company("Comune", split_payment=True, **FISCAL)
    exempt, nameless = world.service("Formazione", 7_748, 0, "N4"), world.service("Corsi", 3_333, 0)
    odd = world.service("Notturno", 7_777, 1000)
    wanted: dict[str, tuple[int, ...]] = {
        world.proposal_of(world.ticket(50, 25, company_id=body)).number: (7500, 0, 9150, 7500),
        world.proposal_of(work(world, exempt, 60)).number: (7748, STAMP_DUTY, 7948, 7948),
        world.proposal_of(work(world, exempt, 59)).number: (7619, 0, 7619, 7619),
        world.proposal_of(work(world, nameless, 60, 61, 121)).number: (13444, STAMP_DUTY, 13644, 13644),
        world.proposal_of(work(world, odd, 7, 7), world.ticket(11)).number: (2914, 0, 3337, 3337),
        world.proposal_of(work(world, exempt, 120, company_id=body)).number: (15496, STAMP_DUTY, 15696, 15696),
    }
    world.execute("UPDATE service SET vat_nature = 'N2.1' WHERE id = :id", id=nameless)
    return wanted


def test_every_screen_says_the_total_of_the_invoice(world: World) -> None:
    wanted = proposals(world)
    for number, expected in wanted.items():
        assert figures(world.proposal(number).amounts) == expected, number
        world.submit(number)
    inbox = world.read(lambda session: waiting_proposals(session, "lucia", limit=2))
    assert (inbox.count, len(inbox.rows)) == (len(wanted), 2)
    assert (inbox.net, inbox.total) == (sum(net for net, *_ in wanted.values()), sum(each[2] for each in wanted.values()))
    everything = world.read(lambda session: waiting_proposals(session, "lucia"))
    assert {row.number: (row.net, row.total) for row in everything.rows} == {n: (a[0], a[2]) for n, a in wanted.items()}
    for number in wanted:
        world.approve(number)
    ids = world.read(approved_ids)
    rows = world.read(lambda session: approved_rows(session, ids))
    assert {row.number: row.total for row in rows} == {number: each[2] for number, each in wanted.items()}
    drafts = world.read(lambda session: preview_issue(session, ids, today=NOW.date())).drafts
    assert sorted(figures(draft.amounts) for draft in drafts) == sorted(wanted.values())
    world.issue(*wanted)
    world.execute("UPDATE company SET split_payment = NOT split_payment")
    for number, expected in wanted.items():
        detail = world.proposal(number)
        [row] = world.rows("SELECT net, stamp_duty, total, payable FROM invoice WHERE id = :id", id=detail.invoice_id)
        assert tuple(row) == figures(detail.amounts) == expected, number
