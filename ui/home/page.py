"""`/`: what waits for the person who came in, what it is worth, and the questions of who bills, answered by charts (screens)."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from domain.rules.calendar import firm_date
from domain.vocabulary import Role
from storage.queries.home.charts import Chart, Plot, plots_for
from storage.queries.home.figures import CARDS, Waiting, waiting_for
from ui.home.cards import HomeCard
from ui.home.panel import OWN, PANELS, HomePanel
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh, on_change
from ui.server import live

_PAUSE_SECONDS: Final = 0.5


async def home(page: PageContext) -> None:
    """The page as the person's role sees it."""
    page.heading(page.t("nav.home"))
    await Home(page).build()


class Home:
    """One open home page."""

    def __init__(self, page: PageContext) -> None:
        self._page = page
        self._asked = False
        self._own = page.visitor.role is Role.OPERATOR
        self._panels = [HomePanel(page.translator, charts, page.go) for charts in (OWN if self._own else PANELS)]

    async def build(self) -> None:
        """Frame first, figures right after."""
        with ui.element("div").classes("stack full hm").mark("home") as self._root:
            self._whose = ui.label("\u00a0").classes("muted").mark("whose") if self._own else None
            with ui.element("div").classes("hm-cards"):
                self._shown = {card: HomeCard(self._page.translator, card) for card in CARDS[self._page.visitor.role]}
            with ui.element("div").classes("hm-panels"):
                for panel in self._panels:
                    panel.build()
        self._refresh = LiveRefresh(self._root, self._load)
        on_change(self._root, (*live.BILLING, live.INVOICES), self._soon)
        await self._refresh()

    async def _load(self) -> None:
        visitor, today = self._page.visitor, firm_date(datetime.now(UTC))

        def find(session: Any) -> tuple[Waiting, dict[Chart, Plot]]:
            waiting = waiting_for(session, visitor.role, visitor.name, today)
            return waiting, plots_for(session, visitor.role, visitor.name if waiting.own else None, today)

        waiting, plots = await self._page.read(find)
        if self._root.is_deleted:
            return
        if self._whose:
            self._whose.set_text(self._page.t("home.own" if waiting.own else "home.everybody", name=visitor.name))
        for card, shown in self._shown.items():
            shown.show(waiting.cards[card])
        for panel in self._panels:
            panel.show(plots)

    async def _soon(self) -> None:
        """Many changes in a row are read once."""
        if not self._asked:
            self._asked = True
            await asyncio.sleep(_PAUSE_SECONDS)
            self._asked = False
            await self._refresh()
