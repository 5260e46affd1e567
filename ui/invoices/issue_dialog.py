"""Issuing invoices: what that comes to and what stays out, by the rule that will write it (spec, section 5)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from nicegui import ui

from domain.actions.invoices.documents import Issued
from domain.actions.invoices.issue import Issue, IssuePreview, Obstacle, issue, preview_issue
from domain.errors import Refused
from domain.rules.calendar import firm_date
from domain.vocabulary import Permission, ProposalStatus
from storage.queries.invoices.to_issue import ApprovedRow, approved_rows
from storage.queries.proposals.table import ProposalDetail
from ui.invoices.objections import show_reasons
from ui.kit.date_field import document_date, today
from ui.kit.dialog import Dialog
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.widgets import figure
from ui.server.background_runs import Work, act_on_many

ROWS: Final = 8
SHOWN: Final = 50
"""Obstacles that are listed one by one."""

_FIGURES: Final = ("documents", "net", "vat_total", "stamp_duty", "total", "payable")


class IssueDialog:
    """One opening of the dialog for approved proposals. All are chosen at first; with more than one, each can be left out."""

    def __init__(self, page: PageContext, proposal_ids: Collection[int]) -> None:
        self._page = page
        self._t = page.translator
        self._ids = list(proposal_ids)
        self._left_out: set[int] = set()
        self._day: date | None = today()
        self._plan: IssuePreview | None = None
        self._asked = 0
        self._sheet = Dialog[list[Issued]](page, page.n("issue.title", len(self._ids)), "…", marker="issue", wide=True)
        self._pager = Pager(page.translator, ROWS, self._turn)

    async def open(self) -> list[Issued] | None:
        """Show it until it is closed: what was issued, one for each proposal, if anything was."""
        self._build()
        self._sheet.ready(False)
        with self._sheet.body:
            ui.timer(0, self._load, once=True)
        return await self._sheet.ask(self._issue)

    async def _load(self) -> None:
        if len(self._ids) > 1:
            await self._turn(1)
        await self._refresh()

    def _build(self) -> None:
        t, many = self._t, len(self._ids) > 1
        with self._sheet.body:
            with ui.element("div").classes("issue__options"):
                self._date = document_date(t, self._dated, today()).mark("issue-date")
                # Nothing is issued on a date that is half typed, nor before it is known what it would come to.
                self._date.on_value_change(self._date_changes)
                self._merge = ui.checkbox(t.t("issue.merge"), on_change=self._refresh).mark("issue-merge")
                self._merge.set_visibility(many)
                self._number = ui.label("").classes("muted small pushed").mark("issue-number")
            self._objections: ui.element = ui.element("div").classes("alarm").props("role=alert").mark("issue-wrong")
            self._objections.set_visibility(False)
            paged = len(self._ids) > ROWS
            self._rows = ui.element("div").classes("issue__rows" + (" issue__rows--paged" if paged else "")).mark("issue-rows")
            self._rows.set_visibility(many)
            if many:
                with ui.element("div").classes("line line--apart full"):
                    self._chosen = ui.checkbox("", on_change=self._choose_all).mark("issue-all")
                    with ui.element("div") as pager:
                        self._pager.build()
                    pager.set_visibility(paged)
            with ui.element("dl").classes("figures"):
                self._figures = {name: figure(t.t(f"issue.{name}"), f"issue-{name}") for name in _FIGURES}
            self._obstacles = ui.element("div").classes("alarm issue__obstacles").props("role=alert").mark("issue-obstacles")
            self._obstacles.set_visibility(False)

    async def _turn(self, page: int) -> None:
        here = self._ids[(page - 1) * ROWS : page * ROWS]
        rows = await self._page.read(lambda session: approved_rows(session, here))
        if not self._sheet.dialog.is_deleted:
            self._show_rows(rows)
            self._pager.show(page, len(here), len(self._ids))

    def _show_rows(self, rows: Sequence[ApprovedRow]) -> None:
        t = self._t
        self._rows.clear()
        with self._rows:
            for row in rows:
                box = ui.checkbox(value=row.id not in self._left_out).mark(f"issue-pick-{row.id}")
                box.props["aria-label"] = row.number
                box.on_value_change(lambda e, id_=row.id: self._choose(id_, chosen=bool(e.value)))
                ui.link(row.number, f"/proposals/{row.id}", new_tab=True)
                ui.label(row.company).classes("clip").props["title"] = row.company
                at = t.date(firm_date(row.approved_at)) if row.approved_at else ""
                ui.label(t.t("issue.approved", by=row.approved_by, at=at)).classes("muted small clip")
                ui.label(t.money(row.total)).classes("num")

    async def _choose(self, proposal_id: int, *, chosen: bool) -> None:
        if chosen:
            self._left_out.discard(proposal_id)
        else:
            self._left_out.add(proposal_id)
        await self._refresh()

    async def _choose_all(self) -> None:
        wanted = set() if self._chosen.value else set(self._ids)
        if wanted != self._left_out and (self._chosen.value or not self._left_out):
            self._left_out = wanted
            await self._turn(1)
            await self._refresh()

    def _date_changes(self) -> None:
        # What is said of an earlier date is not true of the one that is being typed.
        self._sheet.ready(False)
        self._objections.set_visibility(False)

    async def _dated(self, day: date | None) -> None:
        self._day = day
        await self._refresh()

    async def _refresh(self) -> None:
        """Work out what would be issued; a newer change makes an older answer void."""
        self._asked += 1
        asked, chosen, day, merge = self._asked, set(self._ids) - self._left_out, self._day, bool(self._merge.value)
        self._sheet.ready(False)
        plan = await self._page.read(lambda session: preview_issue(session, chosen, day, merge=merge, today=today()))
        if asked == self._asked and not self._sheet.dialog.is_deleted:
            self._plan = plan
            self._show(plan)

    def _show(self, plan: IssuePreview) -> None:
        t, drafts = self._t, plan.drafts
        self._objections.clear()
        self._objections.set_visibility(bool(plan.objections))
        with self._objections:
            show_reasons(self._page, plan.objections, self._date)
        sums = {name: sum(getattr(draft.amounts, name) for draft in drafts) for name in _FIGURES[1:]}
        self._figures["documents"][1].set_text(t.number(len(drafts)))
        for name, cents in sums.items():
            self._figures[name][1].set_text(t.money(cents))
        self._figures["stamp_duty"][0].set_visibility(sums["stamp_duty"] > 0)
        self._figures["payable"][0].set_visibility(sums["payable"] != sums["total"])
        self._number.set_text(t.n("issue.number", len(drafts), number=plan.next_number) if drafts else "")
        go = t.n("issue.go", len(drafts), total=t.money(sums["total"])) if drafts else t.t("issue.nothing")
        self._sheet.go.set_text(go)
        self._sheet.ready(bool(drafts))
        self._show_obstacles(plan.obstacles)
        if len(self._ids) > 1:
            chosen = len(self._ids) - len(self._left_out)
            self._chosen.set_text(t.t("issue.chosen", count=t.number(chosen), total=t.number(len(self._ids))))
            self._chosen.set_value(chosen == len(self._ids))

    def _show_obstacles(self, obstacles: Sequence[Obstacle]) -> None:
        t = self._t
        self._obstacles.clear()
        self._obstacles.set_visibility(bool(obstacles))
        with self._obstacles:
            ui.label(t.n("issue.obstacles", len(obstacles))).classes("strong")
            for obstacle in obstacles[:SHOWN]:
                with ui.element("div").mark(f"obstacle-{obstacle.proposal_id}"):
                    show_reasons(self._page, obstacle.reasons, self._date, proposal_id=obstacle.proposal_id)
            if len(obstacles) > SHOWN:
                ui.label(t.n("issue.obstacles_more", len(obstacles) - SHOWN)).classes("muted")

    async def _issue(self) -> list[Issued]:
        if self._plan is None:
            return []
        command = Issue(self._plan.proposals, self._day, bool(self._merge.value))
        try:
            return await act_on_many(
                self._page.gateway,
                self._page.visitor,
                Work("invoicing", len(command.proposals), "/invoices"),
                lambda session, actor: issue(session, command, actor=actor),
                path="/invoices",
            )
        except Refused:
            # Somebody was faster: the next attempt is about what is so now.
            await self._refresh()
            raise


class IssueButton:
    """On the page of one proposal: *Emetti fattura* once it is approved, and the way to the invoice that it became."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._busy = False

    def build(self, detail: ProposalDetail) -> None:
        """Place it for `detail`."""
        self._button = ui.button(self._page.t("issue.open"), icon="receipt_long", on_click=self._ask).mark("issue-open")
        self._link = ui.link("", "").mark("issued-as")
        self.show(detail)

    def show(self, detail: ProposalDetail) -> None:
        """Bring it up to date."""
        self._detail = detail
        approved = detail.status is ProposalStatus.APPROVED
        self._button.set_visibility(approved and self._page.visitor.may(Permission.INVOICE))
        self._link.set_visibility(detail.invoice_id is not None)
        self._link.set_text(self._page.t("issue.issued_as", number=detail.invoice_number))
        self._link.props["href"] = f"/invoices/{detail.invoice_id}"

    async def _ask(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            issued = await IssueDialog(self._page, [self._detail.id]).open()
        finally:
            self._busy = False
        if issued:
            self._page.done(
                self._page.t("issue.issued", number=issued[0].number, total=self._page.translator.money(issued[0].total))
            )
            self._page.go(f"/invoices/{issued[0].id}")
