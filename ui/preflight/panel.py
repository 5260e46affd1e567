"""One cause of the pre-flight: what to do about it, for one row or for many at once, and its rows, a page at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from domain.errors import Refused
from domain.vocabulary import BillingStatus, Refusal
from storage.queries.tickets.billing_issues import BillingIssue
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.preflight.board import Group, Item
from ui.preflight.controls import Controls, OnMend
from ui.preflight.fixes import needed
from ui.preflight.labels import cause_advice, cause_name
from ui.preflight.rows import Line, Rows

ROWS: Final = 30

OnMany = Callable[[Sequence[Item], Any], Awaitable[None]]

_FOR_MANY: Final = frozenset({
    Refusal.NOT_CLOSED, Refusal.ENTRY_WITHOUT_SERVICE, Refusal.ENTRY_WITHOUT_TIME, Refusal.NO_RATE
})  # fmt: skip
_ABOUT_ENTRIES: Final = frozenset({
    Refusal.ENTRY_WITHOUT_SERVICE, Refusal.ENTRY_WITHOUT_DATE, Refusal.ENTRY_WITHOUT_TIME, Refusal.NO_RATE
})  # fmt: skip


def counted(page: PageContext, group: Group) -> str:
    """How much one cause holds up: tickets, and entries where it is about them."""
    tickets = page.n("tickets.count", group.tickets)
    if group.cause.code not in _ABOUT_ENTRIES:
        return tickets
    return page.t("preflight.entries_in", entries=page.n("preflight.entries", len(group.items)), tickets=tickets)


class Panel:
    """`on_one` mends a row, `on_many` what is chosen or, with nothing chosen, all; `on_turn` hears that other rows are wanted."""

    def __init__(
        self,
        page: PageContext,
        cause: BillingIssue,
        services: Mapping[int, str],
        *,
        on_one: OnMend,
        on_many: OnMany,
        on_turn: Callable[[], Awaitable[None]],
    ) -> None:
        self._page = page
        self.cause = cause
        self._group = Group(cause, [], 0)
        self._number = 1
        self._chosen: set[Item] = set()
        self._on_many = on_many
        self._on_turn = on_turn
        self._value: Any = None
        controls = Controls(page, cause, services, on_one)
        many = _for_many(cause) and page.visitor.may(needed(cause))
        with ui.element("div").classes("pre-head"):
            with ui.element("div").classes("grow"):
                with ui.element("div").classes("line line--base"):
                    ui.label(cause_name(page.translator, cause)).classes("pre-head__name").props("role=heading aria-level=2")
                    self._count = ui.label("").classes("muted num").mark("cause-count")
                ui.label(cause_advice(page.translator, cause)).classes("muted wrap")
            self._bulk = ui.element("div").classes("line pre-bulk")
        if many:
            self._place_bulk(controls)
        self._rows = Rows(page.translator, cause, controls, self._choose if many else None)
        self._pager = Pager(page.translator, ROWS, self._turn)
        with ui.element("div").classes("full") as self._foot:
            self._pager.build()

    def page_of(self, group: Group) -> list[Item]:
        """The rows that are wanted of what the cause holds up now."""
        self._group = group
        self._chosen &= set(group.items)
        self._number = min(self._number, self._pager.last_page(len(group.items)))
        return group.items[(self._number - 1) * ROWS : self._number * ROWS]

    @property
    def lines(self) -> dict[Item, Line]:
        """What is shown, by what it is about."""
        return self._rows.lines

    def show(self, lines: Sequence[Line], *, after: Item | None) -> None:
        """Bring it up to date; where the row of `after` left, the next one gets the focus."""
        self._count.set_text(counted(self._page, self._group))
        self._rows.show(lines, self._chosen, after=after)
        self._pager.show(self._number, len(lines), len(self._group.items))
        self._foot.set_visibility(len(self._group.items) > ROWS)
        self._say_many()

    # ---- many at once ----

    def _place_bulk(self, controls: Controls) -> None:
        t, code = self._page.t, self.cause.code
        with self._bulk:
            self._scope = ui.label("").classes("muted small").mark("many-scope")
            if code is Refusal.ENTRY_WITHOUT_SERVICE:
                field = controls.service_field(self._say_many)
                self._name(field, "service_id")
                self._value = field
            elif code is Refusal.NO_RATE:
                rate = controls.rate_field()
                self._name(rate, "hourly_rate").on("keydown.enter", self._go_many)
                self._value = rate
            self._many = ui.button("…", on_click=self._go_many).props("outline").mark("many-go")
        self._bulk.props(f'role=group aria-label="{t("preflight.many")}"')

    def _name(self, field: Any, name: str) -> Any:
        label = self._page.t(f"ticket.field.{name}")
        field.props["placeholder"] = field.props["aria-label"] = label
        return field.mark("many-value")

    def _choose(self, item: Item, chosen: bool) -> None:
        if chosen:
            self._chosen.add(item)
        else:
            self._chosen.discard(item)
        self._say_many()

    def _targets(self) -> list[Item]:
        return [item for item in self._group.items if item in self._chosen] if self._chosen else self._group.items

    def _say_many(self) -> None:
        if not self._bulk.default_slot.children:
            return
        items = self._targets()
        by_ticket = self.cause.code not in _ABOUT_ENTRIES or self.cause.code is Refusal.NO_RATE
        count = len({item.ticket_id for item in items}) if by_ticket else len(items)
        self._many.set_text(self._page.n(f"preflight.many.{_key(self.cause)}", count))
        self._scope.set_text(self._page.t("preflight.scope_chosen" if self._chosen else "preflight.scope_all"))
        self._many.set_enabled(bool(items) and (not isinstance(self._value, ui.select) or self._value.value is not None))

    async def _go_many(self) -> None:
        value = self._value.value if self._value else None
        if isinstance(self._value, ui.input):
            try:
                value = self._page.translator.parse_amount(value or "")
            except Refused as refused:
                self._value.error = self._page.translator.refusal(refused)
                return
            self._value.error = None
        await self._on_many(list(self._targets()), value)

    async def _turn(self, number: int) -> None:
        self._number = number
        await self._on_turn()


def _for_many(cause: BillingIssue) -> bool:
    return cause.code in _FOR_MANY or cause.state == BillingStatus.SUSPENDED


def _key(cause: BillingIssue) -> str:
    return f"{cause.code}.{cause.state}" if cause.state else cause.code.value
