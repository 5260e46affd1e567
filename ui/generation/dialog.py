"""*Genera Proposte Fattura*: the two check boxes, what they would do, what stays out and why, and the button that says it all.

The plan shown here and the one written come from the same code; if the tickets move in between, nothing is written and the
new plan is shown (spec, section 4).
"""

import uuid
from collections import Counter
from typing import Any

from nicegui import ui

from domain.actions.proposals.generate import Generate, GenerationResult, generate, preview_generation
from domain.errors import Cancelled, Refused
from domain.reads.selection import Selection
from domain.rules.eligibility import Objection
from domain.rules.proposal_plan import Options, ProposalPlan
from domain.vocabulary import Refusal
from ui.kit.billing_issues_link import lasting_address, preflight_address
from ui.kit.page import PageContext
from ui.kit.run_progress import RunProgress
from ui.kit.skeleton import skeleton_lines
from ui.kit.widgets import figure
from ui.server.background_runs import Progress, Work, begin, carry_out, dismiss


class GenerationDialog:
    """One opening of the dialog for one selection. `result` is what was written, if anything was."""

    def __init__(self, page: PageContext, selection: Selection, title: str) -> None:
        self._page, self._t, self._selection = page, page.translator, selection
        self._title = title
        self._plan: ProposalPlan | None = None
        self._key = self._fingerprint = ""
        self._busy = self._closed = False
        self._run = RunProgress(page.translator)
        self.result: GenerationResult | None = None

    async def open(self) -> GenerationResult | None:
        """Show it until it is closed."""
        t = self._t.t
        with ui.dialog().props("persistent no-backdrop-dismiss position=top") as self._dialog, ui.card().classes("generation"):
            self._dialog.props(f'aria-label="{t("generation.title")}"').mark("generation-dialog")
            with ui.element("div").classes("line line--apart full"):
                ui.label(t("generation.title")).classes("generation__title").props("role=heading aria-level=2")
                ui.label(self._title).classes("muted")
            self._by_customer, self._by_customer_effect = self._check_box("by_customer")
            self._group_entries, self._group_entries_effect = self._check_box("group_entries")
            ui.separator()
            self._notice = ui.label("").classes("generation__notice").mark("plan-changed")
            self._notice.set_visibility(False)
            self._body = ui.element("div").classes("stack full").mark("generation-preview")
            self._run.build()
            with ui.element("div").classes("line full generation__buttons"):
                self._leave = ui.button(t("run.leave"), on_click=self._go_on_alone).props("flat").mark("run-leave")
                self._leave.set_visibility(False)
                ui.button(t("action.cancel"), on_click=self._close).props("flat").mark("generation-cancel")
                self._go = ui.button("…", on_click=self._generate).mark("generation-go")
        self._dialog.on("keydown.escape", self._close)
        self._dialog.open()
        await self._refresh()
        if not self._closed:
            await self._dialog
        self._dialog.delete()
        return self.result

    def _check_box(self, name: str) -> tuple[ui.checkbox, ui.label]:
        with ui.element("div").classes("generation__option"):
            box = ui.checkbox(self._t.t(f"generation.{name}"), on_change=self._refresh).mark(name)
            with ui.element("div").classes("generation__effect"):
                effect = ui.label("").classes("muted small").mark(f"{name}-effect")
                if name == "group_entries":
                    self._explain_cents()
        return box, effect

    def _explain_cents(self) -> None:
        with ui.element("details").classes("rounding small"):
            with ui.element("summary"):
                ui.label(self._t.t("rounding.why"))
            ui.label(self._t.t("rounding.because")).classes("muted").mark("rounding-because")

    @property
    def _options(self) -> Options:
        return Options(bool(self._by_customer.value), bool(self._group_entries.value))

    async def _refresh(self) -> None:
        """Work out the plan for the options as they are; a newer change of them stops an older preview."""
        options = self._options
        self._plan, self._key = None, uuid.uuid4().hex
        self._go.disable()
        if not self._body.default_slot.children:
            with self._body:
                skeleton_lines(4)
        progress = self._run.start(Progress())
        try:
            plan, fingerprint = await self._page.read(lambda session: self._work_out(session, options, progress))
        except Cancelled:
            return
        finally:
            self._run.finish(progress)
        if options == self._options:
            self._plan, self._fingerprint = plan, fingerprint
            self._show(plan)

    def _work_out(self, session: Any, options: Options, progress: Progress) -> tuple[ProposalPlan, str]:
        """In a thread: both take a while for thousands of tickets."""
        plan = preview_generation(session, self._selection, options, progress=progress)
        return plan, plan.fingerprint

    def _show(self, plan: ProposalPlan) -> None:
        t, totals = self._t, plan.totals
        self._render_effects(plan)
        self._body.clear()
        with self._body:
            with ui.element("dl").classes("figures"):
                for name, value in (
                    ("proposals", t.number(totals.proposals)), ("lines", t.number(totals.lines)),
                    ("hours", t.hours(totals.minutes)), ("net", t.money(totals.net)),
                ):  # fmt: skip
                    figure(t.t(f"generation.{name}"), f"figure-{name}")[1].set_text(value)
            if plan.refused:
                self._show_refused(plan)
        if totals.proposals:
            self._go.set_text(t.n("generation.go", totals.proposals, net=t.money(totals.net)))
            self._go.enable()
        else:
            self._go.set_text(t.t("generation.nothing"))

    def _render_effects(self, plan: ProposalPlan) -> None:
        """What each box changes, the other one being as it is."""
        t, options = self._t, plan.options
        alone, together = (plan.alternatives[options._replace(by_customer=on)] for on in (False, True))
        self._by_customer_effect.set_text(
            t.t("generation.by_customer_effect", together=t.number(together.proposals), alone=t.number(alone.proposals))
        )
        single, merged = (plan.alternatives[options._replace(group_entries=on)] for on in (False, True))
        cents = merged.net - single.net
        self._group_entries_effect.set_text(
            t.t(
                "generation.group_entries_effect",
                merged=t.number(merged.lines),
                single=t.number(single.lines),
                cents=t.difference(cents),
            )
        )

    def _show_refused(self, plan: ProposalPlan) -> None:
        t = self._t
        with ui.element("section").classes("refused full").mark("refused"):
            with ui.element("div").classes("line line--apart"):
                ui.label(t.n("generation.refused", len(plan.refused))).classes("strong")
                ui.button(t.t("generation.see"), icon="rule", on_click=self._see).props("flat").mark("see-refused")
            ui.label(" · ".join(f"{t.number(n)} {why}" for why, n in self._reasons(plan).most_common())).classes("muted")

    def _see(self) -> None:
        """Go to where the reasons are fixed."""
        if not self._busy:
            self._close()
            self._page.go(preflight_address(self._page, self._selection))

    def _reasons(self, plan: ProposalPlan) -> Counter[str]:
        """Tickets per reason in words; what is not to bill is named by its state."""
        return Counter(name for ticket in plan.refused for name in {self._short(o) for o in ticket.objections})

    def _short(self, objection: Objection) -> str:
        if objection.code is Refusal.NOT_TO_BILL:
            return self._t.t(f"billing_status.{objection.params['billing_status'] or 'none'}")
        return self._t.t(f"refusal_short.{objection.code}")

    async def _generate(self) -> None:
        if self._plan is None or self._busy:
            return
        command = Generate(self._selection, self._plan.options, self._key, expected=self._fingerprint)
        self._lock(busy=True)
        run = begin(self._page.visitor, Work("generation", self._plan.tickets, lasting_address(self._selection)))
        self._run.start(run.progress, writes=True)
        try:
            self.result = await carry_out(
                self._page.gateway,
                self._page.visitor,
                run,
                lambda session, actor: generate(session, command, actor=actor, progress=run.progress),
                path=lambda result: f"/generations/{result.id}",
            )
        except Refused as refused:
            if self._dialog.is_deleted:
                return
            stopped = isinstance(refused, Cancelled)
            self._notice.set_text(self._t.t("generation.stopped") if stopped else self._t.refusal(refused))
            self._notice.set_visibility(True)
            await dismiss(self._page.gateway, self._page.visitor, run.note.id)
        finally:
            self._run.finish(run.progress)
            self._lock(busy=False)
        if self._dialog.is_deleted:
            return
        if self.result:
            self._dialog.submit(None)
        else:
            await self._refresh()

    def _lock(self, *, busy: bool) -> None:
        self._busy = busy
        self._leave.set_visibility(busy)
        self._go.set_enabled(not busy)
        self._go.props(f"loading={str(busy).lower()}" if busy else None, remove=None if busy else "loading")
        for box in (self._by_customer, self._group_entries):
            box.set_enabled(not busy)

    def _go_on_alone(self) -> None:
        """The work goes on without the dialog; the top bar shows it."""
        self._dialog.submit(None)

    def _close(self) -> None:
        self._run.stop()
        if not self._busy:
            # Awaiting the dialog opens it: what is closed while the first preview runs must not be awaited any more.
            self._closed = True
            self._dialog.submit(None)
