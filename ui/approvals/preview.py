"""One proposal beside the inbox: what was held back or adjusted and why, then its tickets, the biggest first."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from nicegui import background_tasks, ui

from domain.errors import NotFound
from domain.money import format_hours
from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow, ProposalDetail, proposal_detail
from ui.approvals.state import InboxState
from ui.kit.badges import LINE, chip
from ui.kit.page import PageContext

_REMARKS: Final = 12
_TICKETS: Final = 15
_LINES: Final = 4
_REST_SECONDS: Final = 0.08

T = TypeVar("T")


class ProposalPreview:
    """Shows the proposal under the cursor, once the cursor rests there."""

    def __init__(self, page: PageContext, state: InboxState) -> None:
        self._page, self._text, self._state = page, page.translator, state
        self._shown: tuple[int, int] | None = None
        self._panel = ui.element("aside").classes("ap-look").mark("look")
        self._panel.props["aria-label"] = page.t("approvals.look")
        state.observe(lambda: background_tasks.create(self._load()))

    async def _load(self) -> None:
        wanted = self._state.current
        await asyncio.sleep(_REST_SECONDS)
        if wanted != self._state.current or self._panel.is_deleted:
            return
        try:
            detail = await self._page.read(lambda session: proposal_detail(session, wanted)) if wanted else None
        except NotFound:
            detail = None
        if wanted == self._state.current and not self._panel.is_deleted:
            self._render(detail)

    def _render(self, detail: ProposalDetail | None) -> None:
        version = (detail.id, detail.version) if detail else None
        if version == self._shown:
            return
        self._shown = version
        self._panel.clear()
        if detail:
            with self._panel:
                self._head(detail)
                with ui.element("div").classes("ap-look__body"):
                    self._remarks([line for line in detail.lines if _remarkable(line)])
                    self._tickets([line for line in detail.lines if line.state is LineState.BILL])

    def _head(self, detail: ProposalDetail) -> None:
        t, amounts = self._text, detail.amounts
        with ui.element("div").classes("ap-look__head"):
            ui.label(detail.company).classes("strong wrap")
            with ui.element("div").classes("line line--apart"):
                ui.link(detail.number, f"/proposals/{detail.id}").mark("look-open")
                ui.label(t.t("approvals.totals", net=t.money(amounts.net), total=t.money(amounts.total))).classes("muted num")

    def _remarks(self, lines: Sequence[LineRow]) -> None:
        """What somebody changed or kept back: it is here that an approver looks first."""
        if lines:
            _title(self._text.t("approvals.remarks"))
            self._first(lines, _REMARKS, self._remark)

    def _remark(self, line: LineRow) -> None:
        t = self._text
        tone, icon, word = *LINE[line.state], t.t(f"line_state.{line.state}")
        if line.state is LineState.BILL:
            icon, word = "edit", t.t("approvals.adjusted")
        with ui.element("div").classes("ap-remark").mark(f"remark-{line.id}"):
            with ui.element("div").classes("ap-look__line"):
                chip(tone, icon, word, meaning=t.t(f"help.means.line_state.{line.state}"))
                ui.label(line.ticket_number).classes("grow muted clip")
                ui.label(t.money(line.net)).classes("num")
            ui.label(line.description).classes("clip").tooltip(line.description)
            if line.state is not LineState.BILL:
                ui.label(f"{t.t('review.quoted', text=line.reason)} · {line.decided_by}").classes("muted wrap")
            if line.original_minutes is not None and line.original_rate is not None:
                before = f"{format_hours(line.original_minutes)} × {t.amount(line.original_rate)}"
                after = f"{format_hours(line.minutes)} × {t.amount(line.rate)}"
                ui.label(f"{before} → {after}").classes("num ap-left")
                ui.label(f"{t.t('review.quoted', text=line.adjustment_reason)} · {line.adjusted_by}").classes("muted wrap")

    def _tickets(self, lines: Sequence[LineRow]) -> None:
        by_ticket: dict[int, list[LineRow]] = {}
        for line in lines:
            by_ticket.setdefault(line.ticket_id, []).append(line)
        _title(self._text.n("approvals.tickets", len(by_ticket)))
        self._first(sorted(by_ticket.values(), key=_net, reverse=True), _TICKETS, self._ticket)

    def _ticket(self, lines: Sequence[LineRow]) -> None:
        t, first = self._text, lines[0]
        with ui.element("div").classes("ap-ticket").mark(f"look-ticket-{first.ticket_id}"):
            with ui.element("div").classes("ap-look__line"):
                ui.link(first.ticket_number, f"/tickets/{first.ticket_id}")
                ui.label(first.ticket_title).classes("grow clip").tooltip(first.ticket_title)
                ui.label(t.money(_net(lines))).classes("num strong")
            self._first(lines, _LINES, self._line)

    def _line(self, line: LineRow) -> None:
        with ui.element("div").classes("ap-look__line muted"):
            ui.label(line.description or line.service_name).classes("grow clip").tooltip(line.description or line.service_name)
            ui.label(f"{format_hours(line.minutes)} × {self._text.amount(line.rate)}").classes("num small")

    def _first(self, things: Sequence[T], most: int, place: Callable[[T], None]) -> None:
        """Place the first ones, and say how many there are besides."""
        for thing in things[:most]:
            place(thing)
        if len(things) > most:
            ui.label(self._text.t("outcome.more", count=self._text.number(len(things) - most))).classes("muted small")


def _title(words: str) -> None:
    ui.label(words).classes("ap-look__title").props("role=heading aria-level=2")


def _remarkable(line: LineRow) -> bool:
    return line.state in (LineState.SUSPENDED, LineState.NOT_BILLED) or (line.adjusted and line.state is LineState.BILL)


def _net(lines: Sequence[LineRow]) -> int:
    return sum(line.net for line in lines)
