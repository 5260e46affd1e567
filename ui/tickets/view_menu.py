"""*Viste*: opens a view of the list under its name, keeps the one at hand, and tidies up among them (screens)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from nicegui import ui

from domain.actions.people.views import SaveView, delete_view, save_view, share_view
from domain.model.screens import VIEW_NAME_LENGTH
from domain.vocabulary import Permission
from storage.queries.tickets.views import ViewRow, views_of
from ui.kit.dialog import Dialog
from ui.kit.fields import Check, Text
from ui.kit.page import PageContext
from ui.kit.widgets import SMALL, icon_button

PAGE = "tickets"


class ViewMenu:
    """`here` is the view at hand, as it stands after the question mark."""

    def __init__(self, page: PageContext, path: str, here: Callable[[], str]) -> None:
        self._page = page
        self._path = path
        self._here = here
        self._views: list[ViewRow] = []

    def build(self) -> None:
        """Place the button; `load` fills its menu."""
        self._button = ui.button(self._page.t("grid.views"), icon="bookmark_border").mark("views")
        self._button.props("flat icon-right=arrow_drop_down aria-haspopup=menu no-wrap").classes("views")
        with self._button, ui.menu().mark("views-menu") as self._menu:
            pass

    async def load(self) -> None:
        """Read the views again, and show them."""
        user_id = self._page.visitor.user_id
        self._views = await self._page.read(lambda session: views_of(session, PAGE, user_id))
        if not self._menu.is_deleted:
            self._fill()
            self.show()

    def show(self) -> None:
        """Say on the button which of the views is at hand."""
        here = self._here()
        name = next((view.name for view in self._views if view.address == here), "")
        self._button.set_text(name or self._page.t("grid.views"))
        self._button.props(f"icon={'bookmark' if name else 'bookmark_border'}")

    def _fill(self) -> None:
        t = self._page.t
        self._menu.clear()
        with self._menu:
            for own, heading in ((True, "grid.views_own"), (False, "grid.views_shared")):
                views = [view for view in self._views if view.own is own]
                if views:
                    ui.label(t(heading)).classes("muted small views__head")
                for view in views:
                    with ui.menu_item(on_click=partial(self._open, view)).props("role=menuitem").mark(f"view-{view.id}"):
                        ui.label(view.name).classes("grow")
                        if view.shared:
                            ui.label(t("grid.view_shared") if own else view.owner).classes("muted small views__note")
            if self._views:
                ui.separator()
            else:
                ui.label(t("grid.views_none")).classes("muted small views__head wrap")
            ui.menu_item(t("grid.view_save"), on_click=self._save).props("role=menuitem").mark("view-save")
            if any(self._may_change(view) for view in self._views):
                ui.menu_item(t("grid.views_manage"), on_click=self._manage).props("role=menuitem").mark("views-manage")

    def _may_change(self, view: ViewRow) -> bool:
        return view.own or self._page.visitor.may(Permission.MANAGE_SETTINGS)

    def _open(self, view: ViewRow) -> None:
        self._page.go(f"{self._path}?{view.address}" if view.address else self._path)

    async def _save(self) -> None:
        page, address = self._page, self._here()
        known = next((view for view in self._views if view.own and view.address == address), None)
        sheet = Dialog[int](page, page.t("grid.view_save"), page.t("grid.view_save_go"), marker="view")
        with sheet.body:
            base = {"view_name": known.name, "share": known.shared} if known else {"view_name": "", "share": False}
            form = sheet.form(base, labels="grid")
            form.row(Text("view_name", length=VIEW_NAME_LENGTH, focus=True), Check("share", label="grid.view_share"))
            ui.label(page.t("grid.view_hint")).classes("muted small wrap")

        async def save() -> int:
            command = SaveView(PAGE, form["view_name"] or "", address, bool(form["share"]))
            return await page.act(lambda session, actor: save_view(session, command, actor=actor))

        if await sheet.ask(save) is not None:
            page.done(page.t("grid.view_saved"))
            await self.load()

    async def _manage(self) -> None:
        page = self._page
        sheet = Dialog[bool](page, page.t("grid.views_manage"), "", marker="views")
        with sheet.body, ui.element("ul").classes("columns"):
            for view in self._views:
                if self._may_change(view):
                    self._managed(view)

        async def nothing() -> bool:
            return True

        await sheet.ask(nothing)
        await self.load()

    def _managed(self, view: ViewRow) -> None:
        row = ui.element("li")
        self._offer(row, view)

    def _offer(self, row: ui.element, view: ViewRow) -> None:
        page = self._page

        async def share(shared: bool) -> None:
            await page.act(lambda session, actor: share_view(session, view.id, shared, actor=actor))

        async def forget() -> None:
            await page.act(lambda session, actor: delete_view(session, view.id, actor=actor))
            self._forgotten(row, replace(view, shared=bool(switch.value)))

        row.clear()
        with row:
            ui.label(view.name if view.own else f"{view.name} · {view.owner}").classes("grow clip")
            switch = ui.switch(page.t("grid.view_shared"), value=view.shared).mark(f"share-{view.id}")
            switch.on_value_change(lambda event: share(bool(event.value)))
            name = page.t("grid.view_delete", name=view.name)
            icon_button("delete_outline", name, forget, props=SMALL).mark(f"forget-{view.id}")

    def _forgotten(self, row: ui.element, view: ViewRow) -> None:
        """Says so in the place of the view; one's own can come back as it was, another's only by its owner."""
        page = self._page
        again = SaveView(PAGE, view.name, view.address, view.shared)

        async def bring_back() -> None:
            made = await page.act(lambda session, actor: save_view(session, again, actor=actor))
            self._offer(row, replace(view, id=made))

        row.clear()
        with row:
            ui.label(page.t("grid.view_deleted", name=view.name)).classes("grow clip muted").props("role=status")
            if view.own:
                ui.button(page.t("action.undo"), on_click=bring_back).props("flat").mark(f"bring-back-{view.id}")
