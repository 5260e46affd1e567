"""Signing in and out: who may, who may not, and which pages close (trust: invariants 10 and 11)."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from nicegui import Client, app, ui
from sqlmodel import col, select, update

from domain.actions.core.acting import Actor
from domain.actions.people.people import ChangeUser, SetPreferences, change_user, set_preferences
from domain.errors import PermissionDenied
from domain.model.people import SYSTEM_USER, Login
from domain.model.people import User as Person
from domain.vocabulary import Permission, Role
from storage.database import Database
from tests.ui.conftest import NAMES, PASSWORD, SignedIn, new_client, running, sample_page
from ui.kit.page import Page
from ui.server.gateway import Gateway
from ui.server.middleware import local_path
from ui.server.sessions import COOKIE, IDLE, LONGEST, Sessions, digest_of
from ui.server.throttle import FREE_ATTEMPTS

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


async def sign_in(client: httpx.AsyncClient, name: str = "giulia", password: str = PASSWORD, **more: str) -> httpx.Response:
    return await client.post("/login", data={"name": name, "password": password, **more})


async def test_a_load_without_a_sign_in_is_redirected_to_the_login_page_and_leaves_nothing_behind(
    browser_less: httpx.AsyncClient,
) -> None:
    storages = dict(app.storage._users), dict(app.storage._tabs)  # noqa: SLF001 - there is no public list
    for path in ("/tickets?x=1", "/", "/no-such-page", "/_nicegui/client/x/upload/1"):
        response = await browser_less.get(path)
        assert response.status_code == 303
        assert response.headers["Location"].startswith("/login")
    assert Client.instances == {}
    assert (app.storage._users, app.storage._tabs) == storages  # noqa: SLF001


async def test_a_cookie_that_nobody_was_given_opens_nothing(browser_less: httpx.AsyncClient) -> None:
    browser_less.cookies.set(COOKIE, "invented")
    assert (await browser_less.get("/tickets")).headers["Location"] == "/login?next=/tickets"


async def test_an_unknown_address_below_the_public_files_makes_no_client(browser_less: httpx.AsyncClient) -> None:
    for path in ("/static/none.css", "/_nicegui/3.0.0/x", "/login/x"):
        await browser_less.get(path, headers={"Accept": "text/html"})
    assert Client.instances == {}


async def test_the_right_password_lets_in_to_where_one_wanted_to_go(browser_less: httpx.AsyncClient) -> None:
    response = await sign_in(browser_less, next="/tickets?chip=all")
    assert (response.status_code, response.headers["Location"]) == (303, "/tickets?chip=all")
    assert (await browser_less.get("/tickets")).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser_less: httpx.AsyncClient) -> None:
    cookie = (await sign_in(browser_less)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_only_a_digest_of_the_cookie_is_kept(browser_less: httpx.AsyncClient, database: Database) -> None:
    token = (await sign_in(browser_less)).cookies[COOKIE]
    with database.read() as session:
        assert session.exec(select(Login.digest)).all() == [digest_of(token)]
    assert token not in digest_of(token)


async def test_every_sign_in_has_an_id_of_its_own_and_ends_the_one_before(browser_less: httpx.AsyncClient) -> None:
    first = (await sign_in(browser_less)).cookies[COOKIE]
    second = (await sign_in(browser_less)).cookies[COOKIE]
    assert first != second
    browser_less.cookies.clear()
    browser_less.cookies.set(COOKIE, first)
    assert (await browser_less.get("/tickets")).status_code == 303


@pytest.mark.parametrize(("name", "password"), [("giulia", "wrong"), ("nobody", PASSWORD), ("", ""), (SYSTEM_USER, "")])
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    browser_less: httpx.AsyncClient, name: str, password: str
) -> None:
    response = await sign_in(browser_less, name, password)
    assert response.status_code == 401
    assert "Nome utente o password errati" in response.text
    assert COOKIE not in response.cookies


async def test_who_was_disabled_does_not_get_in(browser_less: httpx.AsyncClient, database: Database) -> None:
    with database.write() as session:
        change_user(session, ChangeUser("giulia", Role.BILLING_MANAGER, active=False), actor=Actor("anna", NOW))
    assert (await sign_in(browser_less)).status_code == 401


async def test_guessing_is_slowed_down_even_where_the_last_guess_is_right(browser_less: httpx.AsyncClient) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert (await sign_in(browser_less, "giulia", "wrong")).status_code == 401
    response = await sign_in(browser_less)
    assert response.status_code == 429
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://test.evil.example", "https://test:1"])
async def test_a_form_of_another_site_is_refused(browser_less: httpx.AsyncClient, origin: str) -> None:
    for path in ("/login", "/logout"):
        response = await browser_less.post(path, data={"name": "giulia"}, headers={"Origin": origin})
        assert response.status_code == 403


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\nb"])
def test_the_login_page_redirects_to_no_other_site(wanted: str) -> None:
    assert local_path(wanted) == "/"


async def test_what_was_typed_comes_back_as_text(browser_less: httpx.AsyncClient) -> None:
    response = await sign_in(browser_less, '"><img src=x onerror=alert(1)>', "wrong", next='/"><script>')
    assert "<img src=x" not in response.text
    assert "<script" not in response.text


async def test_the_login_page_loads_nothing_from_elsewhere(browser_less: httpx.AsyncClient) -> None:
    response = await browser_less.get("/login")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_pages_own_scripts_run_and_no_others(browser_less: httpx.AsyncClient) -> None:
    await sign_in(browser_less)
    first, second = [await browser_less.get("/tickets") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])[0] for page in (first, second)]
    assert nonces[0] != nonces[1]
    assert set(re.findall(r"<script([^>]*?)nonce=\"([^\"]+)\"", first.text)) == {(" ", nonces[0])}
    assert len(re.findall("<script", first.text)) == first.text.count(f'nonce="{nonces[0]}"')
    assert int(first.headers["Content-Length"]) == len(first.content)


async def test_without_users_the_login_page_explains_how_to_add_one(database: Database) -> None:
    async with running(database), new_client() as client:
        page = (await client.get("/login")).text
    assert "python main.py user add" in page
    assert "password" not in page


async def test_the_login_page_speaks_the_language_of_the_browser(browser_less: httpx.AsyncClient) -> None:
    english = await browser_less.get("/login", headers={"Accept-Language": "de, en;q=0.8"})
    assert '<html lang="en">' in english.text
    assert '<html lang="it">' in (await browser_less.get("/login?lang=it", headers={"Accept-Language": "en"})).text


async def test_a_page_knows_who_is_there(signed_in: SignedIn) -> None:
    user = await signed_in(Role.TEAM_LEAD)
    await user.open("/tickets")
    await user.should_see(marker="visitor-name", content=NAMES[Role.TEAM_LEAD])
    await user.should_see(marker="sign-out")


async def test_signing_out_ends_the_sign_in_and_closes_its_pages_and_only_those(signed_in: SignedIn) -> None:
    giulia, marco = await signed_in(Role.BILLING_MANAGER), await signed_in(Role.TEAM_LEAD)
    hers, his = await giulia.open("/tickets"), await marco.open("/tickets")
    response = await giulia.http_client.post("/logout")
    assert response.headers["Location"] == "/login"
    assert (hers.is_deleted, his.is_deleted) == (True, False)
    assert (await giulia.http_client.get("/tickets")).status_code == 303


async def test_disabling_somebody_elsewhere_closes_their_pages_at_the_next_sweep(
    signed_in: SignedIn, sessions: Sessions, database: Database
) -> None:
    giulia, marco = await signed_in(Role.BILLING_MANAGER), await signed_in(Role.TEAM_LEAD)
    hers, his = await giulia.open("/tickets"), await marco.open("/tickets")
    with database.write() as session:
        change_user(session, ChangeUser("giulia", Role.BILLING_MANAGER, active=False), actor=Actor("anna", NOW))
    await sessions.sweep()
    assert (hers.is_deleted, his.is_deleted) == (True, False)


async def test_a_sign_in_lasts_from_its_last_use_and_ends_by_itself(sessions: Sessions, database: Database) -> None:
    login = digest_of(sessions.open("giulia"))
    nearly_over = datetime.now(UTC) + timedelta(minutes=5)
    with database.write() as session:
        session.exec(update(Login).values(expires_at=nearly_over))
    assert await sessions.visitor(login) is not None
    with database.read() as session:
        assert session.exec(select(Login.expires_at)).one() > nearly_over + IDLE / 2
    with database.write() as session:
        session.exec(update(Login).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert await sessions.visitor(login) is None


async def test_no_sign_in_lasts_for_ever(sessions: Sessions, database: Database) -> None:
    login = digest_of(sessions.open("giulia"))
    soon = datetime.now(UTC) + timedelta(hours=1)
    with database.write() as session:
        session.exec(update(Login).values(created_at=soon - LONGEST, expires_at=soon))
    assert await sessions.visitor(login) is not None
    with database.read() as session:
        assert session.exec(select(Login.expires_at)).one() <= soon


async def test_an_action_of_who_signed_out_meanwhile_is_refused(sessions: Sessions, database: Database) -> None:
    visitor = await sessions.visitor(digest_of(sessions.open("giulia")))
    assert visitor is not None
    await sessions.sign_out(visitor.login)
    done: list[str] = []
    with pytest.raises(PermissionDenied, match="signed_out"):
        await Gateway(database).act(visitor, lambda _, actor: done.append(actor.name))
    assert done == []


async def test_a_page_that_is_not_for_a_role_is_not_built_for_it(database: Database, people: dict[Role, str]) -> None:
    page = Page(sample_page, Permission.MANAGE_USERS)
    async with running(database, users=page) as sessions, new_client() as client:
        for role, seen in ((Role.OPERATOR, "page-refused"), (Role.ADMINISTRATOR, "visitor-name")):
            client.cookies.set(COOKIE, sessions.open(people[role]))
            response = await client.get("/users")
            other = {"page-refused": "visitor-name", "visitor-name": "page-refused"}[seen]
            markers = {marker for element in elements_of(response) for marker in element._markers}  # noqa: SLF001
            assert seen in markers
            assert other not in markers


async def test_a_page_comes_in_the_language_and_the_theme_of_its_person(
    browser_less: httpx.AsyncClient, database: Database
) -> None:
    await sign_in(browser_less)
    assert '<html lang="it"' in (await browser_less.get("/tickets")).text
    with database.write() as session:
        set_preferences(session, SetPreferences("en", "dark"), actor=Actor("giulia", NOW))
    page = (await browser_less.get("/tickets")).text
    assert '<html lang="en-GB"' in page
    assert "const dark = True;" in page


async def test_a_demotion_counts_from_the_next_page(signed_in: SignedIn, database: Database) -> None:
    user = await signed_in(Role.TEAM_LEAD)
    await user.open("/tickets")
    with database.write() as session:
        change_user(session, ChangeUser("marco", Role.OPERATOR, active=True), actor=Actor("anna", NOW))
    visitor = await Sessions(database).visitor(digest_of(user.http_client.cookies[COOKIE]))
    assert visitor is not None
    assert not visitor.may(Permission.APPROVE)


async def test_roles_are_not_changed_with_a_click(browser_less: httpx.AsyncClient) -> None:
    response = await browser_less.post("/demo/switch", data={"role": "team_lead"})
    assert response.status_code == 404
    assert COOKIE not in response.cookies


async def test_a_demonstration_lets_everybody_in_as_its_billing_manager(database: Database, people: dict[Role, str]) -> None:
    async with running(database, True), new_client() as client:
        assert (await client.get("/login")).headers["location"] == "/"
        visitor = await Sessions(database).visitor(digest_of(client.cookies[COOKIE]))
        assert visitor is not None
        assert visitor.name == people[Role.BILLING_MANAGER]
        left = await client.post("/logout")
        assert (await client.get(left.headers["location"])).status_code == 200


async def test_in_a_demonstration_they_are_but_never_to_an_administrator(database: Database, people: dict[Role, str]) -> None:
    assert people
    async with running(database, True), new_client() as client:
        for role in ("team_lead", "operator"):
            assert (await client.post("/demo/switch", data={"role": role})).status_code == 303
            assert (await client.get("/tickets")).status_code == 200
        await client.post("/demo/switch", data={"role": "administrator"})
        with database.read() as session:
            roles = session.exec(select(Person.role).join(Login).where(col(Login.digest) == digest_of(client.cookies[COOKIE])))
            assert roles.one() is Role.BILLING_MANAGER


def elements_of(response: httpx.Response) -> list[ui.element]:
    found = re.search(r"'client_id': '([0-9a-f-]+)'", response.text)
    assert found is not None
    return list(Client.instances[found.group(1)].elements.values())
