"""How a line's amount was reckoned, and how it was adjusted, in words (spec, promise 3)."""

from domain.money import line_amount
from storage.queries.proposals import LineRow
from ui.i18n import Translator


def difference(text: Translator, cents: int) -> str:
    """Cents that are more or less: `+0,01 €`, `−0,01 €`."""
    return f"{'+' if cents > 0 else '−' if cents < 0 else ''}{text.money(abs(cents))}"


def product(text: Translator, minutes: int, rate: int) -> str:
    """`0:30 h × 65,00 € = 32,50 €`."""
    return f"{text.hours(minutes)} × {text.money(rate)} = {text.money(line_amount(minutes, rate))}"


def reckoned(text: Translator, line: LineRow) -> str:
    """How the amount of a merged line came about, and what its work would come to piece by piece."""
    whole = product(text, line.minutes, line.rate)
    if line.apart is None or line.apart == line.net:
        return text.t("rounding.same", whole=whole)
    cents = difference(text, line.apart - line.net)
    return text.t("rounding.differs", whole=whole, apart=text.money(line.apart), cents=cents)


def adjusted_words(text: Translator, line: LineRow) -> str:
    """Who adjusted a line, when and why, and what it was at first."""
    return text.t(
        "adjust.was",
        by=line.adjusted_by,
        at=text.instant(line.adjusted_at) if line.adjusted_at else "",
        reason=line.adjustment_reason,
        whole=product(text, line.original_minutes or 0, line.original_rate or 0),
        description=line.original_description or "—",
    )
