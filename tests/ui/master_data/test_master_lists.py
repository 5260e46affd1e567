"""Lists of master data, read-only roles, and links from refusals (spec, sections 2, 4 and 7)."""

import pytest

from domain.rules.records.tables import RecordKind as T
from domain.vocabulary import BillingStatus, ContractKind, Role
from storage.queries.records.choices import companies, contacts, contracts_of, plannings_of, services
from tests.builders import World
from tests.ui.master_data.conftest import IT, Opener, names, retire, rows, values
from tests.ui.ticket_screen import click, only, put, until


async def test_the_list_of_companies_searches_sorts_and_says_what_waits(opened: Opener, world: World) -> None:
    bianchi = world.company("Bianchi S.r.l.")
    world.ticket(90)
    world.ticket(60, contact_id=world.contact(bianchi), hourly_rate=9_000)
    user = await opened("/companies", "list-companies")
    await until(lambda: names(user) == ["Bianchi S.r.l.", "Rossi S.p.A."], "both, by name")
    first, second = rows(user)
    assert (first["tickets"], first["value"], second["value"]) == ("1", IT.money(9_000), IT.money(9_000))
    assert first["paths"]["tickets"] == f"/tickets?customer={bianchi}&work=to_bill"
    asked = {"pagination": {"sortBy": "name", "descending": True}}
    user.find(marker="master-table").trigger("request", asked)
    await until(lambda: names(user) == ["Rossi S.p.A.", "Bianchi S.r.l."], "turned round")
    put(user, "search", "bianc")
    await until(lambda: names(user) == ["Bianchi S.r.l."], "found")
    assert only(user, "count-all").text == "1"


async def test_forged_events_of_a_list_change_and_show_nothing(opened: Opener) -> None:
    user = await opened("/companies?sort=__class__&page=-1&show=x&company=x", "list-companies")
    await until(lambda: names(user) == ["Rossi S.p.A."], "the plain list")
    table = user.find(marker="master-table")
    for event, args in (
        ("request", {"pagination": {"sortBy": "retired; DROP", "descending": True}}), ("request", None),
        ("request", {"pagination": {"sortBy": ["name"]}}), ("opened", "1 OR 1"), ("opened", True), ("opened", -1),
    ):  # fmt: skip
        table.trigger(event, args)
    await user.should_see(marker="list-companies")
    assert names(user) == ["Rossi S.p.A."]


async def test_what_is_retired_has_a_chip_of_its_own_in_the_list_and_is_offered_nowhere(opened: Opener, world: World) -> None:
    contact, planning = world.contact(world.company_id), world.planning()
    contract = world.contract(ContractKind.FLAT)
    for table, id_ in (
        (T.COMPANIES, world.company_id), (T.CONTACTS, contact), (T.SERVICES, world.service_id),
        (T.CONTRACTS, contract), (T.PLANNINGS, planning),
    ):  # fmt: skip
        retire(world, table, id_)
    company = world.company_id
    assert not world.read(
        lambda s: [*companies(s), *contacts(s), *services(s), *contracts_of(s, company), *plannings_of(s, company)]
    )
    kept = world.read(lambda s: [*services(s, current=world.service_id), *contracts_of(s, company, current=contract)])
    assert [choice.id for choice in kept] == [world.service_id, contract]
    user = await opened("/companies", "list-companies")
    await user.should_see(marker="nothing-go", retries=20)
    click(user, "chip-retired")
    await user.should_see(marker="master-table", retries=20)
    assert names(user) == ["Rossi S.p.A."]
    assert rows(user)[0]["retired"]


@pytest.mark.parametrize("table", [T.CONTACTS, T.SERVICES, T.CONTRACTS, T.PLANNINGS])
async def test_each_list_shows_its_records_and_leads_to_them(opened: Opener, world: World, table: T) -> None:
    id_ = {
        T.CONTACTS: lambda: world.contact(None),
        T.SERVICES: lambda: world.service_id,
        T.CONTRACTS: lambda: world.contract(ContractKind.UNITS),
        T.PLANNINGS: world.planning,
    }[table]()
    user = await opened(f"/{table.value}", f"list-{table.value}")
    await until(lambda: [row["id"] for row in rows(user)] == [id_], "the record")
    assert rows(user)[0]["paths"]["name"] == f"/{table.value}/{id_}"
    await user.should_see(marker="create")


async def test_an_operator_looks_and_nothing_more(opened: Opener, world: World) -> None:
    user = await opened(f"/companies/{world.company_id}", "read-only", Role.OPERATOR)
    for marker in ("save", "retire", "delete"):
        await user.should_not_see(marker=marker)
    put(user, "field-city", "Milano")
    for event in ("keydown.enter", "keydown.ctrl.enter"):
        user.find(marker="field-city").trigger(event)
        user.find(marker="form-companies").trigger(event)
    assert values(world, T.COMPANIES, world.company_id)["city"] == ""
    user = await opened("/companies", "list-companies", Role.OPERATOR)
    await user.should_not_see(marker="create")


@pytest.mark.parametrize("path", ["/companies/4711", "/contacts/4711", "/services/4711", "/plannings/4711"])
async def test_a_record_that_is_not_there_is_said_so(opened: Opener, path: str) -> None:
    await opened(path, "page-refused")


async def test_a_refusal_links_to_the_field_that_fixes_it(opened: Opener, world: World) -> None:
    contact = world.contact(None)
    user = await opened(f"/tickets/{world.ticket(60, contact_id=contact)}", "mend-CONTACT_WITHOUT_COMPANY")
    assert only(user, "mend-CONTACT_WITHOUT_COMPANY").props["href"] == f"/contacts/{contact}?field=company_id"
    service = world.service("Omaggi", rate=0)
    ticket = world.ticket()
    world.entry(ticket, service_id=service)
    result = world.generate(ticket)
    user = await opened(f"/generations/{result.id}", "refused-table")
    (row,) = only(user, "refused-table").rows
    assert [todo["path"] for todo in row["todos"]] == [f"/services/{service}?field=hourly_rate"]


async def test_a_ticket_keeps_the_contract_that_was_retired_since(opened: Opener, world: World) -> None:
    contract = world.contract(ContractKind.FLAT)
    ticket = world.ticket(60, contract_id=contract, billing_status=BillingStatus.SERVICE_CONTRACT)
    retire(world, T.CONTRACTS, contract)
    user = await opened(f"/tickets/{ticket}", "edit-ticket")
    click(user, "edit-ticket")
    await user.should_see(marker="field-coverage", retries=20)
    put(user, "field-title", "Titolo nuovo")
    click(user, "ticket-form-go")
    await until(lambda: world.rows("SELECT title FROM ticket")[0][0] == "Titolo nuovo", "saved")
    assert world.rows("SELECT contract_id FROM ticket")[0][0] == contract
