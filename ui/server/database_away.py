"""What a browser is told while the database does not answer, instead of a page that failed."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import Refused
from ui.server.login_pages import away_page
from ui.server.sessions import Sessions, login_of

_AWAY = ("database_busy", "database_unavailable")


class DatabaseAwayMiddleware:
    """Answers a request that could not even be let in with a page that says so, and that looks again by itself."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Refused as refused:
            if scope["type"] != "http" or refused.code not in _AWAY:
                raise
            request = Request(scope)
            page = away_page(request, refused, self._sessions.language_of(login_of(request)))
            await page(scope, receive, send)
