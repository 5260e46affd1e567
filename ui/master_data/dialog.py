"""A new company, contact, service, contract or planning, or a change to one, in a dialog over the page where one is."""

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
    dialog = Dialog[int](page, title, go, marker="record-form", wide=True)
    with dialog.body:
        form = dialog.attach(RecordForm(page, table, detail, next_code=code), guard=True)
    form.focus(field or ("name" if "name" in form.elements else "first_name"))

    async def save() -> int:
        try:
            return await form.save()
        except Stale:
            if form.id is not None:
                form.show(await read_record(page, table, form.id))
            raise

    saved = await dialog.ask(save)
    if saved is not None:
        page.done(t("master_data.saved" if detail else "master_data.created"))
    return saved


async def read_record(page: PageContext, table: RecordKind, id_: int) -> RecordDetail:
    """One record as it is now. Raises NotFound."""
    return await page.read(lambda session: record_detail(session, table, id_))
