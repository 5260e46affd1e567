"""Binds NiceGUI's socket to the sign-in whose page it serves.

NiceGUI accepts any origin and needs no cookie: whoever knows a client's id can act as its person. The guard connects a
socket only from the app's own origin and with the cookie that loaded the page, and handles only messages about the client
in whose room the socket is. It wraps internals of NiceGUI, whose version is pinned; `tests/ui/server/test_socket_guard.py`
tests them.
"""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs

import nicegui.nicegui as original
from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError as Refusal  # type: ignore[import-untyped]

from domain.errors import Refused
from ui.server.sessions import COOKIE, Sessions, digest_of, login_of

MOST_BYTES: Final = 512 * 1024
"""Limit of one message. Files are uploaded by POST, and typed text is far smaller."""

_LONGEST_LOG: Final = 2_000
_LEVELS: Final = ("debug", "info", "warning", "error")
# On this message the browser reloads the page, which redirects to the login page.
_RELOAD: Final = "Implicit handshake failed"

Message = dict[str, Any]


def guard_socket(sessions: Sessions, public_origin: str) -> None:
    """Wrap NiceGUI's socket handlers with the guard, replacing an earlier one."""
    # None means engine.io's own rule: the origin must be the requested host.
    core.sio.eio.cors_allowed_origins = [public_origin] if public_origin else None
    core.sio.eio.max_http_buffer_size = MOST_BYTES
    guard = SocketGuard(sessions)
    core.sio.on("connect", guard.connect)
    core.sio.on("handshake", guard.handshake)
    core.sio.on("event", in_room(original._on_event))  # noqa: SLF001 - there is no public way in
    core.sio.on("javascript_response", in_room(original._on_javascript_response))  # noqa: SLF001
    core.sio.on("ack", in_room(original._on_ack))  # noqa: SLF001
    core.sio.on("log", in_room(_log))


class SocketGuard:
    """Decides which sockets may connect."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def connect(self, sid: str, environ: Message, auth: Any = None) -> None:
        """Connect a socket with a valid sign-in, for a page that this sign-in loaded."""
        login = _login_of(environ)
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        mine = await self._holds(login) and _loaded(query.get("client_id"), login)
        if not mine or not all(query.get(name) for name in ("tab_id", "document_id")):
            raise Refusal(_RELOAD)
        await original._on_connect(sid, environ, auth)  # noqa: SLF001

    async def handshake(self, sid: str, data: Any = None, *_: Any) -> bool:
        """Accept the handshake of a socket that names its page later, by the same rules."""
        login = _login_of(core.sio.get_environ(sid) or {})
        if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in ("tab_id", "document_id")):
            return False
        if not await self._holds(login) or not _loaded(data.get("client_id"), login):
            return False
        return bool(await original._on_handshake(sid, data))  # noqa: SLF001

    async def _holds(self, login: str) -> bool:
        """Whether a sign-in holds. While the database does not answer none does: the reload says so and looks again."""
        try:
            return await self._sessions.visitor(login) is not None
        except Refused:
            return False


def in_room(handler: Callable[[str, Message], None]) -> Callable[..., None]:
    """`handler` for messages about the client in whose room the socket is; other messages are dropped."""

    def guarded(sid: str, message: Any = None, *_: Any) -> None:
        if isinstance(message, dict) and _is_in_room(sid, message.get("client_id")):
            handler(sid, message)

    return guarded


def _is_in_room(sid: str, client_id: Any) -> bool:
    return isinstance(client_id, str) and client_id in Client.instances and client_id in core.sio.rooms(sid)


def _loaded(client_id: Any, login: str) -> bool:
    """Whether the sign-in `login` loaded this client's page."""
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    return client is not None and bool(login) and login_of(client.request) == login


def _login_of(environ: Message) -> str:
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return digest_of(cookie.value) if cookie else ""


def _log(sid: str, message: Message) -> None:
    """Write a browser's log message, shortened and on one line."""
    text = " ".join(str(message.get("message", "")).split())[:_LONGEST_LOG]
    level = message.get("level") if message.get("level") in _LEVELS else "info"
    original._on_log(sid, {**message, "level": level, "message": f"browser: {text}"})  # noqa: SLF001
