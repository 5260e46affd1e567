"""Forms of master data: errors appear at their fields, and no input is lost (spec, section 2)."""

import asyncio

from domain.actions.records.edit import create_record, edit_record, set_retired
from domain.rules.records.tables import RecordKind as T
from storage.queries.records.records import record_detail
from tests.builders import MANAGER, OTHER_MANAGER, World
from tests.ui.master_data.conftest import IT, Opener, error, values
from tests.ui.ticket_screen import EVIL, click, only, put, until
from ui.master_data.labels import cell_of


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


async def test_invalid_and_missing_values_are_shown_together(opened: Opener, world: World) -> None:
    user = await opened(f"/services/{world.service_id}", "record-services")
    for name, value in {"name": " ", "hourly_rate": "65.5", "vat_nature": "N9"}.items():
        put(user, f"field-{name}", value)
    click(user, "record-save")
    await until(lambda: all(error(user, name) for name in ("name", "hourly_rate", "vat_nature")), "all three")
    assert only(user, "record-refused").text
    assert values(world, T.SERVICES, world.service_id)["hourly_rate"] == 6_000
    click(user, "record-cancel")
    await until(lambda: only(user, "field-hourly_rate").value == "60,00", "as it is saved")
    assert error(user, "name") == ""


async def test_a_changed_service_price_is_in_its_history(opened: Opener, world: World) -> None:
    user = await opened(f"/services/{world.service_id}?field=hourly_rate", "record-services")
    await user.should_see(marker="note-price")
    put(user, "field-hourly_rate", "1.072,50")
    click(user, "record-save")
    await user.should_see(marker="history-changed", retries=20)
    assert values(world, T.SERVICES, world.service_id)["hourly_rate"] == 107_250
    assert only(user, "record-save").enabled is False


async def test_somebody_elses_change_is_shown_and_what_was_typed_stays(opened: Opener, world: World) -> None:
    user = await opened(f"/companies/{world.company_id}", "record-companies")
    put(user, "field-city", "Milano")
    record = world.read(lambda session: record_detail(session, T.COMPANIES, world.company_id))
    cells = {name: cell_of(name, value) for name, value in record.seen.values.items() if value not in (True, False)}
    cells |= {"city": "Torino", "name": "Rossi & C."}
    world.act(lambda session: edit_record(session, record.seen, cells, actor=OTHER_MANAGER))
    click(user, "record-save")
    await user.should_see(marker="record-refused", retries=20)
    assert OTHER_MANAGER.name in only(user, "record-refused").text
    assert (only(user, "field-city").value, only(user, "field-name").value) == ("Milano", "Rossi & C.")
    click(user, "record-save")
    await until(lambda: values(world, T.COMPANIES, world.company_id)["city"] == "Milano", "saved again, as is meant")
    assert values(world, T.COMPANIES, world.company_id)["name"] == "Rossi & C."


async def test_an_open_page_follows_and_a_contact_gets_its_company(opened: Opener, world: World) -> None:
    contact = world.contact(None)
    user = await opened(f"/contacts/{contact}?field=company_id", "record-contacts")
    field = only(user, "field-company_id")
    with user:
        field.set_options({world.company_id: "Rossi"}, value=world.company_id)
    click(user, "record-save")
    await until(lambda: values(world, T.CONTACTS, contact)["company_id"] == world.company_id, "saved")
    seen = world.read(lambda session: record_detail(session, T.CONTACTS, contact)).seen
    world.act(lambda session: set_retired(session, seen, retired=True, actor=OTHER_MANAGER))
    await until(lambda: only(user, "retire").text == IT.t("master_data.bring_back"), "followed")


async def test_a_company_in_use_is_not_deleted_and_retiring_is_offered(opened: Opener, world: World) -> None:
    world.ticket(60)
    user = await opened(f"/companies/{world.company_id}", "record-companies")
    await user.should_see(marker="tickets-to-bill")
    click(user, "delete")
    await user.should_see(marker="delete-record")
    click(user, "delete-record-go")
    await user.should_see(marker="retire-instead", retries=20)
    assert IT.t("master_data.use.ticket") in only(user, "delete-record-refused").text
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


async def test_a_record_that_nothing_uses_is_deleted_without_an_error(opened: Opener, world: World) -> None:
    contact = world.contact(None)
    user = await opened(f"/contacts/{contact}", "record-contacts")
    click(user, "delete")
    await user.should_see(marker="delete-record")
    click(user, "delete-record-go")
    await user.should_see(marker="list-contacts", retries=20)
    await asyncio.sleep(0.3)
    assert user.notify.messages == [IT.t("master_data.deleted")]
    assert world.count("contact") == 0
