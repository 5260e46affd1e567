"""`/preflight`: why tickets can't be billed, and the mend in place, before proposals are generated (spec, section 4)."""

from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.actions.tickets.time_entries import EntryData, add_entry
from domain.errors import Refused
from domain.reads.selection import Selection
from domain.vocabulary import Permission, Refusal
from storage.change_feed import EVERYTHING
from storage.queries.records.choices import Choice, services
from storage.queries.tickets.billing_issues import BillingIssue, Evaluation, entry_lines, ticket_lines, verdicts
from ui.generation.dialog import GenerationDialog
from ui.kit.billing_issues_link import selection_at
from ui.kit.empty_state import empty_state
from ui.kit.errors import show_refusal
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_lines, skeleton_table
from ui.kit.undo_toast import UndoToast
from ui.preflight.board import Board, Group, Item, Kind, kind_of
from ui.preflight.fixes import Fix, fix_company, fix_items, fix_state, fix_times, known_times
from ui.preflight.labels import cause_name
from ui.preflight.panel import Panel
from ui.preflight.rows import Line
from ui.server import live
from ui.ticket.entry_form import entry_dialog

_MOST_IDS: Final = 20_000
"""So many tickets are generated as those that were looked at; of more, whatever matches the filter then."""


async def preflight(page: PageContext) -> None:
    """The page."""
    page.heading(page.t("preflight.title"), trail=[("/tickets", page.t("nav.tickets"))])
    root = ui.element("div").classes("pre full").mark("preflight")
    with root:
        skeletons = [skeleton_lines(3), skeleton_table(8)]
    selection, found, offered = await page.read(lambda session: _first(page, session))
    for skeleton in skeletons:
        skeleton.delete()
    with root:
        if selection is None:
            with empty_state("history_toggle_off", page.t("preflight.gone"), page.t("preflight.gone_text")).mark("gone"):
                ui.button(page.t("preflight.to_list"), on_click=lambda: page.go("/tickets"))
            return
        await Preflight(page, root, selection, found, offered).build()


def _first(page: PageContext, session: Any) -> tuple[Selection | None, dict[int, Evaluation], list[Choice]]:
    selection = selection_at(page, session)
    return selection, verdicts(session, selection) if selection else {}, services(session)


