"""When a ticket is billable, and every reason why it is not (spec, section 4)."""

from itertools import product
from typing import Any

import pytest

from domain.rules.eligibility import BillableView, EntryView, Objection, objections
from domain.vocabulary import BillingStatus, Refusal, TicketStatus
from tests.builders import SERVICE, entry_view, ticket_view

FREE_OF_CHARGE = SERVICE._replace(id=2, name="Omaggi", rate=0)
STATES_NOT_TO_BILL = [s for s in (*BillingStatus, None) if s not in (BillingStatus.TO_BILL, BillingStatus.PROPOSED)]


def codes(ticket: BillableView) -> list[Refusal]:
    return [objection.code for objection in objections(ticket)]


def test_a_closed_ticket_to_bill_with_complete_work_is_billable() -> None:
    assert objections(ticket_view(entry_view(1), entry_view(2, 15))) == ()


@pytest.mark.parametrize("status", [TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.WAITING])
def test_a_ticket_that_is_not_closed_is_refused_with_its_status(status: TicketStatus) -> None:
    assert objections(ticket_view(status=status)) == (Objection(Refusal.NOT_CLOSED, {"status": status.value}),)


@pytest.mark.parametrize("state", STATES_NOT_TO_BILL)
def test_a_ticket_in_another_state_is_refused_with_that_state(state: BillingStatus | None) -> None:
    expected = Objection(Refusal.NOT_TO_BILL, {"billing_status": state.value if state else ""})
    assert objections(ticket_view(billing_status=state)) == (expected,)


def test_a_proposed_ticket_names_its_proposal_instead_of_its_state() -> None:
    held = entry_view(held=True)
    ticket = ticket_view(
        held, billing_status=BillingStatus.PROPOSED, proposal_id=4, proposal_number="PF-2026-000004", proposal_by="mario"
    )
    expected: dict[str, str | int] = {"proposal": "PF-2026-000004", "by": "mario", "proposal_id": 4}
    assert objections(ticket) == (Objection(Refusal.ALREADY_PROPOSED, expected),)


@pytest.mark.parametrize(
    "entries",
    [(), (entry_view(1, 0), entry_view(2, 0)), (entry_view(held=True, invoiced=True), entry_view(2, 0))],
    ids=["none", "goodwill alone", "invoiced or goodwill"],
)
def test_a_ticket_without_work_to_bill_is_refused(entries: tuple[EntryView, ...]) -> None:
    ticket = ticket_view()._replace(entries=entries)
    assert objections(ticket) == (Objection(Refusal.NO_TIME_ENTRIES, {"entries": len(entries)}),)


def test_a_ticket_to_bill_whose_whole_work_is_on_suspended_lines_has_nothing_to_take() -> None:
    assert codes(ticket_view(entry_view(held=True))) == [Refusal.NO_TIME_ENTRIES]


def test_a_suspended_ticket_is_not_also_called_empty_for_the_work_that_its_lines_hold() -> None:
    assert codes(ticket_view(entry_view(held=True), billing_status=BillingStatus.SUSPENDED)) == [Refusal.NOT_TO_BILL]


def test_an_entry_without_service_is_named() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, code="L-BAD", service=None))
    assert objections(ticket) == (Objection(Refusal.ENTRY_WITHOUT_SERVICE, {"entry": "L-BAD", "service": ""}),)


def test_an_entry_without_date_is_named() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, code="L-BAD", worked_on=None))
    assert objections(ticket) == (
        Objection(Refusal.ENTRY_WITHOUT_DATE, {"entry": "L-BAD", "service": "Assistenza", "service_id": 1}),
    )


def test_an_entry_whose_minutes_are_not_known_is_named() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, None, code="L-BAD"))
    assert objections(ticket) == (
        Objection(Refusal.ENTRY_WITHOUT_TIME, {"entry": "L-BAD", "service": "Assistenza", "service_id": 1}),
    )


def test_work_of_a_service_without_rate_is_named_with_the_service() -> None:
    ticket = ticket_view(entry_view(1), entry_view(2, code="L-BAD", service=FREE_OF_CHARGE))
    assert objections(ticket) == (Objection(Refusal.NO_RATE, {"entry": "L-BAD", "service": "Omaggi", "service_id": 2}),)


