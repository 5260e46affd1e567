"""In the top bar: the person's long work, running and ended lately, with the way to its result, from any page and any browser."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from nicegui import ui

from storage.queries.people.background_runs import GenerationRow, recent_generations
from ui.kit.elements import decorative_icon, set_class
from ui.kit.page import Context
from ui.kit.refresh import listen
from ui.kit.widgets import icon_button
from ui.server import background_runs as long_work
from ui.server.background_runs import Run, RunState

_SHOWN: Final = 8
_LATELY: Final = timedelta(hours=24)
_ICONS: Final = {
    RunState.RUNNING: "hourglass_top",
    RunState.DONE: "task_alt",
    RunState.STOPPED: "block",
    RunState.REFUSED: "error_outline",
    RunState.FAILED: "error_outline",
    RunState.INTERRUPTED: "power_off",
}

_ALARMING: Final = (RunState.REFUSED, RunState.FAILED, RunState.INTERRUPTED)
_AGAIN: Final = (RunState.STOPPED, *_ALARMING)


class Entry(NamedTuple):
    """One piece of work as the menu shows it. `id` is empty where it can't be dismissed, `path` where nothing opens."""

    id: str
    state: RunState
    title: str
    text: str
    path: str
    link: str
    at: datetime
    run: Run | None


