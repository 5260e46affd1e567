"""Credit notes in full or by line, once; the credited work is suspended and can be billed again once (spec, section 5)."""

from datetime import timedelta
from functools import partial

import pytest

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit, preview_credit
from domain.actions.tickets.resume import resume
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused
from domain.vocabulary import InvoiceKind
from storage.queries.invoices.table import InvoiceDetail, invoice_detail, invoice_id_of
from tests.builders import LEAD, MANAGER, NOW, World

TODAY = NOW.date()


def invoice(world: World, number: str) -> InvoiceDetail:
    return world.read(lambda session: invoice_detail(session, invoice_id_of(session, number)))


def issued(world: World, *ticket_ids: int) -> InvoiceDetail:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return invoice(world, world.issue(number)[0].number)


def test_a_whole_credit_note_gives_everything_back_and_suspends_the_work_with_its_reason(world: World) -> None:
    exempt = world.service("Estero", rate=10_000, vat_rate=0, vat_nature="N2.1")
    ticket_id = world.ticket(60, 20)
    world.entry(ticket_id, 60, service_id=exempt)
    document = issued(world, ticket_id)
    command = Credit(document.id, "")
    draft = world.read(lambda session: preview_credit(session, command, today=TODAY)).draft
    note = invoice(world, world.credit(document.number, "prezzo sbagliato").number)
    assert (note.kind, note.number, note.reason) == (InvoiceKind.CREDIT_NOTE, f"NC-{TODAY.year}-000001", "prezzo sbagliato")
    for name in ("net", "vat", "stamp_duty", "total", "payable"):
        assert getattr(note, name) == getattr(document, name)
    assert draft.amounts == (note.net, draft.amounts.vat, note.stamp_duty, note.total, note.payable)
    assert (note.credits and note.credits.number, note.seller, note.buyer) == (document.number, document.seller, document.buyer)
    after = invoice(world, document.number)
    assert [one.number for one in after.notes] == [note.number]
    assert {line.note_number for line in after.lines} == {note.number}
    state = world.state(ticket_id)
    assert (state.billing_status, state.cancellation_reason) == ("suspended", "prezzo sbagliato")
    assert [row.action.value for row in after.history] == [row.action.value for row in note.history] + ["invoiced"]


def test_lines_are_credited_one_by_one_and_the_stamp_duty_goes_with_the_last(world: World) -> None:
    exempt = world.service("Estero", rate=10_000, vat_rate=0, vat_nature="N2.1")
    nothing = world.service("Quasi gratis", rate=10, vat_rate=0, vat_nature="N2.1")
    ticket_id, other = world.ticket(60), world.ticket(10, 10)
    world.entry(ticket_id, 60, service_id=exempt)
    world.entry(ticket_id, 1, service_id=nothing)
    document = issued(world, ticket_id, other)
    assert (document.stamp_duty, sorted(line.net for line in document.lines)) == (200, [0, 1000, 1000, 6000, 10_000])
    first, *rest = sorted(document.lines, key=lambda line: -line.net)
    notes = [world.credit(document.number, lines=[first.id])]
    assert [world.billing(one) for one in (ticket_id, other)] == ["suspended", "billed"]
    notes += [world.credit(document.number, lines=[line.id]) for line in rest]
    whole = [invoice(world, note.number) for note in notes]
    assert [note.stamp_duty for note in whole] == [0, 0, 0, 0, 200]
    assert sum(note.total for note in whole) == document.total
    assert sum(note.vat for note in whole) == document.vat
    assert [world.billing(one) for one in (ticket_id, other)] == ["suspended", "suspended"]


def test_nothing_is_credited_twice_and_a_credit_note_is_not_credited(world: World) -> None:
    document = issued(world, world.ticket(60, 30))
    first, second = document.lines
    note = world.credit(document.number, lines=[first.id])
    for lines in ([first.id], [first.id, second.id]):
        with pytest.raises(Refused, match="already_credited"):
            world.credit(document.number, lines=lines)
    assert invoice(world, world.credit(document.number).number).net == second.net
    with pytest.raises(Refused, match="already_credited"):
        world.credit(document.number)
    with pytest.raises(Refused, match="not_an_invoice"):
        world.credit(note.number)
    with pytest.raises(NotFound, match="unknown_invoice_line"):
        world.credit(document.number, lines=[first.id + 1000])


def test_what_was_credited_is_resumed_and_billed_again_once_and_can_be_credited_again(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    document = issued(world, ticket_id)
    world.credit(document.number, lines=[document.lines[1].id])
    with pytest.raises(ValueError, match="not enough values"):
        world.proposal_of(ticket_id)
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert world.billing(ticket_id) == "to_bill"
    again = issued(world, ticket_id)
    assert ([line.minutes for line in again.lines], world.billing(ticket_id)) == ([30], "billed")
    with pytest.raises(Refused, match="already_credited"):
        world.credit(document.number, lines=[document.lines[1].id])
    world.credit(again.number)
    assert world.billing(ticket_id) == "suspended"
    world.act(lambda session: resume(session, [ticket_id], actor=MANAGER))
    assert issued(world, ticket_id).net == 3000


def test_a_credit_note_needs_a_reason_and_a_date_not_before_its_invoice_nor_before_the_last_note(world: World) -> None:
    document, other = issued(world, world.ticket(60)), issued(world, world.ticket(60))
    with pytest.raises(Refused, match="reason_required"):
        world.credit(document.number, "  ")
    before = Credit(document.id, "errore", issued_on=document.issued_on - timedelta(days=1))
    tomorrow = Credit(document.id, "errore", issued_on=TODAY + timedelta(days=1))
    for command, code in ((before, "date_before_invoice"), (tomorrow, "date_in_future")):
        with pytest.raises(InvalidInput, match=code):
            world.act(partial(credit, command=command, actor=LEAD))
        found = world.read(partial(preview_credit, command=command, today=TODAY))
        assert [one.code for one in found.objections] == [code]
    later = Actor(LEAD.name, NOW + timedelta(days=3))
    world.credit(other.number, actor=later)
    with pytest.raises(Refused, match="date_goes_back"):
        world.credit(document.number)
    assert world.count("invoice") == 3


def test_who_may_not_credit_does_not(world: World) -> None:
    document = issued(world, world.ticket(60))
    for name in (MANAGER.name, "system"):
        with pytest.raises(PermissionDenied):
            world.credit(document.number, actor=Actor(name, NOW))
    assert world.count("invoice") == 1