def test_the_rate_of_the_ticket_stands_in_for_a_service_without_one() -> None:
    assert objections(ticket_view(entry_view(service=FREE_OF_CHARGE), rate=1)) == ()


def test_each_bad_entry_is_named_by_itself() -> None:
    ticket = ticket_view(entry_view(1, code="A", service=None), entry_view(2, code="B", service=None))
    assert [objection.params["entry"] for objection in objections(ticket)] == ["A", "B"]


def test_one_bad_entry_refuses_the_whole_ticket() -> None:
    good = [entry_view(n) for n in range(1, 20)]
    assert codes(ticket_view(*good, entry_view(20, None))) == [Refusal.ENTRY_WITHOUT_TIME]


@pytest.mark.parametrize("bad", [{"service": None}, {"worked_on": None}, {"service": FREE_OF_CHARGE}])
def test_no_rule_looks_at_free_work(bad: dict[str, Any]) -> None:
    assert objections(ticket_view(entry_view(1), entry_view(2, 0, **bad))) == ()


@pytest.mark.parametrize("bad", [{"service": None}, {"worked_on": None}, {"minutes": None}])
def test_no_rule_looks_at_work_that_a_line_holds_already(bad: dict[str, Any]) -> None:
    assert objections(ticket_view(entry_view(1), entry_view(2)._replace(held=True, **bad))) == ()


def test_a_ticket_without_customer_is_refused() -> None:
    assert objections(ticket_view(company_id=None)) == (Objection(Refusal.NO_COMPANY, {}),)


def test_a_contact_without_company_is_named() -> None:
    ticket = ticket_view(company_id=None, contact_id=3, contact_name="Anna Verdi")
    assert objections(ticket) == (Objection(Refusal.CONTACT_WITHOUT_COMPANY, {"contact": "Anna Verdi", "contact_id": 3}),)


def test_the_company_of_the_contact_is_the_customer() -> None:
    ticket = ticket_view(company_id=None, contact_id=3, contact_company_id=9)
    assert objections(ticket) == ()
    assert ticket.customer_id == 9


def test_work_that_came_after_an_invoice_is_billable_again() -> None:
    assert objections(ticket_view(entry_view(1, held=True, invoiced=True), entry_view(2, 30))) == ()


def test_every_combination_of_failing_rules_is_reported_in_order() -> None:
    faults = (Refusal.ENTRY_WITHOUT_SERVICE, Refusal.ENTRY_WITHOUT_DATE, Refusal.ENTRY_WITHOUT_TIME, Refusal.NO_RATE)
    bad = {
        Refusal.ENTRY_WITHOUT_SERVICE: entry_view(11, service=None),
        Refusal.ENTRY_WITHOUT_DATE: entry_view(12, worked_on=None),
        Refusal.ENTRY_WITHOUT_TIME: entry_view(13, None),
        Refusal.NO_RATE: entry_view(14, service=FREE_OF_CHARGE),
    }
    heads: dict[Refusal, dict[str, Any]] = {
        Refusal.NOT_CLOSED: {"status": TicketStatus.OPEN},
        Refusal.NOT_TO_BILL: {"billing_status": BillingStatus.SUSPENDED},
        Refusal.NO_COMPANY: {"company_id": None},
        Refusal.CONTACT_WITHOUT_COMPANY: {"company_id": None, "contact_id": 3},
    }
    customers = ((), (Refusal.NO_COMPANY,), (Refusal.CONTACT_WITHOUT_COMPANY,))
    toggles = product((False, True), repeat=2 + len(faults))
    for (not_closed, not_to_bill, *wrong), customer in product(toggles, customers):
        first = [Refusal.NOT_CLOSED] * not_closed + [Refusal.NOT_TO_BILL] * not_to_bill
        middle = [code for code, present in zip(faults, wrong, strict=True) if present]
        changes = {name: value for code in (*first, *customer) for name, value in heads[code].items()}
        ticket = ticket_view(entry_view(1), *(bad[code] for code in middle), **changes)
        assert codes(ticket) == [*first, *middle, *customer]
