"""The search over everything (Ctrl K): anything that has a number or a name, and the places and steps that lead on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from nicegui import events, ui

from domain.rules.text import SEARCH_LENGTH, search_text
from domain.vocabulary import Permission, ProposalStatus
from storage.queries.search.search import Hit, HitKind, Hits, search_all
from ui.kit.elements import decorative_icon
from ui.kit.page import Context


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can go without a number: `key` is its name, `permission` who is offered it."""

    path: str
    key: str
    icon: str
    permission: Permission | None = None
    does: bool = False
    """Whether its name says what to do there, and not only where it is."""


_LISTS: Final = {
    HitKind.TICKET: ("/tickets", "confirmation_number"),
    HitKind.PROPOSAL: ("/proposals", "request_quote"),
    HitKind.INVOICE: ("/invoices", "receipt_long"),
    HitKind.COMPANY: ("/companies", "apartment"),
    HitKind.CONTACT: ("/contacts", "person"),
    HitKind.CONTRACT: ("/contracts", "handshake"),
}
"""Every one of these lists is open to whoever is signed in."""

PLACES: Final = (
    Place("/tickets?show=to_bill", "search.do.generate", "playlist_add_check", Permission.GENERATE, does=True),
    Place(f"/proposals?status={ProposalStatus.DRAFT}", "search.do.review", "edit_note", Permission.REVIEW, does=True),
    Place("/approvals", "search.do.approve", "how_to_reg", Permission.APPROVE, does=True),
    Place(f"/proposals?status={ProposalStatus.APPROVED}", "search.do.invoice", "receipt_long", Permission.INVOICE, does=True),
    Place("/suspended", "search.do.suspended", "pause_circle", Permission.REVIEW, does=True),
    Place("/contacts", "master_data.contacts.title", "person"),
    Place("/services", "master_data.services.title", "sell"),
    Place("/contracts", "master_data.contracts.title", "handshake"),
    Place("/plannings", "master_data.plannings.title", "event_note"),
    Place("/help", "help.title", "help_outline"),
)
"""Beside those of the rail."""

_PAUSE_MS: Final = 90
_MOST_PLACES: Final = 6
_BOX: Final = "palette-list"
# The highlight moves at once, in the browser; Enter goes where it stands, as a click would.
_KEYS: Final = "(event) => window.movePalette(event)"


