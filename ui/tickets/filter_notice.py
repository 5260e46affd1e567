"""Says above the list of tickets what no field of it shows: the work behind it, whose it is, what is not known of it."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from nicegui import ui

from storage.queries.reconciliation.buckets import Amount
from ui.kit.addresses.tickets import View, filter_labels
from ui.kit.filter_notice import filter_notice
from ui.kit.page import PageContext
from ui.tickets.work_chip import work_chip


class TicketFilterNotice:
    """`on_look` hears which fields of the view are dropped; `view()` is the one at hand."""

    def __init__(self, page: PageContext, view: Callable[[], View], on_look: Callable[..., Awaitable[None]]) -> None:
        self._page = page
        self._view = view
        self._on_look = on_look
        self._worth: ui.label | None = None

    async def build(self) -> None:
        """Place what there is to say; nothing where the list is not narrowed so."""
        view = self._view()
        self._worth = await work_chip(self._page, view.work_filter, self._drop_work)
        filter_notice(self._page, filter_labels(self._page.translator, view), lambda: self._on_look(owner="", lacks=""))

    def show(self, work: Amount | None) -> None:
        """What the work comes to that the list is narrowed to."""
        if self._worth and not self._worth.is_deleted and work:
            t = self._page.translator
            self._worth.set_text(f"{t.hours(work.minutes)} · {t.money(work.cents)}")

    async def _drop_work(self) -> None:
        await self._on_look(**asdict(self._view().without_work()))
