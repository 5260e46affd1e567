"""What can't be issued is refused by preview and write alike, for every reason at once, and nothing is written."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit, preview_credit
from domain.actions.invoices.issue import preview_issue
from domain.errors import Refused
from tests.builders import FIRST_DAY, LEAD, MANAGER, NOW, World

TODAY = NOW.date()


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def refused(action: Callable[[], Any]) -> list[str]:
    """The codes of every reason for which `action` is refused."""
    with pytest.raises(Refused) as caught:
        action()
    return [reason.code for reason in caught.value.reasons]


def both_ways(world: World, number: str, on: date | None, today: date = TODAY) -> list[str]:
    """The reasons for which writing is refused, which are those that the preview shows."""
    found = world.read(lambda session: preview_issue(session, [world.proposal(number).id], on, today=today))
    shown = [*found.objections, *(reason for one in found.obstacles for reason in one.reasons)]
    actor = Actor(MANAGER.name, NOW + (today - TODAY))
    written = refused(lambda: world.issue(number, on=on, actor=actor))
    assert ([reason.code for reason in shown], found.drafts) == (written, ())
    return written


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(1, 1, 1), ["date_too_old", "date_goes_back", "date_before_work"]),
        (date(9999, 12, 31), ["date_in_future"]),
        (TODAY - timedelta(days=13), ["date_too_old", "date_goes_back", "date_before_work"]),
        (TODAY - timedelta(days=2), ["date_goes_back", "date_before_work"]),
    ],
)
def test_a_date_that_no_document_can_have_is_refused_for_all_its_reasons(world: World, on: date, codes: list[str]) -> None:
    world.issue(approved(world, world.ticket(60)), on=TODAY - timedelta(days=1))
    late = world.ticket()
    world.entry(late, 60, on=TODAY)
    assert both_ways(world, approved(world, late), on) == codes
    assert world.count("invoice") == 1


def test_an_invoice_may_be_dated_on_the_day_of_its_last_work_and_what_is_not_billed_does_not_count(world: World) -> None:
    ticket_id = world.ticket(60)
    world.entry(ticket_id, 30, on=FIRST_DAY + timedelta(days=8))
    number = approved(world, ticket_id)
    today = FIRST_DAY + timedelta(days=10)
    assert both_ways(world, number, FIRST_DAY + timedelta(days=7), today) == ["date_before_work"]
    world.execute("UPDATE proposal_line SET state = 'not_billed', reason = 'omaggio' WHERE minutes = 30")
    assert both_ways(world, number, FIRST_DAY + timedelta(days=7), today) == ["content_changed"]
    world.execute("UPDATE proposal_line SET state = 'bill', reason = '' WHERE minutes = 30")
    [document] = world.issue(number, on=FIRST_DAY + timedelta(days=8), actor=Actor(MANAGER.name, NOW - timedelta(days=7)))
    assert document.issued_on == FIRST_DAY + timedelta(days=8)


def test_an_incomplete_issuer_and_a_wrong_customer_are_said_together(world: World) -> None:
    world.execute("UPDATE firm SET name = '', vat_number = '00743110158', city = ''")
    wrong = world.company("Neri", vat_number="12345", tax_code="RSSMRA80A01H501A")
    number = approved(world, world.ticket(60, company_id=wrong))
    assert both_ways(world, number, None) == [
        "issuer_incomplete", "issuer_number_wrong", "customer_vat_number_wrong", "customer_tax_code_wrong",
    ]  # fmt: skip
    assert world.rows("SELECT code FROM series WHERE code = 'FT'") == []


def test_a_foreign_customer_needs_no_italian_number(world: World) -> None:
    abroad = world.company("Ceresio SA", country="CH", vat_number="CHE-123", recipient_code="")
    assert world.issue(approved(world, world.ticket(60, company_id=abroad)))[0].net == 6000


def test_a_credit_note_asks_for_date_and_issuer_and_not_for_the_customers_number(world: World) -> None:
    [invoice] = world.issue(approved(world, world.ticket(60)), on=TODAY - timedelta(days=1))
    world.execute("UPDATE company SET vat_number = '12345'")
    world.execute("UPDATE firm SET address = ''")
    for on, codes in (
        (date(1, 1, 1), ["date_too_old", "issuer_incomplete", "date_before_invoice"]),
        (date(9999, 12, 31), ["date_in_future", "issuer_incomplete"]),
        (None, ["issuer_incomplete"]),
    ):
        command = Credit(invoice.id, "errore", issued_on=on)
        found = world.read(partial(preview_credit, command=command, today=TODAY))
        assert [reason.code for reason in found.objections] == codes
        assert refused(lambda command=command: world.act(partial(credit, command=command, actor=LEAD))) == codes  # type: ignore[misc]
    world.execute("UPDATE firm SET address = 'Via Roma 1'")
    assert world.credit(invoice.number).net == invoice.net
