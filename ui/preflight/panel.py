"""The opened issue: what to do about it, for one row or for many at once, and its rows, a page at a time."""

from nicegui import ui

from domain.errors import Refused
from domain.vocabulary import Permission
from storage.queries.tickets.billing_issues import BillingIssue
from ui.kit.empty_state import empty_state
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.preflight.actions import FixActions
from ui.preflight.fields import Asked, Field
from ui.preflight.fixes import FIXES, Fix
from ui.preflight.labels import issue_advice, issue_key, issue_name
from ui.preflight.rows import Rows
from ui.preflight.state import ROWS, IssuesState


class IssuePanel:
    """Shows the opened issue, and the next step where nothing is left of it."""

    def __init__(self, page: PageContext, state: IssuesState, actions: FixActions) -> None:
        self._page, self._state, self._actions = page, state, actions
        self._shown: object = None
        self._issue: _Issue | None = None
        self._place = ui.element("section").classes("pre-main panel")
        state.observe(self._render)

    def _render(self) -> None:
        state = self._state
        if state.opened is None:
            self._issue = None
            self._render_next_step()
            return
        if self._issue is None or self._issue.issue != state.opened:
            self._place.clear()
            with self._place:
                self._issue = _Issue(self._page, state, self._actions, state.opened)
        self._shown = None
        self._issue.render()

    def _render_next_step(self) -> None:
        """Nothing is left of an issue, or of all of them: the next step, which has the focus."""
        state, t = self._state, self._page.translator
        left = state.next_to_fix
        shown = (left.issue if left else None, state.billable, state.left_out)
        if shown == self._shown:
            return
        self._shown = shown
        self._place.clear()
        with self._place:
            if left is not None:
                with empty_state("check", t.t("preflight.cause_done")).mark("cause-done"):
                    name = t.t("preflight.next", cause=issue_name(t, left.issue), count=t.number(len(left.items)))
                    step = ui.button(name, icon="arrow_forward", on_click=lambda: self._actions.open(left.issue))
                    step.mark("next-cause")
            elif state.billable:
                text = t.n("preflight.ready_left_out", state.left_out) if state.left_out else t.t("preflight.ready_text")
                with empty_state("task_alt", t.n("preflight.ready", state.billable), text).mark("ready"):
                    step = ui.button(t.t("generation.title"), icon="request_quote", on_click=self._actions.generate)
                    step.set_visibility(self._page.visitor.may(Permission.GENERATE))
            else:
                with empty_state("inbox", t.t("preflight.none"), t.t("preflight.none_text")).mark("none"):
                    step = ui.button(t.t("preflight.to_list"), on_click=lambda: self._page.go("/tickets"))
        if state.most_open:
            ui.run_javascript(f"getHtmlElement({step.id})?.focus({{preventScroll: true}})")


class _Issue:
    """Head, *all together*, rows and pager of one issue."""

    def __init__(self, page: PageContext, state: IssuesState, actions: FixActions, issue: BillingIssue) -> None:
        self.issue, self._page, self._t = issue, page, page.translator
        self._state, self._actions = state, actions
        self._fix = FIXES.get(issue)
        self._field: Field | None = None
        many = self._fix if self._fix and self._fix.many and page.visitor.may(self._fix.permission) else None
        self._many = many
        with ui.element("div").classes("pre-head"):
            with ui.element("div").classes("grow"):
                with ui.element("div").classes("line line--base"):
                    ui.label(issue_name(self._t, issue)).classes("pre-head__name").props("role=heading aria-level=2")
                    self._count = ui.label("").classes("muted num").mark("cause-count")
                ui.label(issue_advice(self._t, issue)).classes("muted wrap")
            with ui.element("div").classes("line pre-bulk") as bulk:
                if many:
                    self._place_many(many, bulk)
        self._rows = Rows(page, state, actions, issue, many=many is not None)
        self._pager = Pager(self._t, ROWS, self._turn)
        with ui.element("div").classes("full") as self._foot:
            self._pager.build()

    def render(self) -> None:
        """Bring it up to date."""
        group = self._state.group(self.issue)
        self._count.set_text(self._held_up(group.tickets, len(group.items)))
        self._rows.render()
        self._pager.show(self._state.number, len(self._state.lines), len(group.items))
        self._foot.set_visibility(len(group.items) > ROWS)
        if self._many:
            self._render_many(self._many)

    def _held_up(self, tickets: int, items: int) -> str:
        """How much the issue holds up: tickets, and entries where it is about them."""
        said = self._t.n("tickets.count", tickets)
        if not (self._fix and self._fix.about_entries):
            return said
        return self._t.t("preflight.entries_in", entries=self._t.n("preflight.entries", items), tickets=said)

    def _place_many(self, fix: Fix, bulk: ui.element) -> None:
        self._scope = ui.label("").classes("muted small").mark("many-scope")
        if fix.field and not fix.many_change:
            services = {choice.id: choice.label for choice in self._actions.services}
            self._field = fix.field(Asked(self._page, services))
            self._field.element.mark("many-value").on_value_change(lambda: self._render_many(fix))
            if not self._field.is_choice:
                self._field.element.on("keydown.enter", self._fix_many)
        self._go = ui.button("…", on_click=self._fix_many).props("outline").mark("many-go")
        bulk.props(f'role=group aria-label="{self._t.t("preflight.many")}"')

    def _render_many(self, fix: Fix) -> None:
        items = self._state.many()
        count = len(items) if fix.about_entries and not fix.on_tickets else len({item.ticket_id for item in items})
        self._go.set_text(self._t.n(f"preflight.many.{issue_key(self.issue)}", count))
        self._scope.set_text(self._t.t("preflight.scope_chosen" if self._state.chosen else "preflight.scope_all"))
        undecided = self._field is not None and self._field.is_choice and self._field.read() is None
        self._go.set_enabled(bool(items) and not undecided)

    async def _fix_many(self) -> None:
        value = None
        if self._field:
            try:
                value = self._field.read()
            except Refused as refused:
                self._field.element.error = self._t.refusal(refused)
                return
            self._field.element.error = None
        await self._actions.fix_many(value)

    async def _turn(self, number: int) -> None:
        self._state.number = number
        await self._actions.refresh()
