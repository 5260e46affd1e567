"""What is done with selected suspended work: *Riprendi* and *Data di riesame* (spec, section 5)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.resume import resume
from domain.actions.tickets.review_date import set_review
from domain.errors import Stale
from domain.rules.calendar import firm_date
from storage.queries.suspended.table import SuspendedRow, SuspendedSelection, SuspendedTotals, chosen_ids, suspended_totals
from ui.kit.addresses.suspended import View
from ui.kit.dialog import Dialog
from ui.kit.fields import Day
from ui.kit.list_bar import Act, SelectionBar
from ui.kit.list_page import OpenList

List = OpenList[View, SuspendedRow]


@dataclass(frozen=True, slots=True)
class Selected:
    """What is selected, and what it came to when the bar said so."""

    selection: SuspendedSelection
    totals: SuspendedTotals


async def _selected(opened: List) -> Selected | None:
    chosen, today = opened.selection, firm_date(datetime.now(UTC))
    selection = SuspendedSelection(frozenset(chosen.ids), chosen.matching.filter(today) if chosen.matching else None)
    totals = await opened.page.read(lambda session: suspended_totals(session, selection, whole=True))
    return Selected(selection, totals) if totals.tickets else None


def _parts(opened: List, selected: Selected) -> tuple[str, str]:
    t, totals = opened.t, selected.totals
    left = totals.tickets - totals.resumable
    what = (t.n("tickets.count", totals.tickets), t.hours(totals.minutes), t.money(totals.value))
    return " · ".join(what), t.n("suspended.not_now", left) if left else ""


def _resume_label(opened: List, selected: Selected) -> str:
    t, totals = opened.t, selected.totals
    return t.n("suspended.resume", totals.resumable, value=t.money(totals.resumable_value)) if totals.resumable else ""


async def _resume(opened: List, selected: Selected) -> None:
    """All that the button counted, or none."""

    def read(session: Any) -> tuple[list[int], SuspendedTotals]:
        ids = chosen_ids(session, selected.selection, resumable=True)
        return ids, suspended_totals(session, selected.selection, whole=True)

    ids, now = await opened.page.read(read)
    if now != selected.totals or not ids:
        await opened.refresh()
        raise Stale("suspended_changed")
    await opened.page.act(lambda session, actor: resume(session, ids, actor=actor))
    await opened.change_selection(lambda selection: selection.clear())
    await opened.refresh()
    path = f"/tickets/{ids[0]}" if len(ids) == 1 else "/tickets?show=to_bill"
    _say_resumed(opened, opened.t.n("suspended.resumed", len(ids), value=opened.t.money(now.resumable_value)), path)


def _say_resumed(opened: List, message: str, path: str) -> None:
    """Stands in the bar's place, with the way on, until it is closed or something is selected."""
    t = opened.t.t
    with opened.root, ui.element("div").classes("selection").props("role=status").mark("resumed") as done:
        ui.icon("check_circle").props("aria-hidden=true").classes("sp-done")
        ui.label(message).classes("strong").mark("resumed-text")
        with ui.element("div").classes("line pushed"):
            ui.link(t("suspended.to_bill"), path).mark("resumed-link")
            ui.button(t("action.close"), on_click=done.delete).props("flat").mark("resumed-close")

    async def make_room() -> None:
        if not opened.selection.is_empty and not done.is_deleted:
            done.delete()

    opened.on_select.append(make_room)


async def _set_review(opened: List, selected: Selected) -> None:
    page, t = opened.page, opened.t
    ids = await page.read(lambda session: chosen_ids(session, selected.selection))
    dialog = Dialog[bool](page, t.n("suspended.review_title", len(ids)), t.t("action.save"), marker="review")
    with dialog.body:
        form = dialog.form({}, labels="suspended")
        form.place(Day("review_on", focus=True, props="clearable"))

    async def confirm() -> bool:
        day = form.values()["review_on"]
        await page.act(lambda session, actor: set_review(session, ids, day, actor=actor))
        return True

    if await dialog.ask(confirm):
        await opened.change_selection(lambda selection: selection.clear())
        await opened.refresh()
        page.done(t.n("suspended.reviewed", len(ids)))


BAR: Final = SelectionBar(
    _selected,
    _parts,
    (
        Act("set-review", "event", lambda opened, _: opened.t.t("suspended.review_go"), _set_review, outline=True),
        Act("resume", "play_arrow", _resume_label, _resume),
    ),
)
