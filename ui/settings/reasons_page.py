"""`/settings/reasons`: the usual reasons, in the order of the keys that choose them (spec, section 5)."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import events, ui

from domain.actions.settings.reasons import add_reason, delete_reason, edit_reason, move_reason
from domain.model.tickets import REASON_LENGTH
from storage.queries.settings.firm import ReasonRow, reason_rows
from ui.kit.dialog import Dialog, confirm
from ui.kit.fields import ENTER, LongText
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_table
from ui.server import live
from ui.server.gateway import Action
from ui.settings.tabs import settings_tabs

Save = Callable[[str], Awaitable[None]]

_KEYS: Final = 9

# Values reach the markup through Vue's bindings alone. Alt with an arrow moves a row, an arrow alone goes to the next one.
_BODY: Final = """
<q-tr :props="props" tabindex="0" @keydown.alt.up.prevent="$parent.$emit('move', [props.row.id, -1])"
  @keydown.alt.down.prevent="$parent.$emit('move', [props.row.id, 1])"
  @keydown.up.exact.prevent="$event.currentTarget.previousElementSibling?.focus()"
  @keydown.down.exact.prevent="$event.currentTarget.nextElementSibling?.focus()"
  @keydown.enter.self="$parent.$emit('edit', props.row.id)" @keydown.delete.self="$parent.$emit('remove', props.row.id)">
  <q-td key="key" :props="props"><kbd v-if="props.row.key">{{ props.row.key }}</kbd></q-td>
  <q-td key="text" :props="props" class="wrap">{{ props.row.text }}</q-td>
  <q-td key="do" :props="props" class="settings__do">
    <q-btn flat dense round icon="arrow_upward" :disable="props.row.first" :aria-label="props.row.up"
      @click="$parent.$emit('move', [props.row.id, -1])" />
    <q-btn flat dense round icon="arrow_downward" :disable="props.row.last" :aria-label="props.row.down"
      @click="$parent.$emit('move', [props.row.id, 1])" />
    <q-btn flat dense round icon="edit" :aria-label="props.row.edit" @click="$parent.$emit('edit', props.row.id)" />
    <q-btn flat dense round icon="delete_outline" :aria-label="props.row.remove" @click="$parent.$emit('remove', props.row.id)" />
  </q-td>
</q-tr>
"""


async def reasons(page: PageContext) -> None:
    """The list."""
    settings_tabs(page, "reasons")
    await ReasonList(page).build()


class ReasonList:
    """The open list. Ids come from the browser; what they stand for is what was read."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._t = page.t
        self._rows: dict[int, ReasonRow] = {}

    async def build(self) -> None:
        """Frame first."""
        with ui.element("div").classes("stack settings") as root:
            with ui.element("div").classes("line line--apart"):
                ui.label(self._t("settings.reasons.text")).classes("muted settings__lead")
                ui.button(self._t("settings.reasons.add"), icon="add", on_click=self._add).props("outline").mark("add-reason")
            waiting = skeleton_table(7)
            heads = {name: self._t(f"settings.reasons.{key}") for name, key in (("key", "key"), ("text", "text_field"))}
            heads["do"] = self._t("access.actions")
            columns = [
                {"name": name, "field": name, "label": label, "align": "right" if name == "do" else "left"}
                for name, label in heads.items()
            ]
            self._table = ui.table(rows=[], columns=columns, row_key="id").classes("full").props("hide-bottom").mark("reasons")
            self._table.add_slot("body", _BODY)
            self._table.set_visibility(False)
            ui.label(self._t("settings.reasons.keys")).classes("muted small")
        self._table.on("move", self._move).on("edit", self._edit).on("remove", self._remove)
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(live.REASONS)
        await self._refresh()
        waiting.delete()
        self._table.set_visibility(True)

    async def _load(self) -> None:
        found = await self._page.read(reason_rows)
        self._rows = {row.id: row for row in found}
        self._table.rows = [
            {
                "id": row.id,
                "key": str(place) if place <= _KEYS else "",
                "text": row.text,
                "first": place == 1,
                "last": place == len(found),
                **{verb: self._t(f"settings.reasons.{verb}", reason=row.text) for verb in ("up", "down", "edit", "remove")},
            }
            for place, row in enumerate(found, start=1)
        ]

    async def _act(self, action: Action[object]) -> None:
        """What is shown afterwards is what is true, also where it was refused."""
        try:
            await self._page.act(action)
        finally:
            await self._refresh()

    def _known(self, id_: object) -> ReasonRow | None:
        return self._rows.get(id_) if type(id_) is int else None

    async def _move(self, event: events.GenericEventArguments) -> None:
        id_, step = event.args if isinstance(event.args, list) and len(event.args) == len(("id", "step")) else (None, 0)
        row = self._known(id_)
        if row and step in (-1, 1):
            await self._act(lambda session, actor: move_reason(session, row.id, step, actor=actor))

    async def _add(self) -> None:
        async def save(text: str) -> None:
            await self._act(lambda session, actor: add_reason(session, text, actor=actor))

        if await self._ask(self._t("settings.reasons.add"), "", save):
            self._page.done(self._t("settings.reasons.added"))

    async def _edit(self, event: events.GenericEventArguments) -> None:
        row = self._known(event.args)
        if row is None:
            return

        async def save(text: str) -> None:
            await self._act(lambda session, actor: edit_reason(session, row.id, row.text, text, actor=actor))

        if await self._ask(self._t("settings.reasons.edit_title"), row.text, save):
            self._page.done(self._t("settings.reasons.saved"))

    async def _ask(self, title: str, text: str, save: Save) -> bool:
        dialog = Dialog[bool](self._page, title, self._t("action.save"), marker="reason-sheet")
        with dialog.body:
            form = dialog.form({"text": text}, labels="settings.reasons")
            form.place(LongText("text", label="settings.reasons.text_field", length=REASON_LENGTH, focus=True, confirms=ENTER))
        with dialog.foot:
            ui.label(self._t("settings.reasons.kept"))

        async def confirm() -> bool:
            await save(form["text"] or "")
            return True

        return bool(await dialog.ask(confirm))

    async def _remove(self, event: events.GenericEventArguments) -> None:
        row = self._known(event.args)
        if row is None:
            return
        title, go = self._t("settings.reasons.remove_title"), self._t("settings.reasons.remove_go")

        async def delete() -> None:
            await self._act(lambda session, actor: delete_reason(session, row.id, row.text, actor=actor))

        if await confirm(self._page, title, go, f"«{row.text}»", delete, marker="remove", more=self._t("settings.reasons.kept")):
            self._page.done(self._t("settings.reasons.removed"))
