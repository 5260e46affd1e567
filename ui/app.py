"""Assembles the app: routes, middleware and the frame. `ui/kit/page.py` describes a page, `ui/routes.py` lists them."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from typing import Any, Final, cast

from nicegui import Client, PageArguments, app, ui
from nicegui.language import Language
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from domain.errors import NotFound, Refused
from storage.database import Database
from storage.settings import Settings
from ui import theme
from ui.i18n import LANGUAGES, Translator, translator
from ui.kit.empty_state import empty_state
from ui.kit.errors import log_bug, show_exceptions
from ui.kit.page import Context, Page, PageContext
from ui.routes import MOVED, RAIL, ROUTES
from ui.server.database_away import DatabaseAwayMiddleware
from ui.server.feed import Feed
from ui.server.gateway import Gateway
from ui.server.login_pages import missing_page
from ui.server.login_routes import LoginRoutes
from ui.server.middleware import AuthMiddleware, SecurityHeaders
from ui.server.run_watch import RunWatch
from ui.server.sessions import SWEEP_SECONDS, Sessions, Visitor, login_of
from ui.server.socket_guard import MOST_BYTES, guard_socket
from ui.shell.frame import Content, Frame, RailItem
from ui.shell.top_bar import Bar

log = logging.getLogger(__name__)

_LARGEST_ID: Final = 2**63 - 1
_BUILD_SECONDS: Final = 10.0
_RECONNECT_SECONDS: Final = 30.0
_LANGUAGES: Final[dict[str, Language]] = {"it": "it", "en": "en-GB"}

SubPage = Callable[[PageArguments], Awaitable[None]]


def create_app(
    database: Database,
    settings: Settings,
    *,
    demo: bool = False,
    routes: Mapping[str, Page] = ROUTES,
    rail: tuple[RailItem, ...] = RAIL,
) -> Sessions:
    """Register every route, guard and default on NiceGUI's app; returns its sessions."""
    for language in LANGUAGES:
        translator(language)  # a broken locale file stops the start, not a page
    sessions = Sessions(database)
    theme.apply_defaults()
    ui.add_head_html(theme.stylesheet_link() + theme.script_links(), shared=True)
    app.add_static_files("/static", theme.STATIC)
    app.add_middleware(AuthMiddleware, sessions=sessions, public_origin=settings.public_origin)
    app.add_middleware(DatabaseAwayMiddleware, sessions=sessions)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(404, _missing)
    app._exception_handlers[:] = [log_bug]  # noqa: SLF001 - else every refusal is logged as a crash
    guard_socket(sessions, settings.public_origin)
    LoginRoutes(sessions, settings, demo=demo).register()
    feed = Feed(database)
    for watch in (feed, RunWatch(database)):
        app.on_startup(watch.start)
        app.on_shutdown(watch.stop)
    Screens(Gateway(database, feed.take), sessions, routes, rail, demo=demo).register()
    app.on_startup(lambda: app.timer(SWEEP_SECONDS, sessions.sweep))
    return sessions


def serve(database: Database, settings: Settings, *, port: int | None = None, demo: bool = False) -> None:
    """Serve until stopped, on the local host unless the settings name another."""
    create_app(database, settings, demo=demo)
    ui.run(
        host=settings.host,
        port=port or settings.port,
        title="Consuntivo",
        favicon=theme.FAVICON,
        dark=None,
        language="it",
        reload=False,
        show=False,
        tailwind=False,
        reconnect_timeout=_RECONNECT_SECONDS,
        ws_max_size=MOST_BYTES,
        server_header=False,
    )


