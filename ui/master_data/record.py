"""One company, contact, service or planning: its form, what it is linked to, and its history (spec, sections 1 and 2)."""

from dataclasses import dataclass
from typing import Any, Final

from nicegui import ui

from domain.actions.records.edit import delete_record, set_retired
from domain.errors import Refused, Stale
from domain.rules.records.tables import RecordKind
from domain.vocabulary import Permission
from storage.queries.records.names import names_of
from storage.queries.records.records import BillableTickets, RecordDetail, Related, record_detail, related_to, to_bill
from ui.kit.badges import chip
from ui.kit.dialog import Dialog, ask_to_discard
from ui.kit.history import History, Names, references
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.save_bar import SaveBar
from ui.master_data.form import RecordForm
from ui.master_data.labels import describe, in_use
from ui.master_data.related import RelatedLists
from ui.server import live
from ui.server.gateway import Action

_CUSTOMERS: Final = RecordKind.COMPANIES
# Esc that closes a list of choices is for that alone.
_UNLESS_IT_CLOSES: Final = "() => document.querySelector('.q-menu, .q-dialog') || emit()"
_NO_WORTH: Final = BillableTickets(0, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as read, with the names that its history refers to, and what belongs to it where it is a company."""

    detail: RecordDetail
    names: Names
    related: tuple[Related, ...]
    worth: BillableTickets


def look(session: Any, table: RecordKind, id_: int) -> Seen:
    """Read a record. Raises NotFound."""
    detail = record_detail(session, table, id_)
    names = names_of(session, references(detail.history))
    if table is not _CUSTOMERS:
        return Seen(detail, names, (), _NO_WORTH)
    return Seen(detail, names, related_to(session, id_), to_bill(session, [id_]).get(id_, _NO_WORTH))


class RecordPage:
    """The open page of one record; what changes elsewhere shows in place, and what was typed stays."""

    def __init__(self, page: PageContext, table: RecordKind, seen: Seen) -> None:
        self._page, self._table, self._seen = page, table, seen
        self._area = f"master_data.{table.value}"
        self._gone = False
        self._may_change = page.visitor.may(Permission.MANAGE_MASTER_DATA)
        with ui.element("div").classes("md-page full").mark(f"record-{table.value}") as self._root:
            with ui.element("div").classes("stack"):
                self._head()
                with ui.element("div").classes("panel stack"):
                    self._form = RecordForm(page, table, seen.detail)
                    if self._may_change:
                        SaveBar(page, self._form, self._save, marker="record", keys=page.t("master_data.keys"))
                    else:
                        ui.label(page.t("master_data.read_only")).classes("muted small").mark("read-only")
            with ui.element("aside").classes("stack md-side"):
                self._related = RelatedLists(page) if table is _CUSTOMERS else None
                self._history = History(page.translator, describe)
        self._root.on("keydown.esc", self._leave, js_handler=_UNLESS_IT_CLOSES)
        self._show()
        self._refresh = LiveRefresh(self._root, self._load)
        self._refresh.follow(live.RECORD[table], having=lambda ids: self._id in ids)
        if table is _CUSTOMERS:
            self._refresh.follow(*live.RECORDS)
        self._form.focus(page.query.get("field", "")[:40])

    @property
    def _id(self) -> int:
        return self._seen.detail.seen.id

    def _head(self) -> None:
        t = self._page.t
        with ui.element("div").classes("line md-head"):
            self._name = ui.label("").classes("head__title clip").mark("record-name")
            self._code = ui.label("").classes("muted num").mark("record-code")
            with ui.element("span").mark("record-retired") as self._retired:
                chip("not_billed", "inventory_2", t("master_data.retired"))
            if self._may_change:
                with ui.element("div").classes("line pushed"):
                    self._retire = ui.button(on_click=self._set_retired).props("outline").mark("retire")
                    ui.button(t("master_data.delete"), on_click=self._delete).props("flat color=negative").mark("delete")

    def _show(self) -> None:
        t, detail = self._page.t, self._seen.detail
        values = detail.seen.values
        name = values.get("name") or f"{values['first_name']} {values['last_name']}"
        trail = [("/companies", t("nav.master_data")), (f"/{self._table.value}", t(f"{self._area}.title"))]
        self._page.heading(name, trail=trail)
        self._name.set_text(name)
        self._code.set_text(values["code"])
        self._retired.set_visibility(values["retired"])
        if self._may_change:
            self._retire.set_text(t("master_data.bring_back" if values["retired"] else "master_data.retire"))
        if self._related:
            self._related.update(self._id, self._seen.related, self._seen.worth)
        self._history.update(detail.history, self._seen.names)

    async def _load(self) -> None:
        if self._gone:
            return
        id_, table = self._id, self._table
        self._seen = await self._page.read(lambda session: look(session, table, id_))
        if self._root.is_deleted:
            return
        self._show()
        self._form.show(self._seen.detail)

    async def _save(self) -> None:
        try:
            await self._form.save()
        except Stale:
            await self._refresh()
            raise
        await self._refresh()
        self._form.restore()
        self._page.done(self._page.t("master_data.saved"))

    async def _leave(self) -> None:
        """Esc: back to the list, and where something would be lost only if that is meant."""

        def go() -> None:
            self._page.go(f"/{self._table.value}")

        if self._form.dirty:
            await ask_to_discard(self._page, go)
        else:
            go()

    async def _act(self, action: Action[None]) -> None:
        try:
            await self._page.act(action)
        except Stale:
            await self._refresh()
            raise
        await self._refresh()

    async def _set_retired(self) -> None:
        seen = self._seen.detail.seen
        retired = not seen.values["retired"]
        await self._act(lambda session, actor: set_retired(session, seen, retired=retired, actor=actor))
        self._page.done(self._page.t("master_data.now_retired" if retired else "master_data.now_back"))

    async def _delete(self) -> None:
        page, t, seen = self._page, self._page.t, self._seen.detail.seen
        title = t("master_data.delete_title", code=seen.values["code"])
        dialog = Dialog[bool](page, title, t("master_data.delete_go"), marker="delete-record", danger=True)
        with dialog.body:
            ui.label(t("master_data.delete_why")).classes("wrap")

        async def retire() -> None:
            dialog.dialog.close()
            await self._set_retired()

        def remedy(refused: Refused) -> None:
            if refused.code == "record_in_use" and not seen.values["retired"]:
                ui.button(t("master_data.retire"), on_click=retire).props("outline").mark("retire-instead")

        async def delete() -> bool:
            # What is gone is not read again, whoever hears first that it is.
            self._gone = True
            try:
                await page.act(lambda session, actor: delete_record(session, seen, actor=actor))
            except Refused as refused:
                self._gone = False
                raise in_use(page.translator, refused) if refused.code == "record_in_use" else refused from None
            return True

        dialog.refusal.remedy = remedy
        if await dialog.ask(delete):
            page.done(t("master_data.deleted"))
            page.go(f"/{self._table.value}")