class BackgroundRunsMenu:
    """Out of sight until the person has any long work."""

    def __init__(self, context: Context) -> None:
        self._context, self._t = context, context.translator
        self._generations: list[GenerationRow] = []
        self._bars: dict[str, tuple[ui.linear_progress, ui.label]] = {}
        # What it shows comes once the browser is there.
        with ui.button(on_click=self._open).props("flat").classes("tray").mark("work-tray") as self._button:
            self._icon = decorative_icon("hourglass_top")
            self._count = ui.label("").classes("num").mark("work-running")
            place = 'no-parent-event anchor="bottom right" self="top right" :offset="[0, 6]"'
            with ui.menu().props(place).classes("notices").mark("work-menu") as self._menu:
                ui.label(self._t.t("background_runs.title")).classes("notices__title").props("role=heading aria-level=2")
                self._list = ui.element("div").classes("notices__list")
        self._button.set_visibility(False)
        context.client.on_connect(self.refresh)
        listen(self._button, long_work.changed, self._on_change)

    async def refresh(self) -> None:
        """Read what is kept, and show all."""
        since = datetime.now(UTC) - _LATELY
        name = self._context.visitor.name
        self._generations = await self._context.read(lambda session: recent_generations(session, name, since))
        if not self._button.is_deleted:
            self._show()

    async def _on_change(self, user_id: int) -> None:
        if user_id != self._context.visitor.user_id:
            return
        running = {run.note.id for run in self._runs() if run.state is RunState.RUNNING}
        if running and running == set(self._bars):
            self._update_bars()
        else:
            await self.refresh()

    async def _open(self) -> None:
        await self.refresh()
        self._menu.open()

    def _runs(self) -> list[Run]:
        since = datetime.now(UTC) - _LATELY
        return [run for run in long_work.runs_of(self._context.visitor.user_id) if run.elsewhere or run.note.started_at > since]

    def entries(self) -> list[Entry]:
        """Everything there is to show, newest first."""
        made = {row.id: row for row in self._generations}
        entries = [self._of_run(run, made) for run in self._runs()]
        shown = {entry.path for entry in entries}
        entries += [entry for row in self._generations if (entry := self._of_generation(row)).path not in shown]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:_SHOWN]

    def _title(self, kind: str, count: int) -> str:
        return self._t.n(f"background_runs.{kind}", count)

    def _of_run(self, run: Run, made: dict[int, GenerationRow]) -> Entry:
        note, state = run.note, run.state
        refused = run.refused if state is RunState.REFUSED else None
        text = self._t.refusal(refused) if refused else self._t.t(f"background_runs.state.{state}")
        row = next((row for id_, row in made.items() if run.path == f"/generations/{id_}"), None)
        again = state in _AGAIN
        return Entry(
            id="" if state is RunState.RUNNING or row else note.id,
            state=state,
            title=self._title(note.kind, note.count),
            text=self._made(row) if row else text,
            path=note.again if again else run.path,
            link=self._t.t("background_runs.again" if again else "background_runs.see"),
            at=note.started_at,
            run=run,
        )

    def _of_generation(self, row: GenerationRow) -> Entry:
        title, path = self._title("generation", row.tickets), f"/generations/{row.id}"
        return Entry("", RunState.DONE, title, self._made(row), path, self._t.t("background_runs.see"), row.created_at, None)

    def _made(self, row: GenerationRow) -> str:
        return self._t.n("background_runs.made", row.proposals, net=self._t.money(row.net))

    # ---- on screen ----

    def _show(self) -> None:
        entries = self.entries()
        self._bars.clear()
        self._list.clear()
        with self._list:
            for entry in entries:
                self._place(entry)
        self._button.set_visibility(bool(entries))
        self._update_bars()
        self._show_button(entries)

    def _show_button(self, entries: Sequence[Entry]) -> None:
        running = len(self._bars)
        state = entries[0].state if entries else RunState.DONE
        self._icon.set_name(_ICONS[RunState.RUNNING if running else state])
        alarm = not running and state in _ALARMING
        set_class(self._button, "tray--alarm", alarm)
        name = self._t.n("background_runs.running", running) if running else self._t.t("background_runs.title")
        self._button.props["aria-label"] = name

    def _place(self, entry: Entry) -> None:
        with ui.element("div").classes(f"tray-row tray-row--{entry.state}").mark(f"work-{entry.state}"):
            decorative_icon(_ICONS[entry.state])
            with ui.element("div").classes("grow"):
                ui.label(entry.title).classes("strong wrap")
                if entry.run and entry.state is RunState.RUNNING:
                    self._place_bar(entry.run)
                else:
                    ui.label(entry.text).classes("muted wrap").mark("work-said")
                with ui.element("div").classes("line"):
                    ui.label(self._t.ago(entry.at, datetime.now(UTC))).classes("muted small grow")
                    if entry.path:
                        ui.link(entry.link, entry.path).mark("work-link").on("click", self._menu.close)
            if entry.id:
                label = f"{self._t.t('background_runs.dismiss')} · {entry.title}"
                icon_button("close", label, lambda: self._dismiss(entry.id), tip="").mark("work-dismiss")

    def _place_bar(self, run: Run) -> None:
        if run.elsewhere:
            where = self._t.t("background_runs.elsewhere", server=run.note.place)
            ui.label(where).classes("muted small wrap").mark("work-elsewhere")
        bar = ui.linear_progress(value=0, show_value=False).props("rounded")
        bar.props["aria-label"] = self._t.t("run.progress")
        with ui.element("div").classes("line"):
            label = ui.label("").classes("muted small num grow").mark("work-progress")
            ui.button(self._t.t("run.stop"), on_click=lambda: self._stop(run)).props("flat").mark("work-stop")
        self._bars[run.note.id] = (bar, label)

    def _update_bars(self) -> None:
        """Bring the bars up to date: what can't say how far it is has a bar that only moves."""
        shares = []
        for run in self._runs():
            bar, label = self._bars.get(run.note.id, (None, None))
            if bar is None or label is None:
                continue
            done, total = run.progress.done, run.progress.total
            moving = not total or done >= total
            bar.props("indeterminate" if moving else None, remove=None if moving else "indeterminate")
            bar.set_value(done / total if total else 0)
            numbers = f"{self._t.number(done)} / {self._t.number(total)}"
            label.set_text(
                numbers if not moving else self._t.t("run.writing") if total else self._t.t("background_runs.state.running")
            )
            shares.append("…" if moving else f"{100 * done // total}%")
        self._count.set_text(shares[0] if shares else "")

    async def _stop(self, run: Run) -> None:
        await long_work.stop(self._context.gateway, self._context.visitor, run)

    async def _dismiss(self, run_id: str) -> None:
        await long_work.dismiss(self._context.gateway, self._context.visitor, run_id)
