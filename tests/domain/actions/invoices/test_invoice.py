"""From approved proposals to invoices: amounts, copies, numbers, tickets that follow, what is refused (spec, section 5)."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from domain.actions.core.acting import Actor
from domain.actions.invoices.issue import Issue, IssuePreview, issue, preview_issue
from domain.actions.proposals.approval import SeenProposal
from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.errors import InvalidInput, PermissionDenied, Refused, Stale
from domain.vocabulary import LineState
from storage.queries.invoices.table import (
    InvoiceDetail,
    invoice_detail,
    invoice_id_of,
)
from tests.builders import FISCAL, MANAGER, NOW, OPERATOR, World

TODAY = NOW.date()


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def invoice(world: World, number: str) -> InvoiceDetail:
    return world.read(lambda session: invoice_detail(session, invoice_id_of(session, number)))


def issued(world: World, *ticket_ids: int, **how: Any) -> InvoiceDetail:
    [document] = world.issue(approved(world, *ticket_ids), **how)
    return invoice(world, document.number)


def on(day: date) -> Actor:
    """The billing manager at noon of a day."""
    return Actor(MANAGER.name, datetime.combine(day, time(12), UTC))


def previewed(world: World, *numbers: str, merge: bool = False, on: date | None = None) -> IssuePreview:
    ids: Collection[int] = [world.proposal(number).id for number in numbers]
    return world.read(lambda session: preview_issue(session, ids, on, merge=merge, today=TODAY))


def test_vat_is_on_the_sum_of_each_rate_and_untaxed_lines_keep_their_nature(world: World) -> None:
    reduced, exempt = world.service("Corso", rate=1, vat_rate=1000), world.service("Estero", vat_rate=0, vat_nature="N2.1")
    ticket_id = world.ticket(60)
    for service_id, minutes in ((reduced, 180), (reduced, 180), (exempt, 77)):
        world.entry(ticket_id, minutes, service_id=service_id)
    document = issued(world, ticket_id)
    # Alone, each of the two lines of 3 cents would have no VAT at all.
    assert [tuple(getattr(row, name) for name in ("rate", "nature", "net", "vat")) for row in document.vat_rows] == [
        (2200, "", 6000, 1320),
        (1000, "", 6, 1),
        (0, "N2.1", 7700, 0),
    ]
    assert (document.net, document.vat, document.stamp_duty, document.total) == (13706, 1321, 0, 15027)
    assert document.payable == document.total
    assert [(line.minutes, line.rate, line.net) for line in document.lines] == [
        (60, 6000, 6000),
        (180, 1, 3),
        (180, 1, 3),
        (77, 6000, 7700),
    ]


@pytest.mark.parametrize(("cents", "stamp_duty"), [(7747, 0), (7748, 200)])
def test_stamp_duty_is_due_above_its_limit_on_what_is_untaxed(world: World, cents: int, stamp_duty: int) -> None:
    exempt = world.service("Estero", rate=cents, vat_rate=0, vat_nature="N2.1")
    ticket_id = world.ticket(60)
    world.entry(ticket_id, 60, service_id=exempt)
    document = issued(world, ticket_id)
    assert (document.stamp_duty, document.total) == (stamp_duty, 6000 + 1320 + cents + stamp_duty)


def test_a_nature_that_came_after_the_proposal_is_the_services_own(world: World) -> None:
    service_id = world.service("Estero", vat_rate=0)
    ticket_id = world.ticket()
    world.entry(ticket_id, 60, service_id=service_id)
    number = approved(world, ticket_id)
    with pytest.raises(Refused, match="vat_nature_missing"):
        world.issue(number)
    world.execute("UPDATE service SET vat_nature = 'N2.2' WHERE id = :id", id=service_id)
    [document] = world.issue(number)
    assert [(row.rate, row.nature) for row in invoice(world, document.number).vat_rows] == [(0, "N2.2")]


def test_the_due_date_counts_from_the_invoice_and_a_public_body_pays_no_vat(world: World) -> None:
    public = world.company("Comune", payment_days=45, split_payment=True, needs_cig=True, cig="Z123", cup="C1")
    document = issued(world, world.ticket(60, company_id=public), on=TODAY - timedelta(days=2))
    assert (document.issued_on, document.due_on) == (TODAY - timedelta(days=2), TODAY + timedelta(days=43))
    assert (document.total, document.payable, document.buyer["cig"], document.buyer["cup"]) == (7320, 6000, "Z123", "C1")


def test_merged_there_is_one_invoice_per_customer_and_each_proposal_learns_it(world: World) -> None:
    other = world.company("Bianchi")
    numbers = [approved(world, world.ticket(minutes)) for minutes in (60, 30)]
    numbers.append(approved(world, world.ticket(15, company_id=other)))
    assert [draft.amounts.net for draft in previewed(world, *numbers, merge=True).drafts] == [9000, 1500]
    first, second, third = world.issue(*numbers, merge=True)
    assert first == second != third
    assert (first.net, third.net, world.count("invoice")) == (9000, 1500, 2)
    assert [world.proposal(number).invoice_number for number in numbers] == [first.number, first.number, third.number]
    assert list(invoice(world, first.number).proposals.values()) == numbers[:2]


def test_seller_and_buyer_are_as_they_were_then(world: World) -> None:
    world.execute("UPDATE firm SET name = 'Noi S.r.l.', iban = 'IT1'")
    document = issued(world, world.ticket(60))
    world.execute("UPDATE company SET name = 'Rossi e figli', vat_number = ''")
    world.execute("UPDATE firm SET name = 'Altri'")
    assert invoice(world, document.number) == document
    assert (document.seller["name"], document.seller["iban"]) == ("Noi S.r.l.", "IT1")
    assert (document.buyer["name"], document.buyer["vat_number"]) == ("Rossi S.p.A.", FISCAL["vat_number"])


def test_after_invoicing_a_ticket_is_what_its_lines_and_its_late_work_say(world: World) -> None:
    """Of two entries the first is billed: what became of the second, whether work came late, and the state that follows."""
    for second, late, after in (
        (LineState.BILL, False, "billed"),
        (LineState.SUSPENDED, False, "suspended"),
        (LineState.NOT_BILLED, False, "billed"),
        (LineState.BILL, True, "to_bill"),
        (LineState.SUSPENDED, True, "to_bill"),
        (LineState.NOT_BILLED, True, "to_bill"),
    ):
        ticket_id = world.ticket(60, 30)
        proposal = world.proposal_of(ticket_id)
        if second is not LineState.BILL:
            world.decide(proposal.number, second, "deciso", line_ids={proposal.lines[1].id})
        world.submit(proposal.number)
        if late:
            world.entry(ticket_id, 15)
        world.approve(proposal.number)
        [document] = world.issue(proposal.number)
        reason = "deciso" if after == "suspended" else ""
        assert (world.billing(ticket_id), world.state(ticket_id).cancellation_reason) == (after, reason), (second, late)
        assert document.net == (9000 if second is LineState.BILL else 6000)


@pytest.mark.parametrize(("decided", "after"), [(LineState.SUSPENDED, "suspended"), (LineState.NOT_BILLED, "not_billed")])
def test_a_ticket_of_which_nothing_was_billed_keeps_what_was_decided(world: World, decided: LineState, after: str) -> None:
    set_aside = world.ticket(60)
    proposal = world.proposal_of(set_aside, world.ticket(30))
    world.decide(proposal.number, decided, "deciso", ticket_ids={set_aside})
    world.set_proposal_status(proposal.id, world.proposal(proposal.number).status.INVOICED)
    assert world.billing(set_aside) == after


def test_late_work_is_billed_by_the_next_proposal_and_nothing_else(world: World) -> None:
    ticket_id = world.ticket(60)
    number = approved(world, ticket_id)
    world.entry(ticket_id, 15)
    world.issue(number)
    assert issued(world, ticket_id).net == 1500
    assert world.billing(ticket_id) == "billed"


def test_numbers_follow_each_other_and_begin_again_with_the_year(world: World) -> None:
    days = (date(TODAY.year, 12, 31), date(TODAY.year + 1, 1, 2), date(TODAY.year + 1, 1, 2))
    documents = [world.issue(approved(world, world.ticket(60)), actor=on(day))[0] for day in days]
    assert [one.number for one in documents] == [
        f"FT-{TODAY.year}-000001", f"FT-{TODAY.year + 1}-000001", f"FT-{TODAY.year + 1}-000002",
    ]  # fmt: skip
    # The old year's counter would take it, but the series has a later document already.
    with pytest.raises(Refused, match="date_goes_back"):
        world.issue(approved(world, world.ticket(60)), on=days[0], actor=on(days[1]))


def test_numbers_go_on_from_those_that_were_given_elsewhere(world: World) -> None:
    world.execute("INSERT INTO series (code, year, start, last) VALUES ('FT', :year, 41, 41)", year=TODAY.year)
    number = approved(world, world.ticket(60))
    assert previewed(world, number).next_number == f"FT-{TODAY.year}-000042"
    assert world.issue(number)[0].number == f"FT-{TODAY.year}-000042"


def test_a_transaction_that_fails_leaves_no_gap(world: World) -> None:
    number = approved(world, world.ticket(60))
    seen = (SeenProposal(world.proposal(number).id),)

    def fails(session: Any) -> None:
        issue(session, Issue(seen), actor=MANAGER)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        world.act(fails)
    assert world.count("invoice") == 0
    assert world.issue(number)[0].number.endswith("-000001")


def test_dates_never_go_back_nor_into_the_future(world: World) -> None:
    issued(world, world.ticket(60), on=TODAY - timedelta(days=1))
    number = approved(world, world.ticket(60))
    before, tomorrow = TODAY - timedelta(days=2), TODAY + timedelta(days=1)
    for on, kind, code in ((before, Refused, "date_goes_back"), (tomorrow, InvalidInput, "date_in_future")):
        with pytest.raises(kind, match=code):
            world.issue(number, on=on)
        found = previewed(world, number, on=on)
        assert ([one.code for one in found.objections], found.drafts, found.proposals) == ([code], (), ())
    assert world.count("invoice") == 1


def test_a_proposal_becomes_one_invoice_only_and_only_once_it_is_approved(world: World) -> None:
    draft, number = world.proposal_of(world.ticket(60)).number, approved(world, world.ticket(60))
    world.issue(number)
    for refused in (draft, number):
        with pytest.raises(Refused, match="not_approved"):
            world.issue(refused)
        assert [reason.code for one in previewed(world, refused).obstacles for reason in one.reasons] == ["not_approved"]
    assert world.count("invoice") == 1


def test_who_saw_another_version_issues_nothing(world: World) -> None:
    number = approved(world, world.ticket(60))
    seen = world.proposal(number)
    with pytest.raises(Stale, match="proposal_changed"):
        world.act(lambda session: issue(session, Issue((SeenProposal(seen.id, seen.version - 1),)), actor=MANAGER))


def test_what_is_issued_is_what_was_approved(world: World) -> None:
    number = approved(world, world.ticket(60))
    world.execute("UPDATE proposal_line SET description = 'altro'")
    with pytest.raises(Stale, match="content_changed"):
        world.issue(number)
    world.cancel(number)


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"vat_number": ""}, ["vat_number"]),
        ({"recipient_code": ""}, ["recipient_code"]),
        ({"needs_cig": True}, ["cig"]),
        ({"vat_number": "", "recipient_code": ""}, ["vat_number", "recipient_code"]),
    ],
)
def test_a_customer_with_missing_fiscal_data_is_named_and_the_others_proceed(
    world: World, lacking: dict[str, Any], missing: list[str]
) -> None:
    company = world.company("Incompleta", **lacking)
    bad, good = approved(world, world.ticket(60, company_id=company)), approved(world, world.ticket(30))
    with pytest.raises(Refused, match="fiscal_data_missing"):
        world.issue(bad, good)
    found = previewed(world, bad, good)
    [obstacle] = found.obstacles
    [reason] = obstacle.reasons
    assert (obstacle.number, obstacle.company_id, reason.params["missing"]) == (bad, company, missing)
    assert (len(found.drafts), found.drafts[0].amounts.net) == (1, 3000)
    world.act(lambda session: issue(session, Issue(found.proposals), actor=MANAGER))
    assert previewed(world).drafts == ()
    assert (world.proposal(bad).status, world.proposal(good).status) == ("approved", "invoiced")


def test_a_tax_code_and_a_pec_are_enough_and_abroad_no_address_for_e_invoices_is_needed(world: World) -> None:
    for fields in ({"vat_number": "", "tax_code": "RSSMRA80A01H501U", "recipient_code": "", "pec": "a@pec.it"},
                   {"recipient_code": "", "country": "DE"}):  # fmt: skip
        assert issued(world, world.ticket(60, company_id=world.company("Completa", **fields))).net == 6000


def test_the_database_refuses_to_change_or_delete_what_was_issued(world: World) -> None:
    document = issued(world, world.ticket(60))
    for table in ("invoice", "invoice_line", "invoice_vat"):
        for statement in (f"UPDATE {table} SET net = net", f"DELETE FROM {table}"):  # noqa: S608 - our own names
            with pytest.raises(DBAPIError, match="are never changed"):
                world.execute(statement)
    assert invoice(world, document.number) == document


def test_an_invoiced_ticket_is_not_reopened(world: World) -> None:
    ticket_id = world.ticket(60)
    issued(world, ticket_id)
    opened = TicketData("Richiesta", company_id=world.company_id, opened_at=NOW - timedelta(days=30))
    seen = world.state(ticket_id).version
    with pytest.raises(Refused, match="ticket_invoiced"):
        world.act(lambda session: edit_ticket(session, ticket_id, seen, opened, actor=MANAGER))


def test_who_may_not_invoice_issues_nothing(world: World) -> None:
    number = approved(world, world.ticket(60))
    for name in (OPERATOR.name, "system", "nessuno"):
        with pytest.raises(PermissionDenied):
            world.issue(number, actor=Actor(name, NOW))
    assert world.count("invoice") == 0
