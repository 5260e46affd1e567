"""What a page gets, and how it is declared.

A page is an `async def` in `ui/<feature>/page.py` that fills the content of the frame, and one line in `ui/routes.py`:

    async def ticket(page: PageContext, ticket_id: int) -> None:
        page.heading(page.t("ticket.title"), trail=[("/tickets", page.t("nav.tickets"))])
        row = await page.read(lambda session: ticket_row(session, ticket_id))
        ...
        async def save() -> None:
            command = EditTicket(ticket_id, version=row.version, title=title.value)
            await page.act(lambda session, actor: edit(session, command, actor=actor))
            page.done(page.t("ticket.saved"))

A path parameter named `…_id` arrives as int, any other as text. A Refused that nobody catches is shown to the person, in the
page where it comes from building one and as a notice where it comes from an event; any other exception is logged and
excused. To catch a refusal for something better (to mark a field, to keep a dialog open), `try` and `except Refused`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from nicegui import Client, ui

from domain.vocabulary import Permission
from ui.i18n import Translator
from ui.server.gateway import Action, Gateway, Query
from ui.server.sessions import Visitor

T = TypeVar("T")

PageBuilder = Callable[..., Awaitable[None]]
Trail = Sequence[tuple[str, str]]
"""What a page is part of: path and name, outermost first."""


@dataclass(frozen=True, slots=True)
class Page:
    """A route's builder, and what somebody must be allowed to do to see it at all."""

    build: PageBuilder
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One open window of one person, who was re-read for it: what the frame and its pages read, act and speak by."""

    visitor: Visitor
    gateway: Gateway
    translator: Translator
    client: Client

    def t(self, key: str, **params: object) -> str:
        """The sentence for `key` in the person's language."""
        return self.translator.t(key, **params)

    def n(self, key: str, count: int, **params: object) -> str:
        """The sentence for `count` things."""
        return self.translator.n(key, count, **params)

    async def read(self, query: Query[T]) -> T:
        """What `query(session)` finds; it must return values, not entities."""
        return await self.gateway.read(query)

    async def act(self, action: Action[T]) -> T:
        """Run `action(session, actor)` as this person. The open pages learn from the history what it changed."""
        return await self.gateway.act(self.visitor, action)


@dataclass(frozen=True, slots=True)
class PageContext(Context):
    """One building of one page."""

    query: Mapping[str, str]
    """What stands after the question mark."""
    set_heading: Callable[[str, Trail], None]
    address_shown: Callable[[str], None]
    """Tells the frame which address the page stands for by now."""

    def heading(self, name: str, trail: Trail = ()) -> None:
        """Say in the top bar and in the window's title where the person is."""
        self.set_heading(name, trail)

    def replace_address(self, address: str, *, step: bool = False) -> None:
        """Let the address bar say what the page shows by now; the page stays, and a link to its first view opens that again.

        As a `step` the browser's way back leads to what was shown before.
        """
        (ui.navigate.history.push if step else ui.navigate.history.replace)(address)
        self.address_shown(address)

    def done(self, message: str) -> None:
        """A short notice that something was done."""
        ui.notify(message, classes="notice", icon="check_circle", timeout=4000)

    def go(self, path: str) -> None:
        """Open another page in the same frame."""
        ui.navigate.to(path)
