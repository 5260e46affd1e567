"""The routes `/login` and `/logout`, and `/demo/switch` in a demo."""

from typing import Final
from urllib.parse import urlsplit

from nicegui import core
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import Refused
from domain.vocabulary import Role
from storage.settings import Settings
from ui.i18n import translator
from ui.server.login_pages import SignInForm, language_of, sign_in_page
from ui.server.middleware import local_path
from ui.server.sessions import COOKIE, DEMO_ROLES, LONGEST, Sessions, login_of
from ui.server.threads import run_in_thread

_TOO_MANY: Final = 429
_LEFT: Final = "left"
_MOST_FORM_BYTES: Final = 8_192


class LoginRoutes:
    """Signs in and out by plain forms; `ui.server.middleware` refuses forms of other sites."""

    def __init__(self, sessions: Sessions, settings: Settings, *, demo: bool) -> None:
        self._sessions = sessions
        self._secure = urlsplit(settings.public_origin).scheme == "https"
        self._demo = demo

    def register(self) -> None:
        """Add the routes."""
        add = core.app.add_api_route
        add("/login", self.show, methods=["GET"], include_in_schema=False, response_model=None)
        add("/login", self.enter, methods=["POST"], include_in_schema=False, response_model=None)
        add("/logout", self.leave, methods=["POST"], include_in_schema=False, response_model=None)
        if self._demo:
            add("/demo/switch", self.switch, methods=["POST"], include_in_schema=False, response_model=None)

    async def show(self, request: Request) -> Response:
        """The login page, or a redirect for a signed-in visitor. A demo signs everybody in as its billing manager."""
        wanted = local_path(request.query_params.get("next", "/"))
        if request.state.visitor is not None:
            return RedirectResponse(wanted, 303)
        if self._demo and _LEFT not in request.query_params:
            token = await run_in_thread(lambda: self._sessions.open_as(Role.BILLING_MANAGER))
            return await self._let_in(request, token, wanted)
        return await self._login_page(request, SignInForm(wanted))

    async def enter(self, request: Request) -> Response:
        """Start a session if the password is right; else show the login page with the reason."""
        form = await _form(request)
        name, wanted = form.get("name", "").strip()[:100], local_path(form.get("next", "/"))
        address = request.client.host if request.client else ""
        try:
            token = await self._sessions.sign_in(name, form.get("password", ""), address)
        except Refused as refused:
            status = _TOO_MANY if refused.code == "too_many_attempts" else 401
            reason = translator(language_of(request)).refusal(refused)
            return await self._login_page(request, SignInForm(wanted, name, reason, status))
        return await self._let_in(request, token, wanted)

    async def leave(self, request: Request) -> Response:
        """End the sign-in and close its pages."""
        # Else the other windows of a demonstration, sent to its door, would let themselves in again.
        door = f"/login?{_LEFT}" if self._demo else "/login"
        await self._sessions.sign_out(login_of(request), door=door)
        response = RedirectResponse(door, 303)
        response.delete_cookie(COOKIE)
        return response

    async def switch(self, request: Request) -> Response:
        """In a demo: continue as a user of another role."""
        form = await _form(request)
        role = next((role for role in DEMO_ROLES if role == form.get("role")), Role.BILLING_MANAGER)
        wanted = local_path(form.get("next", "/"))
        if await self._sessions.switch(login_of(request), role):
            return RedirectResponse(wanted, 303)
        return await self._let_in(request, await run_in_thread(lambda: self._sessions.open_as(role)), wanted)

    async def _let_in(self, request: Request, token: str, wanted: str) -> Response:
        # A new sign-in ends the one of the old cookie.
        if old := login_of(request):
            await self._sessions.sign_out(old)
        response = RedirectResponse(wanted, 303)
        seconds = int(LONGEST.total_seconds())
        response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=self._secure)
        return response

    async def _login_page(self, request: Request, form: SignInForm) -> Response:
        anybody = await self._sessions.somebody_can_sign_in()
        return sign_in_page(request, form, anybody=anybody, demo=self._demo)


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form; none if the form is too large."""
    if int(request.headers.get("Content-Length") or _MOST_FORM_BYTES + 1) > _MOST_FORM_BYTES:
        return {}
    async with request.form(max_files=0, max_fields=8) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
