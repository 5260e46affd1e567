"""What stands under the inbox while proposals are ticked: what they come to, and the two answers."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from storage.queries.proposals.inbox import WaitingRow
from ui.i18n import Translator

Verb = Callable[[str], Awaitable[None]]


class ApprovalBar:
    """`on_do` hears `pick_all`, `clear`, `approve` or `reject`."""

    def __init__(self, translator: Translator, on_do: Verb) -> None:
        self._t = translator
        self._on_do = on_do

    def build(self) -> None:
        """Place it, hidden."""
        t = self._t.t
        with ui.element("div").classes("rv-bar").props("role=toolbar").mark("approval-bar") as self._bar:
            self._what = ui.label("").classes("strong num").mark("approval-what")
            self._all = ui.button("", on_click=lambda: self._on_do("pick_all")).props("flat").mark("pick-all")
            ui.element("span").classes("grow")
            ui.button(t("review.clear"), on_click=lambda: self._on_do("clear")).props("flat").mark("clear").tooltip("Esc")
            self._reject = ui.button("", icon="undo", on_click=lambda: self._on_do("reject")).props("outline").mark("reject")
            self._reject.tooltip("R")
            self._approve = ui.button("", icon="task_alt", on_click=lambda: self._on_do("approve")).mark("approve")
        self._bar.props["aria-label"] = t("approvals.selected")
        self._bar.set_visibility(False)

    def show(self, chosen: Sequence[WaitingRow], available: int) -> None:
        """Say what is ticked, of `available` that can be."""
        t, count = self._t, len(chosen)
        self._bar.set_visibility(bool(chosen))
        lines = t.n("review.line", sum(row.to_bill for row in chosen))
        self._what.set_text(" · ".join((lines, t.hours(sum(row.minutes for row in chosen)))))
        self._all.set_text(t.t("approvals.pick_all", count=t.number(available)))
        self._all.set_visibility(available > count)
        self._reject.set_text(t.n("approvals.reject", count))
        self._approve.set_text(t.n("approvals.approve.go", count, amount=t.money(sum(row.total for row in chosen))))
