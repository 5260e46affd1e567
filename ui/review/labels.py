"""How a line's amount is calculated, how it was adjusted, and what is unusual about it, in words (spec, promise 3)."""

from datetime import datetime
from typing import Final

from domain.money import line_amount
from domain.rules.anomalies import OLD_DAYS, Finding
from domain.rules.calendar import firm_date
from domain.vocabulary import Anomaly
from storage.queries.proposals.table import LineRow
from ui.i18n import Translator

_ICONS: Final = {
    Anomaly.OVERLAP: "join_inner",
    Anomaly.PRICE: "sell",
    Anomaly.OLD: "history_toggle_off",
    Anomaly.THIN: "short_text",
    Anomaly.TOTAL: "trending_up",
    Anomaly.FISCAL: "badge",
}


def difference(text: Translator, cents: int) -> str:
    """Cents that are more or less: `+0,01 €`, `−0,01 €`."""
    return f"{'+' if cents > 0 else '−' if cents < 0 else ''}{text.money(abs(cents))}"


def product(text: Translator, minutes: int, rate: int) -> str:
    """`0:30 h × 65,00 € = 32,50 €`."""
    return f"{text.hours(minutes)} × {text.money(rate)} = {text.money(line_amount(minutes, rate))}"


def line_label(line: LineRow) -> str:
    """Which line a dialog is about: `TT-00042 · Assistenza · Rullo sostituito`."""
    return f"{line.ticket_number} · {line.service_name} · {line.description}"


def calculation(text: Translator, line: LineRow) -> str:
    """How the amount of a merged line is calculated, and what its work would come to piece by piece."""
    whole = product(text, line.minutes, line.rate)
    if line.apart is None or line.apart == line.net:
        return text.t("rounding.same", whole=whole)
    cents = difference(text, line.apart - line.net)
    return text.t("rounding.differs", whole=whole, apart=text.money(line.apart), cents=cents)


def adjusted_label(text: Translator, line: LineRow) -> str:
    """Who adjusted a line, when and why, and what it was at first."""
    return text.t(
        "adjust.was",
        by=line.adjusted_by,
        at=text.instant(line.adjusted_at) if line.adjusted_at else "",
        reason=line.adjustment_reason,
        whole=product(text, line.original_minutes or 0, line.original_rate or 0),
        description=line.original_description or "—",
    )


def flag_row(text: Translator, finding: Finding) -> dict[str, str]:
    """A finding as the browser gets it: an icon, a word, and the sentence that names the facts."""
    return {"icon": _ICONS[finding.kind], "word": text.t(f"anomaly.{finding.kind}"), "why": flag_label(text, finding)}


def flag_label(text: Translator, finding: Finding) -> str:
    """Why something deserves a second look: `LV-1 si sovrappone a LV-9 ...`."""
    facts, key = finding.facts, f"anomaly.{finding.kind}.why"
    if finding.kind is Anomaly.OVERLAP:
        times = {name: _clock(text, facts[name]) for name in ("from", "to")}
        return text.t(key, **{**facts, **times, "day": text.date(firm_date(facts["from"]))})
    if finding.kind is Anomaly.OLD:
        return text.t(key, code=facts["code"], day=text.date(facts["on"]), days=text.number(facts["days"]), most=OLD_DAYS)
    if finding.kind is Anomaly.THIN:
        return text.t(key if facts["text"] else f"{key}_empty", **facts)
    if finding.kind is Anomaly.FISCAL:
        return text.t(key, missing=", ".join(text.t(f"field.{name}") for name in facts["missing"]))
    money = {name: text.money(value) for name, value in facts.items() if name != "count"}
    return text.t(key, **money, count=text.number(facts["count"]))


def _clock(text: Translator, at: datetime) -> str:
    return text.instant(at).rpartition(" ")[2]
