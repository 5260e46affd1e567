"""The row above the list of tickets: what it is searched for and narrowed to, and what can be begun (screens)."""

from collections.abc import Awaitable, Callable
from datetime import date

from nicegui import ui

from domain.vocabulary import Permission
from storage.queries.records.choices import Choice, companies, company_name
from ui.kit.addresses.tickets import View
from ui.kit.date_field import date_field
from ui.kit.list_query import date_of
from ui.kit.page import PageContext
from ui.kit.search_field import search_field
from ui.kit.search_select import SearchSelect

Press = Callable[[], Awaitable[None]]


class TicketFilters:
    """`on_look` hears which fields of the view change."""

    def __init__(
        self, page: PageContext, view: View, *, on_look: Callable[..., Awaitable[None]], on_create: Press, on_generate: Press
    ) -> None:
        self._page = page
        self._view = view
        self._on_look = on_look
        self._on_create = on_create
        self._on_generate = on_generate

    async def build(self) -> None:
        """Search and fields, and on the right what can be begun."""
        t, visitor, look = self._page.t, self._page.visitor, self._on_look
        with ui.element("div").classes("line full tickets__head"):
            search_field(t("tickets.search"), self._view.search, lambda text: look(search=text)).classes("tickets__search")
            await self._company_field()
            for name in ("closed_from", "closed_to"):
                self._date_field(name)
            reset = ui.button(icon="filter_alt_off", on_click=lambda: self._page.go("/tickets")).mark("reset")
            reset.props("flat round").props(f'aria-label="{t("tickets.reset")}"').tooltip(t("tickets.reset"))
            with ui.element("div").classes("line pushed"):
                if visitor.may(Permission.EDIT_TICKETS):
                    ui.button(t("action.create"), icon="add", on_click=self._on_create).props("outline").mark("create")
                if visitor.may(Permission.GENERATE):
                    ui.button(t("generation.title"), icon="request_quote", on_click=self._on_generate).mark("generate")

    async def _company_field(self) -> None:
        chosen = self._view.company_id
        name = await self._page.read(lambda session: company_name(session, chosen)) if chosen else ""
        label = self._page.t("tickets.column.company")
        field = SearchSelect(
            self._page,
            label,
            lambda text: lambda session: companies(session, text, retired=True),
            chosen=Choice(chosen, name) if chosen and name else None,
            on_change=lambda: self._on_look(company=str(field.value or "")),
        )
        # Its name stands where the value will: a label above the value would make the row of fields higher.
        field.element.props(remove="label").props(f'placeholder="{label}" aria-label="{label}"')
        field.element.classes("tickets__company", remove="full").mark("company")

    def _date_field(self, name: str) -> None:
        async def narrow(day: date | None) -> None:
            await self._on_look(**{name: day.isoformat() if day else ""})

        shown = date_of(getattr(self._view, name))
        field = date_field(self._page.translator, self._page.t(f"tickets.{name}"), shown, narrow)
        field.classes("tickets__date").mark(name)
