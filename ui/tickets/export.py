"""*Esporta*: the tickets that the list shows, on all its pages, with its columns and in its order, as a file (screens)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.rules.calendar import firm_date
from storage.exporters.tables import Column, Kind, Value, csv_bytes, xlsx_bytes
from storage.queries.tickets.grid import TicketRow, all_ticket_rows
from ui.i18n import Translator
from ui.kit.addresses.tickets import View
from ui.kit.page import PageContext
from ui.kit.widgets import icon_button
from ui.tickets.columns import why_not

MOST: Final = 50_000
"""Tickets in one file."""

_KINDS: Final = {"hours": Kind.MINUTES, "value": Kind.CENTS, "opened_at": Kind.DATE, "closed_at": Kind.DATE}
_WIDTHS: Final = {"title": 50, "company": 32, "contact": 24, "billing_status": 20, "proposal": 18, "why": 40}
_USUAL_WIDTH: Final = 14


class ExportMenu:
    """`shown` says what the list shows: its view, its columns and how many tickets there are."""

    def __init__(self, page: PageContext, shown: Callable[[], tuple[View, Sequence[str], int]]) -> None:
        self._page = page
        self._shown = shown

    def build(self) -> None:
        """Place the button with its menu."""
        t = self._page.t
        self._button = icon_button("download", t("grid.export"), props="flat round aria-haspopup=menu").mark("export")
        with self._button, ui.menu():
            for kind in ("xlsx", "csv"):
                ui.menu_item(t(f"grid.export_{kind}"), on_click=lambda kind=kind: self._export(kind)).props("role=menuitem").mark(
                    f"export-{kind}"
                )

    async def _export(self, kind: str) -> None:
        view, columns, total = self._shown()
        translator = self._page.translator
        self._button.props("loading")
        try:
            content = await self._page.read(lambda session: exported(session, translator, view, columns, kind))
        finally:
            self._button.props(remove="loading")
        ui.download.content(content, f"ticket-{firm_date(datetime.now(UTC)).isoformat()}.{kind}")
        count = min(total, MOST)
        self._page.done(translator.n("grid.exported" if count == total else "grid.exported_first", count))


def exported(session: Any, t: Translator, view: View, names: Sequence[str], kind: str) -> bytes:
    """The file: takes some seconds for tens of thousands of tickets, so it belongs in a thread."""
    rows = all_ticket_rows(session, view.filter(), sort=view.sort, descending=view.order != "asc", most=MOST)
    columns = [
        Column(t.t(f"tickets.column.{name}"), _KINDS.get(name, Kind.TEXT), _WIDTHS.get(name, _USUAL_WIDTH)) for name in names
    ]
    values = _values(t, rows, names)
    if kind == "csv":
        return csv_bytes(columns, values, decimal_comma=t.language == "it")
    return xlsx_bytes(columns, values, title=t.t("tickets.title"))


def _values(t: Translator, rows: Iterator[TicketRow], names: Sequence[str]) -> Iterator[list[Value]]:
    for row in rows:
        yield [_CELLS[name](t, row) for name in names]


_CELLS: Final[dict[str, Callable[[Translator, TicketRow], Value]]] = {
    "number": lambda _, row: row.number,
    "title": lambda _, row: row.title,
    "company": lambda _, row: row.company or row.contact,
    "contact": lambda _, row: row.contact,
    "status": lambda t, row: t.t(f"ticket_status.{row.status}"),
    "billing_status": lambda t, row: t.t(f"billing_status.{row.billing_status or 'none'}"),
    "proposal": lambda _, row: row.proposal_number,
    "owner": lambda _, row: row.owner,
    "hours": lambda _, row: row.minutes,
    "value": lambda _, row: row.value,
    "opened_at": lambda _, row: firm_date(row.opened_at) if row.opened_at else None,
    "closed_at": lambda _, row: firm_date(row.closed_at) if row.closed_at else None,
    "why": why_not,
}