class Preflight:
    """One open pre-flight."""

    def __init__(
        self, page: PageContext, root: ui.element, selection: Selection, found: Mapping[int, Evaluation], offered: list[Choice]
    ) -> None:
        self._page = page
        self._t = page.translator
        self._selection = selection
        self._services = offered
        self._board = Board()
        self._board.judge(found, found)
        self._at_first = self._board.open
        self._causes: list[BillingIssue] = []
        self._links: dict[BillingIssue, tuple[ui.element, ui.label]] = {}
        self._panel: Panel | None = None
        self._changed: list[Container[int]] = []
        self._after: Item | None = None
        self._busy = False
        self._refresh = LiveRefresh(root, self._load)
        self._refresh.follow(live.TICKETS, having=self._hear)
        self._refresh.follow(live.PROPOSALS, *live.RECORDS, having=lambda _: self._hear(EVERYTHING))

    async def build(self) -> None:
        """Figures on top, causes on the left, the rows of one cause beside them."""
        with ui.element("div").classes("pre-top panel").props("role=status").mark("figures"):
            self._figures = {name: self._figure(name) for name in ("open", "billable", "left_out")}
            self._bar = ui.linear_progress(show_value=False).props("instant-feedback rounded").classes("pre-progress")
            self._bar.props["aria-label"] = self._t.t("preflight.progress")
            if self._page.visitor.may(Permission.GENERATE):
                ui.button(self._t.t("generation.title"), icon="request_quote", on_click=self._generate).mark("generate")
        with ui.element("div").classes("pre-body"):
            with ui.element("nav").classes("pre-nav").props(f'aria-label="{self._t.t("preflight.causes")}"') as self._nav:
                self._sections = {kind: self._section(kind) for kind in Kind}
            self._place = ui.element("section").classes("pre-main panel")
        self._note = UndoToast(self._t)
        self._note.build()
        first = self._next()
        await self._open(first.cause if first else None)

    def _next(self) -> Group | None:
        """The first cause of which anything is to be mended."""
        return next((group for group in self._board.groups if kind_of(group.cause) is Kind.TO_MEND), None)

    def _figure(self, name: str) -> ui.label:
        with ui.element("div").classes(f"pre-figure pre-figure--{name}"):
            amount = ui.label("").classes("pre-figure__amount num").mark(f"count-{name}")
            ui.label(self._t.t(f"preflight.figure.{name}")).classes("muted small")
        return amount

    def _section(self, kind: Kind) -> ui.element:
        with ui.element("div").classes("pre-section") as section:
            ui.label(self._t.t(f"preflight.kind.{kind.name.lower()}")).classes("pre-section__name")
        return section

    # ---- what is shown ----

    async def _open(self, cause: BillingIssue | None) -> None:
        self._panel = None
        self._place.clear()
        if cause is not None:
            names = {choice.id: choice.label for choice in self._services}
            with self._place:
                self._panel = Panel(
                    self._page, cause, names, on_one=self._one, on_many=self._many, on_turn=self._refresh.__call__
                )
        await self._show()

    async def _show(self) -> None:
        self._show_counts()
        panel = self._panel
        items = panel.page_of(self._board.group(panel.cause)) if panel else []
        if panel is None or not items:
            self._show_done()
            return
        lines = await self._lines(panel.cause, items)
        if panel is self._panel and not self._place.is_deleted:
            after, self._after = self._after, None
            panel.show(lines, after=after)

    async def _lines(self, cause: BillingIssue, items: Sequence[Item]) -> list[Line]:
        tickets, entries = {item.ticket_id for item in items}, {item.entry_id for item in items} - {0}
        shown, work = await self._page.read(lambda s: (ticket_lines(s, tickets), entry_lines(s, entries) if entries else {}))
        return [
            Line(item, shown[item.ticket_id], work.get(item.entry_id), self._board.besides(item.ticket_id, cause))
            for item in items
            if item.ticket_id in shown
        ]

    def _show_counts(self) -> None:
        board, number = self._board, self._t.number
        for name, label in self._figures.items():
            label.set_text(number(getattr(board, name)))
        self._at_first = max(self._at_first, board.open)
        self._bar.set_value(1 - board.open / self._at_first if self._at_first else 1)
        for group in board.groups:
            if group.cause not in self._links:
                with self._sections[kind_of(group.cause)]:
                    self._links[group.cause] = self._link(group.cause)
        for cause, (link, count) in self._links.items():
            left, here = len(board.group(cause).items), self._panel is not None and self._panel.cause == cause
            count.set_text(number(left) if left else "✓")
            link.classes(add="pre-cause--here" if here else None, remove=None if here else "pre-cause--here")
            link.props(f"aria-current={str(here).lower()}")
        for kind, section in self._sections.items():
            section.set_visibility(any(kind_of(cause) is kind for cause in self._links))

    def _link(self, cause: BillingIssue) -> tuple[ui.element, ui.label]:
        with ui.element("button").props("type=button").classes("pre-cause") as link:
            ui.label(cause_name(self._t, cause)).classes("clip")
            count = ui.label("").classes("pre-cause__count num").mark(f"cause-count-{cause.code}{cause.state}")
        link.mark(f"cause-{cause.code}{cause.state}").on("click", lambda: self._open(cause))
        return link, count

    def _show_done(self) -> None:
        """Nothing is left of a cause, or of all of them: the next step, which has the focus."""
        self._panel, self._after = None, None
        self._place.clear()
        left, t, board = self._next(), self._t, self._board
        with self._place:
            if left is not None:
                with empty_state("check", t.t("preflight.cause_done")).mark("cause-done"):
                    name = t.t("preflight.next", cause=cause_name(t, left.cause), count=t.number(len(left.items)))
                    next_step = ui.button(name, icon="arrow_forward", on_click=lambda: self._open(left.cause)).mark("next-cause")
            elif board.billable:
                text = t.n("preflight.ready_left_out", board.left_out) if board.left_out else t.t("preflight.ready_text")
                with empty_state("task_alt", t.n("preflight.ready", board.billable), text).mark("ready"):
                    next_step = ui.button(t.t("generation.title"), icon="request_quote", on_click=self._generate)
                    next_step.set_visibility(self._page.visitor.may(Permission.GENERATE))
            else:
                with empty_state("inbox", t.t("preflight.none"), t.t("preflight.none_text")).mark("none"):
                    next_step = ui.button(t.t("preflight.to_list"), on_click=lambda: self._page.go("/tickets"))
        if self._at_first:
            ui.run_javascript(f"getHtmlElement({next_step.id})?.focus({{preventScroll: true}})")

    # ---- what changes ----

    def _hear(self, ids: Container[int]) -> bool:
        self._changed.append(ids)
        return True

    async def _load(self) -> None:
        changed, self._changed = self._changed, []
        ids = frozenset(id_ for id_ in self._board.known if any(id_ in each for each in changed))
        if ids:
            found = await self._page.read(lambda session: verdicts(session, Selection(ids)))
            self._board.judge(ids, found)
        await self._show()

    async def _one(self, item: Item, value: Any) -> None:
        line = self._panel.lines.get(item) if self._panel else None
        if line is None or self._panel is None:
            return
        cause = self._panel.cause
        if cause.code is Refusal.NO_TIME_ENTRIES:
            await self._add_work(item)
        elif cause.code in (Refusal.NO_COMPANY, Refusal.CONTACT_WITHOUT_COMPANY):
            await self._mend(cause, fix_company(self._board, line.ticket, value), [item], after=item)
        elif cause.code is Refusal.NOT_TO_BILL and cause.state == "not_billed":
            await self._mend(cause, fix_state(self._board, item.ticket_id), [item], after=item)
        else:
            await self._mend(cause, fix_items(self._board, cause, [item], value), [item], after=item)

    async def _many(self, items: Sequence[Item], value: Any) -> None:
        if self._panel is None or not items:
            return
        cause = self._panel.cause
        mend = fix_items(self._board, cause, items, value)
        if cause.code is Refusal.ENTRY_WITHOUT_TIME:
            entries = {item.entry_id for item in items}
            known = known_times(list((await self._page.read(lambda session: entry_lines(session, entries))).values()))
            if not known:
                ui.notify(self._t.t("preflight.no_times"), classes="notice", icon="info")
                return
            mend = fix_times(cause, known)
        await self._mend(cause, mend, items, after=None)

    async def _mend(self, cause: BillingIssue, mend: Fix, items: Sequence[Item], *, after: Item | None) -> None:
        """Do it, and show what is left; where somebody was faster, that is said and shown instead."""
        if self._busy:
            return
        self._busy, self._after = True, after
        tickets = {item.ticket_id for item in items}
        try:
            result = await self._page.act(mend.action)
        except Refused as refused:
            self._after = None
            self._hear(tickets)
            show_refusal(self._t, refused)
        else:
            key = f"{cause.code}.{cause.state}" if cause.state else cause.code
            back = mend.back(result)
            self._note.show(
                self._t.n(f"preflight.done.{key}", mend.count), (lambda: self._take_back(cause, back, tickets)) if back else None
            )
        finally:
            self._busy = False
        await self._refresh()

    async def _take_back(self, cause: BillingIssue, back: Any, tickets: Container[int]) -> None:
        try:
            await self._page.act(back)
        except Refused as refused:
            show_refusal(self._t, refused)
        else:
            self._page.done(self._t.t("preflight.taken_back"))
        self._hear(tickets)
        await self._refresh()
        if self._panel is None:
            await self._open(cause)

    async def _add_work(self, item: Item) -> None:
        async def save(data: EntryData) -> None:
            await self._page.act(lambda session, actor: add_entry(session, item.ticket_id, data, actor=actor).id)

        self._after = item
        if await entry_dialog(self._page, None, self._services, save, now=datetime.now(UTC)):
            self._page.done(self._t.t("ticket.entry.added"))

    async def _generate(self) -> None:
        """Of the tickets that were looked at: those that were mended may be in no such list any more."""
        known = self._board.known
        selection = Selection(frozenset(known)) if len(known) <= _MOST_IDS else self._selection
        if not known:
            return
        result = await GenerationDialog(self._page, selection, self._t.n("generation.of_selected", len(known))).open()
        if result is not None:
            self._page.go(f"/generations/{result.id}")
