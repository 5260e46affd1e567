"""Pages outside the frame, such as the login page: plain HTML and forms, without a socket or scripts."""

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from domain.errors import Refused
from ui.i18n import LANGUAGES, Translator, translator
from ui.server.middleware import local_path
from ui.server.sessions import DEMO_ROLES
from ui.theme import stylesheet_link

_HEADERS: Final = {"Cache-Control": "no-store"}
_LOOK_AGAIN_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class SignInForm:
    """Contents of the login form: the requested path, the typed name and the refusal."""

    wanted: str = "/"
    name: str = ""
    refused: str = ""
    status: int = 200


def language_of(request: Request) -> str:
    """The language of `?lang=`, else the browser's first supported language, else Italian."""
    chosen = request.query_params.get("lang", "")
    asked = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    return next((language for language in (chosen, *asked) if language in LANGUAGES), LANGUAGES[0])


def sign_in_page(request: Request, form: SignInForm, *, anybody: bool, demo: bool) -> HTMLResponse:
    """The login page. It explains how to add the first user if there is none; in a demo it offers roles."""
    text = translator(language_of(request))
    refused = f'<p class="login__refused" role="alert">{escape(form.refused)}</p>' if form.refused else ""
    if demo:
        body = f'<p class="login__lead">{escape(text.t("demo.lead"))}</p>{refused}{_demo_forms(text, form.wanted)}'
    elif anybody:
        body = f'<p class="login__lead">{escape(text.t("sign_in.lead"))}</p>{refused}{_form(text, form)}'
    else:
        body = _first_person(text)
    body = f'<h1 class="visually-hidden">{escape(text.t("sign_in.title"))}</h1>{body}'
    return _page(request, text, text.t("sign_in.title"), body, form.wanted, form.status)


def missing_page(request: Request) -> HTMLResponse:
    """The page of an unknown address."""
    text = translator(language_of(request))
    title = text.t("page.missing")
    body = f"""<h1>{escape(title)}</h1><p class="login__lead">{escape(text.t("page.missing_advice"))}</p>
<a href="/">{escape(text.t("page.home"))}</a>"""
    return _page(request, text, title, body, "/", 404)


def away_page(request: Request, refused: Refused, language: str = "") -> HTMLResponse:
    """For any address while the database does not answer; in the person's language, where it is known."""
    text = translator(language or language_of(request))
    title = text.t("page.away")
    body = f"""<h1>{escape(title)}</h1><p class="login__lead">{escape(text.refusal(refused))}</p>
<p>{escape(text.t("page.away_advice"))}</p><a href="{escape(_here(request))}">{escape(text.t("page.away_again"))}</a>"""
    page = _page(request, text, title, body, "/", 503)
    # What was typed is in the browser's tab; the page comes back to it as soon as the database is there.
    page.headers["Refresh"] = f"{_LOOK_AGAIN_SECONDS}; url={_here(request)}"
    return page


def _here(request: Request) -> str:
    """The address to look at again; after a form, the index."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(local_path(request.url.path), safe="/") + query if request.method == "GET" else "/"


def _form(text: Translator, form: SignInForm) -> str:
    # The focus is on the first empty field.
    on_name, on_password = ("", " autofocus") if form.name else (" autofocus", "")
    return f"""<form method="post" action="/login">
<input type="hidden" name="next" value="{escape(form.wanted)}">
<label for="name">{escape(text.t("sign_in.name"))}</label>
<input id="name" name="name" value="{escape(form.name)}" autocomplete="username" maxlength="100" required{on_name}>
<label for="password">{escape(text.t("sign_in.password"))}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required{on_password}>
<button class="login__go">{escape(text.t("sign_in.go"))}</button></form>"""


def _demo_forms(text: Translator, wanted: str) -> str:
    return "".join(
        f"""<form method="post" action="/demo/switch"><input type="hidden" name="role" value="{role.value}">
<input type="hidden" name="next" value="{escape(wanted)}"><button class="login__go login__go--quiet">
<span>{escape(text.t(f"role.{role}"))}</span><small>{escape(text.t(f"demo.{role}"))}</small></button></form>"""
        for role in DEMO_ROLES
    )


def _first_person(text: Translator) -> str:
    command = f"python main.py user add {text.t('sign_in.placeholder')} --role administrator"
    return f"""<div class="login__told"><p>{escape(text.t("sign_in.nobody"))}</p><code>{escape(command)}</code></div>
<a href="/login">{escape(text.t("sign_in.again"))}</a>"""


def _page(request: Request, text: Translator, title: str, body: str, wanted: str, status: int) -> HTMLResponse:
    html = f"""<!doctype html><html lang="{text.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{escape(title)} · Consuntivo</title><link rel="icon" href="/static/favicon.svg">
{stylesheet_link()}<link rel="stylesheet" href="/static/server/login.css"></head>
<body class="login"><main class="login__card"><div class="login__brand"><img src="/static/favicon.svg" alt="">Consuntivo</div>
{body}</main><footer class="login__foot">{_languages(request, text, wanted)}</footer></body></html>"""
    return HTMLResponse(html, status, _HEADERS)


def _languages(request: Request, text: Translator, wanted: str) -> str:
    path = escape(request.url.path if request.method == "GET" else "/login")
    links = []
    for language in LANGUAGES:
        here = ' aria-current="true"' if language == text.language else ""
        query = escape(urlencode({"lang": language, "next": local_path(wanted)}))
        links.append(f'<a href="{path}?{query}" hreflang="{language}"{here}>{escape(text.t(f"language.{language}"))}</a>')
    return " · ".join(links)
