"""`/settings/series`: the counters of numbers, and where those of invoices and credit notes begin (spec, section 5)."""

from datetime import UTC, datetime
from typing import Any, Final

from nicegui import events, ui

from domain.actions.settings.series import MAX_ORDINAL, start_series
from domain.rules.calendar import firm_date
from domain.rules.numbering import document_number
from storage.queries.settings.firm import SeriesRow, series_rows
from ui.kit.dialog import Dialog
from ui.kit.fields import Whole
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_table
from ui.server import live
from ui.settings.tabs import settings_tabs

_COLUMNS: Final = ("code", "of", "year", "start", "last", "last_on", "next", "do")
_RIGHT: Final = frozenset({"year", "start", "last", "next", "do"})

_DO: Final = """<q-td :props="props" class="settings__do"><q-btn v-if="props.row.can_start" flat dense no-caps
 :label="props.row.begin" :aria-label="props.row.begin_named" @click="$parent.$emit('begin', props.row.id)" /></q-td>"""


async def series(page: PageContext) -> None:
    """The table."""
    settings_tabs(page, "series")
    await SeriesTable(page).build()


class SeriesTable:
    """The open table. What the browser names is looked up in what was read."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._t = page.translator
        self._rows: dict[str, SeriesRow] = {}

    async def build(self) -> None:
        """Frame first."""
        with ui.element("div").classes("stack settings settings--wide") as root:
            ui.label(self._t.t("settings.series.text")).classes("muted settings__lead")
            waiting = skeleton_table(4)
            columns = [
                {
                    "name": name,
                    "field": name,
                    "label": self._t.t(f"settings.series.{name}") if name != "do" else self._t.t("access.actions"),
                    "align": "right" if name in _RIGHT else "left",
                }
                for name in _COLUMNS
            ]
            self._table = ui.table(rows=[], columns=columns, row_key="id").classes("full").props("hide-bottom").mark("series")
            self._table.add_slot("body-cell-do", _DO)
            self._table.set_visibility(False)
        self._table.on("begin", self._begin)
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(live.SERIES, live.PROPOSALS, live.INVOICES)
        await self._refresh()
        waiting.delete()
        self._table.set_visibility(True)

    async def _load(self) -> None:
        today = firm_date(datetime.now(UTC))
        found = await self._page.read(lambda session: series_rows(session, today))
        self._rows = {f"{row.code}-{row.year}": row for row in found}
        self._table.rows = [{"id": id_, **self._cells(row)} for id_, row in self._rows.items()]

    def _cells(self, row: SeriesRow) -> dict[str, Any]:
        t = self._t
        numbers = row.of != "other"
        return {
            "code": row.code,
            "of": t.t(f"settings.series.of_{row.code if t.knows(f'settings.series.of_{row.code}') else row.of}"),
            "year": str(row.year),
            "start": t.number(row.start) if row.start else "—",
            "last": t.number(row.last) if row.last else "—",
            "last_on": t.date(row.last_on) if row.last_on else "—",
            "next": document_number(row.code, row.year, row.last + 1) if numbers else "",
            "can_start": row.can_start,
            "begin": t.t("settings.series.begin"),
            "begin_named": t.t("settings.series.begin_title", series=f"{row.code} {row.year}"),
        }

    async def _begin(self, event: events.GenericEventArguments) -> None:
        row = self._rows.get(event.args) if isinstance(event.args, str) else None
        if row is None or not row.can_start:
            return
        t = self._t
        title = t.t("settings.series.begin_title", series=f"{row.code} {row.year}")
        dialog = Dialog[bool](self._page, title, t.t("action.save"), marker="begin")
        with dialog.body:
            ui.label(t.t("settings.series.begin_text")).classes("muted")
            form = dialog.form({"last_elsewhere": row.start or None}, labels="settings.series")
            last = Whole("last_elsewhere", length=9, maximum=MAX_ORDINAL - 1, focus=True, props="inputmode=numeric")
            form.place(last).mark("begin-last")
            follows = ui.label("").classes("small num settings__follows").mark("begin-follows")

        def say() -> None:
            number = form.read()[0].get("last_elsewhere")
            first = "—" if number is None else document_number(row.code, row.year, number + 1)
            follows.set_text(t.t("settings.series.follows", number=first))

        async def confirm() -> bool:
            number = form.values()["last_elsewhere"] or 0
            await self._page.act(lambda session, actor: start_series(session, row.code, row.year, number, actor=actor))
            return True

        form.listeners.append(say)
        say()
        try:
            saved = await dialog.ask(confirm)
        finally:
            await self._refresh()
        if saved:
            self._page.done(t.t("settings.series.saved", number=self._table_next(row)))

    def _table_next(self, row: SeriesRow) -> str:
        now = self._rows.get(f"{row.code}-{row.year}", row)
        return document_number(now.code, now.year, now.last + 1)
