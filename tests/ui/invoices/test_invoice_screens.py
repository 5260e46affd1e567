"""Invoices on screen: the list, a document, issuing and crediting (spec, section 5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.vocabulary import InvoiceKind, Role
from storage.queries.invoices.table import InvoiceDetail, invoice_detail, invoice_id_of
from tests.builders import MANAGER, World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import texts, until
from ui.kit.addresses.invoices import View

SPACE = "\u00a0"


def approved(world: World, *ticket_ids: int) -> str:
    number = world.proposal_of(*ticket_ids).number
    world.submit(number)
    world.approve(number)
    return number


def document(world: World, number: str) -> InvoiceDetail:
    return world.read(lambda session: invoice_detail(session, invoice_id_of(session, number)))


def issued(world: World, *ticket_ids: int) -> InvoiceDetail:
    return document(world, world.issue(approved(world, *ticket_ids))[0].number)


def put(user: User, marker: str, value: Any) -> None:
    [field] = user.find(marker=marker).elements
    assert isinstance(field, ui.input | ui.textarea | ui.checkbox)
    with user:
        field.set_value(value)


def enabled(user: User, marker: str) -> bool:
    [button] = user.find(marker=marker).elements
    assert isinstance(button, ui.button)
    return bool(button.enabled)


def table(user: User, marker: str) -> ui.table:
    [found] = user.find(marker=marker).elements
    assert isinstance(found, ui.table)
    return found


async def test_the_list_narrows_and_says_what_it_comes_to_less_credit_notes(world: World, opened: Opener) -> None:
    first, second = issued(world, world.ticket(60)), issued(world, world.ticket(30))
    note = world.credit(second.number)
    user = await opened(Role.OPERATOR, "/invoices?sort=__class__&kind=nonsense")
    await user.should_see(marker="invoices-table", retries=20)
    rows = table(user, "invoices-table")
    assert [row["number"] for row in rows.rows] == [note.number, second.number, first.number]
    assert [row["total"] for row in rows.rows] == [f"\u221236,60{SPACE}€", f"36,60{SPACE}€", f"73,20{SPACE}€"]
    assert [row["kind_note"] for row in rows.rows] == [f"su {second.number}", "stornata", ""]
    assert f"totale 73,20{SPACE}€" in texts(user, "sums")[0]
    user.find(marker="chip-credit_note").click()
    await until(lambda: [row["number"] for row in rows.rows] == [note.number])
    user.find(marker="invoices-table").trigger("request", {"pagination": {"sortBy": "__class__", "descending": False}})
    put(user, "search", "nessuno")
    await user.should_see(marker="invoices.none", retries=20)
    user.find(marker="nothing-go").click()
    await user.should_see(marker="invoices-table", retries=20)
    assert len(table(user, "invoices-table").rows) == 3


async def test_an_empty_list_says_where_invoices_come_from(opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER, "/invoices")
    await user.should_see(marker="invoices.empty", retries=20)
    await user.should_not_see(marker="issue-open")


async def test_a_document_says_who_pays_the_vat_and_offers_a_credit_note_to_who_may_give_it(world: World, opened: Opener) -> None:
    public = world.company("Comune", split_payment=True, needs_cig=True, cig="Z1", cup="C1")
    detail = issued(world, world.ticket(60, 30, company_id=public), world.ticket(15, company_id=public))
    user = await opened(Role.BILLING_MANAGER, f"/invoices/{detail.id}")
    await user.should_see(marker="document", retries=20)
    said = texts(user, "document-amounts")
    assert said[-4:] == [
        "IVA a carico del committente (scissione dei pagamenti)", f"\u221223,10{SPACE}€", "Da pagare", f"105,00{SPACE}€",
    ]  # fmt: skip
    assert (texts(user, "document-cig"), texts(user, "document-cup")) == (["Z1"], ["C1"])
    rows = table(user, "document-lines").rows
    assert [row.get("time", "ticket") for row in rows] == ["ticket", f"1:00{SPACE}h", f"0:30{SPACE}h", "ticket", f"0:15{SPACE}h"]
    await user.should_not_see(marker="credit-open")
    lead = await opened(Role.TEAM_LEAD, f"/invoices/{detail.id}")
    await lead.should_see(marker="credit-open", retries=20)


async def test_a_document_that_is_not_there_is_said(opened: Opener) -> None:
    user = await opened(Role.BILLING_MANAGER, "/invoices/999")
    await user.should_see(marker="page-refused", retries=20)


async def test_approved_proposals_are_issued_and_the_others_show_a_link_to_their_fix(world: World, opened: Opener) -> None:
    lacking = world.company("Incompleta", vat_number="")
    bad, left_out, *good = (
        approved(world, world.ticket(minutes, **of))
        for minutes, of in ((60, {"company_id": lacking}), (45, {}), (30, {}), (15, {}))
    )
    user = await opened(Role.BILLING_MANAGER, "/invoices")
    await user.should_see(marker="issue-open", retries=20)
    user.find(marker="issue-open").click()
    await user.should_see(marker=f"obstacle-{world.proposal(bad).id}", retries=20)
    [link] = user.find(marker="fix").elements
    assert link.props["href"] == f"/companies/{lacking}"
    await until(lambda: texts(user, "issue-go") == [f"Emetti 3 fatture · 109,80{SPACE}€"])
    put(user, f"issue-pick-{world.proposal(left_out).id}", value=False)
    await until(lambda: texts(user, "issue-documents") == ["2"])
    put(user, "issue-merge", value=True)
    await until(lambda: texts(user, "issue-go") == [f"Emetti 1 fattura · 54,90{SPACE}€"])
    user.find(marker="issue-go").click()
    await user.should_see(marker="issued-link", retries=20)
    assert [world.proposal(number).status for number in (bad, left_out, *good)] == [
        "approved",
        "approved",
        "invoiced",
        "invoiced",
    ]
    assert world.count("invoice") == 1
    await until(lambda: len(table(user, "invoices-table").rows) == 1)


async def test_a_date_that_goes_back_or_is_half_typed_issues_nothing(world: World, opened: Opener) -> None:
    day = datetime.now(UTC) - timedelta(days=5)
    [first] = world.issue(approved(world, world.ticket(60)), actor=Actor(MANAGER.name, day))
    assert world.count("invoice") == 1
    for _ in range(2):
        approved(world, world.ticket(30))
    user = await opened(Role.BILLING_MANAGER, "/invoices")
    await user.should_see(marker="issue-open", retries=20)
    user.find(marker="issue-open").click()
    await user.should_see(marker="issue-go", retries=20)
    await until(lambda: enabled(user, "issue-go"))
    put(user, "issue-date", (day - timedelta(days=9)).strftime("%d/%m/%Y"))
    await user.should_see(marker="reason-date_too_old", retries=20)
    await user.should_see(marker="reason-date_goes_back")
    assert not enabled(user, "issue-go")
    put(user, "issue-date", first.issued_on.strftime("%d/%m/%Y"))
    await until(lambda: enabled(user, "issue-go"))
    put(user, "issue-date", (day + timedelta(days=30)).strftime("%d/%m/%Y"))
    await user.should_see(marker="reason-date_in_future", retries=20)
    put(user, "issue-date", "2/")
    await user.should_not_see(marker="issue-wrong")
    user.find(marker="issue-go").click()
    await user.should_not_see(marker="issued-link")
    assert (enabled(user, "issue-go"), world.count("invoice")) == (False, 1)


async def test_what_keeps_a_document_from_being_issued_is_said_before_with_its_fix_or_whom_to_ask(
    world: World, opened: Opener
) -> None:
    wrong = world.company("Sbagliata", vat_number="12345")
    proposal = world.proposal(approved(world, world.ticket(60, company_id=wrong)))
    detail = issued(world, world.ticket(30))
    world.execute("UPDATE firm SET name = ''")
    for role, fixes in (
        (Role.BILLING_MANAGER, {f"/companies/{wrong}"}),
        (Role.ADMINISTRATOR, {"/settings", f"/companies/{wrong}"}),
    ):
        user = await opened(role, f"/proposals/{proposal.id}")
        await user.should_see(marker="issue-open", retries=20)
        user.find(marker="issue-open").click()
        await user.should_see(marker="reason-issuer_incomplete", retries=20)
        await user.should_see(marker="reason-customer_vat_number_wrong")
        assert {link.props["href"] for link in user.find(marker="fix").elements} == fixes
        assert len(user.find(marker="issue").elements) == 1
        assert (not enabled(user, "issue-go"), texts(user, "issue-total")) == (True, [f"0,00{SPACE}€"])
    user = await opened(Role.TEAM_LEAD, f"/invoices/{detail.id}")
    await user.should_see(marker="credit-open", retries=20)
    user.find(marker="credit-open").click()
    await user.should_see(marker="reason-issuer_incomplete", retries=20)
    await user.should_see(marker="fix-ask")
    put(user, "reason-text", "errore")
    assert not enabled(user, "credit-go")


async def test_one_proposal_is_issued_from_its_own_page_once_it_is_approved(world: World, opened: Opener) -> None:
    proposal = world.proposal_of(world.ticket(60))
    user = await opened(Role.BILLING_MANAGER, f"/proposals/{proposal.id}")
    await user.should_see(marker="review-lines", retries=20)
    await user.should_not_see(marker="issue-open")
    world.submit(proposal.number)
    world.approve(proposal.number)
    operator = await opened(Role.OPERATOR, f"/proposals/{proposal.id}")
    await operator.should_see(marker="review-lines", retries=20)
    await operator.should_not_see(marker="issue-open")
    await user.open(f"/proposals/{proposal.id}")
    await user.should_see(marker="issue-open", retries=20)
    user.find(marker="issue-open").click()
    await user.should_see(marker="issue-go", retries=20)
    await until(lambda: texts(user, "issue-go") == [f"Emetti 1 fattura · 73,20{SPACE}€"])
    user.find(marker="issue-go").click()
    await user.should_see(marker="document-number", retries=20)
    assert texts(user, "document-number") == [world.proposal(proposal.number).invoice_number]


async def test_a_credit_note_names_what_it_will_come_to_and_takes_only_what_is_left(world: World, opened: Opener) -> None:
    ticket_id = world.ticket(60, 30, 15)
    detail = issued(world, ticket_id)
    gone, first, second = detail.lines
    world.credit(detail.number, lines=[gone.id])
    user = await opened(Role.TEAM_LEAD, f"/invoices/{detail.id}")
    await user.should_see(marker="credit-open", retries=20)
    user.find(marker="credit-open").click()
    await user.should_see(marker="credit-go", retries=20)
    await until(lambda: texts(user, "credit-go") == [f"Emetti nota di credito · 54,90{SPACE}€"])
    assert [row["picked"] for row in table(user, "credit-lines").rows] == [False, True, True]
    assert not enabled(user, "credit-go")
    for forged in (gone.id, first.id + 1000, "x", None, [first.id]):
        user.find(marker="credit-lines").trigger("pick", forged)
    user.find(marker="credit-lines").trigger("pick", second.id)
    await until(lambda: texts(user, "credit-total") == [f"36,60{SPACE}€"])
    put(user, "reason-text", "prezzo sbagliato")
    await until(lambda: enabled(user, "credit-go"))
    user.find(marker="credit-go").click()
    await user.should_see(marker="credited-now", retries=20)
    notes = document(world, detail.number).notes
    assert [document(world, note.number).reason for note in notes] == ["errore", "prezzo sbagliato"]
    assert [line.note_number for line in document(world, detail.number).lines] == [notes[0].number, notes[1].number, ""]
    assert world.billing(ticket_id) == "suspended"


async def test_crediting_lines_that_were_just_credited_is_refused_and_shows_the_remaining_lines(
    world: World, opened: Opener
) -> None:
    detail = issued(world, world.ticket(60, 30))
    user = await opened(Role.TEAM_LEAD, f"/invoices/{detail.id}")
    await user.should_see(marker="credit-open", retries=20)
    user.find(marker="credit-open").click()
    await user.should_see(marker="credit-go", retries=20)
    await until(lambda: texts(user, "credit-go") != ["Niente da stornare"])
    put(user, "reason-text", "doppia")
    world.credit(detail.number, lines=[detail.lines[0].id])
    await until(lambda: enabled(user, "credit-go"))
    user.find(marker="credit-go").click()
    await user.should_see(marker="credit-refused", retries=20)
    await until(lambda: texts(user, "credit-go") == [f"Emetti nota di credito · 36,60{SPACE}€"])
    assert len(document(world, detail.number).notes) == 1


def test_an_address_says_only_what_it_knows() -> None:
    query = {"kind": "credit_note", "company": "7", "issued_from": "2026-02-01", "sort": "total", "page": "2"}
    view = View.of_query({**query, "x": "y"})
    assert view.address == "/invoices?kind=credit_note&company=7&issued_from=2026-02-01&sort=total&page=2"
    assert (view.filter.kind, view.filter.company_id) == (InvoiceKind.CREDIT_NOTE, 7)
    wrong = View.of_query({"kind": "x", "company": "²", "issued_to": "31/12", "page": "-1", "sort": "seller"})
    assert (wrong.kind, wrong.sort, wrong.page_number) == ("", "issued_on", 1)
    assert wrong.filter == View().filter
