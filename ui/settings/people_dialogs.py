"""The dialogs about people: add one, another role, an end to their access, a new password (spec, section 7)."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from domain.actions.people.people import NAME_LENGTH, AddUser, ChangeUser, SetPassword, add_user, change_user, set_password
from domain.errors import InvalidInput
from domain.vocabulary import Role
from storage.queries.people.people import PersonRow, logins_of
from ui.kit.dialog import Dialog, confirm
from ui.kit.fields import Choose, Text
from ui.kit.form import BadFields
from ui.kit.page import PageContext
from ui.server.gateway import Action
from ui.server.passwords import LONGEST, hash_password
from ui.server.sessions import close_pages
from ui.server.threads import run_in_thread

_MADE_BYTES: Final = 12
_PASSWORD: Final = Text("password", password=True, length=LONGEST, props="autocomplete=new-password")


class PeopleDialogs:
    """Each asks, acts and says what was done."""

    def __init__(self, page: PageContext, roles: Sequence[Role]) -> None:
        self._page = page
        self._t = page.t
        self._names = {role: page.t(f"role.{role}") for role in roles}

    async def add(self) -> None:
        """A new person; a password that was made for them is shown once."""
        dialog = Dialog[str](self._page, self._t("settings.people.add"), self._t("settings.people.add_go"), marker="person")
        with dialog.body:
            form = dialog.form({"role": Role.OPERATOR}, labels="settings.people")
            form.row(Text("name", length=NAME_LENGTH, focus=True), Choose("role", options=self._names), _PASSWORD)

        async def confirm() -> str:
            values, wrong = form.values(), {}
            if not values["name"]:
                wrong["name"] = self._t("settings.people.name_missing")
            try:
                made, digest = await _hashed(values["password"])
            except InvalidInput as refused:
                raise BadFields({**wrong, "password": self._page.translator.refusal(refused)}) from None
            if wrong:
                raise BadFields(wrong)
            command = AddUser(values["name"], values["role"], digest)
            await self._act(lambda session, actor: add_user(session, command, actor=actor))
            return made

        made = await dialog.ask(confirm)
        if made is not None:
            person = (form["name"] or "").strip()
            self._page.done(self._t("settings.people.added", name=person))
            self._show_once(person, made)

    async def change_role(self, row: PersonRow) -> None:
        """Another role."""
        title = self._t("settings.people.title_role", name=row.name)
        dialog = Dialog[bool](self._page, title, self._t("action.save"), marker="role")
        with dialog.body:
            form = dialog.form({"role": row.role}, labels="settings.people")
            form.place(Choose("role", options=self._names))

        async def confirm() -> bool:
            command = ChangeUser(row.name, form.values()["role"], row.active)
            await self._page.act(lambda session, actor: change_user(session, command, actor=actor))
            return True

        if await dialog.ask(confirm):
            self._page.done(self._t("settings.people.saved", name=row.name))

    async def set_access(self, command: ChangeUser) -> None:
        """An end to somebody's access, which closes their open pages, or a new start."""
        word = "restore" if command.active else "end"
        title = self._t(f"settings.people.title_{word}", name=command.name)
        ended: set[str] = set()

        def act(session: Any, actor: Any) -> set[str]:
            open_logins = logins_of(session, command.name)
            change_user(session, command, actor=actor)
            return open_logins

        async def agreed() -> None:
            ended.update(await self._page.act(act))

        go, text = self._t(f"settings.people.{word}_go", name=command.name), self._t(f"settings.people.{word}_text")
        if await confirm(self._page, title, go, text, agreed, marker="access"):
            if not command.active:
                await close_pages(ended)
            self._page.done(self._t(f"settings.people.{word}_done", name=command.name))

    async def set_password(self, name: str) -> None:
        """A new password, which ends their sign-ins; one that was made is shown once."""
        title = self._t("settings.people.title_password", name=name)
        dialog = Dialog[tuple[str, set[str]]](self._page, title, self._t("settings.people.password_go"), marker="password")
        with dialog.body:
            ui.label(self._t("settings.people.password_text")).classes("muted")
            form = dialog.form({}, labels="settings.people", marker="person")
            form.place(_PASSWORD)

        async def confirm() -> tuple[str, set[str]]:
            made, digest = await _hashed(form["password"])

            def act(session: Any, actor: Any) -> set[str]:
                open_logins = logins_of(session, name)
                set_password(session, SetPassword(name, digest), actor=actor)
                return open_logins

            return made, await self._page.act(act)

        done = await dialog.ask(confirm)
        if done is not None:
            await close_pages(done[1])
            self._page.done(self._t("settings.people.password_done", name=name))
            self._show_once(name, done[0])

    async def _act(self, action: Action[Any]) -> None:
        """Whatever is refused about a person who is added is about the name."""
        try:
            await self._page.act(action)
        except InvalidInput as refused:
            raise InvalidInput(refused.code, **{**refused.params, "field": "name"}) from None

    def _show_once(self, name: str, made: str) -> None:
        if not made:
            return
        with ui.dialog() as dialog, ui.card().classes("sheet").mark("made-password"):
            ui.label(self._t("settings.people.made", name=name)).classes("sheet__title").props("role=heading aria-level=2")
            ui.label(made).classes("made").mark("made-password-text")
            ui.label(self._t("settings.people.made_text")).classes("muted")
            with ui.element("div").classes("line sheet__foot"):
                ui.element("div").classes("grow")
                ui.button(self._t("settings.people.copy"), icon="content_copy", on_click=lambda: ui.clipboard.write(made)).props(
                    "outline"
                )
                ui.button(self._t("action.close"), on_click=dialog.close).mark("made-password-close")
        dialog.props("persistent").on("hide", dialog.delete)
        dialog.open()


async def _hashed(typed: str | None) -> tuple[str, str]:
    """A password that had to be made, else nothing, and the hash. Raises InvalidInput that names the field."""
    made = "" if typed else secrets.token_urlsafe(_MADE_BYTES)
    try:
        return made, await run_in_thread(lambda: hash_password(typed or made))
    except InvalidInput as refused:
        raise InvalidInput(refused.code, **{**refused.params, "field": "password"}) from None
