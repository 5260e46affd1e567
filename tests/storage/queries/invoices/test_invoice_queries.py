"""The list of invoices, and the proposals to invoice (spec, section 5)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound
from domain.vocabulary import InvoiceKind
from storage.queries.invoices.table import InvoiceFilter, invoice_detail, invoice_id_of, invoice_page, invoice_totals
from storage.queries.invoices.to_issue import approved_ids, approved_rows
from tests.builders import LEAD, NOW, World

TODAY = NOW.date()


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def test_what_waits_to_be_invoiced_is_listed_by_age(world: World) -> None:
    numbers = [approved(world, world.ticket(60)) for _ in range(2)]
    world.proposal_of(world.ticket(30))
    rows = world.read(lambda session: approved_rows(session, approved_ids(session)))
    assert [(row.number, row.approved_by, row.total) for row in rows] == [(number, LEAD.name, 7320) for number in numbers]


def test_the_list_is_filtered_sorted_and_totalled_less_credit_notes(world: World) -> None:
    other = world.company("Bianchi")
    [first] = world.issue(approved(world, world.ticket(60)), on=TODAY - timedelta(days=1))
    [second] = world.issue(approved(world, world.ticket(30, company_id=other)))
    note = world.credit(second.number)

    def numbers(sort: str = "number", **narrowed: Any) -> list[str]:
        rows = world.read(lambda session: invoice_page(session, InvoiceFilter(**narrowed), sort=sort, descending=False))
        return [row.number for row in rows]

    assert numbers() == [first.number, second.number, note.number]
    assert numbers("total", kind=InvoiceKind.INVOICE) == [second.number, first.number]
    assert numbers(search="bianch") == [second.number, note.number]
    assert numbers(company_id=other, kind=InvoiceKind.CREDIT_NOTE) == numbers(search=note.number) == [note.number]
    assert numbers(issued_to=TODAY - timedelta(days=1)) == [first.number]
    assert numbers(issued_from=TODAY) == [second.number, note.number]
    with pytest.raises(InvalidInput, match="unknown_sort"):
        numbers("seller")
    totals = world.read(lambda session: invoice_totals(session, InvoiceFilter()))
    assert (totals.documents, totals.net, totals.vat, totals.total) == (3, 6000, 1320, 7320)
    rows = {row.number: row for row in world.read(lambda session: invoice_page(session, InvoiceFilter()))}
    assert (rows[second.number].credited, rows[note.number].credits) == (second.total, second.number)


def test_a_document_that_is_not_there_is_not_found(world: World) -> None:
    for query in (lambda session: invoice_id_of(session, "FT-1"), lambda session: invoice_detail(session, 7)):
        with pytest.raises(NotFound, match="unknown_invoice"):
            world.read(query)
