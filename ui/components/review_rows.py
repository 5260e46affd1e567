"""A proposal's lines as the browser gets them: flat rows of finished text, and the little that changes from one look to the next.

A row holds only what is not empty. Its keys are ours; its values may be text from wherever, and go nowhere but into text nodes
and attributes that Vue binds.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.money import format_hours
from domain.vocabulary import LineState, RateSource
from storage.queries.proposals import LineRow
from ui.components.review_desk import LINE, TICKET, Desk, Group, Key
from ui.components.status_badge import LINE as LINE_CHIPS
from ui.i18n import Translator

Row = dict[str, Any]

NONE, SOME, ALL = 0, 1, 2


class Change(NamedTuple):
    """From one sequence of rows to the next: `gone` rows replaced at `at`, then fields set on rows by key."""

    at: int
    gone: int
    fresh: list[Row]
    fields: dict[str, Row]

    @property
    def nothing(self) -> bool:
        """Whether both sequences are alike."""
        return not (self.gone or self.fresh or self.fields)


class ReviewRows:
    """Makes rows; what it has written once for a line it keeps as long as the line stays as it is."""

    def __init__(self, translator: Translator, *, editable: bool) -> None:
        self._t = translator
        self.editable = editable
        self._written: dict[int, tuple[LineRow, Row]] = {}

    def of(self, desk: Desk) -> list[Row]:
        """All rows to be seen."""
        rows: list[Row] = []
        for group in desk.groups:
            folded = group.ticket_id in desk.folded
            rows.append(self._filled(self._ticket(group, desk, folded=folded), desk, Key(TICKET, group.ticket_id)))
            if not folded:
                rows.extend(self._filled(self._line(line, desk), desk, Key(LINE, line.id)) for line in group.lines)
        return rows

    def _filled(self, row: Row, desk: Desk, key: Key) -> Row:
        row["current"] = key == desk.current
        row["editable"] = self.editable and not row.get("released")
        return {name: value for name, value in row.items() if value}

    def _ticket(self, group: Group, desk: Desk, *, folded: bool) -> Row:
        held = group.held
        to_bill = [line for line in held if line.state is LineState.BILL]
        ticked = sum(line.id in desk.selected for line in held)
        suspended = sum(line.state is LineState.SUSPENDED for line in held)
        not_billed = sum(line.state is LineState.NOT_BILLED for line in held)
        return {
            "key": str(Key(TICKET, group.ticket_id)),
            "ticket": True,
            "path": f"/tickets/{group.ticket_id}",
            "number": group.number,
            "text": group.title,
            "count": self._t.n("review.line", len(group.lines)),
            "time": format_hours(sum(line.minutes for line in to_bill)),
            "net": self._t.money(sum(line.net for line in to_bill)),
            "folded": folded,
            "ticked": ALL if held and ticked == len(held) else SOME if ticked else NONE,
            "suspended": suspended and self._t.n("review.suspended", suspended),
            "not_billed": not_billed and self._t.n("review.not_billed", not_billed),
            "can_bill": bool(suspended or not_billed),
            "can_suspend": suspended < len(held),
            "can_drop": not_billed < len(held),
            "released": not held,
        }

    def _line(self, line: LineRow, desk: Desk) -> Row:
        kept = self._written.get(line.id)
        if kept is None or kept[0] != line:
            kept = self._written[line.id] = (line, self._write(line))
        return {**kept[1], "ticked": ALL if line.id in desk.selected else NONE}

    def _write(self, line: LineRow) -> Row:
        t = self._t
        tone, icon = LINE_CHIPS[line.state]
        decided = line.state in (LineState.SUSPENDED, LineState.NOT_BILLED)
        when = t.instant(line.decided_at) if line.decided_at else ""
        differs = line.rate != line.list_rate
        return {
            "key": str(Key(LINE, line.id)),
            "text": line.description,
            "service": line.service_name,
            "time": format_hours(line.minutes),
            "rate": t.amount(line.rate),
            "source": t.t("review.rate.ticket" if line.rate_source is RateSource.TICKET else "review.rate.list"),
            "differs": differs,
            "price": t.t("review.rate.differs" if differs else "review.rate.same", list=t.money(line.list_rate)),
            "net": t.money(line.net),
            "tone": tone,
            "icon": icon,
            "state": t.t(f"line_state.{line.state}"),
            "reason": line.reason if decided else "",
            "who": " · ".join(filter(None, (line.decided_by, when))) if decided else "",
            "can_bill": decided,
            "can_suspend": line.state is not LineState.SUSPENDED,
            "can_drop": line.state is not LineState.NOT_BILLED,
            "off": line.state is not LineState.BILL,
            "released": line.state is LineState.RELEASED,
        }


def change(before: Sequence[Row], after: Sequence[Row]) -> Change:
    """The least that makes `after` of `before`: rows in the middle exchanged, fields set on those that stay."""
    old, new = [row["key"] for row in before], [row["key"] for row in after]
    start = _alike(old, new)
    end = _alike(old[: start - len(old) - 1 : -1], new[: start - len(new) - 1 : -1])
    fields = {}
    kept = zip([*before[:start], *before[len(before) - end :]], [*after[:start], *after[len(after) - end :]], strict=True)
    for was, now in kept:
        if was != now:
            fields[now["key"]] = {name: now.get(name) for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    return Change(start, len(before) - start - end, list(after[start : len(after) - end]), fields)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first ones are the same."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
