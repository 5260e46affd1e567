"""A proposal's lines as the browser gets them: flat rows of finished text, and the little that changes from one look to the next.

A row holds only what is not empty. Its keys are ours; its values may be text from wherever, and go nowhere but into text nodes
and attributes that Vue binds.
"""

from collections.abc import Collection, Sequence
from functools import cache

from domain.money import format_hours, line_amount
from domain.rules.anomalies import Finding
from domain.vocabulary import LineState, RateSource
from storage.queries.proposals.table import LineRow
from ui.i18n import Translator
from ui.kit.badges import LINE as LINE_CHIPS
from ui.kit.virtual_rows import Row
from ui.review.labels import adjusted_label, flag_row, reckoned
from ui.review.state import LINE, TICKET, Group, Key, ReviewState

NONE, SOME, ALL = 0, 1, 2


class ReviewRows:
    """Makes rows; what it has written once it keeps for as long as the line, or the ticket's group, stays as it is."""

    def __init__(self, translator: Translator, *, editable: bool) -> None:
        self._t = translator
        self._editable = editable
        self._lines: dict[int, tuple[LineRow, tuple[Sequence[Finding], bool], Row]] = {}
        self._tickets: dict[int, tuple[Group, int, Row]] = {}
        # The same few amounts and counts come again and again, and writing one takes a while.
        self._money, self._amount, self._count = cache(translator.money), cache(translator.amount), cache(translator.n)

    @property
    def editable(self) -> bool:
        """Whether the rows offer to be changed."""
        return self._editable

    @editable.setter
    def editable(self, editable: bool) -> None:
        if editable is not self._editable:
            self._editable = editable
            self._lines.clear()
            self._tickets.clear()

    def of(self, desk: ReviewState) -> list[Row]:
        """All rows to be seen. Rows that did not change are the very same."""
        rows: list[Row] = []
        for group, lines in desk.seen():
            heading = Key(TICKET, group.ticket_id)
            folded = group.ticket_id in desk.folded
            ticked = _ticked(group, desk.selected) if desk.selected else NONE
            rows.append(_in_hand(self._ticket(group, desk), ticked, folded=folded, current=heading == desk.current))
            for line in lines:
                ticked = ALL if line.id in desk.selected else NONE
                rows.append(_in_hand(self._line(line, desk), ticked, folded=False, current=(LINE, line.id) == desk.current))
        return rows

    def _ticket(self, group: Group, desk: ReviewState) -> Row:
        flagged = sum(line.id in desk.findings.lines for line in group.held)
        kept = self._tickets.get(group.ticket_id)
        if kept is None or kept[0] is not group or kept[1] != flagged:
            row = {**self._write_ticket(group), "flagged": flagged and self._count("review.flagged", flagged)}
            kept = self._tickets[group.ticket_id] = (group, flagged, _filled(row))
        return kept[2]

    def _line(self, line: LineRow, desk: ReviewState) -> Row:
        about = (desk.findings.lines.get(line.id, ()), line.id in desk.fresh)
        kept = self._lines.get(line.id)
        if kept is None or kept[1] != about or (kept[0] is not line and kept[0] != line):
            flags = [flag_row(self._t, finding) for finding in about[0]]
            row = {**self._write_line(line), "flags": flags, "fresh": about[1]}
            kept = self._lines[line.id] = (line, about, _filled(row))
        return kept[2]

    def _write_ticket(self, group: Group) -> Row:
        held = group.held
        to_bill = [line for line in held if line.state is LineState.BILL]
        suspended = sum(line.state is LineState.SUSPENDED for line in held)
        not_billed = sum(line.state is LineState.NOT_BILLED for line in held)
        return {
            "key": str(Key(TICKET, group.ticket_id)),
            "ticket": True,
            "path": f"/tickets/{group.ticket_id}",
            "number": group.number,
            "text": group.title,
            "count": self._count("review.line", len(group.lines)),
            "time": format_hours(sum(line.minutes for line in to_bill)),
            "net": self._money(sum(line.net for line in to_bill)),
            "suspended": suspended and self._count("review.suspended", suspended),
            "not_billed": not_billed and self._count("review.not_billed", not_billed),
            "can_bill": suspended + not_billed > 0,
            "can_suspend": suspended < len(held),
            "can_drop": not_billed < len(held),
            "released": not held,
            "editable": self._editable and bool(held),
        }

    def _write_line(self, line: LineRow) -> Row:
        t = self._t
        tone, icon = LINE_CHIPS[line.state]
        decided = line.state in (LineState.SUSPENDED, LineState.NOT_BILLED)
        when = t.instant(line.decided_at) if line.decided_at and decided else ""
        differs = line.rate != line.list_rate
        source, price = _price_words(line)
        merged = line.entries > 1 and line.state is not LineState.RELEASED
        return {
            **(self._original(line) if line.adjusted else {}),
            "merged": merged and self._count("adjust.work", line.entries),
            "reckoned": reckoned(t, line) if merged and not line.adjusted else "",
            "differs_apart": line.apart != line.net,
            "key": str(Key(LINE, line.id)),
            "text": line.description,
            "service": line.service_name,
            "time": format_hours(line.minutes),
            "rate": self._amount(line.rate),
            "source": t.t(source),
            "differs": differs,
            "price": t.t(price, list=self._money(line.list_rate)),
            "net": self._money(line.net),
            "tone": tone,
            "icon": icon,
            "state": t.t(f"line_state.{line.state}"),
            "reason": line.reason if decided else "",
            "quoted": t.t("review.quoted", text=line.reason) if decided else "",
            "who": " · ".join(filter(None, (line.decided_by, when))) if decided else "",
            "can_bill": decided,
            "can_suspend": line.state is not LineState.SUSPENDED,
            "can_drop": line.state is not LineState.NOT_BILLED,
            "off": line.state is not LineState.BILL,
            "released": line.state is LineState.RELEASED,
            "editable": self._editable and line.state is not LineState.RELEASED,
        }

    def _original(self, line: LineRow) -> Row:
        """What stands struck through beside what was adjusted, and why it was."""
        minutes, rate = line.original_minutes or 0, line.original_rate or 0
        net = line_amount(minutes, rate)
        decided = line.state is not LineState.BILL
        return {
            "adjusted": adjusted_label(self._t, line),
            "adjusted_why": "" if decided else self._t.t("review.quoted", text=line.adjustment_reason),
            "adjusted_by": line.adjusted_by,
            "was_text": (line.original_description or "—") if line.original_description != line.description else "",
            "was_time": format_hours(minutes) if minutes != line.minutes else "",
            "was_rate": self._amount(rate) if rate != line.rate else "",
            "was_net": self._money(net) if net != line.net else "",
        }


def _price_words(line: LineRow) -> tuple[str, str]:
    """The sentences that say where a line's price is from, in short and in full."""
    if line.original_rate not in (None, line.rate):
        return "adjust.rate_source", "adjust.rate_price"
    source = "review.rate.ticket" if line.rate_source is RateSource.TICKET else "review.rate.list"
    return source, "review.rate.differs" if line.rate != line.list_rate else "review.rate.same"


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value}


def _in_hand(row: Row, ticked: int, *, folded: bool, current: bool) -> Row:
    changing = {"ticked": ticked, "folded": folded, "current": current}
    return {**row, **_filled(changing)} if any(changing.values()) else row


def _ticked(group: Group, selected: Collection[int]) -> int:
    held = group.held
    count = sum(line.id in selected for line in held)
    return ALL if held and count == len(held) else SOME if count else NONE