class Screens:
    """The pages in their frame. Each is built for a visitor who is read again for it."""

    def __init__(
        self,
        gateway: Gateway,
        sessions: Sessions,
        routes: Mapping[str, Page],
        rail: tuple[RailItem, ...],
        *,
        demo: bool,
    ) -> None:
        self._gateway = gateway
        self._sessions = sessions
        self._routes = routes
        self._rail = tuple(item for item in rail if item.path in routes)
        self._demo = demo

    def register(self) -> None:
        """Register the address of each page; all use the same frame."""

        async def frame(request: Request) -> None:
            await self._frame(ui.context.client, request.state.visitor)

        for path in self._routes:
            ui.page(path, dark=None, response_timeout=_BUILD_SECONDS)(frame)
        for path in MOVED:
            app.add_api_route(path, _moved, methods=["GET"], include_in_schema=False)
        app.add_api_route("/favicon.ico", _favicon, methods=["GET"], include_in_schema=False)

    async def _frame(self, client: Client, visitor: Visitor) -> None:
        text = translator(visitor.language)
        # A copy per visitor: NiceGUI otherwise shares the page's language and theme.
        client.page = copy(client.page)
        client.page.language = _LANGUAGES[text.language]
        client.page.dark = theme.dark(visitor.theme)
        ui.add_head_html(theme.head(visitor.theme, visitor.user_id))
        # NiceGUI wraps the whole page in a <main>; the only <main> must be the content.
        if client.content.parent_slot:
            client.content.parent_slot.parent.tag = "div"
        show_exceptions(client, text)
        bar = Frame(Context(visitor, self._gateway, text, client)).build(self._rail, demo=self._demo)
        with ui.element("main").classes("content").props("id=content tabindex=-1"):
            content = Content({path: self._sub_page(client, bar, page, text) for path, page in self._routes.items()}, text)
        await content.first_sight()

    def _sub_page(self, client: Client, bar: Bar, page: Page, before: Translator) -> SubPage:
        async def build(arguments: PageArguments) -> None:
            try:
                visitor = await self._sessions.visitor(login_of(client.request))
            except Refused as refused:
                bar.heading(before.t("page.refused"))
                _refusal(before, "error_outline", before.refusal(refused), before.t("notice.nothing_lost"))
                return
            if visitor is None:
                client.open("/login")
                return
            text = translator(visitor.language)
            if page.permission is not None and not visitor.may(page.permission):
                bar.heading(text.t("page.refused"))
                _refusal(text, "lock", text.t("page.forbidden"), text.t("page.forbidden_advice"))
                return
            query, content = dict(arguments.query_parameters), cast(Content, arguments.frame)
            context = PageContext(visitor, self._gateway, text, client, query, bar.heading, content.shows)
            await _built(page, context, arguments)

        return build


async def _built(page: Page, context: PageContext, arguments: PageArguments) -> None:
    """Build the page, or show in its place why it can't be built."""
    text = context.translator
    try:
        await page.build(context, **_parameters(arguments.path_parameters))
    except Refused as refused:
        with _replaced(context, arguments):
            advice = text.t("notice.nothing_lost") if refused.code.startswith("database_") else ""
            _refusal(text, "search_off" if isinstance(refused, NotFound) else "error_outline", text.refusal(refused), advice)
    except Exception:
        log.exception("building %s failed", arguments.path)
        with _replaced(context, arguments):
            _refusal(text, "error_outline", text.t("notice.bug"), text.t("notice.bug_advice"))


def _replaced(context: PageContext, arguments: PageArguments) -> ui.element:
    """The place of the page, emptied."""
    context.heading(context.t("page.refused"))
    arguments.frame.clear()
    return arguments.frame


def _refusal(text: Translator, icon: str, title: str, advice: str = "") -> None:
    with empty_state(icon, title, advice).mark("page-refused"):
        ui.link(text.t("page.home"), "/")


def _parameters(found: Mapping[str, str]) -> dict[str, Any]:
    """`…_id` as int, the rest as text. Raises NotFound for an id that can't be one."""
    parameters: dict[str, Any] = dict(found)
    for name, value in found.items():
        if name.endswith("_id"):
            if not (value.isascii() and value.isdecimal() and int(value[:20]) <= _LARGEST_ID):
                raise NotFound("page_missing")
            parameters[name] = int(value)
    return parameters


def _moved(request: Request) -> Response:
    return RedirectResponse(str(request.url.replace(scheme="", netloc="", path=MOVED[request.url.path])), 308)


def _favicon() -> Response:
    return FileResponse(theme.FAVICON, media_type="image/svg+xml")


async def _missing(request: Request, error: Exception) -> Response:
    """Answer an unknown address with a plain page, without a NiceGUI client."""
    if "text/html" in request.headers.get("Accept", ""):
        return missing_page(request)
    return JSONResponse({"detail": error.detail if isinstance(error, HTTPException) else "not found"}, 404)
