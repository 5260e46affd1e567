"""Sign-ins, stored in the database and found by an opaque cookie of which only a digest is stored.

A sign-in lasts `IDLE` from its last use, and at most `LONGEST`. The open pages of a person who signs out or is deactivated
close at once, on other servers within `SWEEP_SECONDS`.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from nicegui import Client, core
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar
from starlette.requests import HTTPConnection

from domain.actions.people import people
from domain.errors import PermissionDenied, Refused
from domain.model.people import Login, User
from domain.rules.permissions import may
from domain.vocabulary import Permission, Role
from storage.database import Database
from ui.server.passwords import matches
from ui.server.threads import run_in_thread
from ui.server.throttle import Throttle

COOKIE: Final = "consuntivo_session"
DEMO_ROLES: Final = (Role.BILLING_MANAGER, Role.TEAM_LEAD, Role.OPERATOR)
"""The roles offered in a demo."""
IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
SWEEP_SECONDS: Final = 20

_TOUCH_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person of a signed-in browser, as last read. `login` is the digest of their sign-in."""

    user_id: int
    name: str
    role: Role
    language: str
    theme: str
    login: str

    def may(self, permission: Permission) -> bool:
        """Whether to show something; the domain checks the permission again on every action."""
        return may(self.role, permission)


def digest_of(token: str) -> str:
    """The digest of a cookie's token; empty for an empty token."""
    return sha256(token.encode()).hexdigest() if token else ""


def login_of(connection: HTTPConnection) -> str:
    """The digest of the sign-in that a request claims, not yet verified."""
    return digest_of(connection.cookies.get(COOKIE, ""))


def find_visitor(session: Session, login: str, now: datetime) -> Visitor | None:
    """The person of a valid sign-in."""
    statement = select(User).join(Login).where(
        col(Login.digest) == login, col(Login.expires_at) > now, col(User.active), col(User.role) != Role.SYSTEM
    )  # fmt: skip
    user = session.exec(statement).one_or_none()
    if user is None or user.id is None:
        return None
    return Visitor(user.id, user.name, user.role, user.language, user.theme, login)


def require_login(session: Session, visitor: Visitor, now: datetime) -> None:
    """Raise PermissionDenied `signed_out` if the visitor's sign-in has ended since the page was built."""
    found = find_visitor(session, visitor.login, now)
    if found is None or found.user_id != visitor.user_id:
        raise PermissionDenied("signed_out")


class Sessions:
    """Signs people in and out, and looks up their sign-ins."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._throttle = Throttle()
        # A verification takes 64 MB and a core for a moment; the semaphore limits parallel ones.
        self._verifying = asyncio.Semaphore(2)
        self._languages: dict[str, str] = {}

    async def visitor(self, login: str) -> Visitor | None:
        """The person of a sign-in, which is prolonged; None if it has ended or never existed."""
        found = await run_in_thread(lambda: self._visitor(login)) if login else None
        if found is None:
            self._languages.pop(login, None)
        else:
            self._languages[login] = found.language
        return found

    def language_of(self, login: str) -> str:
        """The language of the person of a sign-in, as last read; empty if unknown."""
        return self._languages.get(login, "")

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """A new cookie for the right password. Raises Refused: `sign_in`, or `too_many_attempts` with `seconds`."""
        self._throttle.attempt(name.casefold(), address)
        async with self._verifying:
            token = await run_in_thread(lambda: self._sign_in(name, password))
        self._throttle.succeed(name.casefold(), address)
        return token

    async def sign_out(self, login: str, *, door: str = "/login") -> None:
        """End a sign-in and send its pages to the login page."""
        await run_in_thread(lambda: self._sign_out(login))
        await close_pages({login}, door)

    async def switch(self, login: str, role: Role) -> bool:
        """In a demo: continue as the first user of a role; False if the sign-in has ended.

        The cookie stays. Every window of the browser shares it, and the answer to one that comes with an earlier cookie would
        overwrite a newer one.
        """
        switched = await run_in_thread(lambda: self._switch(login, role))
        if switched:
            await close_pages({login}, "/")
        return switched

    async def somebody_can_sign_in(self) -> bool:
        """Whether any active user has a password."""
        return await run_in_thread(self._somebody_can_sign_in)

    async def sweep(self) -> None:
        """Close the pages of sign-ins that have ended elsewhere or expired."""
        open_logins = {login_of(client.request) for client in _clients()}
        if open_logins:
            await close_pages(open_logins - await run_in_thread(lambda: self._living(open_logins)))

    def open(self, name: str) -> str:
        """A cookie for a person without a password, for the demo and for tests. Blocks: not for the event loop."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self._database.write() as session:
            user = session.exec(select(User).where(User.name == name, col(User.active))).one()
            people.enter(session, user, digest_of(token), now + IDLE, now=now)
        return token

    def open_as(self, role: Role) -> str:
        """A cookie for the first person of a role without a password, for the demo. Blocks: not for the event loop."""
        with self._database.read() as session:
            name = session.exec(_first_of(role)).one().name
        return self.open(name)

    def _switch(self, login: str, role: Role) -> bool:
        with self._database.write() as session:
            return people.switch_person(session, login, session.exec(_first_of(role)).one(), now=datetime.now(UTC))

    def _visitor(self, login: str) -> Visitor | None:
        now = datetime.now(UTC)
        with self._database.read() as session:
            visitor = find_visitor(session, login, now)
            kept = session.get(Login, login) if visitor else None
            latest = min(kept.created_at + LONGEST, now + IDLE) if kept else now
            prolong = kept is not None and latest - kept.expires_at > _TOUCH_AFTER
        if prolong:
            self._prolong(login, latest)
        return visitor

    def _prolong(self, login: str, until: datetime) -> None:
        """Prolong a sign-in unless the database is busy: a read must not fail because of another's long write."""
        try:
            with self._database.write() as session:
                session.exec(update(Login).where(col(Login.digest) == login).values(expires_at=until))
        except Refused as refused:
            if refused.code != "database_busy":
                raise

    def _sign_in(self, name: str, password: str) -> str:
        with self._database.read() as session:
            statement = select(User.password_hash).where(User.name == name, col(User.active))
            stored = session.exec(statement).one_or_none() or ""
        if not matches(password, stored):
            raise PermissionDenied("sign_in")
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self._database.write() as session:
            people.sign_in(session, people.SignIn(name, stored, digest_of(token), now + IDLE), now=now)
        return token

    def _sign_out(self, login: str) -> None:
        with self._database.write() as session:
            people.sign_out(session, login)

    def _living(self, logins: set[str]) -> set[str]:
        now = datetime.now(UTC)
        with self._database.read() as session:
            return {login for login in logins if find_visitor(session, login, now)}

    def _somebody_can_sign_in(self) -> bool:
        with self._database.read() as session:
            return session.exec(select(User.id).where(col(User.active), User.password_hash != "")).first() is not None


def _first_of(role: Role) -> SelectOfScalar[User]:
    return select(User).where(User.role == role, col(User.active)).order_by(col(User.id)).limit(1)


def _clients() -> list[Client]:
    return list(Client.instances.values())


async def close_pages(logins: set[str], path: str = "/login") -> None:
    """Send the open pages of these sign-ins to `path`, and drop what their browsers still send."""
    for client in _clients():
        if login_of(client.request) in logins:
            # Not through the client's outbox, which ends with the client.
            await core.sio.emit("open", {"path": path, "new_tab": False}, room=client.id)
            client.delete()
