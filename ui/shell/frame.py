"""The frame that every page stands in: the rail on the left, the bar on top, the content over the whole width (screens)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from nicegui import ui
from nicegui.elements.sub_pages import SubPages
from starlette.datastructures import QueryParams

from domain.vocabulary import Permission
from storage.change_feed import Changes
from ui.i18n import Translator
from ui.kit.elements import decorative_icon, set_class
from ui.kit.empty_state import empty_state
from ui.kit.page import Context
from ui.server import live
from ui.server.gateway import Query
from ui.shell.help_button import help_button
from ui.shell.search import GlobalSearch, Place
from ui.shell.top_bar import Bar
from ui.shell.tour import Tour

_FIRST_SIGHT_SECONDS: Final = 0.4
_COUNT_PAUSE_SECONDS: Final = 0.5

# On a phone the rail lies at the foot, and is wider than the window.
# Not by scrollIntoView: Chrome would begin there at the first press of Tab, and pass by the link that skips to the content.
_IN_SIGHT: Final = """((id) => { const it = getElement(id)?.$el.getBoundingClientRect(), rail = document.querySelector('.rail');
 if (!it || !rail) return; const box = rail.getBoundingClientRect();
 rail.scrollBy(Math.min(0, it.left - box.left) + Math.max(0, it.right - box.right),
  Math.min(0, it.top - box.top) + Math.max(0, it.bottom - box.bottom)); })"""


@dataclass(frozen=True, slots=True)
class RailItem:
    """A place that the rail leads to. `counter`, a query, says how much waits there; `permission` who sees it.

    `beside` are lists that stand with it in one place.
    """

    path: str
    key: str
    icon: str
    permission: Permission | None = None
    counter: Query[int] | None = None
    beside: tuple[str, ...] = ()


class Content(SubPages):
    """The part that changes while one moves about."""

    def __init__(self, builders: dict[str, Callable[..., Awaitable[None]]], translator: Translator) -> None:
        self._translator = translator
        super().__init__(builders)

    async def first_sight(self) -> None:
        """Wait a moment for the first page, so that what is quick arrives with the frame and not after it."""
        if self._active_tasks:
            await asyncio.wait(self._active_tasks, timeout=_FIRST_SIGHT_SECONDS)

    def shows(self, address: str) -> None:
        """The page that stands shows what is at `address` by now, another view of its own."""
        self._router.current_path = address
        if self._match is not None:
            self._match.query_params = QueryParams(urlsplit(address).query)

    def _render_404(self) -> None:
        empty_state("travel_explore", self._translator.t("page.missing"), self._translator.t("page.missing_advice"))

    def _render_error(self, _: Exception) -> None:
        empty_state("error_outline", self._translator.t("notice.bug"), self._translator.t("notice.bug_advice"))


class Frame:
    """One open frame of one person. `here` runs whenever the path changes."""

    def __init__(self, context: Context) -> None:
        self._context, self._t = context, context.t
        self._links: dict[RailItem, ui.link] = {}
        self._counts: list[tuple[Query[int], Callable[[int], object]]] = []
        self._counting = False

    def build(self, rail: tuple[RailItem, ...], *, demo: bool) -> Bar:
        """Rail and bar, at once; the counters follow. The content is the caller's next element."""
        ui.link(self._t("frame.skip"), "#content").classes("skip")
        ui.element("div").classes("offline").props("role=status").props["data-offline"] = self._t("finding.offline")
        with ui.element("nav").classes("rail").props(f'aria-label="{self._t("frame.rail")}"').mark("rail"):
            with ui.link(target="/").classes("rail__brand").props('aria-label="Consuntivo"'):
                ui.element("img").props('src="/static/favicon.svg" alt=""')
            for item in rail:
                if item.permission is None or self._context.visitor.may(item.permission):
                    self._rail_item(item)
        bar = Bar(self._context, demo=demo)
        with bar.search:
            GlobalSearch(self._context, [Place(item.path, item.key, item.icon, item.permission) for item in rail])
        tour = Tour(self._context) if demo else None
        with bar.help:
            help_button(self._t, tour.begin if tour else None)
        if bar.bell:
            self._counts.append((bar.bell.unread, bar.bell.show))
        self._context.client.sub_pages_router.on_path_changed(self.here)
        self.here(self._context.client.sub_pages_router.current_path)
        self._context.client.on_delete(lambda: live.leave(self._context.client.id))
        if self._counts:
            self._count_always()
        return bar

    def here(self, path: str) -> None:
        """Mark the place on the rail; whoever looked at a proposal has left it."""
        live.leave(self._context.client.id)
        place = urlsplit(path).path
        for item, link in self._links.items():
            inside = any(place == path or place.startswith(f"{path}/") for path in (item.path, *item.beside))
            set_class(link, "rail__item--here", inside)
            link.props("aria-current=page" if inside else None, remove=None if inside else "aria-current")
            if inside:
                self._context.client.run_javascript(f"{_IN_SIGHT}({link.id})")

    def _rail_item(self, item: RailItem) -> None:
        with ui.link(target=item.path).classes("rail__item").mark(f"rail-{item.path.strip('/') or 'home'}") as link:
            decorative_icon(item.icon)
            ui.label(self._t(item.key))
            if item.counter:
                label = ui.label("").classes("rail__count").mark(f"count-{item.path.strip('/')}")
                number = self._context.translator.number
                self._counts.append((item.counter, lambda count: label.set_text(number(count) if count else "")))
        self._links[item] = link

    def _count_always(self) -> None:
        # Not by a timer: it waits for the browser, and then NiceGUI sends the page off without its content.
        self._context.client.on_connect(self._count)
        live.changed.subscribe(self._count_soon)

    async def _count_soon(self, changes: Changes) -> None:
        # Many changes in a row are one count.
        if not self._counting and not changes.keys().isdisjoint(live.BILLING):
            self._counting = True
            await asyncio.sleep(_COUNT_PAUSE_SECONDS)
            self._counting = False
            await self._count()

    async def _count(self) -> None:
        counts = tuple(self._counts)
        found = await self._context.read(lambda session: [query(session) for query, _ in counts])
        for (_, show), count in zip(counts, found, strict=True):
            show(count)
