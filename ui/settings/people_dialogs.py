"""The dialogs about people: add one, another role, an end to their access, a new password (spec, section 7)."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from domain.actions.people.people import NAME_LENGTH, AddUser, ChangeUser, SetPassword, add_user, change_user, set_password
from domain.errors import InvalidInput
from domain.vocabulary import Role
from storage.queries.people.people import PersonRow, logins_of
from ui.kit.dialog import Dialog
from ui.kit.drafts import keep_draft
from ui.kit.page import PageContext
from ui.server.gateway import Action
from ui.server.passwords import LONGEST, hash_password
from ui.server.sessions import close_pages
from ui.server.threads import run_in_thread

_MADE_BYTES: Final = 12


class PeopleDialogs:
    """Each asks, acts and says what was done."""

    def __init__(self, page: PageContext, roles: Sequence[Role]) -> None:
        self._page = page
        self._t = page.t
        self._names = {role.value: page.t(f"role.{role}") for role in roles}

    async def add(self) -> None:
        """A new person; a password that was made for them is shown once."""
        sheet = Dialog[str](self._page, self._t("settings.people.add"), self._t("settings.people.add_go"), marker="person")
        with sheet.body:
            name = ui.input(self._t("settings.people.name")).props(f"autofocus autocomplete=off maxlength={NAME_LENGTH}")
            keep_draft(name, "person-name")
            name.classes("full").mark("person-name").on("keydown.enter", sheet.confirm)
            role = ui.select(self._names, label=self._t("settings.people.role"), value=Role.OPERATOR.value)
            role.classes("full").mark("person-role")
            password = self._password_field(sheet)
        sheet.fields |= {"name": name, "password": password}

        async def confirm() -> str:
            missing = not (name.value or "").strip()
            if missing:
                name.error = self._t("settings.people.name_missing")
            made, digest = await self._hashed(password.value)
            if missing:
                raise InvalidInput("missing", field="name")
            command = AddUser(name.value, Role(role.value), digest)
            await self._act(lambda session, actor: add_user(session, command, actor=actor))
            return made

        made = await sheet.ask(confirm)
        if made is not None:
            person = (name.value or "").strip()
            self._page.done(self._t("settings.people.added", name=person))
            self._show_once(person, made)

    async def change_role(self, row: PersonRow) -> None:
        """Another role."""
        title = self._t("settings.people.title_role", name=row.name)
        sheet = Dialog[bool](self._page, title, self._t("action.save"), marker="role")
        with sheet.body:
            role = (
                ui.select(self._names, label=self._t("settings.people.role"), value=row.role.value)
                .classes("full")
                .mark("role-role")
            )

        async def confirm() -> bool:
            command = ChangeUser(row.name, Role(role.value), row.active)
            await self._page.act(lambda session, actor: change_user(session, command, actor=actor))
            return True

        if await sheet.ask(confirm):
            self._page.done(self._t("settings.people.saved", name=row.name))

    async def set_access(self, command: ChangeUser) -> None:
        """An end to somebody's access, which closes their open pages, or a new start."""
        word = "restore" if command.active else "end"
        title = self._t(f"settings.people.title_{word}", name=command.name)
        sheet = Dialog[set[str]](self._page, title, self._t(f"settings.people.{word}_go", name=command.name), marker="access")
        with sheet.body:
            ui.label(self._t(f"settings.people.{word}_text")).classes("muted")

        async def confirm() -> set[str]:
            def act(session: Any, actor: Any) -> set[str]:
                open_logins = logins_of(session, command.name)
                change_user(session, command, actor=actor)
                return open_logins

            return await self._page.act(act)

        ended = await sheet.ask(confirm)
        if ended is not None:
            if not command.active:
                await close_pages(ended)
            self._page.done(self._t(f"settings.people.{word}_done", name=command.name))

    async def set_password(self, name: str) -> None:
        """A new password, which ends their sign-ins; one that was made is shown once."""
        title = self._t("settings.people.title_password", name=name)
        sheet = Dialog[tuple[str, set[str]]](self._page, title, self._t("settings.people.password_go"), marker="password")
        with sheet.body:
            ui.label(self._t("settings.people.password_text")).classes("muted")
            password = self._password_field(sheet)
        sheet.fields["password"] = password

        async def confirm() -> tuple[str, set[str]]:
            made, digest = await self._hashed(password.value)

            def act(session: Any, actor: Any) -> set[str]:
                open_logins = logins_of(session, name)
                set_password(session, SetPassword(name, digest), actor=actor)
                return open_logins

            return made, await self._page.act(act)

        done = await sheet.ask(confirm)
        if done is not None:
            await close_pages(done[1])
            self._page.done(self._t("settings.people.password_done", name=name))
            self._show_once(name, done[0])

    def _password_field(self, sheet: Dialog[Any]) -> ui.input:
        field = ui.input(self._t("settings.people.password"), password=True, password_toggle_button=True).classes("full")
        field.props["hint"] = self._t("settings.people.password_hint")
        field.props(f"autocomplete=new-password maxlength={LONGEST}").on("keydown.enter", sheet.confirm)
        return field.mark("person-password")

    async def _hashed(self, typed: str | None) -> tuple[str, str]:
        """A password that had to be made, else nothing, and the hash. Raises InvalidInput that names the field."""
        made = "" if typed else secrets.token_urlsafe(_MADE_BYTES)
        try:
            return made, await run_in_thread(lambda: hash_password(typed or made))
        except InvalidInput as refused:
            raise InvalidInput(refused.code, **{**refused.params, "field": "password"}) from None

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
