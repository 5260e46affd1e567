"""Queries for the anomalies of a proposal."""

from datetime import date, timedelta

from domain.actions.proposals.adjust import Adjust, adjust
from domain.vocabulary import Anomaly, LineState
from storage.queries.proposals.anomalies import Findings, anomalies
from tests.builders import FIRST_DAY, MANAGER, NOW, World


def found(world: World, proposal_id: int) -> Findings:
    return world.read(lambda session: anomalies(session, proposal_id, NOW))


def kinds(findings: Findings) -> list[list[Anomaly]]:
    return [[finding.kind for finding in its] for _, its in sorted(findings.lines.items())]


def test_work_that_overlaps_work_on_another_ticket_is_found_and_named(world: World) -> None:
    elsewhere = world.ticket()
    other = world.entry(elsewhere, 30, operator="Anna")
    ticket = world.ticket()
    world.entry(ticket, 60, operator="Anna", description="Router sostituito")
    world.entry(ticket, 60, operator="Bruno", description="Router configurato")
    [[finding]] = found(world, world.proposal_of(ticket).id).lines.values()
    [(code,)] = world.rows("SELECT code FROM time_entry WHERE id = :id", id=other)
    [(number,)] = world.rows("SELECT number FROM ticket WHERE id = :id", id=elsewhere)
    assert (finding.kind, finding.facts["other"], finding.facts["ticket"]) == (Anomaly.OVERLAP, code, number)


def test_old_and_thin_work_are_found_line_by_line(world: World) -> None:
    ticket = world.ticket()
    world.entry(ticket, 60, on=date(2025, 9, 1), description="ok")
    world.entry(ticket, 60, on=FIRST_DAY, description="Router sostituito")
    assert kinds(found(world, world.proposal_of(ticket).id)) == [[Anomaly.OLD, Anomaly.THIN]]


def test_a_price_and_a_total_are_held_against_the_past_of_this_customer(world: World) -> None:
    for _ in range(5):
        world.proposal_of(world.ticket(60))
    cancelled = world.proposal_of(world.ticket(60, hourly_rate=90_000))
    world.cancel(cancelled.number)
    proposal = world.proposal_of(world.ticket(60, hourly_rate=12_100))
    seen = found(world, proposal.id)
    assert kinds(seen) == [[Anomaly.PRICE]]
    [total] = seen.whole
    assert (total.kind, total.facts) == (Anomaly.TOTAL, {"net": 12_100, "usual": 6_000, "count": 5})
    stranger = world.company("Bianchi S.r.l.")
    assert found(world, world.proposal_of(world.ticket(60, hourly_rate=12_100, company_id=stranger)).id) == Findings()


def test_missing_customer_details_are_flagged_while_a_line_is_to_bill(world: World) -> None:
    company = world.company("Bianchi S.r.l.", vat_number="", recipient_code="")
    proposal = world.proposal_of(world.ticket(60, company_id=company))
    [finding] = found(world, proposal.id).whole
    assert finding.facts == {"missing": ["vat_number", "recipient_code"], "company_id": company}
    world.cancel(proposal.number)
    assert found(world, proposal.id) == found(world, 999) == Findings()


def test_a_removed_line_has_no_anomalies(world: World) -> None:
    ticket = world.ticket()
    world.entry(ticket, 60, on=(NOW - timedelta(days=200)).date())
    proposal = world.proposal_of(ticket, world.ticket(60))
    assert kinds(found(world, proposal.id)) == [[Anomaly.OLD]]
    world.remove_from_proposal(proposal.number, ticket)
    assert world.proposal(proposal.number).lines[0].state is LineState.RELEASED
    assert found(world, proposal.id).lines == {}


def test_a_line_whose_text_was_made_plain_is_thin_no_more(world: World) -> None:
    ticket = world.ticket()
    world.entry(ticket, 60, description="ok")
    proposal = world.proposal_of(ticket)
    assert kinds(found(world, proposal.id)) == [[Anomaly.THIN]]
    [line] = proposal.lines
    plain = Adjust(proposal.id, None, line.id, line.minutes, line.rate, "Router sostituito", "chiarita")
    world.act(lambda session: adjust(session, plain, actor=MANAGER))
    assert found(world, proposal.id).lines == {}
