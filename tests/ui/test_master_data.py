"""Master data on screen: lists, forms, what is wrong in them, and who may only look (spec, sections 2 and 7)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.master_data import create_record, edit_record, set_retired
from domain.rules.import_tables import ImportTable as T
from domain.vocabulary import ContractKind, Role
from storage.database import Database
from storage.queries.choices import companies, contacts, contracts_of, plannings_of, services
from storage.queries.master_data import record_detail
from tests.builders import MANAGER, OTHER_MANAGER, World
from tests.ui.conftest import NAMES, new_client, running
from tests.ui.ticket_screen import EVIL, click, only, put, until
from ui.components.contract_form import open_contract_form
from ui.components.master_words import typed
from ui.i18n import translator
from ui.live import Changes, publish
from ui.page import Page, PageContext
from ui.routes import ROUTES
from ui.session import COOKIE

Opener = Callable[..., Awaitable[User]]
IT = translator("it", strict=True)


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


async def contract_page(page: PageContext, contract_id: int) -> None:
    """Stands in for the page of a contract, which offers the form."""
    page.heading("Contract")
    ui.button("edit", on_click=lambda: open_contract_form(page, contract_id)).mark("edit-contract")


@pytest.fixture
async def opened(world: World, database: Database) -> AsyncIterator[Opener]:  # noqa: ARG001 - who is there
    clients: list[httpx.AsyncClient] = []
    pages = {path.strip("/"): page for path, page in ROUTES.items() if path != "/tickets"}
    pages["contracts/{contract_id}"] = Page(contract_page)
    async with running(database, **pages) as sessions:

        async def open_path(path: str, marker: str, role: Role = Role.BILLING_MANAGER) -> User:
            client = new_client()
            clients.append(client)
            client.cookies.set(COOKIE, sessions.open(NAMES[role]))
            user = User(client)
            await user.open(path)
            await user.should_see(marker=marker, retries=20)
            return user

        yield open_path
    for client in clients:
        await client.aclose()


def rows(user: User) -> list[dict[str, Any]]:
    return list(only(user, "master-table").rows)


def names(user: User) -> list[str]:
    return [row["name"] for row in rows(user)]


def values(world: World, table: T, id_: int) -> dict[str, Any]:
    return dict(world.read(lambda session: record_detail(session, table, id_)).seen.values)


def retire(world: World, table: T, id_: int) -> None:
    seen = world.read(lambda session: record_detail(session, table, id_)).seen
    world.act(lambda session: set_retired(session, seen, retired=True, actor=MANAGER))


def error(user: User, field: str) -> str:
    return str(only(user, f"field-{field}").error or "")


# ---- lists ----


async def test_the_list_of_companies_searches_sorts_and_says_what_waits(opened: Opener, world: World) -> None:
    bianchi = world.company("Bianchi S.r.l.")
    world.ticket(90)
    world.ticket(60, contact_id=world.contact(bianchi), hourly_rate=9_000)
    user = await opened("/companies", "list-companies")
    await until(lambda: names(user) == ["Bianchi S.r.l.", "Rossi S.p.A."], "both, by name")
    first, second = rows(user)
    assert (first["tickets"], first["value"], second["value"]) == ("1", IT.money(9_000), IT.money(9_000))
    assert first["paths"]["tickets"] == f"/tickets?show=to_bill&company={bianchi}"
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


# ---- forms ----


async def test_a_company_is_created_and_everything_wrong_is_marked_first(opened: Opener, world: World) -> None:
    user = await opened("/companies", "list-companies")
    click(user, "create")
    await user.should_see(marker="record-form")
    wrong = {
        "vat_number": "!", "tax_code": "?", "recipient_code": "12", "pec": "nessuna", "province": "1", "country": "1",
        "payment_days": "trenta", "cig": "x", "cup": "y", "code": "C0",
    }  # fmt: skip
    for name, value in wrong.items():
        put(user, f"field-{name}", value)
    click(user, "record-form-go")
    await until(lambda: bool(error(user, "name")), "the fields say what is wrong")
    assert [name for name in wrong if not error(user, name)] == []
    assert error(user, "pec") == IT.t("import.error.bad_email", value="nessuna")
    assert only(user, "field-vat_number").value == "!"
    assert world.count("company") == 1
    good = dict.fromkeys(wrong, "") | {"country": "IT", "payment_days": "60", "vat_number": "00743110157", "name": EVIL}
    for name, value in good.items():
        put(user, f"field-{name}", value)
    click(user, "record-form-go")
    await user.should_see(marker="record-name", retries=20)
    assert only(user, "record-name").text == EVIL
    (id_,) = [row[0] for row in world.rows("SELECT id FROM company WHERE code <> 'C0'")]
    saved = values(world, T.COMPANIES, id_)
    assert (saved["code"], saved["payment_days"], saved["vat_number"]) == ("AZ-00001", 60, "00743110157")


async def test_what_could_not_be_read_and_what_is_missing_are_told_together(opened: Opener, world: World) -> None:
    user = await opened(f"/services/{world.service_id}", "record-services")
    for name, value in {"name": " ", "hourly_rate": "65.5", "vat_nature": "N9"}.items():
        put(user, f"field-{name}", value)
    click(user, "save")
    await until(lambda: all(error(user, name) for name in ("name", "hourly_rate", "vat_nature")), "all three")
    assert only(user, "record-refused").text
    assert values(world, T.SERVICES, world.service_id)["hourly_rate"] == 6_000
    click(user, "undo")
    await until(lambda: only(user, "field-hourly_rate").value == "60,00", "as it is saved")
    assert error(user, "name") == ""


async def test_a_service_gets_another_price_and_its_history_tells_it(opened: Opener, world: World) -> None:
    user = await opened(f"/services/{world.service_id}?field=hourly_rate", "record-services")
    await user.should_see(marker="note-price")
    put(user, "field-hourly_rate", "1.072,50")
    click(user, "save")
    await user.should_see(marker="history-changed", retries=20)
    assert values(world, T.SERVICES, world.service_id)["hourly_rate"] == 107_250
    assert only(user, "save").enabled is False


async def test_somebody_elses_change_is_shown_and_what_was_typed_stays(opened: Opener, world: World) -> None:
    user = await opened(f"/companies/{world.company_id}", "record-companies")
    put(user, "field-city", "Milano")
    record = world.read(lambda session: record_detail(session, T.COMPANIES, world.company_id))
    cells = {
        name: typed(IT, T.COMPANIES, name, value) for name, value in record.seen.values.items() if value not in (True, False)
    }
    cells |= {"city": "Torino", "name": "Rossi & C."}
    world.act(lambda session: edit_record(session, record.seen, cells, actor=OTHER_MANAGER))
    click(user, "save")
    await user.should_see(marker="record-refused", retries=20)
    assert OTHER_MANAGER.name in only(user, "record-refused").text
    assert (only(user, "field-city").value, only(user, "field-name").value) == ("Milano", "Rossi & C.")
    click(user, "save")
    await until(lambda: values(world, T.COMPANIES, world.company_id)["city"] == "Milano", "saved again, as is meant")
    assert values(world, T.COMPANIES, world.company_id)["name"] == "Rossi & C."


async def test_an_open_page_follows_and_a_contact_gets_its_company(opened: Opener, world: World) -> None:
    contact = world.contact(None)
    user = await opened(f"/contacts/{contact}?field=company_id", "record-contacts")
    field = only(user, "field-company_id")
    with user:
        field.set_options({world.company_id: "Rossi"}, value=world.company_id)
    click(user, "save")
    await until(lambda: values(world, T.CONTACTS, contact)["company_id"] == world.company_id, "saved")
    seen = world.read(lambda session: record_detail(session, T.CONTACTS, contact)).seen
    world.act(lambda session: set_retired(session, seen, retired=True, actor=OTHER_MANAGER))
    publish(Changes(master_data={contact}))
    await until(lambda: only(user, "retire").text == IT.t("masterdata.bring_back"), "followed")


async def test_a_company_in_use_is_not_deleted_and_retiring_is_offered(opened: Opener, world: World) -> None:
    world.ticket(60)
    user = await opened(f"/companies/{world.company_id}", "record-companies")
    await user.should_see(marker="tickets-to-bill")
    click(user, "delete")
    await user.should_see(marker="delete-record")
    click(user, "delete-record-go")
    await user.should_see(marker="retire-instead", retries=20)
    assert IT.t("masterdata.use.ticket") in only(user, "delete-record-refused").text
    click(user, "retire-instead")
    await until(lambda: bool(values(world, T.COMPANIES, world.company_id)["retired"]), "retired instead")


async def test_a_contract_shows_what_its_kind_needs_and_is_edited_in_a_sheet(opened: Opener, world: World) -> None:
    cells = {"name": "Ore", "company_id": str(world.company_id), "kind": "units", "unit": "hours", "units_total": "40"}
    id_ = world.act(lambda session: create_record(session, T.CONTRACTS, cells, actor=MANAGER))
    user = await opened(f"/contracts/{id_}", "edit-contract")
    click(user, "edit-contract")
    await user.should_see(marker="field-units_total", retries=20)
    await user.should_not_see(marker="field-hourly_rate")
    await user.should_not_see(marker="field-overage_rate")
    put(user, "field-overage", "bill")
    await user.should_see(marker="field-overage_rate")
    put(user, "field-kind", "time_and_materials")
    await user.should_see(marker="field-hourly_rate")
    await user.should_not_see(marker="field-units_total")
    put(user, "field-hourly_rate", "82,5")
    click(user, "record-form-go")
    await until(lambda: values(world, T.CONTRACTS, id_)["hourly_rate"] == 8_250, "saved")
    saved = values(world, T.CONTRACTS, id_)
    assert (saved["unit"], saved["units_total"], saved["overage"], saved["overage_rate"]) == (None, 0, None, 0)


async def test_esc_asks_only_where_something_would_be_lost(opened: Opener, world: World) -> None:
    user = await opened(f"/companies/{world.company_id}", "record-companies")
    put(user, "field-city", "Milano")
    user.find(marker="record-companies").trigger("keydown.esc")
    await user.should_see(marker="discard-go")
    click(user, "discard-go")
    await user.should_see(marker="list-companies", retries=20)
    assert values(world, T.COMPANIES, world.company_id)["city"] == ""


# ---- who may, and where refusals lead ----


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


async def test_a_refusal_leads_to_the_field_that_mends_it(opened: Opener, world: World) -> None:
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
