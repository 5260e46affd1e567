"""Says on the list of tickets which work it is narrowed to, and takes that off (spec, promise 2)."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.reads.work_buckets import WorkFilter
from storage.queries.reconciliation.buckets import named_choices
from ui.kit.addresses.work import work_labels
from ui.kit.badges import BUCKET_ICONS, BUCKET_TONES
from ui.kit.page import PageContext
from ui.kit.widgets import SMALL, icon_button


async def work_chip(page: PageContext, work: WorkFilter | None, on_drop: Callable[[], Awaitable[None]]) -> ui.label | None:
    """A chip with what is meant and a button that drops it; nothing without `work`. The label is for what the work comes to."""
    if work is None:
        return None
    names = await page.read(lambda session: named_choices(session, work))
    with ui.element("div").classes("line line--tight ct-line").mark("work-chip") as line:
        tone, icon = (BUCKET_TONES[work.bucket], BUCKET_ICONS[work.bucket]) if work.bucket else ("done", "balance")
        with ui.element("span").classes(f"chip chip--{tone} ct-chip"):
            ui.icon(icon).props("aria-hidden=true")
            ui.label(work_labels(page.translator, work, names)).mark("work-words")

        async def drop() -> None:
            line.delete()
            await on_drop()

        icon_button("close", page.t("reconciliation.drop"), drop, props=SMALL).mark("work-drop")
        ui.label(page.t("reconciliation.chip_note")).classes("muted small")
        return ui.label("").classes("small num").mark("work-worth")
