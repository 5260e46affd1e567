"""One question of the home page: a chart whose bars open what is behind them, and the same in figures (screens)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from nicegui import events, ui

from storage.queries.home.charts import Chart, Plot
from storage.queries.home.figures import Figure
from ui.home.chart_options import options
from ui.home.labels import address, bar_name, counted, worth
from ui.i18n import Translator
from ui.kit.elements import set_class
from ui.kit.filter_chip import FilterChip
from ui.kit.skeleton import skeleton_lines

PANELS: Final = (
    (Chart.TO_BILL_AGE,),
    (Chart.TO_BILL_CUSTOMER,),
    (Chart.PROPOSALS,),
    (Chart.SUSPENDED_REASON, Chart.SUSPENDED_AGE),
    (Chart.NOT_BILLED_REASON, Chart.NOT_BILLED_OPERATOR, Chart.NOT_BILLED_CUSTOMER),
    (Chart.INVOICED_MONTH,),
    (Chart.CONTRACT_MONTH, Chart.CONTRACT_NAME),
)
"""What belongs to one question, in the order of the page."""

OWN: Final = ((Chart.OWN_MONTH,),)
"""The same for who has no say in billing."""

_LINK: Final = """<q-td :props="props"><a :href="props.row.path">{{ props.value }}</a></q-td>"""


_COUNTS: Final = {Chart.PROPOSALS: "count_proposals", Chart.INVOICED_MONTH: "count_documents"}


class HomePanel:
    """A chart of the plots that `show` gets; the person chooses by what the bars differ, and whether to see figures."""

    def __init__(self, translator: Translator, charts: Sequence[Chart], go: Callable[[str], None]) -> None:
        self._t, self._charts = translator, charts
        self._chart = charts[0]
        self._plots: Mapping[Chart, Plot] = {}
        self._go = go

    def build(self) -> None:
        """Place it, in the size that it keeps."""
        with ui.element("section").classes("panel hm-panel").mark(f"panel-{self._chart}") as self._section:
            self._title = ui.label("").classes("hm-title").props("role=heading aria-level=2")
            with ui.element("div").classes("line hm-head"):
                self._sum = ui.label("").classes("muted small num")
                self._choices = self._choose_by() if len(self._charts) > 1 else {}
            with ui.element("div").classes("hm-plot"):
                self._plot = ui.echart({}, renderer="svg").classes("hm-chart").mark(f"chart-{self._chart}").props("role=img")
                self._plot.on("componentClick", self._on_click, ["dataIndex"])
                with ui.element("div").classes("hm-over") as self._over:
                    skeleton_lines(4)
            self._toggle = ui.button(self._t.t("home.figures"), icon="table_rows", on_click=self._toggle_figures).props(
                "flat size=sm"
            )
            self._toggle.classes("hm-toggle").mark(f"figures-{self._chart}")
            self._table = ui.table(rows=[], columns=self._columns(), row_key="path", pagination=0)
            self._table.add_slot("body-cell-name", _LINK)
            self._table.classes("full hm-table").props("hide-bottom").mark(f"table-{self._chart}")
        self._render_title()
        self._show_figures(shown=False)

    def show(self, plots: Mapping[Chart, Plot]) -> None:
        """The bars as they are now."""
        same = self._plots.get(self._chart) == plots[self._chart]
        self._plots = plots
        if not same:
            self._render()

    def _question(self) -> str:
        return self._t.t(f"home.chart.{self._chart}")

    def _choose_by(self) -> dict[Chart, FilterChip]:
        with ui.element("div").classes("line line--tight").props("role=group") as group:
            group.props["aria-label"] = self._t.t("home.choose_by")
            return {chart: self._choice(chart) for chart in self._charts}

    def _choice(self, chart: Chart) -> FilterChip:
        label = self._t.t(f"home.by.{chart.rpartition('_')[2]}")
        return FilterChip(label, partial(self._choose, chart), f"choose-{chart}", counted=False)

    def _choose(self, chart: Chart) -> None:
        self._chart = chart
        self._render_title()
        self._show_figures(shown=self._table.visible)
        if self._plots:
            self._render()

    def _render_title(self) -> None:
        self._title.set_text(self._question())
        self._section.props["aria-label"] = self._question()
        for chart, chip in self._choices.items():
            chip.show(here=chart is self._chart)

    def _render(self) -> None:
        t, chart, plot = self._t, self._chart, self._plots[self._chart]
        bars = [f"{bar_name(t, chart, bar)}: {worth(t, chart, bar)}, {counted(t, chart, bar.count)}" for bar in plot.bars]
        self._plot.props["aria-label"] = f"{self._question()} {'; '.join(bars)}"
        self._plot.options.clear()
        self._plot.options.update(options(t, chart, plot))
        self._plot.update()
        self._sum.set_text(self._sum_of(plot))
        self._table.rows = [self._row(bar) for bar in plot.bars if bar.count]
        # Out of sight and reach, but in its place: an empty panel is as high as the others.
        set_class(self._toggle, "invisible", plot.is_empty)
        self._over.clear()
        self._over.set_visibility(plot.is_empty)
        if plot.is_empty:
            self._show_figures(shown=False)
            with self._over:
                ui.label(t.t(f"home.empty.{self._charts[0]}"))

    def _sum_of(self, plot: Plot) -> str:
        """How much of it is shown, where it is not all; else what all of it comes to."""
        t, shown = self._t, len(plot.bars)
        if plot.groups > shown:
            return t.t("home.first_of", shown=t.number(shown), count=t.number(plot.groups))
        whole = Figure("", 0, sum(bar.minutes for bar in plot.bars), sum(bar.cents for bar in plot.bars), None)
        # A ticket with two reasons is in two bars: they have no sum.
        return "" if plot.is_empty or self._chart is Chart.SUSPENDED_REASON else worth(t, self._chart, whole)

    def _show_figures(self, *, shown: bool) -> None:
        self._table.set_visibility(shown)
        self._toggle.props["aria-expanded"] = str(shown).lower()
        label = self._t.t("home.figures_hide" if shown else "home.figures")
        self._toggle.set_text(label)
        # What one hears beside the other panels' buttons; it begins with what one sees.
        self._toggle.props["aria-label"] = f"{label}: {self._question()}"

    def _toggle_figures(self) -> None:
        self._show_figures(shown=not self._table.visible)

    def _on_click(self, event: events.GenericEventArguments) -> None:
        """A bar, or its name: only its place comes from the browser."""
        place = event.args.get("dataIndex") if isinstance(event.args, dict) else None
        plot = self._plots.get(self._chart)
        if plot and type(place) is int and 0 <= place < len(plot.bars) and plot.bars[place].count:
            self._go(self._address(plot.bars[place]))

    @staticmethod
    def _address(bar: Figure) -> str:
        return address(bar.opens) if bar.opens else "/"

    def _columns(self) -> list[dict[str, str]]:
        first = self._charts[0]
        names = {"name": "name", "count": _COUNTS.get(first, "count"), "hours": "hours", "worth": "worth"}
        if first is Chart.INVOICED_MONTH:  # a document has no hours
            del names["hours"]
        return [
            {"name": name, "field": name, "label": self._t.t(f"home.column.{key}"), "align": "left" if key == "name" else "right"}
            for name, key in names.items()
        ]

    def _row(self, bar: Figure) -> dict[str, str]:
        t, chart = self._t, self._chart
        return {
            "path": self._address(bar),
            "name": bar_name(t, chart, bar),
            "count": t.number(bar.count),
            "hours": t.hours(bar.minutes) if bar.minutes else "—",
            "worth": t.money(bar.cents),
        }
