"""What stands before every request: who may come in, from where, and with which headers the answer goes out.

All of it before NiceGUI: a request without a sign-in must create neither a client nor a storage (trust: recipes).
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

# NiceGUI's own scripts and styles, and ours: the same for everybody. What a page registers for itself is not among them.
_PUBLIC_FILES: Final = (
    "/static/",
    *(f"/_nicegui/{__version__}/{kind}/" for kind in ("static", "libraries", "components", "resources", "esm")),
)
_PUBLIC: Final = ("/login", "/logout", "/demo/switch", "/favicon.ico")
# The socket has its own guard (`ui.server.socket_guard`).
_SOCKET: Final = "/_nicegui_ws/"
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PLAIN_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Vue compiles templates and NiceGUI evaluates what the server sends ('unsafe-eval', inline styles). Inline scripts run only
# with the nonce of their own answer, so that no attribute like `onerror` ever does.
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_SCRIPT: Final = b"<script"


class AuthMiddleware:
    """Lets in who is signed in, and sends the others to the door; refuses what another site makes a browser send."""

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
        """The answer for who may not go on. Leaves the visitor in `request.state` for who may."""
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
    """Whether the browser says that a page of ours sent this. Every browser says so with every form."""
    origin = request.headers.get("Origin", "")
    own_host = urlsplit(origin).netloc == request.headers.get("Host", "") and origin.startswith(("http://", "https://"))
    return origin == public_origin if public_origin else own_host


def local_path(wanted: str) -> str:
    """`wanted` if it leads to a page of ours, else the index: a link must not lead astray through our door."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and "\\" not in wanted
    return wanted if inside else "/"


class SecurityHeaders:
    """Puts the headers on every answer, and a fresh nonce on the scripts of NiceGUI's pages."""

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
                    # Its length is known once its scripts carry the nonce.
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
    """The Content-Security-Policy: of a page with scripts for a nonce, of one without any for none."""
    return _PAGE_POLICY.format(nonce=nonce) if nonce else _PLAIN_POLICY
