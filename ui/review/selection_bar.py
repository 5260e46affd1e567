"""What hovers over the lines while some are ticked: what they come to, and what can be done with them."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from storage.queries.proposals.table import LineRow
from ui.i18n import Translator

Verb = Callable[[str], Awaitable[None]]


class ReviewBar:
    """Stands while lines are ticked: how many, of how many tickets, what they come to, and what can be done with them."""

    def __init__(self, translator: Translator, on_do: Verb) -> None:
        self._translator = translator
        self._on_do = on_do

    def build(self) -> None:
        """Place it, hidden."""
        t = self._translator.t
        with ui.element("div").classes("rv-bar").props("role=toolbar").mark("bulk-bar") as self._bar:
            self._what = ui.label("").classes("strong").mark("bulk-what")
            ui.element("span").classes("grow")
            for verb, icon, key in (("suspend", "pause", "S"), ("not_bill", "block", "N"), ("restore", "undo", "R")):
                button = ui.button(t(f"review.{verb}"), icon=icon, on_click=lambda verb=verb: self._on_do(verb))
                button.props("outline").mark(f"bulk-{verb}").tooltip(key)
            ui.button(t("review.clear"), on_click=lambda: self._on_do("clear")).props("flat").mark("bulk-clear").tooltip("Esc")
        self._bar.props["aria-label"] = t("review.selected_lines")
        self._bar.set_visibility(False)

    def show(self, lines: Sequence[LineRow]) -> None:
        """Say what is ticked."""
        self._bar.set_visibility(bool(lines))
        t = self._translator
        tickets = len({line.ticket_id for line in lines})
        self._what.set_text(
            " · ".join(
                (
                    t.n("review.line", len(lines)),
                    t.n("review.ticket", tickets),
                    t.hours(sum(line.minutes for line in lines)),
                    t.money(sum(line.net for line in lines)),
                )
            )
        )
