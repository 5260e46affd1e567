"""A select over more records than anybody would send: the server looks for what is typed."""

from collections.abc import Callable

from nicegui import events, ui

from storage.queries.records.choices import Choice
from ui.kit.page import PageContext
from ui.server.gateway import Query

Search = Callable[[str], Query[list[Choice]]]

_LONGEST_SEARCH = 100


class SearchSelect:
    """`search(text)` is the query for what is typed; `on_change` hears when another record is chosen."""

    def __init__(
        self,
        page: PageContext,
        label: str,
        search: Search,
        *,
        chosen: Choice | None,
        on_change: Callable[[], object] | None = None,
    ) -> None:
        self._page = page
        self._search = search
        self._asked = 0
        self._names: dict[int, str] = {chosen.id: chosen.label} if chosen else {}
        self.element = ui.select(
            dict(self._names), label=label, value=chosen.id if chosen else None, with_input=True, clearable=True
        )
        self.element.props("autocomplete=off").classes("full")
        self.element.on("input-value", self._typed, throttle=0.15, leading_events=False)
        self.element.on("popup-show", self._opened)
        if on_change:
            self.element.on_value_change(on_change)

    @property
    def value(self) -> int | None:
        """The id of the chosen record."""
        value = self.element.value
        return value if isinstance(value, int) else None

    def choose(self, choice: Choice | None) -> None:
        """Set what is chosen."""
        self._names |= {choice.id: choice.label} if choice else {}
        self.element.set_options({choice.id: choice.label} if choice else {}, value=choice.id if choice else None)

    async def look(self, text: str) -> None:
        """Offer what matches `text`. The chosen record stays among the options, or the select would forget it."""
        self._asked += 1
        asked = self._asked
        found = await self._page.read(self._search(text[:_LONGEST_SEARCH]))
        if asked == self._asked and not self.element.is_deleted:
            self._names |= {choice.id: choice.label for choice in found}
            kept = {self.value: self._names[self.value]} if self.value is not None else {}
            self.element.set_options({choice.id: choice.label for choice in found} | kept)

    async def _opened(self) -> None:
        if self.value is None:
            await self.look("")

    async def _typed(self, event: events.GenericEventArguments) -> None:
        await self.look(event.args if isinstance(event.args, str) else "")
