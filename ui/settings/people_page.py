"""`/settings/people`: who may sign in, in which role, and what each role may do (spec, section 7)."""

from typing import Any, Final

from nicegui import events, ui

from domain.actions.people.people import ChangeUser
from domain.rules.permissions import PERMISSIONS
from domain.vocabulary import Permission, Role
from storage.queries.people.people import PersonRow, person_rows
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_table
from ui.server import live
from ui.settings.people_dialogs import PeopleDialogs
from ui.settings.tabs import settings_tabs

ROLES: Final = (Role.OPERATOR, Role.BILLING_MANAGER, Role.TEAM_LEAD, Role.ADMINISTRATOR)

_COLUMNS: Final = ("name", "role", "access", "seen_at", "do")

_NAME: Final = """<q-td :props="props"><span class="strong">{{ props.row.name }}</span>
<span v-if="props.row.me" class="muted small"> · {{ props.row.me }}</span></q-td>"""
_ACCESS: Final = """<q-td :props="props"><span class="chip" :class="'chip--' + props.row.tone">
<q-icon :name="props.row.icon" aria-hidden="true" />{{ props.row.access }}</span></q-td>"""
_DO: Final = """<q-td :props="props" class="settings__do"><template v-if="!props.row.me">
<q-btn v-for="one in props.row.verbs" :key="one.verb" flat dense no-caps :label="one.label" :aria-label="one.named"
 @click="$parent.$emit(one.verb, props.row.id)" /></template></q-td>"""


async def people(page: PageContext) -> None:
    """The list, and the table of roles."""
    settings_tabs(page, "people")
    await PeopleList(page).build()


class PeopleList:
    """The open list. Ids come from the browser; who they are is what was read, and the action decides."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._t = page.translator
        self._rows: dict[int, PersonRow] = {}
        self._sheets = PeopleDialogs(page, ROLES)

    async def build(self) -> None:
        """Frame first."""
        t = self._t.t
        with ui.element("div").classes("stack settings settings--wide") as root:
            with ui.element("div").classes("line line--apart"):
                ui.label(t("settings.people.text")).classes("muted settings__lead")
                ui.button(t("settings.people.add"), icon="person_add", on_click=self._add).props("outline").mark("add-person")
            waiting = skeleton_table(5)
            columns = [
                {"name": name, "field": name, "label": t(f"settings.people.{name}") if name != "do" else t("access.actions"),
                 "align": "right" if name == "do" else "left"}
                for name in _COLUMNS
            ]  # fmt: skip
            self._table = ui.table(rows=[], columns=columns, row_key="id").classes("full").props("hide-bottom").mark("people")
            for name, template in (("name", _NAME), ("access", _ACCESS), ("do", _DO)):
                self._table.add_slot(f"body-cell-{name}", template)
            self._table.set_visibility(False)
            self._place_roles()
        for verb, handler in (("role", self._role), ("access", self._access), ("password", self._password)):
            self._table.on(verb, lambda event, handler=handler: self._on_person(event, handler))
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(*live.PEOPLE)
        await self._refresh()
        waiting.delete()
        self._table.set_visibility(True)

    async def _load(self) -> None:
        self._rows = {row.id: row for row in await self._page.read(person_rows)}
        self._table.rows = [self._cells(row) for row in self._rows.values()]

    def _cells(self, row: PersonRow) -> dict[str, Any]:
        t = self._t.t
        access = "ended" if not row.active else "yes" if row.has_password else "no_password"
        tone, icon = {"yes": ("billed", "check_circle"), "no_password": ("to_bill", "key_off"), "ended": ("not_billed", "block")}[
            access
        ]
        verbs = (("role", "role"), ("password", "password"), ("access", "end" if row.active else "restore"))
        return {
            "id": row.id,
            "name": row.name,
            "me": t("settings.people.me") if row.name == self._page.visitor.name else "",
            "role": t(f"role.{row.role}"),
            "access": t(f"settings.people.access_{access}"),
            "tone": tone,
            "icon": icon,
            "seen_at": self._t.instant(row.seen_at) if row.seen_at else t("settings.people.never"),
            "verbs": [
                {
                    "verb": verb,
                    "label": t(f"settings.people.do_{word}"),
                    "named": t(f"settings.people.title_{word}", name=row.name),
                }
                for verb, word in verbs
            ],
        }

    def _place_roles(self) -> None:
        """A small table: what each role may do."""
        t = self._t.t
        columns = [{"name": "what", "field": "what", "label": t("settings.people.may"), "align": "left"}]
        columns += [{"name": role.value, "field": role.value, "label": t(f"role.{role}"), "align": "center"} for role in ROLES]
        rows = [
            {"what": t(f"permission.{permission}"), **{role.value: _mark(role, permission) for role in ROLES}}
            for permission in Permission
        ]
        ui.label(t("settings.people.roles")).classes("section").props("role=heading aria-level=2")
        ui.table(rows=rows, columns=columns, row_key="what").classes("full roles").props("hide-bottom").mark("roles")

    async def _on_person(self, event: events.GenericEventArguments, handler: Any) -> None:
        row = self._rows.get(event.args) if type(event.args) is int else None
        if row is None:
            return
        try:
            await handler(row)
        finally:
            await self._refresh()

    async def _add(self) -> None:
        await self._sheets.add()
        await self._refresh()

    async def _role(self, row: PersonRow) -> None:
        await self._sheets.change_role(row)

    async def _access(self, row: PersonRow) -> None:
        await self._sheets.set_access(ChangeUser(row.name, row.role, active=not row.active))

    async def _password(self, row: PersonRow) -> None:
        await self._sheets.set_password(row.name)


def _mark(role: Role, permission: Permission) -> str:
    return "✓" if permission in PERMISSIONS[role] else "–"
