"""Anagrafiche: companies, contacts, services, contracts and plannings, as lists and one by one (spec, section 2)."""

from nicegui import ui

from domain.rules.records.tables import RecordKind
from ui.kit.page import PageContext
from ui.kit.skeleton import skeleton_lines, skeleton_table
from ui.master_data.record import RecordPage, look
from ui.master_data.table import open_list


async def companies(page: PageContext) -> None:
    """Aziende."""
    await _list(page, RecordKind.COMPANIES)


async def contacts(page: PageContext) -> None:
    """Contatti."""
    await _list(page, RecordKind.CONTACTS)


async def services(page: PageContext) -> None:
    """Servizi."""
    await _list(page, RecordKind.SERVICES)


async def contracts(page: PageContext) -> None:
    """Servizi a Contratto."""
    await _list(page, RecordKind.CONTRACTS)


async def plannings(page: PageContext) -> None:
    """Pianificazioni."""
    await _list(page, RecordKind.PLANNINGS)


async def company(page: PageContext, company_id: int) -> None:
    """One Azienda."""
    await _record(page, RecordKind.COMPANIES, company_id)


async def contact(page: PageContext, contact_id: int) -> None:
    """One Contatto."""
    await _record(page, RecordKind.CONTACTS, contact_id)


async def service(page: PageContext, service_id: int) -> None:
    """One Servizio."""
    await _record(page, RecordKind.SERVICES, service_id)


async def planning(page: PageContext, planning_id: int) -> None:
    """One Pianificazione."""
    await _record(page, RecordKind.PLANNINGS, planning_id)


async def _list(page: PageContext, table: RecordKind) -> None:
    page.heading(page.t(f"master_data.{table.value}.title"), trail=[("/companies", page.t("nav.master_data"))])
    await open_list(page, table)


async def _record(page: PageContext, table: RecordKind, id_: int) -> None:
    page.heading(
        "…", trail=[("/companies", page.t("nav.master_data")), (f"/{table.value}", page.t(f"master_data.{table.value}.title"))]
    )
    with ui.element("div").classes("md-page full") as waiting:
        skeleton_table(8)
        skeleton_lines(8)
    seen = await page.read(lambda session: look(session, table, id_))
    waiting.delete()
    RecordPage(page, table, seen)