class GlobalSearch:
    """`places` are the pages of the rail. Results of an older search than the last are dropped."""

    def __init__(self, context: Context, places: Sequence[Place]) -> None:
        self._context, self._t = context, context.translator
        self._places = [p for p in (*places, *PLACES) if p.permission is None or context.visitor.may(p.permission)]
        self._asked, self._rows, t = 0, 0, context.t
        # The button that looks like a field, and the dialog behind it.
        with ui.element("button").classes("pal-open").props("type=button data-palette aria-haspopup=dialog") as opener:
            decorative_icon("search")
            ui.label(t("search.open")).classes("pal-open__word clip")
            with ui.element("kbd").props("aria-hidden=true"):
                ui.label("Ctrl K")
        opener.props["aria-label"] = t("search.open_label")
        opener.props["aria-keyshortcuts"] = "Control+K"
        opener.on("click", self._open).mark("palette-open")
        with ui.dialog().props("position=top").classes("pal-dialog") as self._dialog, ui.card().classes("pal").mark("palette"):
            self._place()
        self._dialog.props["aria-label"] = t("search.open_label")

    def _place(self) -> None:
        t = self._t.t
        field = ui.input(placeholder=t("search.placeholder")).props(
            f"autofocus borderless debounce={_PAUSE_MS}", remove="outlined"
        )
        # Without a role: an input with a list, as NiceGUI makes it, is a combobox by itself.
        field.props(f"aria-expanded=true aria-autocomplete=list aria-controls={_BOX} autocomplete=off")
        field.props(f"maxlength={SEARCH_LENGTH}").classes("pal__field").mark("palette-field")
        field.props["aria-label"] = t("search.placeholder")
        field.on_value_change(self._typed).on("keydown", js_handler=_KEYS)
        with field.add_slot("prepend"):
            decorative_icon("search")
        self._field = field
        self._list = ui.element("div").classes("pal__list").props(f"id={_BOX} role=listbox").mark("palette-list")
        self._list.props["aria-label"] = t("search.results")
        self._announcement = ui.label("").classes("visually-hidden").props("role=status").mark("palette-said")
        with ui.element("div").classes("pal__foot muted small"):
            for key, name in (("↑ ↓", "move"), ("↵", "go"), ("Esc", "close")):
                with ui.element("span").classes("line line--tight"):
                    with ui.element("kbd"):
                        ui.label(key)
                    ui.label(t(f"search.key.{name}"))

    async def _open(self) -> None:
        self._field.set_value("")
        self._dialog.open()
        await self.load("")

    async def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        await self.load(event.value if isinstance(event.value, str) else "")

    async def load(self, typed: str) -> None:
        """Show what `typed` finds, unless something else is asked by then."""
        self._asked += 1
        asked, search = self._asked, search_text(typed)
        found = await self._context.read(lambda session: search_all(session, search)) if search else []
        if asked == self._asked and not self._list.is_deleted:
            self._show(search, found)
            self._list.props["data-for"] = typed

    def _show(self, search: str, found: Sequence[Hits]) -> None:
        self._rows = 0
        named = self._named(search)
        # Whoever writes the whole name of a page means that page.
        called = [place for place in named if self._t.t(place.key).casefold() == search.casefold()]
        places = [place for place in named if place not in called]
        self._list.clear()
        with self._list:
            self._offer("search.go", called)
            for hits in found:
                self._group(search, hits)
            for does in (True, False):
                self._offer(f"search.{'do' if does else 'go'}", [place for place in places if place.does is does])
            if not self._rows:
                ui.label(self._t.t("search.none", search=search)).classes("pal__none muted").mark("palette-none")
        self._field.props["aria-activedescendant"] = self._row_id(0) if self._rows else ""
        self._announcement.set_text(self._t.n("search.found", self._rows))

    def _named(self, search: str) -> list[Place]:
        words = search.casefold().split()
        named = [place for place in self._places if all(word in self._t.t(place.key).casefold() for word in words)]
        return named[:_MOST_PLACES] if words else named

    def _group(self, search: str, hits: Hits) -> None:
        path, icon = _LISTS[hits.kind]
        with self._box(f"search.kind.{hits.kind}"):
            for hit in hits.hits:
                self._hit(hit, path, icon)
            # The lists look for what is typed as it stands, so they find the same only for one word.
            if hits.more and " " not in search:
                with self._row(f"{path}?{urlencode({'search': search})}", "manage_search"):
                    ui.label(self._t.t(f"search.all.{hits.kind}", search=search)).classes("pal__name pal__all clip")

    def _hit(self, hit: Hit, path: str, icon: str) -> None:
        with self._row(f"{path}/{hit.id}", icon):
            ui.label(hit.name).classes("pal__name clip")
            ui.label(hit.detail).classes("pal__detail clip muted")

    def _offer(self, key: str, places: Sequence[Place]) -> None:
        if places:
            with self._box(key):
                for place in places:
                    with self._row(place.path, place.icon):
                        ui.label(self._t.t(place.key)).classes("pal__name clip")

    def _box(self, key: str) -> ui.element:
        with ui.element("div").props("role=group") as box:
            ui.label(self._t.t(key)).classes("pal__kind").props("aria-hidden=true")
        box.props["aria-label"] = self._t.t(key)
        return box

    def _row(self, path: str, icon: str) -> ui.link:
        with ui.link(target=path).classes("pal__row") as row:
            decorative_icon(icon)
        first = self._rows == 0
        row.props(f"role=option tabindex=-1 id={self._row_id(self._rows)} aria-selected={str(first).lower()}")
        self._rows += 1
        return row.on("click", self._dialog.close).mark("palette-row")

    def _row_id(self, place: int) -> str:
        # Another one for every search: what the browser moved since must not pass for what is here now.
        return f"pal-{self._asked}-{place}"
