"""How many tickets are to be fixed, billable or left out, and the issues to choose from."""

from nicegui import ui

from domain.vocabulary import Permission
from storage.queries.tickets.billing_issues import BillingIssue
from ui.kit.elements import set_class
from ui.kit.page import PageContext
from ui.preflight.actions import FixActions
from ui.preflight.labels import issue_name
from ui.preflight.state import IssuesState, Kind, kind_of


class Figures:
    """Three counts and a progress bar, on top."""

    def __init__(self, page: PageContext, state: IssuesState, actions: FixActions) -> None:
        self._t, self._state = page.translator, state
        with ui.element("div").classes("pre-top panel").props("role=status").mark("figures"):
            self._figures = {name: self._place(name) for name in ("open", "billable", "left_out")}
            self._bar = ui.linear_progress(show_value=False).props("instant-feedback rounded").classes("pre-progress")
            self._bar.props["aria-label"] = page.t("preflight.progress")
            if page.visitor.may(Permission.GENERATE):
                ui.button(page.t("generation.title"), icon="request_quote", on_click=actions.generate).mark("generate")
        state.observe(self._render)

    def _place(self, name: str) -> ui.label:
        with ui.element("div").classes(f"pre-figure pre-figure--{name}"):
            amount = ui.label("").classes("pre-figure__amount num").mark(f"count-{name}")
            ui.label(self._t.t(f"preflight.figure.{name}")).classes("muted small")
        return amount

    def _render(self) -> None:
        state = self._state
        for name, label in self._figures.items():
            label.set_text(self._t.number(getattr(state, name)))
        self._bar.set_value(1 - state.open / state.most_open if state.most_open else 1)


class IssueList:
    """The issues on the left, in a section for each kind. An issue of which nothing is left stays, with a tick."""

    def __init__(self, page: PageContext, state: IssuesState, actions: FixActions) -> None:
        self._t, self._state, self._actions = page.translator, state, actions
        self._links: dict[BillingIssue, tuple[ui.element, ui.label]] = {}
        with ui.element("nav").classes("pre-nav").props(f'aria-label="{page.t("preflight.causes")}"'):
            self._sections = {kind: self._place_section(kind) for kind in Kind}
        state.observe(self._render)

    def _place_section(self, kind: Kind) -> ui.element:
        with ui.element("div").classes("pre-section") as section:
            ui.label(self._t.t(f"preflight.kind.{kind.name.lower()}")).classes("pre-section__name")
        return section

    def _place_link(self, issue: BillingIssue) -> tuple[ui.element, ui.label]:
        with self._sections[kind_of(issue)], ui.element("button").props("type=button").classes("pre-cause") as link:
            ui.label(issue_name(self._t, issue)).classes("clip")
            count = ui.label("").classes("pre-cause__count num").mark(f"cause-count-{issue.code}{issue.state}")
        link.mark(f"cause-{issue.code}{issue.state}").on("click", lambda: self._actions.open(issue))
        return link, count

    def _render(self) -> None:
        for group in self._state.groups:
            if group.issue not in self._links:
                self._links[group.issue] = self._place_link(group.issue)
        for issue, (link, count) in self._links.items():
            left, here = len(self._state.group(issue).items), self._state.opened == issue
            count.set_text(self._t.number(left) if left else "✓")
            set_class(link, "pre-cause--here", here)
            link.props(f"aria-current={str(here).lower()}")
        for kind, section in self._sections.items():
            section.set_visibility(any(kind_of(issue) is kind for issue in self._links))
