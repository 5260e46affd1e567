"""How the bars of the home page are drawn: in the colours of the theme, which follow it, and with the numbers of the language."""

from typing import Any, Final

from domain.vocabulary import ProposalStatus
from storage.queries.home.charts import Chart, Plot
from storage.queries.home.figures import Figure
from ui.home.labels import BY_MONTH, IN_HOURS, bar_name, counted, worth
from ui.i18n import Translator
from ui.kit.badges import PROPOSAL

_TONES: Final = {
    Chart.TO_BILL_AGE: "to-bill",
    Chart.TO_BILL_CUSTOMER: "to-bill",
    Chart.SUSPENDED_REASON: "suspended",
    Chart.SUSPENDED_AGE: "suspended",
    Chart.NOT_BILLED_REASON: "not-billed",
    Chart.NOT_BILLED_OPERATOR: "not-billed",
    Chart.NOT_BILLED_CUSTOMER: "not-billed",
    Chart.INVOICED_MONTH: "billed",
    Chart.CONTRACT_MONTH: "service-contract",
    Chart.CONTRACT_NAME: "service-contract",
    Chart.OWN_MONTH: "accent",
}
# The page's own, by name: ECharts measures the names with it, and knows no "inherit".
_FONT: Final = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_MUTED: Final = {"color": "var(--text-muted)", "fontSize": 11}

# The only code in the options, and none of it is made of data.
_AXIS: Final = {
    "it": "(v) => new Intl.NumberFormat('it-IT', {useGrouping: 'always', maximumFractionDigits: 1}).format(v) + '\u00a0UNIT'",
    "en": "(v) => 'BEFORE' + new Intl.NumberFormat('en-GB', {maximumFractionDigits: 1}).format(v) + 'AFTER'",
}


def options(t: Translator, chart: Chart, plot: Plot) -> dict[str, Any]:
    """ECharts' options: months stand up, names lie on their side. Lengths in euro or hours; what is read is written by us."""
    names = [bar_name(t, chart, bar) for bar in plot.bars]
    standing = chart in BY_MONTH
    series = {
        "type": "bar",
        "data": [_bar(t, chart, bar, labelled=not standing) for bar in plot.bars],
        "barMaxWidth": 34 if standing else 18,
        "barMinHeight": 3,
        "emphasis": {"disabled": True},
    }
    category = {
        "type": "category",
        "data": names,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": "var(--line)"}},
    }
    shared = {
        "animation": False,
        "textStyle": {"fontFamily": _FONT},
        "tooltip": {
            "trigger": "item", "confine": True, "transitionDuration": 0, "backgroundColor": "var(--raised)",
            "borderColor": "var(--line)", "textStyle": {"color": "var(--text)", "fontSize": 12},
        },
        "series": [series],
    }  # fmt: skip
    return {**shared, **(_standing(t, chart, category) if standing else _lying(category))}


def _standing(t: Translator, chart: Chart, category: dict[str, Any]) -> dict[str, Any]:
    scale = {
        "type": "value", "splitNumber": 3, "axisLabel": {**_MUTED, ":formatter": _axis(t, chart)},
        "splitLine": {"lineStyle": {"color": "var(--line)"}},
    }  # fmt: skip
    return {
        "grid": {"left": 10, "right": 8, "top": 14, "bottom": 2, "containLabel": True},
        "xAxis": {**category, "axisLabel": {**_MUTED, "hideOverlap": True}},
        "yAxis": scale,
    }


def _lying(category: dict[str, Any]) -> dict[str, Any]:
    label = {"color": "var(--text)", "fontSize": 12, "overflow": "truncate"}
    return {
        "grid": {"left": 10, "right": 84, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "show": False, "min": 0},
        "yAxis": {**category, "inverse": True, "axisLabel": label, "axisLine": {"show": False}, "triggerEvent": True},
        "media": [_names(100, maxWidth=380), _names(150, minWidth=381, maxWidth=519), _names(240, minWidth=520)],
    }


def _names(pixels: int, **query: int) -> dict[str, Any]:
    """How wide a name may be in a chart of some width, so that the bars keep the most of it."""
    return {"query": query, "option": {"yAxis": {"axisLabel": {"width": pixels}}}}


def _axis(t: Translator, chart: Chart) -> str:
    hours = chart in IN_HOURS
    code = _AXIS[t.language].replace("UNIT", "h" if hours else "€")
    return code.replace("BEFORE", "" if hours else "€").replace("AFTER", "\u00a0h" if hours else "")


def _bar(t: Translator, chart: Chart, bar: Figure, *, labelled: bool) -> dict[str, Any]:
    amount = worth(t, chart, bar)
    parts = [amount, counted(t, chart, bar.count)]
    if bar.minutes and chart not in IN_HOURS:
        parts.insert(1, t.hours(bar.minutes))
    tone = PROPOSAL[ProposalStatus(bar.name)][0].replace("_", "-") if chart is Chart.PROPOSALS else _TONES[chart]
    label = {"show": labelled, "position": "right", "formatter": amount, "color": "var(--text)", "fontSize": 12}
    # Numbers alone and labels of ours: ECharts takes this for HTML, but for the name, which it escapes.
    return {
        "value": _length(chart, bar) if bar.count else None,
        "label": label,
        "tooltip": {"formatter": "{b}<br>" + " · ".join(parts)},
        "itemStyle": {"color": f"var(--hm-{tone})", "borderRadius": 2},
    }


def _length(chart: Chart, bar: Figure) -> float:
    """In hours or euro: for the eye alone, all that is read is exact."""
    return bar.minutes / 60 if chart in IN_HOURS else bar.cents / 100
