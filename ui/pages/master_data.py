"""Anagrafiche: companies, contacts, services, contracts and plannings, as lists and one by one (spec, section 2)."""

from nicegui import ui

from domain.rules.import_tables import ImportTable
from ui.components.master_list import MasterList
from ui.components.master_record import RecordPage, look
from ui.components.skeleton import skeleton_lines, skeleton_table
from ui.page import PageContext


async def companies(page: PageContext) -> None:
    """Aziende."""
    await _list(page, ImportTable.COMPANIES)


async def contacts(page: PageContext) -> None:
    """Contatti."""
    await _list(page, ImportTable.CONTACTS)


async def services(page: PageContext) -> None:
    """Servizi."""
    await _list(page, ImportTable.SERVICES)


async def contracts(page: PageContext) -> None:
    """Servizi a Contratto."""
    await _list(page, ImportTable.CONTRACTS)


async def plannings(page: PageContext) -> None:
    """Pianificazioni."""
    await _list(page, ImportTable.PLANNINGS)


async def company(page: PageContext, company_id: int) -> None:
    """One Azienda."""
    await _record(page, ImportTable.COMPANIES, company_id)


async def contact(page: PageContext, contact_id: int) -> None:
    """One Contatto."""
    await _record(page, ImportTable.CONTACTS, contact_id)


async def service(page: PageContext, service_id: int) -> None:
    """One Servizio."""
    await _record(page, ImportTable.SERVICES, service_id)


async def planning(page: PageContext, planning_id: int) -> None:
    """One Pianificazione."""
    await _record(page, ImportTable.PLANNINGS, planning_id)


async def _list(page: PageContext, table: ImportTable) -> None:
    page.heading(page.t(f"masterdata.{table.value}.title"), trail=[("/companies", page.t("nav.master_data"))])
    await MasterList(page, table).build()


async def _record(page: PageContext, table: ImportTable, id_: int) -> None:
    page.heading(
        "…", trail=[("/companies", page.t("nav.master_data")), (f"/{table.value}", page.t(f"masterdata.{table.value}.title"))]
    )
    with ui.element("div").classes("md-page full") as waiting:
        skeleton_table(8)
        skeleton_lines(8)
    seen = await page.read(lambda session: look(session, table, id_))
    waiting.delete()
    RecordPage(page, table, seen)
