"""A new company, contact, service, contract or planning, or a change to one, in a sheet over the page where one is."""

from collections.abc import Callable

from nicegui import ui

from domain.errors import Stale
from domain.rules.records.tables import RecordKind
from storage.queries.records.records import RecordDetail, next_code, record_detail
from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.master_data.form import RecordForm


async def open_record_form(page: PageContext, table: RecordKind, id_: int | None, *, field: str = "") -> int | None:
    """Write a new record (`id_` None) or change one, beginning at `field`: its id once saved, None where thought better of.

    Raises NotFound.
    """
    detail, code = await page.read(
        lambda session: (record_detail(session, table, id_), "") if id_ is not None else (None, next_code(session, table))
    )
    t, area = page.t, f"master_data.{table.value}"
    title = t(f"{area}.edit", code=detail.seen.values["code"]) if detail else t(f"{area}.new")
    go = t("action.save") if detail else t(f"{area}.create")
    sheet = Dialog[int](page, title, go, marker="record-form", wide=True)
    with sheet.body:
        form = RecordForm(page, table, detail, confirm=sheet.confirm, next_code=code, changed=lambda: sheet.hold(form.dirty))
    sheet.fields |= form.fields
    sheet.dialog.on("shake", lambda: ask_to_discard(page, sheet.dialog.close))
    form.focus(field or ("name" if "name" in form.fields else "first_name"))
    saved = await sheet.ask(lambda: _save(page, table, form))
    if saved is not None:
        page.done(t("master_data.saved" if detail else "master_data.created"))
    return saved


async def _save(page: PageContext, table: RecordKind, form: RecordForm) -> int:
    try:
        return await form.save()
    except Stale:
        if form.id is not None:
            form.follow(await read_record(page, table, form.id))
        raise


async def read_record(page: PageContext, table: RecordKind, id_: int) -> RecordDetail:
    """One record as it is now. Raises NotFound."""
    return await page.read(lambda session: record_detail(session, table, id_))


async def ask_to_discard(page: PageContext, discard: Callable[[], object]) -> None:
    """Esc on something typed: `discard` it only where that is meant."""
    sheet = Dialog[bool](page, page.t("master_data.discard"), page.t("master_data.discard_go"), marker="discard")
    sheet.go.props("color=negative")
    with sheet.body:
        ui.label(page.t("master_data.discard_why")).classes("wrap")

    async def agreed() -> bool:
        return True

    if await sheet.ask(agreed):
        discard()
