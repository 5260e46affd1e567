"""Anomalies in the work of a proposal, each with the facts that explain it.

A finding is a hint to a person, never a refusal. All thresholds stand here, and the sentences in `ui/locales` name them. Times
are the firm's, money is in cents.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final, NamedTuple

from domain.vocabulary import Anomaly

OLD_DAYS: Final = 90
THIN_LETTERS: Final = 8
UNUSUAL_TIMES: Final = 2
PAST_DAYS: Final = 365
PAST_LINES: Final = 5
PAST_PROPOSALS: Final = 5

_GENERIC: Final = frozenset(
    {
        *("intervento", "interventi", "assistenza", "supporto", "lavoro", "lavori", "attività", "varie", "vario", "vari"),
        *("ticket", "tecnico", "tecnica", "cliente", "remoto", "test", "prova", "chiamata", "telefonata", "richiesta", "fatto"),
        *("risolto", "ok", "da", "di", "per", "in", "e", "il", "la", "lo", "con", "presso"),
        *("work", "support", "activity", "various", "misc", "call", "task", "done", "fixed", "and", "the", "of", "for"),
    }
)
"""Words that don't describe the work."""


class Work(NamedTuple):
    """A time entry of `minutes` from `started_at`; `line_id` is None if it is not on this proposal."""

    id: int
    code: str
    line_id: int | None
    ticket_number: str
    operator: str
    started_at: datetime
    worked_on: date
    minutes: int
    description: str

    @property
    def ends_at(self) -> datetime:
        """End of the work."""
        return self.started_at + timedelta(minutes=self.minutes)


class Priced(NamedTuple):
    """A line with its service and its rate in cents per hour."""

    line_id: int
    service_id: int
    rate: int


class Finding(NamedTuple):
    """An anomaly with the parameters of its sentence; `count` if it is about several time entries."""

    kind: Anomaly
    facts: Mapping[str, Any]


Found = dict[int, list[Finding]]
"""Anomalies by line."""


def old_work(works: Iterable[Work], today: date) -> Found:
    """Work done more than OLD_DAYS days ago: the oldest of each line.

    >>> work = Work(1, "LV-1", 7, "TT-1", "Anna", datetime(2026, 1, 2, 9), date(2026, 1, 2), 60, "Router cambiato")
    >>> old_work([work], date(2026, 4, 2)), old_work([work], date(2026, 4, 3))[7][0].facts["days"]
    ({}, 91)
    """
    found: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        if work.line_id is not None and (today - work.worked_on).days > OLD_DAYS:
            found[work.line_id].append(work)
    oldest = {line_id: min(its, key=lambda work: work.worked_on) for line_id, its in found.items()}
    return {
        line_id: [Finding(Anomaly.OLD, {"code": work.code, "on": work.worked_on, "days": (today - work.worked_on).days})]
        for line_id, work in oldest.items()
    }


def overlaps(works: Iterable[Work]) -> Found:
    """Overlapping work of one operator, on this proposal or not: the first pair of each line.

    What ends when the other begins does not overlap, nor does work without an operator or without time.
    """
    by_operator: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        if work.operator and work.minutes > 0:
            by_operator[work.operator].append(work)
    found: Found = {}
    for its in by_operator.values():
        its.sort(key=lambda work: (work.started_at, work.id))
        latest: Work | None = None
        for work in its:
            if latest is not None and work.started_at < latest.ends_at:
                _pair(found, work, latest)
                _pair(found, latest, work)
            if latest is None or work.ends_at > latest.ends_at:
                latest = work
    return found


def _pair(found: Found, work: Work, other: Work) -> None:
    if work.line_id is not None and work.line_id not in found:
        facts = {
            "code": work.code,
            "operator": work.operator,
            "other": other.code,
            "from": other.started_at,
            "to": other.ends_at,
            "ticket": other.ticket_number,
        }
        found[work.line_id] = [Finding(Anomaly.OVERLAP, facts)]


def thin(works: Iterable[Work]) -> Found:
    """Work with a missing or vague description: the first of each line."""
    found: Found = {}
    for work in works:
        if work.line_id is not None and work.line_id not in found and says_little(work.description):
            found[work.line_id] = [Finding(Anomaly.THIN, {"code": work.code, "text": work.description.strip()})]
    return found


def says_little(text: str) -> bool:
    """Whether a description is empty, has fewer than THIN_LETTERS letters and digits, or only vague words.

    >>> [says_little(text) for text in ("", "ok", "Intervento di assistenza", "Cambio toner", "Reset password VPN")]
    [True, True, True, False, False]
    """
    words = re.findall(r"\w+", text.casefold())
    return sum(map(len, words)) < THIN_LETTERS or all(word in _GENERIC for word in words)


def unusual_rates(lines: Iterable[Priced], past: Mapping[int, Sequence[tuple[int, int]]]) -> Found:
    """Rates above UNUSUAL_TIMES the customer's median for the service, or below that fraction of it.

    `past` has, by service, pairs of a rate and how many lines were billed at it within PAST_DAYS; fewer than PAST_LINES lines
    prove nothing.
    """
    usual = {service: (median(rates), len(rates)) for service, pairs in past.items() if (rates := _spread(pairs))}
    found: Found = {}
    for line in lines:
        middle, count = usual.get(line.service_id, (0, 0))
        if count >= PAST_LINES and not middle / UNUSUAL_TIMES <= line.rate <= middle * UNUSUAL_TIMES:
            facts = {"rate": line.rate, "usual": round(middle), "count": count}
            found[line.line_id] = [Finding(Anomaly.PRICE, facts)]
    return found


def _spread(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return [rate for rate, count in pairs for _ in range(count)]


def unusual_total(net: int, past: Sequence[int]) -> list[Finding]:
    """A total above UNUSUAL_TIMES the median of the customer's proposals of the last PAST_DAYS; in cents.

    >>> unusual_total(20_000, [10_000] * 5), unusual_total(20_001, [10_000] * 5)[0].facts["usual"]
    ([], 10000)
    """
    if len(past) < PAST_PROPOSALS or net <= UNUSUAL_TIMES * median(past):
        return []
    return [Finding(Anomaly.TOTAL, {"net": net, "usual": round(median(past)), "count": len(past)})]


def merged(*parts: Found) -> Found:
    """All anomalies of each line, in the order of `parts`."""
    whole: Found = defaultdict(list)
    for part in parts:
        for line_id, findings in part.items():
            whole[line_id].extend(findings)
    return dict(whole)
