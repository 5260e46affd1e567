"""A proposal's lines as the browser gets them: flat rows of finished text, and the little that changes between renderings.

A row holds only what is not empty. Its keys are ours; its values may be text from wherever, and go nowhere but into text nodes
and attributes that Vue binds.
"""

from collections.abc import Sequence
from functools import cache

from domain.money import format_hours, line_amount
from domain.rules.anomalies import Finding
from domain.vocabulary import LineState, RateSource
from storage.queries.proposals.table import LineRow
from ui.i18n import Translator
from ui.kit.badges import LINE as LINE_CHIPS
from ui.kit.virtual_rows import Row
from ui.review.groups import LINE, TICKET, Group, Key
from ui.review.labels import adjusted_label, calculation, flag_row
from ui.review.state import ReviewState

NONE, SOME, ALL = 0, 1, 2

_DECIDED = (LineState.SUSPENDED, LineState.NOT_BILLED)


class ReviewRows:
    """Makes rows. A row is made again only where the line, or the ticket's group, is another."""

    def __init__(self, translator: Translator, state: ReviewState) -> None:
        self._t, self._state, self._made_editable = translator, state, state.editable
        self._lines: dict[int, tuple[LineRow, tuple[Sequence[Finding], bool], Row]] = {}
        self._tickets: dict[int, tuple[Group, int, Row]] = {}
        # The same few amounts and counts come again and again, and formatting one takes a while.
        self._money, self._amount, self._count = cache(translator.money), cache(translator.amount), cache(translator.n)

    def visible(self) -> list[Row]:
        """All visible rows. Rows that did not change are the same objects."""
        state, rows = self._state, list[Row]()
        if state.editable is not self._made_editable:
            self._made_editable = state.editable
            self._lines.clear()
            self._tickets.clear()
        for group, lines in state.visible():
            key, folded = Key(TICKET, group.ticket_id), group.ticket_id in state.folded
            rows.append(_with_view(self._ticket(group), _ticked(group, state), folded=folded, current=key == state.current))
            for line in lines:
                ticked = ALL if line.id in state.selected else NONE
                rows.append(_with_view(self._line(line), ticked, folded=False, current=(LINE, line.id) == state.current))
        return rows

    def _ticket(self, group: Group) -> Row:
        flagged = sum(line.id in self._state.findings.lines for line in group.active)
        made = self._tickets.get(group.ticket_id)
        if made is None or made[0] is not group or made[1] != flagged:
            row = {**self._ticket_row(group), "flagged": flagged and self._count("review.flagged", flagged)}
            made = self._tickets[group.ticket_id] = (group, flagged, _filled(row))
        return made[2]

    def _line(self, line: LineRow) -> Row:
        flags = (self._state.findings.lines.get(line.id, ()), line.id in self._state.fresh)
        made = self._lines.get(line.id)
        if made is None or made[1] != flags or (made[0] is not line and made[0] != line):
            row = {**self._line_row(line), "flags": [flag_row(self._t, finding) for finding in flags[0]], "fresh": flags[1]}
            made = self._lines[line.id] = (line, flags, _filled(row))
        return made[2]

    def _ticket_row(self, group: Group) -> Row:
        active = group.active
        to_bill = [line for line in active if line.state is LineState.BILL]
        suspended, not_billed = (sum(line.state is state for line in active) for state in _DECIDED)
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
            "can_suspend": suspended < len(active),
            "can_drop": not_billed < len(active),
            "released": not active,
            "editable": self._made_editable and bool(active),
        }

    def _line_row(self, line: LineRow) -> Row:
        t, state = self._t, line.state
        tone, icon = LINE_CHIPS[state]
        merged = line.entries > 1 and state is not LineState.RELEASED
        return {
            **(self._original(line) if line.adjusted else {}),
            **(self._decision(line) if state in _DECIDED else {}),
            **self._price(line),
            "merged": merged and self._count("adjust.work", line.entries),
            "calculation": calculation(t, line) if merged and not line.adjusted else "",
            "differs_apart": line.apart != line.net,
            "key": str(Key(LINE, line.id)),
            "text": line.description,
            "service": line.service_name,
            "time": format_hours(line.minutes),
            "net": self._money(line.net),
            "tone": tone,
            "icon": icon,
            "state": t.t(f"line_state.{state}"),
            "can_suspend": state is not LineState.SUSPENDED,
            "can_drop": state is not LineState.NOT_BILLED,
            "off": state is not LineState.BILL,
            "released": state is LineState.RELEASED,
            "editable": self._made_editable and state is not LineState.RELEASED,
        }

    def _decision(self, line: LineRow) -> Row:
        when = self._t.instant(line.decided_at) if line.decided_at else ""
        return {
            "reason": line.reason,
            "quoted": self._t.t("review.quoted", text=line.reason),
            "who": " · ".join(filter(None, (line.decided_by, when))),
            "can_bill": True,
        }

    def _price(self, line: LineRow) -> Row:
        """The rate, and where it is from, in short and in full."""
        differs = line.rate != line.list_rate
        source = "review.rate.ticket" if line.rate_source is RateSource.TICKET else "review.rate.list"
        price = "review.rate.differs" if differs else "review.rate.same"
        if line.original_rate not in (None, line.rate):
            source, price = "adjust.rate_source", "adjust.rate_price"
        return {
            "rate": self._amount(line.rate),
            "source": self._t.t(source),
            "differs": differs,
            "price": self._t.t(price, list=self._money(line.list_rate)),
        }

    def _original(self, line: LineRow) -> Row:
        """What stands struck through beside adjusted values, and why they were adjusted."""
        minutes, rate = line.original_minutes or 0, line.original_rate or 0
        net = line_amount(minutes, rate)
        billed = line.state is LineState.BILL
        return {
            "adjusted": adjusted_label(self._t, line),
            "adjusted_why": self._t.t("review.quoted", text=line.adjustment_reason) if billed else "",
            "adjusted_by": line.adjusted_by,
            "was_text": (line.original_description or "—") if line.original_description != line.description else "",
            "was_time": format_hours(minutes) if minutes != line.minutes else "",
            "was_rate": self._amount(rate) if rate != line.rate else "",
            "was_net": self._money(net) if net != line.net else "",
        }


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value}


def _with_view(row: Row, ticked: int, *, folded: bool, current: bool) -> Row:
    view = {"ticked": ticked, "folded": folded, "current": current}
    return {**row, **_filled(view)} if any(view.values()) else row


def _ticked(group: Group, state: ReviewState) -> int:
    if not state.selected:
        return NONE
    active = group.active
    count = sum(line.id in state.selected for line in active)
    return ALL if active and count == len(active) else SOME if count else NONE
