"""Middleware of every request: sign-in, origin check and security headers.

It runs before NiceGUI, so that a request without a sign-in creates neither a client nor a storage (trust: recipes).
"""

import secrets
from typing import Final
from urllib.parse import quote, urlsplit

from nicegui import __version__
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.sessions import Sessions, login_of

# Scripts and styles of NiceGUI and of the app, equal for everybody. Files that a page registers for itself are not public.
_PUBLIC_FILES: Final = (
    "/static/",
    *(f"/_nicegui/{__version__}/{kind}/" for kind in ("static", "libraries", "components", "resources", "esm")),
)
_PUBLIC: Final = ("/login", "/logout", "/demo/switch", "/favicon.ico")
# `ui.server.socket_guard` guards the socket.
_SOCKET: Final = "/_nicegui_ws/"
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With `no-referrer`, browsers would send `Origin: null` with the app's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PLAIN_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Vue compiles templates and NiceGUI evaluates code from the server ('unsafe-eval', inline styles). An inline script runs only
# with the nonce of its response, so that an attribute such as `onerror` never runs.
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_SCRIPT: Final = b"<script"


class AuthMiddleware:
    """Redirects requests without a sign-in to the login page, and refuses cross-origin writes."""

    def __init__(self, app: ASGIApp, sessions: Sessions, public_origin: str) -> None:
        self._app = app
        self._sessions = sessions
        self._public_origin = public_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_SOCKET):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = await self._refusal(request)
        await (refusal or self._app)(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        """The response to a request that may not proceed, or None; then `request.state.visitor` is the visitor."""
        path = request.url.path
        if request.method not in _SAFE_METHODS and not from_here(request, self._public_origin):
            return PlainTextResponse("cross-origin request refused", 403)
        if path.startswith(_PUBLIC_FILES):
            return None
        request.state.visitor = await self._sessions.visitor(login_of(request))
        if request.state.visitor is not None or path in _PUBLIC:
            return None
        if request.method not in _SAFE_METHODS:
            return PlainTextResponse("sign in first", 401)
        wanted = quote(path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse("/login" if path == "/" else f"/login?next={wanted}", 303, {"Cache-Control": "no-store"})


def from_here(request: Request, public_origin: str) -> bool:
    """Whether a page of this app sent the request, by its Origin header, which browsers send with every form."""
    origin = request.headers.get("Origin", "")
    own_host = urlsplit(origin).netloc == request.headers.get("Host", "") and origin.startswith(("http://", "https://"))
    return origin == public_origin if public_origin else own_host


def local_path(wanted: str) -> str:
    """`wanted` if it is a path of this app, else the index, so that the login page redirects to no other site."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and "\\" not in wanted
    return wanted if inside else "/"


class SecurityHeaders:
    """Sets the security headers of every response, and a new nonce on the scripts of NiceGUI's pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        held: list[Message] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("X-NiceGUI-Content") == "page"
                headers.update({**_ALWAYS, "Content-Security-Policy": policy(nonce if is_page else "")})
                if is_page:
                    # The length is known only after the nonce is added to the scripts.
                    held.append(message)
                    return
            elif held:
                start = held.pop()
                message["body"] = message["body"].replace(_SCRIPT, _SCRIPT + f' nonce="{nonce}"'.encode())
                MutableHeaders(scope=start)["Content-Length"] = str(len(message["body"]))
                await send(start)
            await send(message)

        await self._app(scope, receive, send_on)


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a page: with scripts for a nonce, without scripts for an empty one."""
    return _PAGE_POLICY.format(nonce=nonce) if nonce else _PLAIN_POLICY
