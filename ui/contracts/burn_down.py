"""How the units of a contract went: what was left at the end of each month (spec, section 6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from nicegui import ui

from domain.vocabulary import ContractUnit
from storage.queries.contracts.detail import Balance, MonthDraw
from ui.i18n import Translator
from ui.kit.contract_labels import units_text

_MOST_MONTHS: Final = 36
_MOST_STEPS: Final = 6
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000)

# The only code in the options, and none of it is made of data.
_AS_HOURS: Final = "(v) => (v < 0 ? '−' : '') + Math.floor(Math.abs(v) / 60) + ':' + String(Math.abs(v) % 60).padStart(2, '0')"
_AS_COUNT: Final = "(v) => String(v)"

Point = tuple[str, int]
"""A month, or where it starts from, and the units left at its end."""


def points(balance: Balance, months: Sequence[MonthDraw], starts_on: date | None, until: date, start: str) -> list[Point]:
    """What was left at the end of each month up to `until`, and at the `start`; of a long life the last months."""
    first = min([_number(m.year, m.month) for m in months] + [_number(d.year, d.month) for d in [starts_on or until]])
    last = max([_number(m.year, m.month) for m in months] + [_number(until.year, until.month)])
    drawn = {_number(m.year, m.month): m.units for m in months}
    first = max(first, last - _MOST_MONTHS + 1)
    left = balance.total - sum(units for number, units in drawn.items() if number < first)
    found = [(start, left)]
    for number in range(first, last + 1):
        left -= drawn.get(number, 0)
        found.append((f"{number % 12 + 1:02d}/{number // 12}", left))
    return found


def _number(year: int, month: int) -> int:
    return year * 12 + month - 1


class BurnDown:
    """The chart, in the colours of the theme; for who can't see it, its last figure in words."""

    def __init__(self, text: Translator) -> None:
        self._text = text
        self.chart = ui.echart({}, renderer="svg").classes("burn").mark("burn-down")
        self.chart.props("role=img")

    def update(self, balance: Balance, shown: list[Point]) -> None:
        """Show these points."""
        left = units_text(self._text, balance, balance.residual)
        self.chart.props["aria-label"] = self._text.t("contracts.chart", month=shown[-1][0], left=left)
        options = _options(balance, shown, self._text.t("contracts.left"))
        self.chart.options.clear()
        self.chart.options.update(options)
        self.chart.update()


def _options(balance: Balance, shown: list[Point], name: str) -> dict[str, Any]:
    lefts = [left for _, left in shown]
    scale = _step(balance, lefts)
    muted, line = {"color": "var(--text-muted)", "fontSize": 11}, {"lineStyle": {"color": "var(--line)"}}
    shape = _AS_COUNT if balance.unit is ContractUnit.INCIDENTS else _AS_HOURS
    threshold = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"yAxis": balance.warning}]}
    return {
        "animation": False,
        "grid": {"left": 4, "right": 30, "top": 14, "bottom": 2, "containLabel": True},
        "textStyle": {"fontFamily": "inherit"},
        "tooltip": {
            "trigger": "axis", ":valueFormatter": shape, "backgroundColor": "var(--raised)", "borderColor": "var(--line)",
            "textStyle": {"color": "var(--text)", "fontSize": 12},
        },
        "xAxis": {
            "type": "category", "boundaryGap": False, "data": [month for month, _ in shown], "axisLabel": muted,
            "axisLine": {**line, "onZero": False}, "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "value", "interval": scale, "axisLabel": {**muted, ":formatter": shape}, "splitLine": line,
            "min": min(0, *lefts) // scale * scale, "max": -(-max(0, *lefts) // scale) * scale,
        },
        "series": [{
            "type": "line", "name": name, "data": lefts, "symbol": "circle", "symbolSize": 5,
            "lineStyle": {"color": "var(--accent)", "width": 2}, "itemStyle": {"color": "var(--accent)"},
            "areaStyle": {"color": "var(--accent)", "opacity": 0.1}, "emphasis": {"disabled": True},
            "markLine": {**threshold, "lineStyle": {"color": "var(--to-bill)", "type": "dashed", "width": 1}},
        }],
    }  # fmt: skip


def _step(balance: Balance, lefts: list[int]) -> int:
    """Whole hours, or incidents, between two lines of the grid: few lines, and round figures on them."""
    unit = 1 if balance.unit is ContractUnit.INCIDENTS else 60
    span = (max(0, *lefts) - min(0, *lefts)) // unit
    return unit * next((step for step in _STEPS if span <= step * _MOST_STEPS), _STEPS[-1])
